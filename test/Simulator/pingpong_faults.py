"""Faults of mutate.py for gemm-pingpong.mlir: math groups that take turns."""

MATH_1 = "step [64, 64] persistent turn 1 of 2 iter_args(%first = %start"
TMA_1 = "step [64, 64] persistent turn 1 of 2 iter_args(%first_tma"
COPY_1 = "step [64, 64] persistent turn 1 of 2 iter_args(%first_copy"
FILL_0 = "consumed_by [\"math_0\"] arrivals 4 : !ring\n"
ORDER = "filled_by [\"math_0\"] arrivals 4 consumed_by [\"math_1\"] arrivals 4 : !order\n"
RELEASE_1 = "gqgpu.release %ring1[%slot] : !ring\n"
TAKE_0 = "%mine0 = gqgpu.acquire %order[%turn0]"
GIVE_0 = "            gqgpu.commit %order[%mine0] : !order\n"
TAKE_1 = "%mine1 = gqgpu.wait %order[%turn1]"
GIVE_1 = "            gqgpu.release %order[%mine1] : !order\n"

# Who has turn 0 waits for who has turn 1.
SWAPPED = [
    (ORDER, ORDER.replace("math_0", "x").replace("math_1", "math_0").replace("x", "math_1")),
    (TAKE_0, TAKE_0.replace("acquire", "wait")),
    (GIVE_0, GIVE_0.replace("commit", "release")),
    (TAKE_1, TAKE_1.replace("wait", "acquire")),
    (GIVE_1, GIVE_1.replace("release", "commit")),
]

FAULTS = {
    "turn-of-math-taken-twice": [(MATH_1, MATH_1.replace("turn 1", "turn 0"))],
    "turn-of-fills-swapped": [(TMA_1, TMA_1.replace("turn 1", "turn 0")),
                              (COPY_1, COPY_1.replace("turn 1", "turn 0"))],
    "turn-of-copies-swapped": [(COPY_1, COPY_1.replace("turn 1", "turn 0"))],
    "turns-of-three": [(MATH_1, MATH_1.replace("turn 1 of 2", "turn 2 of 3")),
                       (TMA_1, TMA_1.replace("turn 1 of 2", "turn 2 of 3")),
                       (COPY_1, COPY_1.replace("turn 1 of 2", "turn 2 of 3"))],
    "order-swapped": SWAPPED,
    "order-not-given-on": [(GIVE_0, "")],
    "order-not-given-back": [(GIVE_1, "")],
    "order-not-waited-for": [("            " + TAKE_1 + " : !order -> !gqgpu.slot\n", ""),
                             (GIVE_1, "")],
    "order-of-all-arrivals": [(ORDER, ORDER.replace("4 : !order", "8 : !order"))],
    "release-of-the-other": [(RELEASE_1, RELEASE_1.replace("%ring1", "%ring0"))],
    "slots-of-the-other": [("gqgpu.wait %ring1[%cursor]", "gqgpu.wait %ring0[%cursor]"),
                           (RELEASE_1, RELEASE_1.replace("%ring1", "%ring0"))],
    "arrivals-of-both": [(FILL_0, FILL_0.replace("arrivals 4", "arrivals 8"))],
}
