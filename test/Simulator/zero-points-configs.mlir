// Rows that are added up beside the product, in tiles of all kinds: of one group and of
// several, which share rows or columns, in slots that end in the middle, in two slots to a
// step, with rows of b in order and permuted, in parts of K, copied by warps, swapped, in a
// loop over thread blocks. Equal to the reference to the bit.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --generate=codes --entry=%{entry}
// DEFINE: %{check} = %{run} --backend=simulate --check | FileCheck %s
//
// REDEFINE: %{entry} = groups
// RUN: %{check}
// REDEFINE: %{entry} = columns
// RUN: %{check}
// REDEFINE: %{entry} = permuted
// RUN: %{check}
// REDEFINE: %{entry} = parts
// RUN: %{check}
// REDEFINE: %{entry} = split_k
// RUN: %{check}
// REDEFINE: %{entry} = copied
// RUN: %{check}
// REDEFINE: %{entry} = swapped
// RUN: %{check}
// REDEFINE: %{entry} = cluster
// RUN: %{check}
// REDEFINE: %{entry} = one_step
// RUN: %{check}
// REDEFINE: %{entry} = many
// RUN: %{check}
//
// Where the config takes steps in turn the sums have kernels of their own.
// REDEFINE: %{entry} = in_turn
// RUN: %{run} --backend=simulate --check | FileCheck %s --check-prefix=APART

// RUN: gq-compile %s --emit=ptx -o /dev/null

// CHECK: simulated 1 launches
// CHECK: check0 passed

// REDEFINE: %{entry} = apart
// RUN: %{run} --backend=simulate --check | FileCheck %s --check-prefix=APART
// RUN: %{run} --backend=simulate --stages --check | FileCheck %s --check-prefix=PASSED
//
// By the number of rows: one kernel, or a kernel for the sums besides.
// REDEFINE: %{entry} = by_rows
// RUN: %{run} --shape=arg0=40x528 --shape=arg4=40 --backend=simulate --check | FileCheck %s
// RUN: %{run} --shape=arg0=133x528 --shape=arg4=133 --backend=simulate --check | FileCheck %s --check-prefix=MANY

// APART: simulated 4 launches
// APART: check0 passed
// PASSED: check0 passed
// MANY: simulated 3 launches
// MANY: check0 passed

func.func @groups(%a: tensor<200x400xi8>, %b: tensor<136x400xi8>, %za: tensor<200xi32>, %zb: tensor<136xi8>, %c: tensor<200x136xi32>) -> tensor<200x136xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<200xi32>) b_zero_points(%zb : tensor<136xi8>) outs(%c : tensor<200x136xi32>)
         {config = #gq.matmul_config<tile = [128, 80, 256], math_groups = 2>}
         : tensor<200x400xi8>, tensor<136x400xi8> -> tensor<200x136xi32>
  return %d : tensor<200x136xi32>
}

func.func @columns(%a: tensor<72x304xi8>, %b: tensor<200x304xi8>, %za: tensor<i8>, %zb: tensor<200xi32>, %c: tensor<72x200xi32>) -> tensor<72x200xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<i8>) b_zero_points(%zb : tensor<200xi32>) outs(%c : tensor<72x200xi32>)
         {config = #gq.matmul_config<tile = [64, 160, 128], split = n, math_groups = 2>}
         : tensor<72x304xi8>, tensor<200x304xi8> -> tensor<72x200xi32>
  return %d : tensor<72x200xi32>
}

