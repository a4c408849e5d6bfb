// Kernels of elementwise ops alone, against the reference: broadcasts, an operand that
// is read transposed, 16-bit and 32-bit elements, rows that no chunk divides.
// RUN: gq-run %s --backend=simulate --m=70 --check --entry=scaled | FileCheck %s
// RUN: gq-run %s --m=70 --stages --entry=scaled | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %s --backend=simulate --m=33 --check --entry=odd | FileCheck %s
// RUN: gq-run %s --backend=simulate --check --entry=both | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --backend=simulate --check --entry=beside | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --backend=simulate --m=37 --check --entry=gated | FileCheck %s
// RUN: gq-run %s --backend=simulate --check --entry=residual | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --backend=simulate --check --entry=filled | FileCheck %s
// RUN: gq-run %s --backend=simulate --check --entry=turned_over | FileCheck %s
// RUN: gq-run %s --backend=simulate --check --entry=batch | FileCheck %s
// RUN: gq-run %s --backend=simulate --m=9 --check --entry=copied | FileCheck %s
// RUN: gq-run %s --backend=simulate --m=9 --check --entry=copied --config='#gq.quantize_config<tile = [4, 64], threads = 32>' | FileCheck %s
// RUN: gq-run %s --backend=simulate --m=9 --check --entry=copied --config='#gq.quantize_config<tile = [8, 64], threads = 32, cluster = 2>' | FileCheck %s

// CHECK: simulated  1 launches
// CHECK: check0     passed
// TWO: simulated  2 launches
// TWO: check0     passed
// TWO: check1     passed
// STAGES: after gq-anchor-elementwise: simulated  0 launches
// STAGES-NEXT: check0     passed
// STAGES: after gq-outline-kernels: simulated  1 launches
// STAGES-NEXT: check0     passed
// STAGES: after gq-allocate-shared-memory: simulated  1 launches
// STAGES-NEXT: check0     passed

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#column = affine_map<(i, j) -> (i)>
#all = affine_map<(i, j) -> ()>
#turned = affine_map<(i, j) -> (j, i)>

func.func @scaled(%x: tensor<?x200xbf16>, %b: tensor<200xbf16>, %w: tensor<200x?xf32>) -> tensor<?x200xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x200xbf16>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %d = tensor.empty(%m) : tensor<?x200xbf16>
  %y = linalg.generic {indexing_maps = [#id, #row, #turned, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b, %w : tensor<?x200xbf16>, tensor<200xbf16>, tensor<200x?xf32>) outs(%e : tensor<?x200xf32>) {
  ^bb0(%xe: bf16, %be: bf16, %we: f32, %o: f32):
    %xf = arith.extf %xe : bf16 to f32
    %bf = arith.extf %be : bf16 to f32
    %s = arith.addf %xf, %bf : f32
    %p = arith.maximumf %s, %zero : f32
    %r = arith.mulf %p, %we : f32
    linalg.yield %r : f32
  } -> tensor<?x200xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<?x200xf32>) outs(%d : tensor<?x200xbf16>) {
  ^bb0(%ye: f32, %o: bf16):
    %r = arith.truncf %ye : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x200xbf16>
  return %z : tensor<?x200xbf16>
}

// No size is known, and the result adds to what was there.
func.func @odd(%x: tensor<?x?xf16>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x?xf16>) outs(%y : tensor<?x?xf32>) {
  ^bb0(%xe: f16, %ye: f32):
    %f = arith.extf %xe : f16 to f32
    %s = arith.addf %f, %ye : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

func.func @both(%x: tensor<20x96xf32>) -> (tensor<20x96xf32>, tensor<20x96xf16>) {
  %e = tensor.empty() : tensor<20x96xf32>
  %h = tensor.empty() : tensor<20x96xf16>
  %a = linalg.negf ins(%x : tensor<20x96xf32>) outs(%e : tensor<20x96xf32>) -> tensor<20x96xf32>
  %b = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<20x96xf32>) outs(%h : tensor<20x96xf16>) {
  ^bb0(%v: f32, %o: f16):
    %r = arith.truncf %v : f32 to f16
    linalg.yield %r : f16
  } -> tensor<20x96xf16>
  return %a, %b : tensor<20x96xf32>, tensor<20x96xf16>
}

// Quantised and returned.
func.func @beside(%x: tensor<16x256xbf16>) -> (tensor<16x256xbf16>, tensor<16x256xi8>, tensor<16x2xf32>) {
  %e = tensor.empty() : tensor<16x256xbf16>
  %a = linalg.negf ins(%x : tensor<16x256xbf16>) outs(%e : tensor<16x256xbf16>) -> tensor<16x256xbf16>
  %q = tensor.empty() : tensor<16x256xi8>
  %s = tensor.empty() : tensor<16x2xf32>
  %r:2 = gq.quantize %a block [1, 128] outs(%q, %s : tensor<16x256xi8>, tensor<16x2xf32>) : tensor<16x256xbf16> -> tensor<16x256xi8>, tensor<16x2xf32>
  return %a, %r#0, %r#1 : tensor<16x256xbf16>, tensor<16x256xi8>, tensor<16x2xf32>
}

