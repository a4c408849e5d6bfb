"""Plans of the Python package against the mock driver, with a torch that has just
what the package uses of it."""

import ctypes
import os
import subprocess
import sys
import tempfile
import threading
import types
import unittest

import gridquant
from python_fake_torch import NewTensor, Others, Tensor, make_torch

MAKE_SAMPLE = sys.argv.pop(1)
MOCK = ctypes.CDLL(os.environ["GQ_LIBCUDA"])
MOCK.mockLaunchStream.restype = MOCK.mockLaunchPointer.restype = ctypes.c_uint64
os.environ["GQ_CACHE_DIR"] = ""
os.environ["MOCK_CUDA_DEVICES"] = "2"


class PlanTest(unittest.TestCase):
    KIND = Tensor

    def setUp(self):
        self.torch = sys.modules["torch"] = make_torch(self.KIND)
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "sample.gqb")
        subprocess.run([MAKE_SAMPLE, self.path], check=True)
        self.bundle = gridquant.Bundle(self.path)
        self.linear = self.bundle["linear"]
        self.a, self.b, self.r = self.tensors(2)
        self.space = self.KIND((4096,), self.torch.uint8)
        # The address of a, and that of the workspace.
        MOCK.mockRecordPointers(b"quantize", 2)

    def tearDown(self):
        MOCK.mockRecordPointers(b"quantize", 0)
        self.bundle.close()
        self.directory.cleanup()
        del sys.modules["torch"]

    def tensors(self, rows, device=0):
        return (self.KIND((rows, 64), self.torch.bfloat16, device),
                self.KIND((256, 64), self.torch.float8_e4m3fn, device),
                self.KIND((rows, 256), self.torch.bfloat16, device))

    def launches(self, call):
        """The streams and devices of the launches of a call."""
        before = MOCK.mockLaunchCount()
        call()
        return [(MOCK.mockLaunchStream(i), MOCK.mockLaunchDevice(i))
                for i in range(before, MOCK.mockLaunchCount())]

    def last_pointers(self):
        """Of a and the workspace, in the last call."""
        launch = MOCK.mockLaunchCount() - 2
        return [MOCK.mockLaunchPointer(launch, i) for i in range(2)]

    def test_results_and_workspace_are_made(self):
        plan = self.linear.plan(self.a, self.b)
        self.assertEqual(plan.workspace_size, 512)
        self.assertEqual(plan.output_shapes, [(2, 256)])
        self.assertEqual(self.torch.made, [])
        for function in (plan, self.linear):
            self.torch.made.clear()
            other, _, _ = self.tensors(2)
            launches = self.launches(lambda: self.assertIs(function(other, self.b),
                                                           self.torch.made[0]))
            self.assertEqual(launches, [(70, 0)] * 2)
            result, space = self.torch.made
            self.assertEqual((result.shape, result.dtype, result.device),
                             ((2, 256), self.torch.bfloat16, "cuda:0"))
            self.assertEqual((space.shape, space.dtype), ((512,), self.torch.uint8))
            self.assertEqual(self.last_pointers(),
                             [other.data_ptr(), space.data_ptr()])

    def test_rows_that_are_apart(self):
        subprocess.run([MAKE_SAMPLE, self.path, "--pitched"], check=True)
        wide = lambda pitch: self.KIND((2, 64), self.torch.bfloat16, pitch=pitch)
        with gridquant.Bundle(self.path) as bundle:
            linear = bundle["linear"]
            # Each pitch is a plan; the same again is found.
            for pitch in (1000, 1008, 1000):
                a = wide(pitch)
                self.assertEqual(len(self.launches(lambda: linear(a, self.b))), 2)
                self.assertEqual(self.last_pointers()[0], a.data_ptr())
            self.assertEqual(len(linear._plans), 2)
            plan = linear.plan(wide(1000), self.b)
            plan(wide(1000), self.b)
            with self.assertRaisesRegex(ValueError, r"operand a is bf16 \[2, 64\] on cuda:0, not contiguous: strides "
                                        r"\[1008, 1\], the plan is for bf16 \[2, 64\] on cuda:0, not contiguous: "
                                        r"strides \[1000, 1\]"):  # fmt: skip
                plan(wide(1008), self.b)
            with self.assertRaisesRegex(gridquant.Error, "operand a: row pitch is 2002 bytes, a multiple of 16"):
                linear(wide(1001), self.b)
        with self.assertRaisesRegex(gridquant.Error, "operand a: stride of dimension 0 is 1000 elements, 64 is needed"):
            self.linear(wide(1000), self.b)

    def test_nothing_is_made(self):
        plan = self.linear.plan(self.a, self.b)
        for outs in (self.r, [self.r], (self.r,)):
            out = plan(self.a, self.b, outs=outs, workspace=self.space, stream=5)
            self.assertIs(out, self.r)
        bound = self.linear.plan(self.a, self.b, outs=self.r)
        self.assertIs(bound(self.a, self.b, workspace=self.space), self.r)
        self.assertEqual(self.torch.made, [])

    def test_streams(self):
        plan = self.linear.plan(self.a, self.b)
        other = types.SimpleNamespace(cuda_stream=9)
        for given, expected in ((None, 70), (0, 0), (5, 5), (other, 9)):
            launches = self.launches(lambda: plan(self.a, self.b, stream=given))
            self.assertEqual([launch[0] for launch in launches], [expected] * 2)
        self.torch.streams[0] = 72
        self.assertEqual(self.launches(lambda: plan(self.a, self.b))[0][0], 72)
        if self.KIND is NewTensor:
            return
        # A torch without the query of its own.
        del self.torch._C._cuda_getCurrentRawStream
        plan = self.linear.plan(self.a, self.b)
        self.assertEqual(self.launches(lambda: plan(self.a, self.b))[0][0], 172)

    def refused(self, message, call, kind=ValueError):
        with self.assertRaises(kind) as caught:
            self.assertEqual(self.launches(call), [])
        self.assertEqual(str(caught.exception), message)

    def test_other_tensors_than_planned(self):
        plan = self.linear.plan(self.a, self.b)
        a, b, r = self.tensors(3)
        self.refused("function linear: operand a is bf16 [3, 64] on cuda:0, the plan "
                     "is for bf16 [2, 64] on cuda:0", lambda: plan(a, b))
        self.refused("function linear: number of operands is 1, 2 is needed",
                     lambda: plan(self.a))
        wrong = self.KIND((2, 64), self.torch.float32)
        self.refused("function linear: operand a is f32 [2, 64] on cuda:0, the plan "
                     "is for bf16 [2, 64] on cuda:0", lambda: plan(wrong, self.b))
        across = self.KIND((2, 64), self.torch.bfloat16, contiguous=False)
        self.refused("function linear: operand a is bf16 [2, 64] on cuda:0, not "
                     "contiguous: strides [1, 64], the plan is for bf16 [2, 64] on cuda:0",
                     lambda: plan(across, self.b))
        away, _, _ = self.tensors(2, device=1)
        self.refused("function linear: operand a is bf16 [2, 64] on cuda:1, the plan "
                     "is for bf16 [2, 64] on cuda:0", lambda: plan(away, self.b))
        self.refused("function linear: result r is bf16 [3, 256] on cuda:0, bf16 "
                     "[2, 256] on cuda:0 is needed",
                     lambda: plan(self.a, self.b, outs=r))
        self.refused("function linear: number of results is 2, 1 is needed",
                     lambda: plan(self.a, self.b, outs=[r, r]))
        self.refused("function linear: workspace has 511 bytes, 512 are needed",
                     lambda: plan(self.a, self.b,
                                  workspace=self.KIND((511,), self.torch.uint8)))
        self.refused("function linear: workspace is u8 [512] on cuda:1, one that is "
                     "contiguous and on cuda:0 is needed",
                     lambda: plan(self.a, self.b,
                                  workspace=self.KIND((512,), self.torch.uint8, 1)))
        with self.assertRaises(TypeError):
            plan(self.a, 3)
        # What the plan knows is not forgotten.
        self.assertIs(plan(self.a, self.b, outs=self.r), self.r)

    def test_creation_checks(self):
        with self.assertRaisesRegex(gridquant.Error, "type is f8E4M3FN, bf16 is"):
            self.linear.plan(self.b, self.b)
        with self.assertRaisesRegex(gridquant.Error, "dimension 0 is 3, 2 is needed"):
            self.linear.plan(self.a, self.b, outs=self.tensors(3)[2])

    def test_overlap(self):
        plan = self.linear.plan(self.a, self.b)
        self.space._address = self.r.data_ptr()
        with self.assertRaisesRegex(gridquant.Error, "result r, .* and workspace"):
            plan(self.a, self.b, outs=self.r, workspace=self.space)

    def test_bytes_for_small_floats(self):
        b = self.KIND((256, 64), self.torch.uint8)
        plan = self.linear.plan(self.a, b)
        plan(self.a, b, outs=self.r)
        plan(Others(self.a), Others(b), outs=self.r, workspace=self.space)

    def test_other_frameworks(self):
        a, b, r = map(Others, (self.a, self.b, self.r))
        space = Others(self.space)
        plan = self.linear.plan(a, b)
        for inputs in ((a, b), (self.a, self.b)):
            launches = self.launches(lambda: self.assertIs(
                plan(*inputs, outs=r, workspace=space, stream=3), r))
            self.assertEqual(launches, [(3, 0)] * 2)
            self.assertEqual(self.last_pointers(),
                             [self.a.data_ptr(), space.data_ptr()])
        with self.assertRaisesRegex(TypeError, "outs is needed"):
            plan(a, b, workspace=space)
        with self.assertRaisesRegex(TypeError, "workspace is needed .* 512 bytes"):
            plan(a, b, outs=r)
        # Torch's inputs, beside which others need not be.
        for function in (self.linear, self.linear.plan(self.a, self.b)):
            self.assertIs(function(self.a, self.b, outs=r, workspace=space), r)
            self.assertIs(function(self.a, self.b, workspace=space).dtype,
                          self.torch.bfloat16)

    def test_calls_keep_plans(self):
        self.linear.MAX_PLANS = 3
        for rows in (1, 2, 3, 2, 4, 5, 1):
            a, b, _ = self.tensors(rows)
            self.assertEqual(self.linear(a, b).shape, (rows, 256))
            self.assertLessEqual(len(self.linear._plans), 3)
        self.assertEqual({key[0][0] for key in self.linear._plans},
                         {(4, 64), (5, 64), (1, 64)})

    def test_devices(self):
        plans = {}
        for device in (0, 1):
            a, b, r = self.tensors(2, device)
            plans[device] = self.linear.plan(a, b)
            for function in (self.linear, plans[device]):
                launches = self.launches(lambda: function(a, b, outs=r))
                self.assertEqual(launches, [(70 + device, device)] * 2)
        # A bundle for one device.
        a, b, r = self.tensors(2, 1)
        with gridquant.Bundle(self.path, device=0) as bundle:
            with self.assertRaisesRegex(gridquant.Error, "on cuda device 1, device 0"):
                bundle["linear"](a, b, outs=r)
        with gridquant.Bundle(self.path) as bundle:
            with self.assertRaisesRegex(gridquant.Error, "device is 2, a number from"):
                bundle.load(2)
            bundle.load(1)
            self.assertEqual(bundle["linear"].workspace_size(a, b), 512)

    def test_threads(self):
        plan, wrong = self.linear.plan(self.a, self.b), []

        def work():
            a, b, r = self.tensors(2)
            space = self.KIND((512,), self.torch.uint8)
            for i in range(50):
                function = (plan, self.linear)[i % 2]
                wrong.extend([1] * (function(a, b, outs=r, workspace=space) is not r))
            pairs[a.data_ptr()] = space.data_ptr()

        pairs = {}
        before = MOCK.mockLaunchCount()
        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((wrong, MOCK.mockLaunchCount() - before), ([], 1600))
        # Kernels of several threads stand in any order.
        seen = [(MOCK.mockLaunchPointer(i, 0), MOCK.mockLaunchPointer(i, 1))
                for i in range(before, MOCK.mockLaunchCount())
                if MOCK.mockLaunchHasPointers(i)]
        self.assertEqual(len(seen), 800)
        self.assertEqual(set(seen), set(pairs.items()))

    def test_closed(self):
        plan = self.linear.plan(self.a, self.b)
        self.bundle.close()
        self.refused("bundle is closed", lambda: plan(self.a, self.b, outs=self.r))
        self.refused("bundle is closed",
                     lambda: self.linear(self.a, self.b, outs=self.r))
        del plan

    def test_fork(self):
        # In another process: here the driver is started.
        program = f"""
import os, gridquant
class Tensor:
    def __init__(self, shape, dtype, address):
        self.shape, self.dtype, self.device = shape, dtype, "cuda:0"
        self.data_ptr = lambda: address
        self.stride = lambda: (shape[1], 1)
a, b, r = (Tensor((2, 64), "bfloat16", 1 << 32), Tensor((256, 64), "float8_e4m3fn",
           2 << 32), Tensor((2, 256), "bfloat16", 3 << 32))
space = Tensor((8, 64), "uint8", 4 << 32)
linear = gridquant.Bundle({self.path!r})["linear"]
def in_child(body):
    child = os.fork()
    if child == 0:
        try:
            body()
            os._exit(7)
        except gridquant.Error as error:
            os._exit(8 if "was forked from one that" in str(error) else 9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
call = lambda: linear(a, b, outs=r, workspace=space)
before = in_child(call)
plan = linear.plan(a, b)
print(before, in_child(call), in_child(lambda: linear.plan(a, b)),
      in_child(lambda: plan(a, b, outs=r, workspace=space)))
call()
"""
        done = subprocess.run([sys.executable, "-c", program], text=True,
                              stdout=subprocess.PIPE, check=True)
        self.assertEqual(done.stdout.split(), ["7", "8", "8", "8"])


if __name__ == "__main__":
    unittest.main()
