"""Calls with CuPy's arrays, of a CuPy that has just what the package uses of it."""

import ctypes
import itertools
import os
import subprocess
import sys
import tempfile
import types
import unittest

import gridquant
from gridquant import _abi

MAKE_SAMPLE = sys.argv.pop(1)
MOCK = ctypes.CDLL(os.environ["GQ_LIBCUDA"])
MOCK.mockLaunchStream.restype = ctypes.c_void_p
os.environ["GQ_CACHE_DIR"] = ""

ADDRESSES = itertools.count(1 << 32, 1 << 32)
# What DLPack calls the dtypes; FP8 is bytes.
CODES = {"bfloat16": (4, 16), "uint8": (1, 8), "float16": (2, 16)}
streams, devices = [5], []  # of which the last is current


def stream_of_last():
    return MOCK.mockLaunchStream(MOCK.mockLaunchCount() - 1)


class Stream:
    def __init__(self, ptr, device_id=-1):
        self.ptr = ptr

    def __enter__(self):
        streams.append(self.ptr)

    def __exit__(self, *_):
        streams.pop()


class Device:
    id = 0

    def __enter__(self):
        devices.append(self.id)

    def __exit__(self, *_):
        devices.pop()


class ndarray:
    def __init__(self, shape, dtype):
        self.shape, self.dtype, self.device = tuple(shape), str(dtype), Device()
        self.made_on = streams[-1], list(devices)
        self._shape = (ctypes.c_int64 * len(shape))(*shape)
        self._managed = _abi.DLManagedTensor()
        tensor = self._managed.dl_tensor
        tensor.data = next(ADDRESSES)
        tensor.device.device_type = 2
        tensor.ndim = len(shape)
        tensor.dtype.code, tensor.dtype.bits = CODES[self.dtype]
        tensor.dtype.lanes = 1
        tensor.shape = self._shape
        self.consumers = []

    def __dlpack__(self, stream=None):
        self.consumers.append(stream)
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(self._managed), b"dltensor", None)


made = []


def empty(shape, dtype):
    made.append(ndarray(shape, dtype))
    return made[-1]


cupy = types.ModuleType("cupy")
cupy.ndarray, cupy.empty = ndarray, empty
cupy.cuda = types.SimpleNamespace(ExternalStream=Stream, get_current_stream=lambda device_id: Stream(streams[-1]))


class CupyTest(unittest.TestCase):
    def setUp(self):
        sys.modules["cupy"] = cupy
        sys.modules["ml_dtypes"] = types.SimpleNamespace(bfloat16="bfloat16")
        made.clear()
        self.directory = tempfile.TemporaryDirectory()
        path = os.path.join(self.directory.name, "sample.gqb")
        subprocess.run([MAKE_SAMPLE, path], check=True)
        self.bundle = gridquant.Bundle(path)
        self.linear = self.bundle["linear"]
        self.a, self.b = ndarray((2, 64), "bfloat16"), ndarray((256, 64), "uint8")

    def tearDown(self):
        sys.modules.pop("cupy")
        sys.modules.pop("ml_dtypes")
        self.bundle.close()
        self.directory.cleanup()

    def ways(self):
        return self.linear, self.linear.plan(self.a, self.b)

    def test_results_and_workspace_are_allocated(self):
        for call in self.ways():
            made.clear()
            y = call(self.a, self.b)
            result, space = made
            self.assertIs(y, result)
            self.assertEqual((y.shape, y.dtype), ((2, 256), "bfloat16"))
            self.assertEqual((space.shape, space.dtype), ((self.linear.workspace_size(self.a, self.b),), "uint8"))
            self.assertEqual(y.made_on, (5, [0]))

    def test_on_the_current_stream(self):
        for call in self.ways():
            call(self.a, self.b)
            self.assertEqual(stream_of_last(), 5)
            with Stream(9):
                call(self.a, self.b)
            self.assertEqual(stream_of_last(), 9)
            self.assertEqual(self.a.consumers[-1], 9)

    def test_on_a_stream_that_is_named(self):
        for call in self.ways():
            for stream in (Stream(7), 7):
                made.clear()
                call(self.a, self.b, stream=stream)
                self.assertEqual(stream_of_last(), 7)
                self.assertEqual([array.made_on for array in made], [(7, [0])] * 2)
                self.assertEqual(streams, [5])

    def test_outs_that_are_given(self):
        out = ndarray((2, 256), "bfloat16")
        for call in (*self.ways(), self.linear.plan(self.a, self.b, outs=out)):
            made.clear()
            self.assertIs(call(self.a, self.b, outs=out), out)
            self.assertEqual([array.dtype for array in made], ["uint8"])

    def test_types_of_results(self):
        from gridquant._cupy import cupy_results

        infos = [gridquant.TensorInfo("r", element, (2,)) for element in ("f8E4M3FN", "f8E8M0FNU", "f16", "i8", "f32")]
        self.assertEqual([dtype for _, dtype in cupy_results(infos, [(2,)] * 5)],
                         ["uint8", "uint8", "float16", "int8", "float32"])  # fmt: skip

    def test_arrays_beside_others(self):
        other = types.SimpleNamespace(shape=(256, 64), dtype="uint8", device="cuda:0", data_ptr=lambda: 1 << 50,
                                      stride=lambda: (64, 1))  # fmt: skip
        with self.assertRaisesRegex(TypeError, "outs is needed for inputs that are not tensors of torch or CuPy"):
            self.linear(self.a, other)


if __name__ == "__main__":
    unittest.main()
