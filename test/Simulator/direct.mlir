// Results straight from registers, with the rows of b permuted: after every pass
// the simulator finds no fault, and the same bits come out as through shared
// memory. Rows that end inside a tile, columns that end inside a tile but not inside
// a group; one step of K, several tiles for a thread block.
//
// DEFINE: %{entry} =
// DEFINE: %{store} =
// DEFINE: %{run} = gq-run %t.mlir --m=300 --entry=%{entry}
// DEFINE: %{same} = sed 's/store = staged/store = %{store}/' %s > %t.mlir && \
// DEFINE:   %{run} --stages | FileCheck %s && %{run} --backend=simulate --output=%t.new.npy && \
// DEFINE:   gq-run %s --m=300 --entry=%{entry} --backend=simulate --output=%t.old.npy && cmp %t.new.npy %t.old.npy

// CHECK: after gq-promote-tma: simulated
// CHECK-NEXT: check0 passed
// CHECK: after gq-distribute: simulated
// CHECK-NEXT: check0 passed
// CHECK: after gq-allocate-shared-memory: simulated {{[1-9][0-9]*}} launches
// CHECK-NEXT: check0 passed

// REDEFINE: %{store} = direct
// REDEFINE: %{entry} = bf16
// RUN: %{same}
// REDEFINE: %{entry} = f32
// RUN: %{same}
// REDEFINE: %{entry} = columns
// RUN: %{same}
// REDEFINE: %{entry} = epilogue
// RUN: %{same}
// REDEFINE: %{store} = deferred
// REDEFINE: %{entry} = bf16
// RUN: %{same}
// REDEFINE: %{entry} = columns
// RUN: %{same}
// REDEFINE: %{entry} = epilogue
// RUN: %{same}
// REDEFINE: %{entry} = one_step
// RUN: %{same}

// Sums of integers are exact: the reference has the same bits.
// RUN: sed 's/store = staged/store = deferred/' %s > %t.mlir
// RUN: gq-run %t.mlir --m=300 --generate=codes --entry=integers --backend=reference --output=%t.old.npy
// RUN: gq-run %t.mlir --m=300 --generate=codes --entry=integers --backend=simulate --output=%t.new.npy
// RUN: cmp %t.old.npy %t.new.npy

// Whole groups of rows are counted: on a GPU a tile that starts inside of one would
// be another.
// RUN: sed 's/store = staged/store = direct/' %s | gq-opt --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.low.mlir
// RUN: sed 's/%c0 = arith.constant 0 : index/&\n%odd = arith.constant 8 : index\n%off = arith.addi %odd, %c0 : index/' %t.low.mlir > %t.part.mlir
// RUN: sed 's/\(gqgpu.tma_load %arg1\[\)[^,]*/\1%off/' %t.part.mlir | not gq-run - --m=300 --entry=bf16 --backend=simulate 2>&1 | FileCheck %s --check-prefix=START
// START: error: 'gqgpu.tma_load' op starts at row 8 of operand 1 of the launch, whose rows are permuted in groups of 32

func.func @bf16(%a: tensor<?x272xf8E4M3FN>, %b: tensor<160x272xf8E4M3FN>, %sa: tensor<?x3xf32>, %sb: tensor<2x3xf32>) -> tensor<?x160xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x160xbf16>) -> tensor<?x160xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%i : tensor<?x160xbf16>) {config = #gq.matmul_config<tile = [256, 128, 128], store = staged>}
         : tensor<?x272xf8E4M3FN>, tensor<160x272xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xbf16>
  return %d : tensor<?x160xbf16>
}

// Groups of 16 columns, four of f32 for a thread; a wait that is late.
func.func @f32(%a: tensor<?x272xf8E4M3FN>, %b: tensor<144x272xf8E5M2>, %sa: tensor<?x3xf32>, %sb: tensor<2x3xf32>) -> tensor<?x144xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x144xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x144xf32>) -> tensor<?x144xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%i : tensor<?x144xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], early_wait = false, store = staged>}
         : tensor<?x272xf8E4M3FN>, tensor<144x272xf8E5M2>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x144xf32>
  return %d : tensor<?x144xf32>
}

// A scale for each column, and then for each 16: threads do not hold columns of all
// of these.
func.func @columns(%a: tensor<?x272xf8E4M3FN>, %b: tensor<160x272xf8E4M3FN>, %sa: tensor<?x3xf32>, %sb: tensor<160x3xf32>, %sc: tensor<10x3xf32>) -> (tensor<?x160xf16>, tensor<?x160xf16>) {
  %zero = arith.constant 0.0 : f16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf16>
  %i = linalg.fill ins(%zero : f16) outs(%e : tensor<?x160xf16>) -> tensor<?x160xf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128])
         outs(%i : tensor<?x160xf16>) {config = #gq.matmul_config<tile = [128, 128, 128], store = staged>}
         : tensor<?x272xf8E4M3FN>, tensor<160x272xf8E4M3FN>, tensor<?x3xf32>, tensor<160x3xf32> -> tensor<?x160xf16>
  %f = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sc block [16, 128])
         outs(%i : tensor<?x160xf16>) {config = #gq.matmul_config<tile = [64, 32, 128], math_groups = 1, store = staged>}
         : tensor<?x272xf8E4M3FN>, tensor<160x272xf8E4M3FN>, tensor<?x3xf32>, tensor<10x3xf32> -> tensor<?x160xf16>
  return %d, %f : tensor<?x160xf16>, tensor<?x160xf16>
}

// Bias, residual, activation.
func.func @epilogue(%a: tensor<?x272xf8E4M3FN>, %b: tensor<160x272xf8E4M3FN>, %sa: tensor<?x3xf32>, %sb: tensor<2x3xf32>, %bias: tensor<160xbf16>, %residual: tensor<?x160xbf16>) -> tensor<?x160xbf16> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%i : tensor<?x160xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = staged>}
         : tensor<?x272xf8E4M3FN>, tensor<160x272xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xf32>
  %o = tensor.empty(%m) : tensor<?x160xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias, %residual : tensor<?x160xf32>, tensor<160xbf16>, tensor<?x160xbf16>) outs(%o : tensor<?x160xbf16>) {
  ^bb0(%x: f32, %be: bf16, %re: bf16, %out: bf16):
    %bf = arith.extf %be : bf16 to f32
    %rf = arith.extf %re : bf16 to f32
    %s = arith.addf %x, %bf : f32
    %t = arith.addf %s, %rf : f32
    %p = arith.maximumf %t, %zero : f32
    %r = arith.truncf %p : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x160xbf16>
  return %y : tensor<?x160xbf16>
}

// Where K is one step there is no loop over K, and stores stay where they are.
func.func @one_step(%a: tensor<?x128xf8E4M3FN>, %b: tensor<96x128xf8E4M3FN>, %sa: tensor<?x1xf32>, %sb: tensor<1x1xf32>) -> tensor<?x96xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x96xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x96xbf16>) -> tensor<?x96xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%i : tensor<?x96xbf16>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = staged>}
         : tensor<?x128xf8E4M3FN>, tensor<96x128xf8E4M3FN>, tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x96xbf16>
  return %d : tensor<?x96xbf16>
}

func.func @integers(%a: tensor<?x272xi8>, %b: tensor<160x272xi8>, %sa: tensor<?x3xf32>, %sb: tensor<2x3xf32>) -> tensor<?x160xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%i : tensor<?x160xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = staged>}
         : tensor<?x272xi8>, tensor<160x272xi8>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}
