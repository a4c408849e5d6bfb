"""mutate.py FILE NAME: FILE with one fault put in, on stdout.

A fault is a list of replacements. Each text must stand in the file exactly once,
so that a fault cannot silently become none.
"""
import sys

from cluster_faults import FAULTS as CLUSTER
from cut_faults import FAULTS as CUT
from k_group_faults import FAULTS as K_GROUPS
from maxima_faults import FAULTS as MAXIMA
from peer_maxima_faults import FAULTS as PEER_MAXIMA
from pingpong_faults import FAULTS as PINGPONG
from quantize_faults import FAULTS as QUANTIZE
from split_faults import FAULTS as SPLIT

WAIT = "%slot = gqgpu.wait %ring[%cursor] : !ring -> !gqgpu.slot\n"
RELEASE = "              gqgpu.release %ring[%slot] : !ring\n"
COMMIT = "              gqgpu.commit %ring[%slot_tma] : !ring\n"
COPY_COMMIT = "              gqgpu.commit %ring[%slot_copy] : !ring\n"
MMA_WAIT = "              %partial = gqgpu.mma_wait %product : !acc\n"
SCALES = "tile 2 rows %row block 1 : !ring"
ROWS = "              %rows = gqgpu.read_scales %ring[%slot] " + SCALES + " -> <64x1xf32, #gqgpu.mma>\n"
LOAD = "              gqgpu.tma_load %b[%n, %k] -> %ring[%slot_tma] tile 1 : memref<160x384xf8E4M3FN>, !ring\n"
COPY = "              gqgpu.copy_load %sb[%nb, %kb] -> %ring[%slot_copy] tile 3 : memref<2x3xf32>, !ring\n"
START = "%start = gqgpu.cursor : !gqgpu.cursor\n"
RING = "%ring = gqgpu.ring_create bytes 24576 filled_by [\"tma\", \"copy\"] arrivals 33 consumed_by [\"math\"] arrivals 8 : !ring\n"
MATH = "\"math\" kind math groups 2 warps 4 registers 232"
TILES = "gqgpu.tile_loop (%m, %n) to (%c200, %c160) step [128, 64] persistent iter_args"
TMA_TILES = TILES + "(%first_tma = %start)"
COPY_TILES = TILES + "(%first_copy = %start)"
MATH_TILES = TILES + "(%first = %start)"
TMA_K = "scf.for %k = %c0 to %c384 step %c128 iter_args(%cursor_tma"
COPY_K = "scf.for %k = %c0 to %c384 step %c128 iter_args(%cursor_copy"
MATH_K = "scf.for %k = %c0 to %c384 step %c128 iter_args(%acc"
MATH_CURSOR = "%cursor = %first) -> (!acc"
TMA_ADVANCE = "%next_tma = gqgpu.advance %ring[%cursor_tma] : !ring, !gqgpu.cursor\n              scf.yield %next_tma"
MATH_ADVANCE = "%next = gqgpu.advance %ring[%cursor] : !ring, !gqgpu.cursor\n              scf.yield %more, %next"
PROMOTE = ("%more = gqgpu.promote %partial, %rows, %cols into %acc"
           " : <64x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, !acc\n")
NEXT_TILE = "            gqgpu.yield %sum#1"
TWO_STEPS = "%c256 = arith.constant 256 : index\n      "


def odd(loop):
    """A cursor of the other parity for one of the two sides."""
    return [(START, START + "      %odd = gqgpu.cursor {parity = 1 : i64} : !gqgpu.cursor\n"),
            (loop, loop.replace("%start", "%odd"))]


