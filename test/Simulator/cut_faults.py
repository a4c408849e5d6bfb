"""Faults of mutate.py for gemm-cut.mlir: thread blocks that divide the steps of the last tiles."""

STORE = "              gqgpu.store_part %sum#0 into %parts[%range, %at] : !acc, memref<8x8192xf32>\n"
PUBLISH = "              gqgpu.publish_part %flags[%own_flag] : memref<1x64xi32>\n"
AWAIT = "              gqgpu.await_part %r by %flags[%its_flag] : memref<1x64xi32>\n"
ADD = "              %with = gqgpu.add_part %some, %parts[%r, %at] : !acc, memref<8x8192xf32>\n"
BRANCH = ("            scf.if %other {\n"
          "              %before = arith.muli %range, %c8 : index\n"
          "              %own_flag = arith.addi %before, %flag : index\n"
          + STORE + PUBLISH + "            }\n")
LOOP = "%all = scf.for %r = %next_range to %end_range step %c1"
OWNER = "            scf.if %owns {\n"

FAULTS = {
    "cut-flag-before-part": [(STORE + PUBLISH, PUBLISH + STORE)],
    "cut-never-published": [(PUBLISH, "")],
    "cut-published-without-part": [(STORE, "")],
    "cut-adds-before-it-waits": [(AWAIT + ADD, ADD + AWAIT)],
    "cut-never-waits": [(AWAIT, "")],
    "cut-waits-before-it-publishes": [(BRANCH, ""), (OWNER, BRANCH + OWNER)],
    "cut-others-wait": [(LOOP, LOOP.replace("%end_range", "%c8"))],
    "cut-waits-for-itself": [(LOOP, LOOP.replace("%next_range", "%range"))],
    "cut-others-store": [(OWNER, OWNER.replace("%owns", "%yes"))],
    "cut-owner-stores-a-part": [(BRANCH, BRANCH.replace("%other", "%owns"))],
    "cut-parts-left-out": [("gqgpu.elementwise(%all)", "gqgpu.elementwise(%sum#0)")],
    "cut-one-part-left-out": [("%next_range = arith.addi %range, %c1", "%next_range = arith.addi %range, %c2"),
                              ("      %c4 = ", "      %c2 = arith.constant 2 : index\n      %c4 = ")],
    "cut-flags-not-cleared": [("outs(%e, %p, %z", "outs(%e, %p, %f")],
    "cut-flag-of-the-other-group": [("%its_flag = arith.addi %before, %flag", "%its_flag = arith.addi %before, %c0")],
    "cut-part-of-the-other-group": [(ADD, ADD.replace("%at", "%c0"))],
    "cut-groups-share-a-part": [(STORE, STORE.replace("%at", "%c0"))],
    "cut-elsewhere-by-a-role": [("%owns_tma) of 3 among 8", "%owns_tma) of 4 among 8")],
}
