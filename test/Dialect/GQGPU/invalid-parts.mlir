// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects a tile loop around it that cuts tiles, got one that does not}}
    %s = gqgpu.combine_parts %n to %n if %b through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{expects a tile loop around it that cuts tiles, got none}}
  %s = gqgpu.combine_parts %n to %n if %b through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<?x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects operand parts of static sizes, got 'memref<?x4096xf32>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<?x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<7x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects operand parts with a row for each of 8 ranges, got 'memref<7x4096xf32>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<7x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x?xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects operand flags of static sizes, got 'memref<1x?xi32>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x?xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x28xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects operand flags of one row with at least 4 for each math group of each of 8 ranges, got 'memref<1x28xi32>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x28xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<2x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects operand flags of one row with at least 4 for each math group of each of 8 ranges, got 'memref<2x32xi32>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<2x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    // expected-error@+1 {{expects a tile or fragments, got none}}
    "gqgpu.combine_parts"(%range, %end, %owns, %parts, %flags) : (index, index, i1, memref<8x4096xf32>, memref<1x32xi32>) -> ()
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    %f = tensor.empty() : tensor<32x64xf32>
    // expected-error@+1 {{expects values of one type, got 'tensor<64x64xf32>' and 'tensor<32x64xf32>'}}
    %s:2 = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e, %f) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>, tensor<32x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xi32>
    // expected-error@+1 {{expects operand parts of the element type of the values, 'tensor<64x64xi32>', got 'memref<8x4096xf32>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xi32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xbf16>
    // expected-error@+1 {{expects f32 or i32 values, got 'tensor<64x64xbf16>'}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xbf16>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x2048xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects rows of 4096 elements, those of the tile, in operand parts, got 2048}}
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x2048xf32>, memref<1x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  // expected-note@+1 {{the tile loop}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    // expected-error@+1 {{expects the range, the end and the owner that its tile loop says}}
    %s = gqgpu.combine_parts %first to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
        %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%a) : memref<8x4096xf32>, memref<1x32xi32>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %z16: bf16, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        %h = gqgpu.splat %z16 : bf16 -> !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
        // expected-error@+1 {{expects an f32 or i32 operand with each element in one thread, a multiple of 4 of them in each, and without a block, got}}
        gqgpu.store_part %h into %parts[%range, %c0] : !gqgpu.fragment<64x64xbf16, #gqgpu.mma>, memref<8x4096xf32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %z32: i32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        %h = gqgpu.splat %z32 : i32 -> !gqgpu.fragment<64x64xi32, #gqgpu.mma>
        // expected-error@+1 {{expects operand value of element type 'f32' as operand parts, got 'i32'}}
        gqgpu.store_part %h into %parts[%range, %c0] : !gqgpu.fragment<64x64xi32, #gqgpu.mma>, memref<8x4096xf32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        %h = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.blocked<[4, 64], chunk = 1>>
        // expected-error@+1 {{expects a fragment of the 128 threads of a math group, got}}
        gqgpu.store_part %h into %parts[%range, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.blocked<[4, 64], chunk = 1>>, memref<8x4096xf32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %b: i1, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
    // expected-error@+1 {{expects to be in a math role, whose groups are the same in all thread blocks}}
    gqgpu.store_part %a into %parts[%range, %n] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<8x4096xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        // expected-error@+1 {{expects operand at to be a multiple of 4096 below 4096, got 2}}
        gqgpu.store_part %a into %parts[%range, %c2] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<8x4096xf32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<4x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        // expected-error@+1 {{expects operand parts with a row for each of 8 ranges}}
        %s = gqgpu.add_part %a, %parts[%range, %c0] : !gqgpu.fragment<64x64xf32, #gqgpu.mma>, memref<4x4096xf32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        // expected-error@+1 {{expects operand at to be a multiple of 4 below 32, got 2}}
        gqgpu.publish_part %flags[%c2] : memref<1x32xi32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x16xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        // expected-error@+1 {{expects operand flags of one row with at least 4 for each math group of each of 8 ranges}}
        gqgpu.await_part %range by %flags[%c0] : memref<1x16xi32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %n: index, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a tile loop around it that cuts tiles, got none}}
      gqgpu.await_part %n by %flags[%c0] : memref<1x32xi32>
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent {
        %a = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles, expects at least 2 steps of one, got 1}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 1 among 8 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles, expects at least 1 range, got 0}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 0 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles of 1073741824 steps among 2 thread blocks, expects two waves of at most 2147483647 steps}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 1073741824 among 2 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles of 9223372036854775807 steps among 2 thread blocks, expects two waves}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 9223372036854775807 among 2 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles, expects to be persistent: all thread blocks have a place on the GPU}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] cut (%first, %last, %range, %end, %owns) of 4 among 8 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles, expects to take no turns, got 2}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent turn 0 of 2 cut (%first, %last, %range, %end, %owns) of 4 among 8 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) attributes {cluster = 2 : i64} {
  // expected-error@+1 {{cuts tiles, expects a kernel without clusters, got one of 2 thread blocks}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects 5 arguments of a tile that is cut, got 4}}
  gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 64] persistent cut (%first, %last, %range, %end) of 4 among 8 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects depth and ranges together, got one}}
  "gqgpu.tile_loop"(%n) <{depth = 4 : i64, persistent, steps = array<i64: 64>}> ({
  ^bb0(%i: index):
    gqgpu.yield
  }) : (index) -> ()
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{cuts tiles, expects four more body arguments of index type and one of i1}}
  "gqgpu.tile_loop"(%n) <{depth = 4 : i64, persistent, ranges = 8 : i64, steps = array<i64: 64>}> ({
  ^bb0(%i: index, %first: index, %last: index, %range: index, %end: index, %owns: index):
    gqgpu.yield
  }) : (index) -> ()
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects one body argument per tile index and loop-carried value, got 1}}
  "gqgpu.tile_loop"(%n) <{depth = 4 : i64, persistent, ranges = 8 : i64, steps = array<i64: 64>}> ({
  ^bb0(%i: index):
    gqgpu.yield
  }) : (index) -> ()
  gqgpu.return
}