FAULTS = {
    # Phases and cursors.
    "wrong-parity-math": odd(MATH_TILES),
    "wrong-parity-producer": odd(TMA_TILES),
    "phase-lost-between-tiles": [(MATH_CURSOR, MATH_CURSOR.replace("%first", "%start"))],
    "producer-does-not-advance": [(TMA_ADVANCE, "scf.yield %cursor_tma")],
    "math-does-not-advance": [(MATH_ADVANCE, "scf.yield %more, %cursor")],
    "math-advances-twice": [(MATH_ADVANCE,
        "%skip = gqgpu.advance %ring[%cursor] : !ring, !gqgpu.cursor\n"
        "              %next = gqgpu.advance %ring[%skip] : !ring, !gqgpu.cursor\n"
        "              scf.yield %more, %next")],
    "index-not-wrapped": [
        (RING, RING + "      %long = gqgpu.ring_create : !gqgpu.ring<3, <1x1xf32>>\n"),
        (MATH_ADVANCE, MATH_ADVANCE.replace(
            "%ring[%cursor] : !ring", "%long[%cursor] : !gqgpu.ring<3, <1x1xf32>>"))],
    # Slots.
    "release-missing": [(RELEASE, "")],
    "release-twice": [(RELEASE, 2 * RELEASE)],
    "release-before-product-is-done": [(MMA_WAIT, ""), (RELEASE, RELEASE + MMA_WAIT)],
    "release-before-last-read": [(RELEASE, ""), (ROWS, RELEASE + ROWS)],
    "commit-missing": [(COMMIT, "")],
    "commit-twice": [(COMMIT, 2 * COMMIT)],
    "fill-after-commit": [(COPY_COMMIT, ""), (COPY, COPY_COMMIT + COPY)],
    "tile-not-filled": [(COPY, "")],
    "tile-filled-twice": [(COPY, 2 * COPY)],
    "two-consumers-of-a-slot": [(WAIT, WAIT + "              " + WAIT.replace("%slot", "%again")),
                                (RELEASE, RELEASE + RELEASE.replace("%slot", "%again"))],
    "producer-releases": [(COMMIT, RELEASE.replace("%slot", "%slot_tma"))],
    "tma-in-the-copying-role": [(COPY, COPY + LOAD.replace("%slot_tma", "%slot_copy")), (LOAD, "")],
    "release-by-one-group": [(RELEASE, "              %mine = arith.cmpi eq, %group, %c0 : index\n"
                                       "              scf.if %mine {\n" + RELEASE + "              }\n")],
    # Arrivals and bytes.
    "bytes-too-few": [("bytes 24576", "bytes 16384")],
    "bytes-too-many": [("bytes 24576", "bytes 32768")],
    "arrivals-of-one-group-missing": [("arrivals 8", "arrivals 4")],
    "arrivals-of-warps-missing": [("arrivals 8", "arrivals 6")],
    "arrivals-of-a-group-too-many": [("arrivals 8", "arrivals 12")],
    "arrivals-of-lanes-missing": [("arrivals 33", "arrivals 2")],
    "arrivals-of-a-thread-too-many": [("arrivals 33", "arrivals 34")],
    "copy-role-not-named": [("[\"tma\", \"copy\"] arrivals 33", "[\"tma\"] arrivals 1")],
    # Products.
    "wait-missing-before-promotion": [(MMA_WAIT, ""), (PROMOTE, PROMOTE.replace("%partial", "%product"))],
    "product-kept-for-the-epilogue": [
        (PROMOTE, PROMOTE.replace("%more", "%unused")),
        ("scf.yield %more", "scf.yield %product")],
    "registers-reused-too-early": [
        (RELEASE, "              %clobber = gqgpu.mma_async %ring[%slot] tiles(0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>"
                  " row %row k [0, 128]"
                  " reuse %partial : !acc : !ring -> <64x64xf32, #gqgpu.mma>\n"
                  "              %done = gqgpu.mma_wait %clobber : !acc\n" + RELEASE)],
    # What is computed.
    "swapped-scale-rows": [(SCALES, SCALES.replace("%row", "%other")),
                           ("%row = arith.muli %group, %c64 : index\n",
                            "%row = arith.muli %group, %c64 : index\n"
                            "          %other = arith.subi %c64, %row : index\n")],
    "promotion-skipped": [("scf.yield %more", "scf.yield %acc")],
    "promotion-doubled": [(PROMOTE, PROMOTE + "              " + PROMOTE.replace("%more", "%twice")
                           .replace("into %acc", "into %more")),
                          ("scf.yield %more", "scf.yield %twice")],
    "k-loop-one-short": [("%c384 = arith.constant 384", "%c384 = arith.constant 256")],
    "k-loop-one-too-far": [("%c384 = arith.constant 384", "%c384 = arith.constant 512")],
    "k-loop-of-math-one-short": [(START, START + "      " + TWO_STEPS.strip() + "\n"),
                                 (MATH_K, MATH_K.replace("%c384", "%c256"))],
    "k-loop-of-producer-one-short": [(START, START + "      " + TWO_STEPS.strip() + "\n"),
                                     (TMA_K, TMA_K.replace("%c384", "%c256")),
                                     (COPY_K, COPY_K.replace("%c384", "%c256"))],
    "k-loop-of-copies-one-short": [(START, START + "      " + TWO_STEPS.strip() + "\n"),
                                   (COPY_K, COPY_K.replace("%c384", "%c256"))],
    # Tiles.
    "advance-between-tiles": [(NEXT_TILE,
        "            %skip = gqgpu.advance %ring[%sum#1] : !ring, !gqgpu.cursor\n"
        + NEXT_TILE.replace("%sum#1", "%skip"))],
    "other-raster": [(MATH_TILES, MATH_TILES.replace("persistent", "raster 2 persistent"))],
    "other-tiles": [(MATH_TILES, MATH_TILES.replace("%c160", "%c128"))],
    "tiles-swapped": [(MATH_TILES, MATH_TILES.replace("%c200, %c160", "%c160, %c200"))],
    # Of gemm-rotated.mlir: the wait for the next step's slot.
    "when-inverted": [("arith.cmpi slt", "arith.cmpi sge")],
    "when-missing": [(" when %another", "")],
    "when-a-step-early": [("%another = arith.cmpi slt, %k1, %c384", "%another = arith.cmpi slt, %k1, %c200")],
    "rotated-over-one-slot": [("!gqgpu.ring<2, <128", "!gqgpu.ring<1, <128")],
    # Results, and positions.
    "groups-store-the-same-rows": [("%to = arith.addi %m, %row", "%to = arith.addi %m, %c0")],
    "last-columns-not-computed": [("%c160 = arith.constant 160", "%c160 = arith.constant 128")],
    "group-in-two-blocks": [
        ("cols %c0 block 128 : !ring -> <1x1xf32, #gqgpu.mma>",
         "cols %c200 block 128 : !ring -> <1x64xf32, #gqgpu.mma, block = [1, 32]>"),
        (PROMOTE, PROMOTE.replace("<1x1xf32, #gqgpu.mma>", "<1x64xf32, #gqgpu.mma, block = [1, 32]>"))],
    "scales-past-the-tile": [(SCALES, SCALES.replace("%row", "%c128"))],
    "rows-past-the-tile": [("row %row k [0, 128]", "row %c128 k [0, 128]")],
    "columns-past-the-tile": [("row %row k [0, 128]", "row %row column %c64 k [0, 128]")],
    # Budgets.
    "too-many-registers": [(MATH, MATH.replace("232", "248"))],
    "registers-below-the-launch": [(MATH, MATH.replace("232", "160"))],
    "registers-of-four-groups": [(MATH, MATH.replace("groups 2", "groups 4").replace("232", "120")),
                                 ("arrivals 8", "arrivals 16"),
                                 ("kind tma warps 1 registers 40", "kind tma warps 1 registers 32"),
                                 ("kind copy warps 1 registers 40", "kind copy warps 1 registers 32")],
    "too-many-groups": [(MATH, MATH.replace("groups 2", "groups 200000000"))],
    "groups-past-counting": [(MATH, MATH.replace("groups 2", "groups 9223372036854775807"))],
    "registers-differ-in-a-warp-group": [("kind copy warps 1 registers 40", "kind copy warps 1 registers 32")],
    "too-much-shared-memory": [("!gqgpu.ring<2, <128", "!gqgpu.ring<10, <128")],
}


def main():
    path, name = sys.argv[1:]
    text = open(path).read()
    for old, new in {**FAULTS, **CLUSTER, **CUT, **K_GROUPS, **MAXIMA, **PEER_MAXIMA,
                     **PINGPONG, **QUANTIZE, **SPLIT}[name]:
        if text.count(old) != 1:
            sys.exit(f"{name}: expected one place in {path}, found {text.count(old)}: {old}")
        text = text.replace(old, new)
    sys.stdout.write(text)


main()
