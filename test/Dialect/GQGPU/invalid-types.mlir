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

// expected-error@+1 {{expected 'swizzle', 'band' or 'permuted'}}
!t = !gqgpu.tile<4xf32, pad = 4>

// -----

// expected-error@+1 {{expected 'swizzle', 'band' or 'permuted'}}
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

// expected-error@+1 {{expects no block in the mma layout but of 1xN values, or 64xN with permuted columns, got one of 64x8}}
!t = !gqgpu.fragment<64x8xf32, #gqgpu.mma, block = [1, 8]>

// -----

// expected-error@+1 {{expects no block in the mma layout but of 1xN values, or 64xN with permuted columns, got one of 1x1}}
!t = !gqgpu.fragment<1x1xf32, #gqgpu.mma, block = [1, 8]>

// -----

// A thread holds two of each 8 columns, and so elements of some blocks of 4.
// expected-error@+1 {{expects a block of 1xB in the mma layout, with B a multiple of 8 that divides the 64 columns, got 1x4}}
!t = !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 4]>

// -----

// expected-error@+1 {{expects a block of 1xB in the mma layout, with B a multiple of 8 that divides the 64 columns, got 1x24}}
!t = !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 24]>

// -----

// expected-error@+1 {{expects a block of 1xB in the mma layout, with B a multiple of 8 that divides the 64 columns, got 2x8}}
!t = !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [2, 8]>

// -----

// expected-error@+1 {{expects a block of 1xB in the mma layout, with B a multiple of 8 that divides the 64 columns, got 8}}
!t = !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [8]>

// -----

// expected-error@+1 {{expects a multiple of 8 columns (or 1) in the mma layout, got 3}}
!t = !gqgpu.fragment<1x3xf32, #gqgpu.mma>

// -----

// Threads share it: what is reduced lies in one thread each.
// expected-error@+1 {{expects partial values of a fragment that has each element in one thread, got}}
!t = !gqgpu.partial<<1x64xf32, #gqgpu.mma, block = [1, 8]>, lanes = 1>

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

// A GPU may allow fewer: gq-verify-protocol and the lowering ask the target.
// expected-error@+1 {{expects a cluster of 1 to 16 thread blocks, got 32}}
!t = !gqgpu.fragment<256x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 32>>

// -----

// Sizes that no GPU has, and whose products leave 64 bits.
// expected-error@+1 {{expects a tile of at most 2147483647 bytes, got 9223372036854775807 elements of 'f32'}}
!t = !gqgpu.tile<4294967296x4294967296xf32>

// -----

// expected-error@+1 {{expects a tile of at most 2147483647 bytes, got 1073741824 elements of 'f32'}}
!t = !gqgpu.tile<1073741824xf32>

// -----

// expected-error@+1 {{expects a ring of at most 2147483647 bytes, got 4096 slots of 1048576}}
!t = !gqgpu.ring<4096, <1048576xf8E4M3FN>>

// -----

// expected-error@+1 {{expects a ring of at most 2147483647 bytes, got 1 slots of more than 2147483647}}
!t = !gqgpu.ring<1, <2147483647xf8E4M3FN>, <2147483647xf8E4M3FN>>

// -----

// expected-error@+1 {{expects a blocked layout over at most 1024 threads, got 8x4611686018427387904}}
!q = !gqgpu.fragment<8x512xf8E5M2, #gqgpu.blocked<[8, 4611686018427387904], chunk = 16>>

// -----

// expected-error@+1 {{expects a blocked layout over at most 1024 threads, got 33x32}}
!q = !gqgpu.fragment<33x512xf8E5M2, #gqgpu.blocked<[33, 32], chunk = 16>>

// -----

// expected-error@+1 {{expects fragment sizes of at most 2147483647, got 1099511627776}}
!f = !gqgpu.fragment<1099511627776x256xf32, #gqgpu.blocked<[16, 16], chunk = 16>>

// -----

// expected-error@+1 {{expects at most 1024 values in each thread, got 2048 of 2048x256}}
!f = !gqgpu.fragment<2048x256xf32, #gqgpu.blocked<[16, 16], chunk = 16>>

// -----

// With a block there is one value per chunk.
// expected-error@+1 {{expects at most 1024 values in each thread, got 2048 of 32768x256}}
!f = !gqgpu.fragment<32768x256xf32, #gqgpu.blocked<[16, 16], chunk = 16>, block = [1, 16]>

// -----

// expected-error@+1 {{expects at most 1024 values in each thread, got 1073741820 of 64x2147483640}}
!f = !gqgpu.fragment<64x2147483640xf32, #gqgpu.mma>

// -----

// expected-error@+1 {{expects at most 1024 values in each thread, got 1026 of 1x4104}}
!f = !gqgpu.fragment<1x4104xf32, #gqgpu.mma>
