// A maximum over all threads of a thread block, in a group of warps: there is a barrier
// in it that not all threads reach.
#id = affine_map<(r, c) -> (r, c)>
#lay = #gqgpu.blocked<[8, 48], chunk = 4>
!f = !gqgpu.fragment<8x192xf32, #lay>
!b = !gqgpu.fragment<8x192xf32, #lay, block = [1, 192]>
module attributes {gpu.container_module} {
gpu.module @k {
gqgpu.kernel @q(%x: memref<64x192xf32>, %s: memref<64x1xf32>) attributes {threads = 384 : i64, cluster = 1 : i64} {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c192 = arith.constant 192 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %z = arith.cmpi eq, %g, %c0 : index
      scf.if %z {
      gqgpu.tile_loop (%i, %j) to (%c64, %c192) step [8, 192] {
        %v = gqgpu.load_fragment %x[%i, %j] map #id : memref<64x192xf32> -> !f
        %a = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !f -> !b
        gqgpu.store_fragment %a, %s[%i, %j] : !b, memref<64x1xf32>
      }
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
}
func.func @f(%x: tensor<64x192xf32>) -> tensor<64x1xf32> {
  %e = tensor.empty() : tensor<64x1xf32>
  %r = gqgpu.launch @k::@q ins(%x : tensor<64x192xf32>) outs(%e : tensor<64x1xf32>) -> tensor<64x1xf32>
  return %r : tensor<64x1xf32>
}
}
