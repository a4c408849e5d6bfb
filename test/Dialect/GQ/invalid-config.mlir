// One test for every diagnostic: #gq.matmul_config and #gq.quantize_config.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// Text form. Keys of the other kind are unknown.
// expected-error@+1 {{has key 'stage', expects one of tile, }}
func.func private @unknown_key() attributes {c = #gq.matmul_config<tile = [1, 1, 1], stage = 3>}

// -----

// expected-error@+1 {{has key 'stage', expects one of tile, }}
func.func private @unknown_key() attributes {c = #gq.quantize_config<tile = [1, 1], stage = 3>}

// -----

// expected-error@+1 {{has key 'threads', expects one of tile, }}
func.func private @key_of_quantisation() attributes {c = #gq.matmul_config<tile = [1, 1, 1], threads = 128>}

// -----

// Two thread blocks share a tile of one operand; a number would not say which.
// expected-error@+2 {{expected keyword for the tile that the thread blocks of a cluster share}}
// expected-error@+1 {{expects key 'cluster' to be one of [none, a, b]}}
func.func private @cluster_of_matmul() attributes {c = #gq.matmul_config<tile = [1, 1, 1], cluster = 2>}

// -----

// expected-error@+1 {{expects split_k of at least 1, got 0}}
func.func private @split_k() attributes {c = #gq.matmul_config<tile = [1, 1, 1], split_k = 0>}

// -----

// expected-error@+1 {{expects cluster = none with split_k of 2: the thread blocks of a cluster have parts of K of their own}}
func.func private @parts_in_a_cluster() attributes {c = #gq.matmul_config<tile = [1, 1, 1], cluster = a, split_k = 2>}

// -----

// expected-error@+2 {{expected one of [none, a, b] for the tile that the thread blocks of a cluster share, got: c}}
// expected-error@+1 {{expects key 'cluster' to be one of [none, a, b]}}
func.func private @cluster_of_c() attributes {c = #gq.matmul_config<tile = [1, 1, 1], cluster = c>}

// -----

// expected-error@+1 {{has key 'raster', expects one of tile, }}
func.func private @key_of_matmul() attributes {c = #gq.quantize_config<tile = [1, 1], raster = 7>}

// -----

// expected-error@+1 {{has key 'schedule', expects one of tile, }}
func.func private @schedule_of_quantisation() attributes {c = #gq.quantize_config<tile = [1, 1], schedule = cooperative>}

// -----

// expected-error@+1 {{has key 'stages' twice}}
func.func private @duplicate_key() attributes {c = #gq.matmul_config<tile = [1, 1, 1], stages = 3, stages = 4>}

// -----

// expected-error@+1 {{has key 'tile' twice}}
func.func private @duplicate_list() attributes {c = #gq.matmul_config<tile = [1, 1, 1], tile = [1]>}

// -----

// expected-error@+1 {{expected '='}}
func.func private @no_equal() attributes {c = #gq.matmul_config<tile [1, 1, 1]>}

// -----

// expected-error@+1 {{expects a key of the config, one of tile, }}
func.func private @no_key() attributes {c = #gq.matmul_config<[1, 1, 1]>}

// -----

// expected-error@+2 {{expects true or false, got maybe}}
// expected-error@+1 {{expects key 'early_wait' to be true or false}}
func.func private @early_wait() attributes {c = #gq.matmul_config<tile = [1, 1, 1], early_wait = maybe>}

// -----

// expected-error@+2 {{expected valid keyword}}
// expected-error@+1 {{expects key 'early_wait' to be true or false}}
func.func private @early_wait_number() attributes {c = #gq.matmul_config<tile = [1, 1, 1], early_wait = 1>}

// -----

// expected-error@+2 {{expects true or false, got yes}}
// expected-error@+1 {{expects key 'park' to be true or false}}
func.func private @park() attributes {c = #gq.quantize_config<tile = [1, 1], slabs = 2, park = yes>}

// -----

// expected-error@+2 {{expected one of [cooperative, pingpong, streamk] for how the math warp groups share the work, got: rolling}}
// expected-error@+1 {{expects key 'schedule' to be one of [cooperative, pingpong, streamk]}}
func.func private @schedule() attributes {c = #gq.matmul_config<tile = [1, 1, 1], schedule = rolling>}

// -----

// expected-error@+2 {{expected keyword for how the math warp groups share the work}}
// expected-error@+1 {{expects key 'schedule' to be one of [cooperative, pingpong, streamk]}}
func.func private @schedule_number() attributes {c = #gq.matmul_config<tile = [1, 1, 1], schedule = 0>}

// -----

// expected-error@+2 {{expected '['}}
// expected-error@+1 {{expects key 'tile' to be a list of numbers}}
func.func private @not_a_list() attributes {c = #gq.matmul_config<tile = 3>}

// -----

// expected-error@+2 {{expected integer value}}
// expected-error@+1 {{expects key 'tile' to be a list of numbers}}
func.func private @not_a_number() attributes {c = #gq.matmul_config<tile = [a]>}

// -----

// expected-error@+2 {{integer value too large}}
// expected-error@+1 {{expects key 'tile' to be a list of numbers}}
func.func private @too_large_to_read() attributes {c = #gq.matmul_config<tile = [99999999999999999999, 1, 1]>}

// -----

// expected-error@+2 {{expected integer value}}
// expected-error@+1 {{expects key 'candidate' to be a number}}
func.func private @candidate_not_a_number() attributes {c = #gq.matmul_config<tile = [1, 1, 1], candidate = first>}

// -----

// expected-error@+1 {{expects a key of the config, one of tile, }}
func.func private @empty() attributes {c = #gq.matmul_config<>}

// -----

// expected-error@+1 {{has no key 'tile', which is needed}}
func.func private @no_tile() attributes {c = #gq.quantize_config<threads = 32>}

// -----

// Values, one by one and beside one another.
// expected-error@+1 {{expects tile to have 3 sizes, got 2}}
func.func private @tile_2() attributes {c = #gq.matmul_config<tile = [128, 128]>}

// -----

// expected-error@+1 {{expects tile to have 2 sizes, got 1}}
func.func private @tile_1() attributes {c = #gq.quantize_config<tile = [128]>}

// -----

// expected-error@+1 {{expects tile to have 2 sizes, got 3}}
func.func private @tile_3() attributes {c = #gq.quantize_config<tile = [1, 1, 1]>}

// -----

// expected-error@+1 {{expects tile sizes of at least 1, got 0}}
func.func private @tile_zero() attributes {c = #gq.quantize_config<tile = [128, 0]>}

// -----

// expected-error@+1 {{expects tile sizes of at least 1, got -128}}
func.func private @tile_negative() attributes {c = #gq.quantize_config<tile = [128, -128]>}

// -----

// expected-error@+1 {{expects tile sizes of at most 2147483647, got 2147483648}}
func.func private @tile_beyond_32_bits() attributes {c = #gq.quantize_config<tile = [1, 2147483648]>}

// -----

// expected-error@+1 {{expects registers to hold 2 counts (producer, math groups), got 1}}
func.func private @registers() attributes {c = #gq.matmul_config<tile = [1, 1, 1], registers = [40]>}

// -----

// expected-error@+1 {{expects registers of at least 1, got -8}}
func.func private @registers_negative() attributes {c = #gq.matmul_config<tile = [1, 1, 1], registers = [-8, 232]>}

// -----

// expected-error@+1 {{expects stages of at least 1, got 0}}
func.func private @stages() attributes {c = #gq.matmul_config<tile = [1, 1, 1], stages = 0>}

// -----

// expected-error@+1 {{expects stages of at most 2147483647, got 4611686018427387904}}
func.func private @stages_beyond_32_bits() attributes {c = #gq.matmul_config<tile = [1, 1, 1], stages = 4611686018427387904>}

// -----

// expected-error@+1 {{expects math_groups of at least 1, got 0}}
func.func private @math_groups() attributes {c = #gq.matmul_config<tile = [1, 1, 1], math_groups = 0>}

// -----

// expected-error@+1 {{expects math_groups of at most 2147483647, got 9223372036854775807}}
func.func private @math_groups_beyond_32_bits() attributes {c = #gq.matmul_config<tile = [1, 1, 1], math_groups = 9223372036854775807>}

// -----

// expected-error@+2 {{expected integer value}}
// expected-error@+1 {{expects key 'registers' to be a list of numbers}}
func.func private @registers_not_numbers() attributes {c = #gq.matmul_config<tile = [1, 1, 1], registers = [many]>}

// -----

// expected-error@+1 {{expects registers of at most 2147483647, got 2147483648}}
func.func private @registers_beyond_32_bits() attributes {c = #gq.matmul_config<tile = [1, 1, 1], registers = [40, 2147483648]>}

// -----

// expected-error@+1 {{expects raster of at least 1, got 0}}
func.func private @raster() attributes {c = #gq.matmul_config<tile = [1, 1, 1], raster = 0>}

// -----

// expected-error@+1 {{expects candidate of at least 0, got -1}}
func.func private @candidate() attributes {c = #gq.matmul_config<tile = [1, 1, 1], candidate = -1>}

// -----

// expected-error@+1 {{expects threads of at least 1, got -32}}
func.func private @threads() attributes {c = #gq.quantize_config<tile = [1, 1], threads = -32>}

// -----

// expected-error@+1 {{expects cluster of at least 1, got 0}}
func.func private @cluster() attributes {c = #gq.quantize_config<tile = [1, 1], cluster = 0>}

// -----

// expected-error@+1 {{expects passes of at most 2, got 3}}
func.func private @passes() attributes {c = #gq.quantize_config<tile = [1, 1], passes = 3>}

// -----

// expected-error@+1 {{expects passes of at least 1, got 0}}
func.func private @no_passes() attributes {c = #gq.quantize_config<tile = [1, 1], passes = 0>}

// -----

// expected-error@+1 {{expects slabs of at least 1, got 0}}
func.func private @slabs() attributes {c = #gq.quantize_config<tile = [1, 1], slabs = 0>}

// -----

// expected-error@+1 {{expects a cluster of 1 with slabs of 2, got 4}}
func.func private @slabs_of_cluster() attributes {c = #gq.quantize_config<tile = [1, 1], slabs = 2, cluster = 4>}

// -----

// expected-error@+1 {{expects slabs above 1 with park, got 1}}
func.func private @park_without_slabs() attributes {c = #gq.quantize_config<tile = [1, 1], park = true>}

// -----

// expected-error@+1 {{expects passes of 1 with park, got 2}}
func.func private @park_without_a_kept_slab() attributes {c = #gq.quantize_config<tile = [2, 1], slabs = 2, passes = 2, park = true>}

// -----

// expected-error@+1 {{expects chunk to be a power of two, got 12}}
func.func private @chunk() attributes {c = #gq.quantize_config<tile = [1, 1], chunk = 12>}

// -----

// expected-error@+1 {{expects chunk of at most 16, got 32}}
func.func private @wide_chunk() attributes {c = #gq.quantize_config<tile = [1, 1], chunk = 32>}

// -----

// Keys that do not apply to the op.
func.func @slabs_of_absmax(%x: tensor<64x512xbf16>, %s: tensor<1x4xf32>) {
  // expected-error@+1 {{expects config without slabs, which is for gq.quantize, got 2}}
  %0 = gq.block_absmax %x block [64, 128] outs(%s : tensor<1x4xf32>) {config = #gq.quantize_config<tile = [64, 512], slabs = 2>}
       : tensor<64x512xbf16> -> tensor<1x4xf32>
  return
}

// -----

func.func @passes_of_absmax(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects config without passes, which is for gq.quantize, got 2}}
  %0 = gq.block_absmax %x block [1, 128] outs(%s : tensor<64x4xf32>) {config = #gq.quantize_config<tile = [16, 512], passes = 2>}
       : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @matmul_config_of_cast(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %q: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{attribute 'config' failed to satisfy constraint: a #gq.quantize_config}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x512xf8E4M3FN>) {config = #gq.matmul_config<tile = [1, 1, 1]>}
       : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @slabs_of_copy(%x: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects config without slabs, which is for gq.quantize, got 2}}
  %0 = gq.copy %x outs(%x : tensor<64x512xbf16>) {config = #gq.quantize_config<tile = [64, 512], slabs = 2>}
       : tensor<64x512xbf16> -> tensor<64x512xbf16>
  return
}

// -----

// expected-error@+1 {{expects stream_a = false with stream_b: the lines of one operand are the first to leave, those of the other the last}}
func.func private @both_leave_first() attributes {c = #gq.matmul_config<tile = [1, 1, 1], stream_b = true, stream_a = true>}

// -----

// expected-error@+1 {{expects occupancy of at least 1, got 0}}
func.func private @no_thread_block() attributes {c = #gq.matmul_config<tile = [1, 1, 1], occupancy = 0>}

// -----

// expected-error@+1 {{expects occupancy of at most 32, got 33}}
func.func private @thread_blocks() attributes {c = #gq.matmul_config<tile = [1, 1, 1], occupancy = 33>}

// -----

// expected-error@+1 {{expects l2_promotion of 64, 128 or 256, got 100}}
func.func private @no_power() attributes {c = #gq.matmul_config<tile = [1, 1, 1], l2_promotion = 100>}

// -----

// expected-error@+1 {{expects l2_promotion of at most 256, got 512}}
func.func private @too_much() attributes {c = #gq.matmul_config<tile = [1, 1, 1], l2_promotion = 512>}

// -----

// expected-error@+1 {{expects as many math_groups as k_groups, 2, got 1}}
func.func private @groups() attributes {c = #gq.matmul_config<tile = [1, 1, 1], math_groups = 1, k_groups = 2>}

// -----

// expected-error@+1 {{expects k_groups = 1 with schedule = pingpong, got 2: each math group has tiles of its own}}
func.func private @groups_in_turn() attributes {c = #gq.matmul_config<tile = [1, 1, 1], schedule = pingpong, k_groups = 2>}

// -----

// expected-error@+1 {{expects k_groups of at most 2, got 3}}
func.func private @many_groups() attributes {c = #gq.matmul_config<tile = [1, 1, 1], math_groups = 3, k_groups = 3>}

// -----

func.func @passes_of_dequantize(%q: memref<64x512xi8>, %s: memref<64x4xf32>, %x: memref<64x512xbf16>) {
  // expected-error@+1 {{expects config without passes, which is for gq.quantize, got 2}}
  gq.dequantize %q scales(%s block [1, 128]) outs(%x : memref<64x512xbf16>) {config = #gq.quantize_config<tile = [32, 128], passes = 2>}
    : memref<64x512xi8>, memref<64x4xf32>
  return
}

// -----

// expected-error@+1 {{expects pause to hold 2 (slots, nanoseconds), got 1}}
func.func private @no_time() attributes {c = #gq.matmul_config<tile = [1, 1, 1], pause = [2]>}

// -----

// expected-error@+1 {{expects pause of at least 1, got 0}}
func.func private @no_slots() attributes {c = #gq.matmul_config<tile = [1, 1, 1], pause = [0, 1000]>}

// -----

// expected-error@+1 {{expects pause of at most 1000000, got 1000001}}
func.func private @for_ever() attributes {c = #gq.matmul_config<tile = [1, 1, 1], pause = [1, 1000001]>}

// -----

// expected-error@+1 {{expects a pause behind fewer slots than the 4 of the ring, got 4}}
func.func private @behind_all() attributes {c = #gq.matmul_config<tile = [1, 1, 1], pause = [4, 1000]>}

// -----

// expected-error@+1 {{expects no pause with 2 rings, which are filled in turn}}
func.func private @two_rings() attributes {c = #gq.matmul_config<tile = [1, 1, 1], k_groups = 2, pause = [2, 1000]>}

// -----

// expected-error@+1 {{expects epilogue of at least 0, got -1}}
func.func private @less_than_none() attributes {c = #gq.matmul_config<tile = [1, 1, 1], epilogue = -1>}

// -----

// expected-error@+1 {{expects no epilogue with quantize = true: a quantisation is behind all elementwise ops, got 1}}
func.func private @behind_what_is_left() attributes {c = #gq.matmul_config<tile = [1, 1, 1], quantize = true, epilogue = 1>}

// -----

// expected-error@+1 {{expects schedule = cooperative with dual = true}}
func.func private @dual_with_schedule() attributes {c = #gq.matmul_config<tile = [1, 1, 1], schedule = pingpong, dual = true>}

// -----

// expected-error@+1 {{expects split = m and parts = 1 with dual = true}}
func.func private @dual_with_split() attributes {c = #gq.matmul_config<tile = [1, 1, 1], split = n, dual = true>}

// -----

// expected-error@+1 {{expects split = m and parts = 1 with dual = true}}
func.func private @dual_with_parts() attributes {c = #gq.matmul_config<tile = [1, 1, 1], parts = 2, dual = true>}

// -----

// expected-error@+1 {{expects split_k = 1 and k_groups = 1 with dual = true}}
func.func private @dual_with_split_k() attributes {c = #gq.matmul_config<tile = [1, 1, 1], split_k = 2, dual = true>}

// -----

// expected-error@+1 {{expects split_k = 1 and k_groups = 1 with dual = true}}
func.func private @dual_with_k_groups() attributes {c = #gq.matmul_config<tile = [1, 1, 1], k_groups = 2, dual = true>}

// -----

// expected-error@+1 {{expects cluster = none with dual = true}}
func.func private @dual_with_cluster() attributes {c = #gq.matmul_config<tile = [1, 1, 1], cluster = a, dual = true>}

// -----

// expected-error@+1 {{expects neither decode, dequantize, swap nor epilogue with dual = true}}
func.func private @dual_with_swap() attributes {c = #gq.matmul_config<tile = [1, 1, 1], swap = true, dual = true>}

// -----

// expected-error@+1 {{expects neither decode, dequantize, swap nor epilogue with dual = true}}
func.func private @dual_with_decode() attributes {c = #gq.matmul_config<tile = [1, 1, 1], decode = true, dual = true>}

// -----

// expected-error@+1 {{expects row_sums = beside with dual = true}}
func.func private @dual_with_row_sums() attributes {c = #gq.matmul_config<tile = [1, 1, 1], row_sums = apart, dual = true>}

// -----

// expected-error@+1 {{expects neither decode, dequantize, swap nor epilogue with dual = true}}
func.func private @dual_with_epilogue() attributes {c = #gq.matmul_config<tile = [1, 1, 1], epilogue = 1, dual = true>}

// -----

// expected-error@+1 {{expects neither decode, dequantize, swap nor epilogue with dual = true}}
func.func private @dual_with_dequantize() attributes {c = #gq.matmul_config<tile = [1, 1, 1], dequantize = true, dual = true>}

// -----

// expected-error@+1 {{expects decode = false with dequantize = true: kernels of their own decode a and b, or that of the product does b}}
func.func private @dequantize_with_decode() attributes {c = #gq.matmul_config<tile = [1, 1, 1], dequantize = true, decode = true>}
