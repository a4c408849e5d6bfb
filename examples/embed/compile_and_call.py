"""From a description to a call: compiles a linear layer and calls it, on the GPU where there is
one, else on the reference.

    PYTHONPATH=python python3 examples/embed/compile_and_call.py

or without PYTHONPATH where the package is installed.
"""

import gridquant
import numpy as np

program = gridquant.linear(n=256, k=512, bias=True, activation="gelu", weight="bf16")
bundle = gridquant.compile(program)  # the second time from the cache
linear = bundle[program.name]
print(repr(linear))

rng = np.random.default_rng(0)
inputs = []
for tensor in program.inputs:
    shape = [32 if extent is None else extent for extent in tensor.shape]
    values = rng.standard_normal(shape, dtype=np.float32)
    inputs.append((values.view(np.uint32) >> 16).astype(np.uint16))  # bf16, cut off

try:
    import torch
    on_gpu = torch.cuda.is_available() and torch.cuda.get_device_capability() == (9, 0)
except ImportError:
    on_gpu = False
if on_gpu:
    y = linear(*[torch.from_numpy(bits).view(torch.bfloat16).cuda() for bits in inputs])
    print("on the GPU:", tuple(y.shape))
else:
    y = program.reference(*inputs)
    print("on the reference:", y.shape)
