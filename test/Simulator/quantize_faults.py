"""Faults of mutate.py for quantize-*.mlir, and for a product whose stores are staged."""

BARRIER = "        gqgpu.barrier block\n"
WARP_BARRIER = "            gqgpu.barrier warp\n"
ALLOC = "%words = gqgpu.shared_alloc at 0 : !gqgpu.tile<1x1xf32>\n"
CLEAR = "        gqgpu.clear %words : !gqgpu.tile<1x1xf32>\n"
MINE = "        %mine = "
ATOMIC = "        gqgpu.atomic_max block %warp into %words : !warp, !gqgpu.tile<1x1xf32>\n"
READ = "        %maxima = gqgpu.read_blocks %words : !gqgpu.tile<1x1xf32> -> !blocks\n"
CLUSTER_BARRIER = "        gqgpu.barrier cluster\n"
CLUSTER_CLEAR = "        gqgpu.clear %words : !gqgpu.tile<1x2xf32>\n"
CLUSTER_ATOMIC = "        gqgpu.atomic_max cluster %lanes into %words : !lanes, !gqgpu.tile<1x2xf32>\n"
PARK = "        %parked = gqgpu.park %top in %place : !x, !gqgpu.tile<32x128xf32> -> !parked\n"
UNPARK = "        %again = gqgpu.unpark %parked : !parked -> !x\n"
CAST_AGAIN = "%above = gqgpu.scaled_cast %again, "
BOTTOM = "        %other = gqgpu.thread_absmax %bottom : !x -> !thread\n"
BOTH = "gqgpu.partial_max %mine, %other floor 0.000000e+00 : !thread, !thread -> !thread"
STAGE_SCALES = "        gqgpu.stage %scale into %sectors : !blocks, !gqgpu.tile<64x4xf32>\n"
STORE_SCALES = "        gqgpu.store_shared %sectors, %s[%m, %nb] : !gqgpu.tile<64x4xf32>, memref<100x5xf32>\n"
STAGE_CODES = "        gqgpu.stage %code into %turned : !codes, !gqgpu.tile<64x128xf8E5M2, band = 16>\n"
STORE_CODES = ("        gqgpu.store_shared %turned, %t[%n, %m] {transposed}"
               " : !gqgpu.tile<64x128xf8E5M2, band = 16>, memref<160x100xf8E5M2>\n")
FENCE = "            gqgpu.proxy_fence\n"
STORE_WAIT = "            gqgpu.tma_store_wait read\n"
END_WAIT = "          gqgpu.tma_store_wait\n"

CAST = "gqgpu.scaled_cast %v, %scale :"
GIVEN = "          gqgpu.yield %d : f32\n"

FAULTS = {
    # quantize-warps.mlir: words of shared memory.
    "no-barrier-before-the-words-are-cleared": [(BARRIER + CLEAR, CLEAR)],
    "no-barrier-after-the-words-are-cleared": [(CLEAR + BARRIER, CLEAR)],
    "no-barrier-before-the-words-are-read": [(BARRIER + READ, READ)],
    "barrier-of-a-warp": [(BARRIER + READ, BARRIER.replace("block", "warp") + READ)],
    "words-never-cleared": [(CLEAR, "")],
    "words-cleared-for-the-first-tile": [(CLEAR, ""), (ALLOC, ALLOC + CLEAR + BARRIER)],
    "nothing-reduced": [(ATOMIC, "")],
    "other-words-read": [
        (ALLOC, ALLOC + "      %none = gqgpu.shared_alloc at 16 : !gqgpu.tile<1x1xf32>\n"),
        ("shared_memory = 4 ", "shared_memory = 20 "), (READ, READ.replace("%words", "%none"))],
    "half-of-the-warps": [("#gqgpu.blocked<[32, 8], ", "#gqgpu.blocked<[16, 8], ")],
    "half-of-a-warp": [("!warp = !gqgpu.partial<!blocks, lanes = 32>", "!warp = !gqgpu.partial<!blocks, lanes = 16>")],
    "places-overlap": [
        (ALLOC, ALLOC + "      %none = gqgpu.shared_alloc at 0 : !gqgpu.tile<1x1xf32>\n")],
    "scales-not-normal": [(CAST, CAST.replace(" :", " {normal} :")),
                          (GIVEN, GIVEN.replace("%d", "%zero"))],  # fmt: skip
    "no-room": [("shared_memory = 4 ", "shared_memory = 2 ")],
    # quantize-cluster.mlir: words in every thread block.
    "cluster-cleared-without-a-barrier": [(CLUSTER_CLEAR + CLUSTER_BARRIER, CLUSTER_CLEAR + BARRIER)],
    "cluster-read-without-a-barrier": [(CLUSTER_ATOMIC + CLUSTER_BARRIER, CLUSTER_ATOMIC + BARRIER)],
    "half-of-the-cluster": [(CLUSTER_ATOMIC, CLUSTER_ATOMIC.replace("cluster", "block"))],
    # quantize-slabs.mlir: parking, and two slabs in one maximum.
    "parked-slab-read-twice": [(UNPARK, UNPARK + UNPARK.replace("%again", "%twice")),
                               (CAST_AGAIN, CAST_AGAIN.replace("%again", "%twice"))],
    "parked-slab-never-read": [(UNPARK, ""), (CAST_AGAIN, CAST_AGAIN.replace("%again", "%top"))],
    "parked-over-another": [
        (BOTTOM, BOTTOM + PARK.replace("%parked", "%second").replace("%top", "%bottom"))],
    "slab-not-reduced": [(BOTH, "gqgpu.partial_max %mine floor 0.000000e+00 : !thread -> !thread")],
    "slab-stored-twice": [("%above, %q[%m, %n]", "%above, %q[%row, %n]")],
    # quantize-staged.mlir: staging of scales and of transposed codes.
    "scales-stored-before-they-are-staged": [
        (STAGE_SCALES + BARRIER + STORE_SCALES, STORE_SCALES + BARRIER + STAGE_SCALES)],
    "no-barrier-after-scales-are-staged": [
        (STAGE_SCALES + BARRIER, STAGE_SCALES)],
    "no-barrier-after-codes-are-staged": [(STAGE_CODES + BARRIER, STAGE_CODES)],
    "codes-never-stored": [(STORE_CODES, "")],
    "codes-staged-over-others": [(STAGE_CODES, STAGE_CODES + BARRIER + STAGE_CODES)],
    "codes-not-turned": [(STORE_CODES, STORE_CODES.replace("{transposed} ", ""))],
    "codes-said-to-be-aligned": [(STORE_CODES, STORE_CODES.replace("{transposed}", "{aligned = 128 : i64, transposed}"))],
    "some-lanes-reduced": [("gqgpu.whole_blocks %lanes : !lanes", "gqgpu.whole_blocks %thread : !thread")],
    # gemm-fragments.mlir after gq-stage-stores: the copy engine.
    "copy-without-a-fence": [(FENCE, "")],
    "copy-without-a-barrier": [(FENCE + WARP_BARRIER, FENCE)],
    "staging-reused-under-a-copy": [(STORE_WAIT, "")],
    "staging-reused-without-a-barrier": [(STORE_WAIT + WARP_BARRIER, STORE_WAIT)],
    "copies-not-waited-for": [(END_WAIT, "")],
}
