"""Faults of mutate.py for gemm-split.mlir: thread blocks that add up parts of a sum."""

OFFER = "            gqgpu.offer %inbox : !inbox\n"
OFFERS = "            gqgpu.await_offers %inbox : !inbox\n"
PUSH = "            gqgpu.push %sum#0 to %inbox tile 0 : !acc, !inbox\n"
PUSHES = "            gqgpu.await_pushes %inbox : !inbox\n"
SUM = "            %all = gqgpu.sum_pushed %inbox tile 0, %sum#0 from %zeros : !inbox, !acc, !own\n"
ROW = "          %row = arith.muli %group, %c64 : index\n"
CREATE = "      %inbox = gqgpu.inbox_create of \"math\" arrivals 8 : !inbox\n"
ARRIVE = "      gqgpu.arrive_cluster\n"
AWAIT = "          gqgpu.await_cluster\n"
TYPE = "!inbox = !gqgpu.inbox<<128x32xf32>>\n"


def if_odd(text):
    return ("            %odd = arith.cmpi eq, %part, %c0 : index\n            scf.if %odd {\n  "
            + text + "            }\n")


FAULTS = {
    "split-reads-before-it-has-come": [(PUSHES, "")],
    "split-reads-before-it-waits": [(PUSHES, ""), (SUM, SUM + PUSHES)],
    "split-writes-before-it-is-offered": [(OFFERS, "")],
    "split-offers-ahead": [
        (ROW, ROW + OFFER.replace("            ", "          ")), (OFFER, ""),
        (PUSHES, PUSHES + OFFER)],
    "split-offers-nothing": [(OFFER, "")],
    "split-pushes-nothing": [(PUSH, "")],
    "split-pushes-twice": [(PUSH, 2 * PUSH)],
    "split-tile-that-nobody-writes": [(TYPE, TYPE.replace("<128x32xf32>", "<128x32xf32>, <128x32xf32>"))],
    "split-reads-nothing": [(SUM, "            %all = gqgpu.splat %zero : f32 -> !own\n")],
    "split-ends-too-early": [(PUSHES, ""), (SUM, "            %all = gqgpu.splat %zero : f32 -> !own\n")],
    "split-inbox-of-few-warps": [(CREATE, CREATE.replace("arrivals 8", "arrivals 4"))],
    "split-inbox-of-one-warp": [(CREATE, CREATE.replace("arrivals 8", "arrivals 1"))],
    "split-inbox-of-more-warps": [(CREATE, CREATE.replace("arrivals 8", "arrivals 16"))],
    "split-begins-too-early": [(AWAIT, "")],
    "split-arrives-too-early": [(CREATE + ARRIVE, ARRIVE + CREATE)],
    "split-arrives-nowhere": [(ARRIVE, "")],
    "split-inbox-of-another-role": [(CREATE, CREATE.replace("math", "tma"))],
    "split-offers-under-a-condition": [(OFFER, ""), (OFFERS, if_odd(OFFER) + OFFERS)],
    "split-both-have-one-part": [("((d0 floordiv 32) mod 2)>", "(d0 * 0)>")],
}
