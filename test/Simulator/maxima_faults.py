"""Faults of mutate.py for gemm-maxima.mlir: maxima that the warps of a role share."""

WORDS = "!maxima = !gqgpu.ring<2, <1x8xf32>>"
PUT = "            gqgpu.put_maxima %part at(%row, %c0) to %slots[%own] tile 0 : !part, !maxima\n"
COMMIT = "            gqgpu.commit %slots[%own] : !maxima\n"
READ = "            %max = gqgpu.read_maxima %slots[%full] tile 0 block [128, 64] floor 0.000000e+00 at(%row, %c0) : !maxima -> !row\n"
SPREAD = "            %maxima = gqgpu.spread_blocks %max : !row -> !blocks\n"
RELEASE = "            gqgpu.release %slots[%full] : !maxima\n"
NEXT = READ.replace("%c0)", "%c64)")

FAULTS = {
    "maxima-put-twice": [(PUT, PUT + PUT)],
    "maxima-put-over-others": [(PUT, PUT.replace("%row", "%c0"))],
    "maxima-put-beside": [(PUT, PUT.replace("%c0)", "%c64)"))],
    "maxima-put-below": [(PUT, "            %below = arith.addi %row, %c128 : index\n" + PUT.replace("%row", "%below"))],
    "maxima-never-put": [(PUT, "")],
    "maxima-put-after-the-commit": [(PUT + COMMIT, COMMIT + PUT)],
    "maxima-read-beside": [(READ, NEXT)],
    "maxima-read-of-nobody": [(WORDS, WORDS.replace("<1x8", "<2x8")), (READ, NEXT)],
    "maxima-read-after-the-release": [(READ + SPREAD + RELEASE, RELEASE + READ + SPREAD)],
    "maxima-not-waited-for": [("%slots[%full] tile 0", "%slots[%own] tile 0")],
    "maxima-of-one-group": [("%slots = gqgpu.ring_create filled_by [\"math\"] arrivals 8", "%slots = gqgpu.ring_create filled_by [\"math\"] arrivals 4")],
}
