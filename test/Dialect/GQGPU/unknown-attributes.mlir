// As those of the gq dialect, ops refuse attributes that they do not define.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{has an unknown attribute 'threds'; known are arg_attrs, cluster, cluster_tiles, dependent, function_type, grid, occupancy, pause, res_attrs, shared_memory, sym_name, threads}}
gqgpu.kernel @k(%a: memref<?x128xf32>) attributes {threds = 128 : i64} {
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x128xf32>, %i: index) {
  // expected-error@+1 {{has an unknown attribute 'evicted'; known are block, evict, l2_promotion, packed, path, permuted, swizzle}}
  %t = gqgpu.load %a[%i, %i] {evicted} : memref<?x128xf32> -> tensor<8x128xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{has an unknown attribute 'stages'; known are bytes, cluster_arrivals, consumed_by, empty_arrivals, filled_by, full_arrivals, offset}}
  %r = gqgpu.ring_create {stages = 4 : i64} : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  // expected-error@+1 {{has an unknown attribute 'value'; it has none}}
  %f = gqgpu.splat %z {value = 0.0 : f32} : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{has an unknown attribute 'block'; it has none}}
  gqgpu.proxy_fence {block}
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  %r = gqgpu.ring_create {front_end.name = "ring"} : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}
