// One test for every diagnostic: #gq.config.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// #gq.config: text form
// expected-error@+1 {{unknown key 'stage' in gq.config, expects one of tile, stages, math_groups, schedule, raster, early_wait, registers, threads, cluster, passes, slabs}}
func.func private @config_unknown_key() attributes {c = #gq.config<tile = [1, 1], stage = 3>}

// -----

// expected-error@+1 {{duplicate key 'stages' in gq.config}}
func.func private @config_duplicate_key() attributes {c = #gq.config<tile = [1, 1], stages = 3, stages = 4>}

// -----

// expected-error@+1 {{duplicate key 'tile' in gq.config}}
func.func private @config_duplicate_list() attributes {c = #gq.config<tile = [1, 1], tile = [1]>}

// -----

// expected-error@+1 {{expected '='}}
func.func private @config_no_equal() attributes {c = #gq.config<tile [1, 1]>}

// -----

// expected-error@+1 {{expected valid keyword}}
func.func private @config_no_key() attributes {c = #gq.config<[1, 1]>}

// -----

// expected-error@+1 {{expects early_wait to be true or false, got maybe}}
func.func private @config_early_wait() attributes {c = #gq.config<tile = [1, 1], early_wait = maybe>}

// -----

// expected-error@+1 {{expected valid keyword}}
func.func private @config_early_wait_number() attributes {c = #gq.config<tile = [1, 1], early_wait = 1>}

// -----

// expected-error@+1 {{expects schedule to be cooperative, got pingpong}}
func.func private @config_schedule() attributes {c = #gq.config<tile = [1, 1], schedule = pingpong>}

// -----

// expected-error@+1 {{expected valid keyword}}
func.func private @config_schedule_number() attributes {c = #gq.config<tile = [1, 1], schedule = 0>}

// -----

// expected-error@+1 {{expected '['}}
func.func private @config_not_a_list() attributes {c = #gq.config<tile = 3>}

// -----

// expected-error@+1 {{expected integer value}}
func.func private @config_not_a_number() attributes {c = #gq.config<tile = [a]>}

// -----

// expected-error@+1 {{integer value too large}}
func.func private @config_too_large() attributes {c = #gq.config<tile = [99999999999999999999, 1]>}

// -----

// #gq.config: values
// expected-error@+1 {{expects tile to have 2 or 3 sizes, got 0}}
func.func private @config_empty() attributes {c = #gq.config<>}

// -----

// expected-error@+1 {{expects tile to have 2 or 3 sizes, got 1}}
func.func private @config_tile_1() attributes {c = #gq.config<tile = [128]>}

// -----

// expected-error@+1 {{expects tile to have 2 or 3 sizes, got 4}}
func.func private @config_tile_4() attributes {c = #gq.config<tile = [1, 1, 1, 1]>}

// -----

// expected-error@+1 {{expects positive tile sizes, got 0}}
func.func private @config_tile_zero() attributes {c = #gq.config<tile = [128, 0]>}

// -----

// expected-error@+1 {{expects positive tile sizes, got -128}}
func.func private @config_tile_negative() attributes {c = #gq.config<tile = [128, -128]>}

// -----

// expected-error@+1 {{expects registers to hold 2 counts (producer, math groups), got 1}}
func.func private @config_registers() attributes {c = #gq.config<tile = [1, 1], registers = [40]>}

// -----

// expected-error@+1 {{expects stages of at least 1, got 0}}
func.func private @config_stages() attributes {c = #gq.config<tile = [1, 1], stages = 0>}

// -----

// expected-error@+1 {{expects math_groups of at least 1, got 0}}
func.func private @config_math_groups() attributes {c = #gq.config<tile = [1, 1], math_groups = 0>}

// -----

// expected-error@+1 {{expects raster of at least 0, got -1}}
func.func private @config_raster() attributes {c = #gq.config<tile = [1, 1], raster = -1>}

// -----

// expected-error@+1 {{expects threads of at least 1, got -32}}
func.func private @config_threads() attributes {c = #gq.config<tile = [1, 1], threads = -32>}

// -----

// expected-error@+1 {{expects cluster of at least 1, got 0}}
func.func private @config_cluster() attributes {c = #gq.config<tile = [1, 1], cluster = 0>}

// -----

// expected-error@+1 {{expects passes of 1 or 2, got 3}}
func.func private @config_passes() attributes {c = #gq.config<tile = [1, 1], passes = 3>}

// -----

// expected-error@+1 {{expects slabs of at least 1, got 0}}
func.func private @config_slabs() attributes {c = #gq.config<tile = [1, 1], slabs = 0>}

// -----

// expected-error@+1 {{expects a cluster of 1 with slabs of 2, got 4}}
func.func private @config_slabs_of_cluster() attributes {c = #gq.config<tile = [1, 1], slabs = 2, cluster = 4>}

// -----

func.func @slabs_of_absmax(%x: tensor<64x512xbf16>, %s: tensor<1x4xf32>) {
  // expected-error@+1 {{expects config without slabs, which is for gq.quantize, got 2}}
  %0 = gq.block_absmax %x block [64, 128] outs(%s : tensor<1x4xf32>) {config = #gq.config<tile = [64, 512], slabs = 2>}
       : tensor<64x512xbf16> -> tensor<1x4xf32>
  return
}

// -----

func.func @passes_of_absmax(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects config without passes, which is for gq.quantize, got 2}}
  %0 = gq.block_absmax %x block [1, 128] outs(%s : tensor<64x4xf32>) {config = #gq.config<tile = [16, 512], passes = 2>}
       : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @tile_of_cast(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %q: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects config to have a tile of 2 sizes, got 3}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x512xf8E4M3FN>) {config = #gq.config<tile = [1, 1, 1]>}
       : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}
