"""Faults of mutate.py for gemm-k-groups.mlir: math groups that take steps in turn."""

SUMS = "filled_by [\"math_1\"] arrivals 4 consumed_by [\"math_0\"] arrivals 4 : !sums\n"
WAIT = "            %full = gqgpu.wait %sums[%turn0] : !sums -> !gqgpu.slot\n"
ADD = "            %all = gqgpu.add_put %sum#0, %sums[%full] tile 0 : !acc, !sums\n"
RELEASE = "            gqgpu.release %sums[%full] : !sums\n"
TAKE = "            %mine = gqgpu.acquire %sums[%turn1] : !sums -> !gqgpu.slot\n"
PUT = "            gqgpu.put %sum#0 to %sums[%mine] tile 0 : !acc, !sums\n"
COMMIT = "            gqgpu.commit %sums[%mine] : !sums\n"
STEPS = "scf.for %k = %c128 to %c384 step %c256 iter_args(%acc"
BLOCK = "            %narrow = gqgpu.elementwise(%all) {\n"

FAULTS = {
    "sum-not-put": [(PUT, "")],
    "sum-put-twice": [(PUT, 2 * PUT)],
    "sum-put-after-commit": [(PUT, ""), (COMMIT, COMMIT + PUT)],
    "sum-not-committed": [(COMMIT, "")],
    "sum-not-released": [(RELEASE, "")],
    "sum-read-after-release": [(ADD, ""), (RELEASE, RELEASE + ADD)],
    "sum-not-added": [(ADD, ""), (BLOCK, BLOCK.replace("%all", "%sum#0"))],
    "sums-of-few-arrivals": [(SUMS, SUMS.replace("arrivals 4 consumed", "arrivals 2 consumed"))],
    "sums-of-a-role-that-loads": [(SUMS, SUMS.replace("math_1", "copy_1").replace("arrivals 4 c", "arrivals 32 c"))],
    "sums-with-bytes": [("ring_create " + SUMS, "ring_create bytes 16384 " + SUMS)],
    "steps-of-the-other": [(STEPS, STEPS.replace("%c128 to", "%c0 to"))],
}
