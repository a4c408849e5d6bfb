"""Faults of mutate.py for gemm-cluster.mlir: thread blocks that reach into one another."""

RING = "consumed_by [\"math\"] arrivals 8 in_cluster [16, 8] : !ring\n"
START = "      %start = gqgpu.cursor : !gqgpu.cursor\n      gqgpu.barrier cluster\n"
RETURN = "      gqgpu.barrier cluster\n      gqgpu.return\n"
RELEASE = "gqgpu.release %ring[%slot] peers [0] : !ring\n"
SHARED = "tile 0 {multicast = 0 : i64} : memref<200x384xf8E4M3FN>, !ring\n"
LOAD = "              gqgpu.tma_load %a[%m, %k] -> %ring[%slot_tma] "
OWN_SHARED = SHARED.replace("{multicast = 0 : i64} ", "")
OWN = "tile 1 : memref<160x384xf8E4M3FN>, !ring\n"

FAULTS = {
    "cluster-release-missing": [(RELEASE, RELEASE.replace(" peers [0]", ""))],
    "cluster-release-to-the-other": [(RELEASE, RELEASE.replace("[0]", "[1]"))],
    "cluster-release-to-both": [(RELEASE, RELEASE.replace("[0]", "[0, 1]"))],
    "cluster-arrivals-of-one-block": [(RING, RING.replace("[16, 8]", "[8, 8]"))],
    "cluster-arrivals-of-warps-missing": [(RING, RING.replace("[16, 8]", "[10, 8]"))],
    "cluster-arrivals-in-both": [(RING, RING.replace("[16, 8]", "[16, 16]"))],
    "cluster-loaded-by-the-other": [(SHARED, SHARED.replace("0 : i64", "1 : i64"))],
    "cluster-loaded-by-each": [(SHARED, OWN_SHARED)],
    "cluster-tile-of-one-block": [(OWN, OWN.replace("tile 1", "tile 1 {multicast = 0 : i64}"))],
    "cluster-tile-loaded-twice": [(SHARED, SHARED + LOAD + SHARED)],
    "cluster-tile-loaded-by-each-before": [(SHARED, OWN_SHARED + LOAD + SHARED)],
    "cluster-tile-loaded-by-each-as-well": [(SHARED, SHARED + LOAD + OWN_SHARED)],
    "cluster-bytes-of-own-loads": [("bytes 24576", "bytes 8192")],
    "cluster-bytes-too-many": [("bytes 24576", "bytes 40960")],
    "cluster-begins-too-early": [(START, START.replace("      gqgpu.barrier cluster\n", ""))],
    "cluster-ends-too-early": [(RETURN, "      gqgpu.return\n")],
    "cluster-tiles-of-no-block": [("cluster_tiles = array<i64: 1, 2>", "cluster_tiles = array<i64: 2, 2>")],
}