func.func @permuted(%a: tensor<136x272xi8>, %sa: tensor<136x1xf32>, %za: tensor<136xi8>, %b: tensor<160x272xi8>, %sb: tensor<160x1xf32>) -> tensor<136x160xbf16> {
  %zero = arith.constant 0.0 : bf16
  %zb = arith.constant dense<-7> : tensor<i32>
  %e = tensor.empty() : tensor<136x160xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<136x160xbf16>) -> tensor<136x160xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 272], %sb block [1, 272]) a_zero_points(%za : tensor<136xi8>) b_zero_points(%zb : tensor<i32>)
         outs(%i : tensor<136x160xbf16>) {config = #gq.matmul_config<tile = [128, 96, 128], store = direct>}
         : tensor<136x272xi8>, tensor<160x272xi8>, tensor<136x1xf32>, tensor<160x1xf32> -> tensor<136x160xbf16>
  return %d : tensor<136x160xbf16>
}

func.func @parts(%a: tensor<72x272xi8>, %b: tensor<136x272xi8>, %za: tensor<72xi32>, %zb: tensor<136xi32>, %c: tensor<72x136xi32>) -> tensor<72x136xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<72xi32>) b_zero_points(%zb : tensor<136xi32>) outs(%c : tensor<72x136xi32>)
         {config = #gq.matmul_config<tile = [64, 64, 128], parts = 2, math_groups = 1>}
         : tensor<72x272xi8>, tensor<136x272xi8> -> tensor<72x136xi32>
  return %d : tensor<72x136xi32>
}

func.func @split_k(%a: tensor<40x912xi8>, %b: tensor<96x912xi8>, %za: tensor<40xi32>, %zb: tensor<96xi32>, %c: tensor<40x96xi32>) -> tensor<40x96xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<40xi32>) b_zero_points(%zb : tensor<96xi32>) outs(%c : tensor<40x96xi32>)
         {config = #gq.matmul_config<tile = [64, 64, 128], split_k = 2, math_groups = 1>}
         : tensor<40x912xi8>, tensor<96x912xi8> -> tensor<40x96xi32>
  return %d : tensor<40x96xi32>
}

func.func @copied(%a: tensor<72x271xi8>, %b: tensor<40x271xi8>, %za: tensor<72xi32>, %zb: tensor<40xi32>, %c: tensor<72x40xi32>) -> tensor<72x40xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<72xi32>) b_zero_points(%zb : tensor<40xi32>) outs(%c : tensor<72x40xi32>)
         : tensor<72x271xi8>, tensor<40x271xi8> -> tensor<72x40xi32>
  return %d : tensor<72x40xi32>
}

func.func @swapped(%a: tensor<13x528xi8>, %sa: tensor<13x1xf32>, %za: tensor<13xi8>, %b: tensor<200x528xi8>, %sb: tensor<200x1xf32>, %zb: tensor<200xi8>) -> tensor<13x200xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<13x200xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<13x200xbf16>) -> tensor<13x200xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 528], %sb block [1, 528]) a_zero_points(%za : tensor<13xi8>) b_zero_points(%zb : tensor<200xi8>)
         outs(%i : tensor<13x200xbf16>) {config = #gq.matmul_config<tile = [64, 16, 256], math_groups = 1, swap = true>}
         : tensor<13x528xi8>, tensor<200x528xi8>, tensor<13x1xf32>, tensor<200x1xf32> -> tensor<13x200xbf16>
  return %d : tensor<13x200xbf16>
}

func.func @cluster(%a: tensor<264x272xi8>, %b: tensor<136x272xi8>, %za: tensor<264xi32>, %zb: tensor<136xi32>, %c: tensor<264x136xi32>) -> tensor<264x136xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<264xi32>) b_zero_points(%zb : tensor<136xi32>) outs(%c : tensor<264x136xi32>)
         {config = #gq.matmul_config<tile = [128, 64, 128], cluster = b>}
         : tensor<264x272xi8>, tensor<136x272xi8> -> tensor<264x136xi32>
  return %d : tensor<264x136xi32>
}

func.func @one_step(%a: tensor<72x112xi8>, %b: tensor<40x112xi8>, %za: tensor<72xi32>, %zb: tensor<40xi32>, %c: tensor<72x40xi32>) -> tensor<72x40xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<72xi32>) b_zero_points(%zb : tensor<40xi32>) outs(%c : tensor<72x40xi32>)
         : tensor<72x112xi8>, tensor<40x112xi8> -> tensor<72x40xi32>
  return %d : tensor<72x40xi32>
}

