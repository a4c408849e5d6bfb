// RUN: gq-opt %s --split-input-file --verify-diagnostics

func.func @no_parts(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects from 1 to 2147483647 parts, got 0}}
  %t, %amax = gq.absmax_of_parts 0 at %i block [8, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @no_part(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a body with one argument of index type, the number of a part}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @yield(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a body that ends with gq.yield}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    scf.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @floor(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects amax_floor to be finite and not negative, got -1}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] {amax_floor = -1.0 : f32} : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @type(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a part of type 'tensor<4x8xf32>' as result tile, got 'tensor<4x16xf32>'}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] : tensor<4x8xf32>, tensor<1x1xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @rank(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a tile and maxima of rank 2, got 'tensor<4x16xf32>' and 'tensor<2xf32>'}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] : tensor<4x16xf32>, tensor<2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @one_size(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a block of two positive sizes, of which the first is a multiple of 2 parts, got 8}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @no_columns(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a block of two positive sizes, of which the first is a multiple of 2 parts, got 8x0}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 0] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @uneven(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a block of two positive sizes, of which the first is a multiple of 2 parts, got 9x8}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [9, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @rows(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a tile of at most 3 rows, those of a part of a block, got 4}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [6, 8] : tensor<4x16xf32>, tensor<1x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @maxima(%x: tensor<4x16xf32>, %i: index) {
  // expected-error@+1 {{expects a row of 2 maxima, one for each block of the tile, got 'tensor<1x3xf32>'}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] : tensor<4x16xf32>, tensor<1x3xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x16xf32>
  }
  return
}

// -----

func.func @rows_of_maxima(%x: tensor<4x?xf32>, %i: index) {
  // expected-error@+1 {{expects a row of maxima, one for each block of the tile, got 'tensor<2x2xf32>'}}
  %t, %amax = gq.absmax_of_parts 2 at %i block [8, 8] : tensor<4x?xf32>, tensor<2x2xf32> {
  ^bb0(%part: index):
    gq.yield %x : tensor<4x?xf32>
  }
  return
}
