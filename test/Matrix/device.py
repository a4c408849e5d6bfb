"""Tensors on the GPU as kernels read and write them."""

import numpy as np
import torch

from formats import STORED

GUARD, UNWRITTEN = 256, 0x55
# As torch calls what NumPy has no type for; one-byte floats travel as bytes.
BITS = {"bf16": (np.int16, torch.bfloat16)}


def to_device(array, element):
    stored, kind = BITS.get(element, (None, None))
    array = np.ascontiguousarray(array).reshape(array.shape)  # also of rank 0
    tensor = torch.from_numpy(array.view(stored) if stored else array).cuda()
    return tensor.view(kind) if kind else tensor


class Output:
    """Memory for a result, with a guard behind it."""

    def __init__(self, shape, element):
        self.element, self.shape = element, shape
        self.bytes = int(np.prod(shape)) * np.dtype(STORED[element]).itemsize
        self.memory = torch.full((self.bytes + GUARD,), UNWRITTEN, device="cuda", dtype=torch.uint8)
        kind = {"bf16": torch.bfloat16, "f16": torch.float16, "f32": torch.float32,
                "i8": torch.int8}.get(element, torch.uint8)  # fmt: skip
        self.tensor = self.memory[: self.bytes].view(kind).view(shape)

    def stored(self):
        return self.memory[: self.bytes].cpu().numpy().view(STORED[self.element]).reshape(self.shape)

    def overrun(self):
        return bool((self.memory[self.bytes :] != UNWRITTEN).any())