// Matrices below one another, each with zero points of its own.
func.func @many(%a: tensor<216x272xi8>, %b: tensor<40x272xi8>, %za: tensor<216xi32>, %e: tensor<216x40xi32>) -> tensor<216x40xi32> {
  %zero = arith.constant 0 : i32
  %start = tensor.empty() : tensor<72x40xi32>
  %r = scf.forall (%i) in (3) shared_outs(%o = %e) -> (tensor<216x40xi32>) {
    %m = affine.apply affine_map<(d) -> (72 * d)>(%i)
    %ai = tensor.extract_slice %a[%m, 0] [72, 272] [1, 1] : tensor<216x272xi8> to tensor<72x272xi8>
    %zi = tensor.extract_slice %za[%m] [72] [1] : tensor<216xi32> to tensor<72xi32>
    %ci = linalg.fill ins(%zero : i32) outs(%start : tensor<72x40xi32>) -> tensor<72x40xi32>
    %d = gq.scaled_matmul %ai, %b a_zero_points(%zi : tensor<72xi32>) outs(%ci : tensor<72x40xi32>)
           : tensor<72x272xi8>, tensor<40x272xi8> -> tensor<72x40xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%m, 0] [72, 40] [1, 1] : tensor<72x40xi32> into tensor<216x40xi32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<216x40xi32>
}

func.func @in_turn(%a: tensor<40x528xi8>, %b: tensor<96x528xi8>, %za: tensor<40xi32>, %zb: tensor<96xi32>, %c: tensor<40x96xi32>) -> tensor<40x96xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<40xi32>) b_zero_points(%zb : tensor<96xi32>) outs(%c : tensor<40x96xi32>)
         {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, math_groups = 2>}
         : tensor<40x528xi8>, tensor<96x528xi8> -> tensor<40x96xi32>
  return %d : tensor<40x96xi32>
}

// What computes with the sums is cut off behind the op that subtracts; the product is swapped.
func.func @apart(%a: tensor<40x528xi8>, %sa: tensor<40x1xf32>, %b: tensor<96x528xi8>, %sb: tensor<96x1xf32>, %za: tensor<40xi8>, %zb: tensor<96xi8>) -> tensor<40x96xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<40x96xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<40x96xbf16>) -> tensor<40x96xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 528], %sb block [1, 528]) a_zero_points(%za : tensor<40xi8>) b_zero_points(%zb : tensor<96xi8>)
         outs(%i : tensor<40x96xbf16>) {config = #gq.matmul_config<tile = [64, 48, 128], math_groups = 1, swap = true, row_sums = apart>}
         : tensor<40x528xi8>, tensor<96x528xi8>, tensor<40x1xf32>, tensor<96x1xf32> -> tensor<40x96xbf16>
  return %d : tensor<40x96xbf16>
}

func.func @by_rows(%a: tensor<?x528xi8>, %sa: tensor<1x1xf32>, %b: tensor<96x528xi8>, %sb: tensor<96x1xf32>, %za: tensor<?xi8>) -> tensor<?x96xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x528xi8>
  %e = tensor.empty(%m) : tensor<?x96xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x96xbf16>) -> tensor<?x96xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [65536, 528], %sb block [1, 528]) a_zero_points(%za : tensor<?xi8>)
         outs(%i : tensor<?x96xbf16>) {config = #gq.matmul_variants<up_to 64 = <tile = [64, 48, 128], math_groups = 1>, above = <tile = [128, 96, 128], row_sums = apart>>}
         : tensor<?x528xi8>, tensor<96x528xi8>, tensor<1x1xf32>, tensor<96x1xf32> -> tensor<?x96xbf16>
  return %d : tensor<?x96xbf16>
}
