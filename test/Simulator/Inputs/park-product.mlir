#id = affine_map<(r, c) -> (r, c)>
!f = !gqgpu.fragment<64x16xELEMENT, #gqgpu.mma>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @copy(%x: memref<100x16xELEMENT>, %y: memref<100x16xELEMENT>) attributes {cluster = 1 : i64, threads = 128 : i64} {
      %c16 = arith.constant 16 : index
      %c100 = arith.constant 100 : index
      %buffer = gqgpu.shared_alloc : !gqgpu.tile<64x16xELEMENT>
      gqgpu.tile_loop (%i, %j) to (%c100, %c16) step [64, 16] {
        %f = gqgpu.load_fragment %x[%i, %j] map #id : memref<100x16xELEMENT> -> !f
        %p = gqgpu.park %f in %buffer : !f, !gqgpu.tile<64x16xELEMENT> -> !gqgpu.parked<!f>
        %g = gqgpu.unpark %p : !gqgpu.parked<!f> -> !f
        gqgpu.store_fragment %g, %y[%i, %j] : !f, memref<100x16xELEMENT>
      }
      gqgpu.return
    }
  }
  func.func @f(%x: tensor<100x16xELEMENT>) -> tensor<100x16xELEMENT> {
    %e = tensor.empty() : tensor<100x16xELEMENT>
    %r = gqgpu.launch @kernels::@copy ins(%x : tensor<100x16xELEMENT>) outs(%e : tensor<100x16xELEMENT>) -> tensor<100x16xELEMENT>
    return %r : tensor<100x16xELEMENT>
  }
}
