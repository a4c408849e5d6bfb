// A variant that spills is compiled with the next candidate for its rows; the others
// keep their configs.
// RUN: gq-opt %s --gq-select-config -o %t.mlir
// RUN: FileCheck %s --check-prefix=CHOSEN --input-file=%t.mlir
// RUN: env MOST_PRODUCTS=3 gq-compile %s --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO
// CHOSEN: up_to 256 = <tile = [128, 128, 128]{{[^>]*}}candidate = 0>, up_to 384 = <tile = [192, 128, 128]{{[^>]*}}candidate = 0>, up_to 512 = <tile = [128, 256, 128]{{[^>]*}}candidate = 0>, up_to 768 = <tile = [192, 128, 128]{{[^>]*}}candidate = 0>, above = <tile = [128, 256, 128]{{[^>]*}}candidate = 0>
// CHECK: [Missed] spill {{.*}}Remark="kernel 'f_matmul_7' spills 24 bytes with #gq.matmul_config<tile = [128, 256, 128]{{.*}}candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 128, 128], stages = 6, raster = 8, store = deferred, registers = [40, 232], candidate = 3>"
// CHECK-NOT: gq-fallback
// (K is such that steps of few rows are of one product each.)
// INFO: launch 0, the first that applies of 10 variants
// INFO: kernel f_matmul_6 when le(arg0.0, 384)
// INFO-NEXT: ceildiv(arg0.0, 192), 64)
// INFO: kernel f_matmul_7 when or(le(arg0.0, 512), gt(arg0.0, 768))
// INFO-NEXT: ceildiv(arg0.0, 128), 64)
// INFO: kernel f_matmul_8{{$}}
// INFO-NEXT: ceildiv(arg0.0, 192), 64)
module attributes {gq.target = #gq.target<h200>} {
func.func @f(%a: tensor<?x8448xf8E4M3FN>, %sa: tensor<?x66xf32>, %b: tensor<8192x8448xf8E4M3FN>, %sb: tensor<64x66xf32>) -> tensor<?x8192xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x8448xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x8192xbf16>
  %z = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x8192xbf16>) -> tensor<?x8192xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%z : tensor<?x8192xbf16>)
      : tensor<?x8448xf8E4M3FN>, tensor<8192x8448xf8E4M3FN>, tensor<?x66xf32>, tensor<64x66xf32> -> tensor<?x8192xbf16>
  return %d : tensor<?x8192xbf16>
}
}
