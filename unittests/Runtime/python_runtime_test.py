"""The Python package against the mock driver: no GPU and no framework."""

import ctypes
import itertools
import os
import subprocess
import sys
import tempfile
import unittest

import gridquant

MAKE_SAMPLE = sys.argv.pop(1)
MOCK = ctypes.CDLL(os.environ["GQ_LIBCUDA"])
os.environ["GQ_CACHE_DIR"] = ""


ADDRESSES = itertools.count(1 << 32, 1 << 32)


class Duck:
    """Looks like a torch tensor to the package."""

    def __init__(self, shape, dtype, device="cuda:0", strides=None):
        self.shape, self.dtype, self.device = shape, dtype, device
        self._address, self._strides = next(ADDRESSES), strides

    def data_ptr(self):
        return self._address

    def stride(self):
        if self._strides:
            return self._strides
        strides, step = [], 1
        for extent in reversed(self.shape):
            strides.insert(0, step)
            step *= extent
        return tuple(strides)


class DLPackOnly:
    """Hands out a DLPack capsule, as NumPy-like libraries do."""

    def __init__(self, shape, code, bits):
        self._shape = (ctypes.c_int64 * len(shape))(*shape)
        self._managed = gridquant.runtime.DLManagedTensor()
        tensor = self._managed.dl_tensor
        tensor.data = next(ADDRESSES)
        tensor.device.device_type = 2
        tensor.ndim = len(shape)
        tensor.dtype.code, tensor.dtype.bits, tensor.dtype.lanes = code, bits, 1
        tensor.shape = self._shape
        self.streams = []

    def __dlpack__(self, stream=None):
        self.streams.append(stream)
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(self._managed), b"dltensor", None)

    def __dlpack_device__(self):
        return (2, 0)


class RuntimeTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "sample.gqb")
        subprocess.run([MAKE_SAMPLE, self.path], check=True)
        self.bundle = gridquant.Bundle(self.path)
        self.linear = self.bundle["linear"]
        self.a = Duck((2, 64), "torch.bfloat16")
        self.b = Duck((256, 64), "torch.float8_e4m3fn")
        self.r = Duck((2, 256), "torch.bfloat16")
        self.space = Duck((4096,), "torch.uint8")

    def tearDown(self):
        self.bundle.close()
        self.directory.cleanup()

    def test_lists(self):
        self.assertEqual(list(self.bundle), ["linear"])
        self.assertEqual(len(self.bundle), 1)
        self.assertIn("linear", self.bundle)
        self.assertEqual([t.name for t in self.linear.inputs], ["a", "b"])
        self.assertEqual(self.linear.inputs[1].type, "f8E4M3FN")
        self.assertEqual(self.linear.inputs[1].shape, (256, None))
        self.assertEqual(self.linear.outputs[0].shape, (None, None))
        self.assertNotIn("conv", self.bundle)
        with self.assertRaisesRegex(KeyError, "no function 'conv', the bundle has linear"):
            self.bundle["conv"]

    def test_labels(self):
        self.assertEqual([t.label for t in self.linear.inputs], [None, None])
        self.assertEqual(repr(self.linear), "<gridquant.Function linear(a: ?x?xbf16, "
                         "b: 256x?xf8E4M3FN) -> (r: ?x?xbf16)>")
        subprocess.run([MAKE_SAMPLE, self.path, "weights"], check=True)
        with gridquant.Bundle(self.path) as bundle:
            linear = bundle["linear"]
            name, kind, shape = linear.inputs[1]  # a tuple of three, as ever
            self.assertEqual((name, kind, shape), ("b", "f8E4M3FN", (256, None)))
            self.assertEqual([t.label for t in linear.inputs], [None, "weights"])
            self.assertEqual(repr(bundle), "<gridquant.Bundle of linear>")
            self.assertEqual(repr(linear), "<gridquant.Function linear(a: ?x?xbf16, "
                             "weights: 256x?xf8E4M3FN) -> (r: ?x?xbf16)>")
            with self.assertRaisesRegex(gridquant.Error, r"operand b \(%weights\): dimension 0 "
                                        "is 255, 256 is needed"):
                linear.output_shapes(self.a, Duck((255, 64), "torch.float8_e4m3fn"))

    def test_queries(self):
        self.assertEqual(self.linear.output_shapes(self.a, self.b), [(2, 256)])
        self.assertEqual(self.linear.workspace_size(self.a, self.b), 512)

    def test_launch(self):
        before = MOCK.mockLaunchCount()
        out = self.linear(self.a, self.b, outs=[self.r], workspace=self.space,
                          stream=0)
        self.assertIs(out, self.r)
        self.assertEqual(MOCK.mockLaunchCount(), before + 2)

    def test_dlpack(self):
        before = MOCK.mockLaunchCount()
        a = DLPackOnly((2, 64), 4, 16)
        self.linear(a, self.b, outs=self.r, workspace=self.space, stream=77)
        self.assertEqual(MOCK.mockLaunchCount(), before + 2)
        self.assertEqual(a.streams, [77])

    def test_memory_of_the_host(self):
        a = DLPackOnly((2, 64), 4, 16)
        a.__dlpack_device__ = lambda: (1, 0)
        with self.assertRaisesRegex(TypeError, "DLPackOnly is in the memory of the host, kernels need it in that of "
                                    "the GPU"):
            self.linear(a, self.b, outs=self.r, workspace=self.space, stream=77)
        self.assertEqual(a.streams, [])

    def test_error_has_the_message_of_the_runtime(self):
        with self.assertRaises(gridquant.Error) as caught:
            self.linear(Duck((2, 64), "torch.float32"), self.b, outs=[self.r],
                        workspace=self.space, stream=0)
        self.assertEqual(str(caught.exception),
                         "operand a: element type is f32, bf16 is needed")
        self.assertEqual(caught.exception.status, "invalid argument")
        with self.assertRaisesRegex(gridquant.Error, "type is f8E8M0FNU, bf16 is"):
            self.linear(Duck((2, 64), "torch.float8_e8m0fnu"), self.b,
                        outs=[self.r], workspace=self.space, stream=0)
        with self.assertRaisesRegex(gridquant.Error, "stride of dimension 1"):
            self.linear(Duck((2, 64), "torch.bfloat16", strides=(1, 2)), self.b,
                        outs=[self.r], workspace=self.space, stream=0)
        with self.assertRaisesRegex(gridquant.Error, "workspace has 256 bytes"):
            self.linear(self.a, self.b, outs=[self.r], stream=0,
                        workspace=Duck((256,), "torch.uint8"))
        with self.assertRaisesRegex(gridquant.Error, "cannot open"):
            gridquant.Bundle("/nonexistent/x.gqb")

    def test_objects_that_are_no_tensors(self):
        for thing in (None, 3, "x", Duck((2, 64), "torch.complex64")):
            with self.assertRaises(TypeError):
                self.linear(thing, self.b, outs=[self.r], stream=0)

    def test_closed(self):
        self.bundle.close()
        self.bundle.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            self.linear(self.a, self.b, outs=[self.r], stream=0)


if __name__ == "__main__":
    unittest.main()
