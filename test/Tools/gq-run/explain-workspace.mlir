// What kernels hand to one another, and where it lies: memory of what is no longer read is used again.
// RUN: gq-run %s --target=h200 --m=128 --explain | FileCheck %s
// RUN: gq-run %s --target=h200 --m=128 --explain --entry=cut | FileCheck %s --check-prefix=CUT
// RUN: gq-run %s --target=h200 --m=128 --explain --entry=alone | FileCheck %s --check-prefix=ALONE
// RUN: gq-compile %s --target=h200 -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO

// CHECK: workspace 202752 bytes, 236544 if no two had the same memory
// CHECK-NEXT: {{^}}  at 0          131072 bytes, tensor<128x1024xf8E4M3FN> of chain_quantize to [[FIRST:chain_matmul[_0-9]*]]{{$}}
// CHECK-NEXT: {{^}}  at 196608     4096 bytes, tensor<8x128xf32> of chain_quantize to [[FIRST]]{{$}}
// CHECK-NEXT: {{^}}  at 131072     65536 bytes, tensor<128x512xf8E4M3FN> of [[FIRST]] to [[SECOND:chain_matmul[_0-9]*]]{{$}}
// CHECK-NEXT: {{^}}  at 200704     2048 bytes, tensor<4x128xf32> of [[FIRST]] to [[SECOND]]{{$}}
// CHECK-NEXT: {{^}}  at 0          32768 bytes, tensor<128x256xf8E4M3FN> of [[SECOND]] to [[LAST:chain_matmul[_0-9]*]]{{$}}
// CHECK-NEXT: {{^}}  at 196608     1024 bytes, tensor<2x128xf32> of [[SECOND]] to [[LAST]]{{$}}

// Parts and flags of a product that is cut are there, and the launch that clears the flags.
// CUT: workspace 4342272 bytes{{$}}
// CUT-NEXT: at 4325376    16896 bytes, tensor<1x4224xi32> of cut_matmul_flags to cut_matmul_0
// CUT-NEXT: at 0          4325376 bytes, tensor<132x8192xf32> of cut_matmul_0{{$}}

// ALONE: kernel alone_elementwise
// ALONE-NOT: workspace

// INFO: function chain
// INFO: workspace ws0 f8E4M3FN [arg0.0, 1024] in launch 0 to 1
// INFO-NEXT: workspace ws1 f32 [8, {{.*}}] in launch 0 to 1
// INFO-NEXT: workspace ws2 f8E4M3FN [arg0.0, 512] in launch 1 to 2
// INFO-NEXT: workspace ws3 f32 [4, {{.*}}] in launch 1 to 2
// INFO-NEXT: workspace ws4 f8E4M3FN [arg0.0, 256] in launch 2 to 3
// INFO-NEXT: workspace ws5 f32 [2, {{.*}}] in launch 2 to 3
func.func @chain(%x: tensor<?x1024xbf16>, %w: tensor<512x1024xf8E4M3FN>, %ws: tensor<4x8xf32>,
                 %v: tensor<256x512xf8E4M3FN>, %vs: tensor<2x4xf32>,
                 %u: tensor<128x256xf8E4M3FN>, %us: tensor<1x2xf32>) -> tensor<?x128xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %exq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %exs = tensor.empty(%m) : tensor<?x8xf32>
  %xq, %xs = gq.quantize %x block [1, 128] outs(%exq, %exs : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  %ey = tensor.empty(%m) : tensor<?x512xf32>
  %iy = linalg.fill ins(%zero : f32) outs(%ey : tensor<?x512xf32>) -> tensor<?x512xf32>
  %y = gq.scaled_matmul %xq, %w scales(%xs block [1, 128], %ws block [128, 128]) outs(%iy : tensor<?x512xf32>)
      : tensor<?x1024xf8E4M3FN>, tensor<512x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x512xf32>
  %t = arith.truncf %y : tensor<?x512xf32> to tensor<?x512xbf16>
  %eyq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %eys = tensor.empty(%m) : tensor<?x4xf32>
  %yq, %ys = gq.quantize %t block [1, 128] outs(%eyq, %eys : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
      : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  %ez = tensor.empty(%m) : tensor<?x256xf32>
  %iz = linalg.fill ins(%zero : f32) outs(%ez : tensor<?x256xf32>) -> tensor<?x256xf32>
  %z = gq.scaled_matmul %yq, %v scales(%ys block [1, 128], %vs block [128, 128]) outs(%iz : tensor<?x256xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %r = arith.truncf %z : tensor<?x256xf32> to tensor<?x256xbf16>
  %erq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %ers = tensor.empty(%m) : tensor<?x2xf32>
  %rq, %rs = gq.quantize %r block [1, 128] outs(%erq, %ers : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  %ep = tensor.empty(%m) : tensor<?x128xf32>
  %ip = linalg.fill ins(%zero : f32) outs(%ep : tensor<?x128xf32>) -> tensor<?x128xf32>
  %p = gq.scaled_matmul %rq, %u scales(%rs block [1, 128], %us block [128, 128]) outs(%ip : tensor<?x128xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  %q = arith.truncf %p : tensor<?x128xf32> to tensor<?x128xbf16>
  return %q : tensor<?x128xbf16>
}
func.func @cut(%a: tensor<?x560xf8E4M3FN>, %sa: tensor<?x5xf32>, %b: tensor<160x560xf8E4M3FN>, %sb: tensor<2x5xf32>)
    -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x560xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x160xbf16>) -> tensor<?x160xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xbf16>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 32, 128], math_groups = 1, schedule = streamk>,
                                    above = <tile = [128, 64, 128], stages = 3, schedule = streamk>>}
      : tensor<?x560xf8E4M3FN>, tensor<160x560xf8E4M3FN>, tensor<?x5xf32>, tensor<2x5xf32> -> tensor<?x160xbf16>
  return %d : tensor<?x160xbf16>
}
func.func @alone(%x: tensor<?x64xf32>) -> tensor<?x64xbf16> {
  %y = arith.truncf %x : tensor<?x64xf32> to tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}
