// Variants of a product, some of which are cut, that begin early. One launch clears the flags,
// whichever runs.
// DEFINE: %{run} = gq-run %s --backend=simulate --check --interleavings=2 --multiprocessors=5
// RUN: %{run} -m 50 | FileCheck %s
// RUN: %{run} -m 99 | FileCheck %s
// RUN: %{run} -m 130 | FileCheck %s
// CHECK: check0     passed
// RUN: gq-compile %s -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO
// INFO: workspace ws0 i32 [1, 4224] in launch 0 to 1{{$}}
// INFO-NEXT: workspace ws1 f32 [132, 2048] in launch 1{{$}}
// INFO-NEXT: workspace ws2 f32 [132, 8192] in launch 1{{$}}
// INFO: launch 0
// INFO-NEXT: kernel variants_matmul_flags
// INFO-NEXT: grid [5, 1, 1]
// INFO-NEXT: pointer ws0
// INFO-NEXT: launch 1, the first that applies of 3 variants
// INFO-NEXT: kernel variants_matmul when le(arg0.0, 64)
// INFO-NEXT: grid [min(num_sms, min(mul(ceildiv(arg0.0, 64), 25), 132)), 1, 1]{{.*}} dependent
// INFO-NOT: launch

func.func @variants(%a: tensor<?x560xf8E4M3FN>, %sa: tensor<?x5xf32>, %b: tensor<160x560xf8E4M3FN>, %sb: tensor<2x5xf32>)
    -> tensor<?x160xbf16> attributes {gq.dependent_launch = "within"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x560xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x160xbf16>) -> tensor<?x160xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x160xbf16>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 32, 128], math_groups = 1, schedule = streamk>,
                                    up_to 100 = <tile = [128, 64, 128], stages = 3, schedule = streamk>,
                                    above = <tile = [128, 64, 128], stages = 3>>}
      : tensor<?x560xf8E4M3FN>, tensor<160x560xf8E4M3FN>, tensor<?x5xf32>, tensor<2x5xf32> -> tensor<?x160xbf16>
  return %d : tensor<?x160xbf16>
}
