"""512 x 1024 f32 in pairs: a magnitude of any exponent and mantissa, and a zero. So each pair's maximum is one of
262144 numbers; in the last rows the quotients with fmt_max are around the least scale, 2^-126."""

import sys

import numpy as np

rng = np.random.RandomState(1)
bits = rng.randint(0, 0x7F800000, (512, 512), dtype=np.int64)
# 2^-126 times 127, 448 and 57344, in the last rows.
for rows, most in ((slice(-32, None), 127), (slice(-64, -32), 448), (slice(-96, -64), 57344)):
    least = np.float32(2.0**-126 * most).view(np.int32)
    bits[rows] = least + rng.randint(-1000, 1000, bits[rows].shape)
x = np.zeros((512, 1024), np.float32)
x[:, ::2] = bits.astype(np.int32).view(np.float32)
np.save(sys.argv[1], x)
