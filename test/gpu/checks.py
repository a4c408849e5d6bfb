"""Correctness on the GPU: every result against the CPU reference or f64.

Quantisation must agree with the reference to the bit. A matmul is compared with
the f64 product of the dequantised operands: the relative error in the norm and a bound
for every element, see `distance`.
"""

from checks_data import (  # noqa: F401
    DTYPES,
    unwritten,
)
from checks_launches import (  # noqa: F401
    check_batch_matmul,
    check_batch_quantize,
    check_linear,
    check_shard_matmul,
    check_split_matmul,
    count_dependent,
)
from checks_matmul import (  # noqa: F401
    check_matmul,
    check_quantized,
    count_empty,
    count_variant_rows,
    count_wrong_integers,
    count_wrong_quotients,
    count_wrong_zero_points,
)
from checks_quantize import (  # noqa: F401
    check_decoded_matmul,
    check_dequantize,
    check_elementwise,
    check_own_scales,
    check_quantize,
    check_quantize_packed,
    check_requantize,
    check_silu_mul,
    check_widened,
)
