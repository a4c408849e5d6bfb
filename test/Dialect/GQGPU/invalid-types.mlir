// One test for every diagnostic: types and attributes of gqgpu.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a tile of rank 1 or more}}
!t = !gqgpu.tile<f32>

// -----

// expected-error@+1 {{expects positive tile sizes, got 0}}
!t = !gqgpu.tile<4x0xf32>

// -----

// expected-error@+1 {{expects a tile element type of whole bytes, got 'i4'}}
!t = !gqgpu.tile<4xi4>

// -----

// expected-error@+1 {{expects a tile element type of whole bytes, got 'index'}}
!t = !gqgpu.tile<4xindex>

// -----

// expected-error@+1 {{expects a swizzle of 0, 32, 64 or 128 bytes, got 16}}
!t = !gqgpu.tile<4x4xf32, swizzle = 16>

// -----

// expected-error@+1 {{expects rows of 128 bytes in a tile swizzled by 128, got rows of 64}}
!t = !gqgpu.tile<4x64xf8E4M3FN, swizzle = 128>

// -----

// expected-error@+1 {{expected 'swizzle'}}
!t = !gqgpu.tile<4xf32, pad = 4>

// -----

// expected-error@+1 {{expected '>'}}
!t = !gqgpu.tile<4xf32, swizzle = 32, 4>

// -----

// expected-error@+1 {{expected static shape}}
!t = !gqgpu.tile<?x4xf32>

// -----

// expected-error@+1 {{expects a ring of at most 4096 stages, got 5000}}
!t = !gqgpu.ring<5000, <64x128xf8E4M3FN>>

// -----

// expected-error@+1 {{expects a ring of at least 1 stage, got 0}}
!t = !gqgpu.ring<0, <4xf32>>

// -----

// expected-error@+1 {{expects a fragment of rank 2, got rank 1}}
!t = !gqgpu.fragment<64xf32, #gqgpu.mma>

// -----

// expected-error@+1 {{expects positive fragment sizes, got 0}}
!t = !gqgpu.fragment<64x0xf32, #gqgpu.mma>

// -----

// expected-error@+1 {{expects an integer or float element type, got 'index'}}
!t = !gqgpu.fragment<64x8xindex, #gqgpu.mma>

// -----

// expected-error@+1 {{expects no block in the mma layout}}
!t = !gqgpu.fragment<64x8xf32, #gqgpu.mma, block = [1, 8]>

// -----

// expected-error@+1 {{expects 64 rows (or 1) in the mma layout, got 32}}
!t = !gqgpu.fragment<32x8xf32, #gqgpu.mma>

// -----

// expected-error@+1 {{expects a multiple of 8 columns (or 1) in the mma layout, got 12}}
!t = !gqgpu.fragment<64x12xf32, #gqgpu.mma>

// -----

// expected-error@+1 {{expects a layout such as #gqgpu.mma or #gqgpu.blocked, got 3}}
!t = !gqgpu.fragment<64x8xf32, 3>

// -----

// expected-error@+1 {{expects a shape that is a multiple of the layout's 8x128, got 8x64}}
!t = !gqgpu.fragment<8x64xf32, #gqgpu.blocked<[8, 32], chunk = 4>>

// -----

// expected-error@+1 {{expects a shape that is a multiple of the layout's 16x128, got 8x128}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>>

// -----

// expected-error@+1 {{expects a block of 2 positive sizes}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1]>

// -----

// expected-error@+1 {{expects a block of 2 positive sizes}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 0]>

// -----

// A thread has one value per chunk.
// expected-error@+1 {{expects blocks of a multiple of the layout's chunk of 4 columns, got 6}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 6]>

// -----

// expected-error@+1 {{expected 'block'}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.mma, blocks = [1, 8]>

// -----

// expected-error@+1 {{expected '['}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.mma, block = 1>

// -----

// expected-error@+1 {{expects a blocked layout over 2 positive numbers of threads}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8], chunk = 4>>

// -----

// expected-error@+1 {{expects a blocked layout over 2 positive numbers of threads}}
!t = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[0, 32], chunk = 4>>

// -----

// expected-error@+1 {{expects chunks of 1, 2, 4, 8 or 16 elements, got 3}}
!t = !gqgpu.fragment<8x96xf32, #gqgpu.blocked<[8, 32], chunk = 3>>

// -----

// expected-error@+1 {{expects chunks of 1, 2, 4, 8 or 16 elements, got 32}}
!t = !gqgpu.fragment<8x1024xf32, #gqgpu.blocked<[8, 32], chunk = 32>>

// -----

// expected-error@+1 {{expects a cluster of 1 to 8 thread blocks, got 16}}
!t = !gqgpu.fragment<128x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 16>>