// Two inputs, a value for each row and one for all, rounded to f16.
func.func @gated(%x: tensor<?x130xbf16>, %y: tensor<?x130xbf16>, %b: tensor<?xf32>, %s: tensor<f32>) -> tensor<?x130xf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x130xbf16>
  %e = tensor.empty(%m) : tensor<?x130xf16>
  %r = linalg.generic {indexing_maps = [#id, #id, #column, #all, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y, %b, %s : tensor<?x130xbf16>, tensor<?x130xbf16>, tensor<?xf32>, tensor<f32>) outs(%e : tensor<?x130xf16>) {
  ^bb0(%xe: bf16, %ye: bf16, %be: f32, %se: f32, %o: f16):
    %xf = arith.extf %xe : bf16 to f32
    %yf = arith.extf %ye : bf16 to f32
    %p = arith.mulf %xf, %yf : f32
    %t = arith.addf %p, %be : f32
    %u = arith.mulf %t, %se : f32
    %h = arith.truncf %u : f32 to f16
    linalg.yield %h : f16
  } -> tensor<?x130xf16>
  return %r : tensor<?x130xf16>
}

// Added to a product, in its kernel, and returned, from one of its own.
func.func @residual(%a: tensor<40x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %as: tensor<40x1xf32>, %bs: tensor<1x1xf32>, %x: tensor<40x64xf32>) -> (tensor<40x64xf32>, tensor<40x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<40x64xf32>
  %n = linalg.negf ins(%x : tensor<40x64xf32>) outs(%e : tensor<40x64xf32>) -> tensor<40x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<40x64xf32>) -> tensor<40x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%f : tensor<40x64xf32>)
      : tensor<40x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<40x1xf32>, tensor<1x1xf32> -> tensor<40x64xf32>
  %r = linalg.add ins(%d, %n : tensor<40x64xf32>, tensor<40x64xf32>) outs(%e : tensor<40x64xf32>) -> tensor<40x64xf32>
  return %n, %r : tensor<40x64xf32>, tensor<40x64xf32>
}

func.func @turned_over(%x: tensor<100x60xbf16>) -> tensor<60x100xbf16> {
  %e = tensor.empty() : tensor<60x100xbf16>
  %y = linalg.transpose ins(%x : tensor<100x60xbf16>) outs(%e : tensor<60x100xbf16>) permutation = [1, 0]
  return %y : tensor<60x100xbf16>
}

// Three matrices one above the other, each with factors of its own.
func.func @batch(%x: tensor<60x72xf32>, %s: tensor<216xf32>) -> tensor<60x72xf32> {
  %e = tensor.empty() : tensor<60x72xf32>
  %r = scf.forall (%i) in (3) shared_outs(%acc = %e) -> (tensor<60x72xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 20)>(%i)
    %t = tensor.extract_slice %x[%row, 0] [20, 72] [1, 1] : tensor<60x72xf32> to tensor<20x72xf32>
    %column = affine.apply affine_map<(i) -> (i * 72)>(%i)
    %own = tensor.extract_slice %s[%column] [72] [1] : tensor<216xf32> to tensor<72xf32>
    %f = tensor.empty() : tensor<20x72xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
        ins(%t, %own : tensor<20x72xf32>, tensor<72xf32>) outs(%f : tensor<20x72xf32>) {
    ^bb0(%te: f32, %oe: f32, %o: f32):
      %p = arith.mulf %te, %oe : f32
      linalg.yield %p : f32
    } -> tensor<20x72xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %acc[%row, 0] [20, 72] [1, 1] : tensor<20x72xf32> into tensor<60x72xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<60x72xf32>
}

func.func @filled(%v: tensor<40x64xf32>) -> tensor<40x64xf32> {
  %c = arith.constant 1.5 : f32
  %e = tensor.empty() : tensor<40x64xf32>
  %f = linalg.fill ins(%c : f32) outs(%e : tensor<40x64xf32>) -> tensor<40x64xf32>
  return %f : tensor<40x64xf32>
}

func.func @copied(%x: tensor<?x100xf16>) -> tensor<?x100xf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x100xf16>
  %e = tensor.empty(%m) : tensor<?x100xf16>
  %r = gq.copy %x outs(%e : tensor<?x100xf16>) : tensor<?x100xf16> -> tensor<?x100xf16>
  return %r : tensor<?x100xf16>
}
