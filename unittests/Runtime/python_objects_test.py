"""The tests of plans with a torch whose tensors the runtime reads, and those of what is there only."""

import ctypes
import os
import unittest

import gridquant
import python_plan_test
from gridquant import _plan
from python_fake_torch import NewTensor
from python_plan_test import MOCK


class ObjectsTest(python_plan_test.PlanTest):
    KIND = NewTensor

    def setUp(self):
        super().setUp()
        # The other ways, which take longer.
        self.others = 0
        launch = _plan.Plan._enqueue

        def enqueue(plan, *arguments):
            self.others += 1
            launch(plan, *arguments)

        _plan.Plan._enqueue = enqueue
        self.addCleanup(setattr, _plan.Plan, "_enqueue", launch)

    def test_all_by_objects(self):
        plan = self.linear.plan(self.a, self.b)
        self.linear(self.a, self.b)
        self.assertEqual(self.others, 1)  # makes the plan
        for function in (plan, self.linear):
            for outs in (None, self.r, [self.r]):
                for space in (None, self.space):
                    for stream in (None, 5):
                        function(self.a, self.b, outs=outs, workspace=space, stream=stream)
        self.assertEqual(self.others, 1)

    def test_kinds_take_turns(self):
        tensors = [self.tensors(rows) for rows in (1, 2, 3)]
        for _ in range(3):
            for a, b, r in tensors:
                self.assertIs(self.linear(a, b, outs=r), r)
        self.assertEqual(self.others, 3)
        # A guess by the shape of the first that is wrong.
        bytes = self.KIND((256, 64), self.torch.uint8)
        self.assertEqual(self.linear(self.a, bytes).shape, (2, 256))

    def test_counts_that_add_up(self):
        plan = self.linear.plan(self.a, self.b)
        self.refused("function linear: number of operands is 1, 2 is needed",
                     lambda: plan(self.a, outs=[self.b, self.r], workspace=self.space))
        self.refused("function linear: number of results is 2, 1 is needed",
                     lambda: plan(self.a, self.b, outs=[self.r, self.space]))

    def test_allocation_elsewhere(self):
        a, b, _ = self.tensors(2, 1)
        plan = self.linear.plan(a, b)
        for current in (0, 1):
            self.torch.current = current
            for function in (plan, self.linear):
                self.torch.made.clear()
                self.assertEqual(function(a, b).device, "cuda:1")
                self.assertEqual([made.device for made in self.torch.made], ["cuda:1"] * 2)

    def test_allocation_in_a_forked_process(self):
        self.linear(self.a, self.b)
        self.torch.cuda._is_in_bad_fork = lambda: True
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.torch.current = None  # is not asked for
                self.torch.made.clear()
                self.linear(self.a, self.b)
            except gridquant.Error as error:
                code = 7 if "was forked from one" in str(error) and len(self.torch.made) == 2 else 2
            finally:
                os._exit(code)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 7)

    def test_lock_is_given_up(self):
        # The driver may wait for a callback that is Python.
        plan = self.linear.plan(self.a, self.b)
        MOCK.mockAsk(ctypes.cast(ctypes.pythonapi.PyGILState_Check, ctypes.c_void_p))
        self.addCleanup(MOCK.mockAsk, None)
        before = MOCK.mockLaunchCount()
        plan(self.a, self.b, outs=self.r)
        self.assertEqual((MOCK.mockLaunchCount() - before, MOCK.mockYes()), (2, 0))
        self.assertEqual(ctypes.pythonapi.PyGILState_Check(), 1)


if __name__ == "__main__":
    unittest.main()
