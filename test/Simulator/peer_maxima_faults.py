"""Faults of mutate.py for gemm-peer-maxima.mlir: thread blocks that tell one another maxima."""

OFFER = "            gqgpu.offer %inbox : !inbox\n"
OFFERS = "            gqgpu.await_offers %inbox : !inbox\n"
PUSH = "            gqgpu.push_maxima %max to %inbox tile 0 : !row, !inbox\n"
PUSHES = "            gqgpu.await_pushes %inbox : !inbox\n"
MAX = "            %all = gqgpu.max_pushed %inbox tile 0, %max : !inbox, !row\n"
SPREAD = "gqgpu.spread_blocks %all"
TYPE = "!inbox = !gqgpu.inbox<<8x1xf32>>\n"
CREATE = "      %inbox = gqgpu.inbox_create of \"math\" arrivals 8 : !inbox\n"
MEET = "      gqgpu.barrier cluster\n      gqgpu.warp_specialize {\n"
ROW = "          %row = arith.muli %group, %c64 : index\n"
READ = "            %max = gqgpu.read_maxima %slots[%full] tile 0 block [128, 64] floor 0.000000e+00 at(%row, %c0) : !maxima -> !row\n"


def if_first(text):
    """In the first of the thread blocks alone."""
    return ("            %number = affine.apply #scales(%m)\n"
            "            %alone = arith.cmpi ne, %number, %c0 : index\n"
            "            scf.if %alone {\n  " + text + "            }\n")


FAULTS = {
    "peers-read-before-it-has-come": [(PUSHES, "")],
    "peers-read-before-they-wait": [(PUSHES, ""), (MAX, MAX + PUSHES)],
    "peers-push-before-it-is-offered": [(OFFERS, "")],
    "peers-push-before-they-wait": [(OFFERS, ""), (PUSH, PUSH + OFFERS)],
    "peers-offer-ahead": [
        (ROW, ROW + OFFER.replace("            ", "          ")), (OFFER, ""),
        (PUSHES, PUSHES + OFFER)],
    "peers-offer-nothing": [(OFFER, "")],
    "peers-push-nothing": [(PUSH, "")],
    "peers-push-twice": [(PUSH, 2 * PUSH)],
    "peers-push-late": [(PUSH, ""), (PUSHES, PUSHES + PUSH)],
    "peers-tile-that-nobody-writes": [(TYPE, TYPE.replace("<8x1xf32>", "<8x1xf32>, <8x1xf32>"))],
    "peers-read-nothing": [(MAX, ""), (SPREAD, SPREAD.replace("%all", "%max"))],
    "peers-end-too-early": [(PUSHES, ""), (MAX, ""), (SPREAD, SPREAD.replace("%all", "%max"))],
    "peers-inbox-of-few-warps": [(CREATE, CREATE.replace("arrivals 8", "arrivals 4"))],
    "peers-inbox-of-more-warps": [(CREATE, CREATE.replace("arrivals 8", "arrivals 16"))],
    "peers-inbox-of-few-rows": [(TYPE, TYPE.replace("8x1", "4x1"))],
    "peers-inbox-of-another-role": [(CREATE, CREATE.replace("math", "tma"))],
    "peers-do-not-meet": [(MEET, MEET.replace("      gqgpu.barrier cluster\n", ""))],
    "peers-meet-too-early": [
        (CREATE, ""), (MEET, MEET.replace("      gqgpu.warp", CREATE + "      gqgpu.warp"))],
    "peers-push-under-a-condition": [(PUSH, if_first(PUSH))],
    "peers-offer-under-a-condition": [(OFFER, if_first(OFFER))],
    "peers-keep-their-own": [(SPREAD, SPREAD.replace("%all", "%max"))],
    "peers-push-those-of-a-group": [(READ, READ + READ.replace("%max =", "%own_rows =").replace(
        "[128, 64]", "[64, 64]")), (PUSH, PUSH.replace("%max", "%own_rows"))],
}
