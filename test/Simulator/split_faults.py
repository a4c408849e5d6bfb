"""Faults of mutate.py for gemm-split.mlir: thread blocks that add up parts of a sum."""

MEET = "            gqgpu.meet %meeting : !gqgpu.meeting\n"
SHARE = "            gqgpu.share %sum#0 into %shared : !acc, !shared\n"
COLUMN = "            %column = affine.apply #column(%n)\n"
SUM = "            %all = gqgpu.sum_shared %shared[%column] from %zeros : !shared, !own\n"
END = MEET + "            gqgpu.yield %sum#1 : !gqgpu.cursor\n"
CREATE = "      %meeting = gqgpu.meeting_create of \"math\" arrivals 8 : !gqgpu.meeting\n"
START = CREATE + "      gqgpu.barrier cluster\n"

FAULTS = {
    "split-sum-before-parts-are-written": [(SHARE + MEET, SHARE)],
    "split-part-written-before-it-is-read": [(END, END.replace(MEET, ""))],
    "split-reads-before-it-meets": [(MEET + COLUMN, COLUMN), (SUM, SUM + MEET)],
    "split-parts-not-shared": [(SHARE, "")],
    "split-meeting-of-few-warps": [(CREATE, CREATE.replace("arrivals 8", "arrivals 4"))],
    "split-meeting-of-one-warp": [(CREATE, CREATE.replace("arrivals 8", "arrivals 1"))],
    "split-meeting-of-more-warps": [(CREATE, CREATE.replace("arrivals 8", "arrivals 9"))],
    "split-begins-too-early": [(START, CREATE)],
    "split-meeting-of-another-role": [(CREATE, CREATE.replace("math", "tma"))],
    "split-meets-under-a-condition": [
        (END, "            %odd = arith.cmpi eq, %part, %c0 : index\n            scf.if %odd {\n  "
              + MEET + "            }\n" + END.replace(MEET, ""))],
    "split-columns-of-no-thread-block": [("(d0 mod 64)>", "(d0 mod 64 + 16)>")],
    "split-columns-of-the-other": [("(d0 mod 64)>", "((d0 + 32) mod 64)>")],
    "split-both-have-one-part": [("((d0 floordiv 32) mod 2)>", "(d0 * 0)>")],
}
