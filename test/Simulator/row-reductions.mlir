// RUN: split-file %s %t
// RUN: gq-run %t/rms.mlir --m 5 --stages --check | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %t/layernorm.mlir --m 3 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/softmax.mlir --m 9 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/row-max.mlir --m 4 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/row-absmax.mlir --m 4 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/scales.mlir --m 5 --stages --check | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %t/norm.mlir --m 5 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/unknown.mlir --shape arg0=5x3000 --backend=simulate --check | FileCheck %s --check-prefix=UNKNOWN
// RUN: not gq-run %t/unknown.mlir --shape arg0=5x0 --backend=simulate 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: gq-run %t/static.mlir --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/odd.mlir --m 7 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/unaligned.mlir --m 2 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/whole.mlir --m 3 --backend=simulate --check | FileCheck %s
// RUN: sed s/4104/1006/g %t/whole.mlir > %t/short.mlir
// RUN: gq-run %t/short.mlir --m 3 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/parts.mlir --m 1 --backend=simulate --check | FileCheck %s --check-prefix=PARTS
// RUN: gq-compile %t/rms.mlir -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// RUN: gq-compile %t/norm.mlir -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=NORM

// PARTS: simulated {{ *}}3 launches
// PARTS: check0     passed
// PARTS: check1     passed

// Rows are reduced in the kernel that reads what comes of it.

// STAGES-NOT: failed
// STAGES: after gq-outline-kernels: simulated {{ *}}1 launches
// STAGES-NEXT: check0     passed
// STAGES-NOT: failed
// STAGES: after gq-place-dependency: simulated {{ *}}1 launches
// STAGES-NEXT: check0     passed
// STAGES-NOT: failed

// CHECK-NOT: error
// CHECK: simulated {{ *}}1 launches
// CHECK: check0     passed
// CHECK-NOT: failed

// Rows of unknown length are reduced in parts, by kernels of their own.
// UNKNOWN: simulated {{ *}}3 launches
// UNKNOWN: check0     passed
// UNKNOWN-NOT: failed
// NONE: error: {{.*}}a reduction: dimension 1 of operand 0 (argument 0, %x) must be at least 1

// BUNDLE: function rms
// BUNDLE: launch 0
// BUNDLE-NEXT: kernel rms_quantize
// BUNDLE-NOT: launch 1

// NORM: function norm
// NORM: launch 0
// NORM-NEXT: kernel norm_cast
// NORM-NOT: launch 1

//--- rms.mlir
// A root mean square of rows, of 1024 elements, in front of a quantisation.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#col = affine_map<(m, n) -> (n)>
func.func @rms(%x: tensor<?x1024xbf16>, %g: tensor<1024xbf16>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %n = arith.constant 1024.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %ss = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x1024xbf16>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %sq = arith.mulf %w, %w : f32
    %a = arith.addf %o, %sq : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  // The reciprocal root in an op of its own.
  %rms = linalg.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m) -> (m)>],
                         iterator_types = ["parallel"]}
      ins(%ss : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%s: f32, %o: f32):
    %mean = arith.divf %s, %n : f32
    %me = arith.addf %mean, %eps : f32
    %r = math.rsqrt %me : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %ey = tensor.empty(%m) : tensor<?x1024xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %rms, %g : tensor<?x1024xbf16>, tensor<?xf32>, tensor<1024xbf16>)
      outs(%ey : tensor<?x1024xf32>) {
  ^bb0(%v: bf16, %r: f32, %gv: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %gw = arith.extf %gv : bf16 to f32
    %t = arith.mulf %w, %r : f32
    %u = arith.mulf %t, %gw : f32
    linalg.yield %u : f32
  } -> tensor<?x1024xf32>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x8xf32>
  %q, %s = gq.quantize %y block [1, 128]
      outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xf32> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}

//--- layernorm.mlir
// Mean, then variance around it: two reductions, one behind the other. Their
// values have a dimension of size 1.
#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>
func.func @layernorm(%x: tensor<?x512xf32>) -> (tensor<?x512xf8E4M3FN>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %n = arith.constant 512.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x512xf32>
  %e = tensor.empty(%m) : tensor<?x1xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1xf32>) -> tensor<?x1xf32>
  %sum = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x512xf32>) outs(%i : tensor<?x1xf32>) {
  ^bb0(%v: f32, %o: f32):
    %a = arith.addf %v, %o : f32
    linalg.yield %a : f32
  } -> tensor<?x1xf32>
  %mean = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sum : tensor<?x1xf32>) outs(%e : tensor<?x1xf32>) {
  ^bb0(%s: f32, %o: f32):
    %d = arith.divf %s, %n : f32
    linalg.yield %d : f32
  } -> tensor<?x1xf32>
  %ey = tensor.empty(%m) : tensor<?x512xf32>
  %centred = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %mean : tensor<?x512xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x512xf32>) {
  ^bb0(%v: f32, %mu: f32, %o: f32):
    %d = arith.subf %v, %mu : f32
    linalg.yield %d : f32
  } -> tensor<?x512xf32>
  %var = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel", "reduction"]}
      ins(%centred : tensor<?x512xf32>) outs(%i : tensor<?x1xf32>) {
  ^bb0(%v: f32, %o: f32):
    %sq = arith.mulf %v, %v : f32
    %a = arith.addf %sq, %o : f32
    linalg.yield %a : f32
  } -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%centred, %var : tensor<?x512xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x512xf32>) {
  ^bb0(%v: f32, %s: f32, %o: f32):
    %d = arith.divf %s, %n : f32
    %de = arith.addf %d, %eps : f32
    %r = math.rsqrt %de : f32
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x512xf32>
  %eq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xf32>
  %q, %s = gq.quantize %y block [1, 128]
      outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
      : tensor<?x512xf32> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
}

//--- softmax.mlir
// The largest of a row, then the sum of the exponentials, of 100 elements:
// what lies past the end of a row counts as neither.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @softmax(%x: tensor<?x100xf32>) -> tensor<?x100xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %least = arith.constant 0xFF800000 : f32
  %m = tensor.dim %x, %c0 : tensor<?x100xf32>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%least : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  // Smaller than zero: what is not there must not win.
  %ex = tensor.empty(%m) : tensor<?x100xf32>
  %low = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x100xf32>) outs(%ex : tensor<?x100xf32>) {
  ^bb0(%v: f32, %o: f32):
    %c = arith.constant 100.0 : f32
    %d = arith.subf %v, %c : f32
    linalg.yield %d : f32
  } -> tensor<?x100xf32>
  %max = linalg.reduce ins(%low : tensor<?x100xf32>) outs(%i : tensor<?xf32>) dimensions = [1]
    (%v: f32, %o: f32) {
      %a = arith.maximumf %v, %o : f32
      linalg.yield %a : f32
    }
  %exp = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%low, %max : tensor<?x100xf32>, tensor<?xf32>) outs(%ex : tensor<?x100xf32>) {
  ^bb0(%v: f32, %l: f32, %o: f32):
    %d = arith.subf %v, %l : f32
    %p = math.exp %d : f32
    linalg.yield %p : f32
  } -> tensor<?x100xf32>
  %iz = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.reduce { arith.addf } ins(%exp : tensor<?x100xf32>) outs(%iz : tensor<?xf32>) dimensions = [1]
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<?x100xf32>, tensor<?xf32>) outs(%ex : tensor<?x100xf32>) {
  ^bb0(%v: f32, %s: f32, %o: f32):
    %d = arith.divf %v, %s : f32
    linalg.yield %d : f32
  } -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

//--- row-absmax.mlir
// One scale for each row, from its largest magnitude, which is a bf16 as the elements are.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @rowmax(%x: tensor<?x768xbf16>) -> tensor<?x768xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %least = arith.constant 1.0e-4 : bf16
  %fmt = arith.constant 448.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x768xbf16>
  %e = tensor.empty(%m) : tensor<?xbf16>
  %i = linalg.fill ins(%least : bf16) outs(%e : tensor<?xbf16>) -> tensor<?xbf16>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x768xbf16>) outs(%i : tensor<?xbf16>) {
  ^bb0(%v: bf16, %o: bf16):
    %w = math.absf %v : bf16
    %a = arith.maxnumf %w, %o : bf16
    linalg.yield %a : bf16
  } -> tensor<?xbf16>
  %eq = tensor.empty(%m) : tensor<?x768xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %max : tensor<?x768xbf16>, tensor<?xbf16>) outs(%eq : tensor<?x768xf8E4M3FN>) {
  ^bb0(%v: bf16, %l: bf16, %o: f8E4M3FN):
    %w = arith.extf %v : bf16 to f32
    %lw = arith.extf %l : bf16 to f32
    %s = arith.divf %lw, %fmt : f32
    %d = arith.divf %w, %s : f32
    %t = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x768xf8E4M3FN>
  return %q : tensor<?x768xf8E4M3FN>
}

//--- row-max.mlir
// One scale for each row, from its largest element, computed by hand; and
// what the reduction starts from is not neutral.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @rowmax(%x: tensor<?x768xbf16>) -> tensor<?x768xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %least = arith.constant 1.0e-4 : bf16
  %fmt = arith.constant 448.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x768xbf16>
  %e = tensor.empty(%m) : tensor<?xbf16>
  %i = linalg.fill ins(%least : bf16) outs(%e : tensor<?xbf16>) -> tensor<?xbf16>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x768xbf16>) outs(%i : tensor<?xbf16>) {
  ^bb0(%v: bf16, %o: bf16):
    %a = arith.maxnumf %v, %o : bf16
    linalg.yield %a : bf16
  } -> tensor<?xbf16>
  %eq = tensor.empty(%m) : tensor<?x768xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %max : tensor<?x768xbf16>, tensor<?xbf16>) outs(%eq : tensor<?x768xf8E4M3FN>) {
  ^bb0(%v: bf16, %l: bf16, %o: f8E4M3FN):
    %w = arith.extf %v : bf16 to f32
    %lw = arith.extf %l : bf16 to f32
    %s = arith.divf %lw, %fmt : f32
    %d = arith.divf %w, %s : f32
    %t = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x768xf8E4M3FN>
  return %q : tensor<?x768xf8E4M3FN>
}

//--- static.mlir
// A static number of rows, and two reductions of one op.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @both(%x: tensor<6x256xbf16>) -> (tensor<6x256xf8E4M3FN>, tensor<6x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 256.0 : f32
  %e = tensor.empty() : tensor<6xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<6xf32>) -> tensor<6xf32>
  %both:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<6x256xbf16>) outs(%i, %i : tensor<6xf32>, tensor<6xf32>) {
  ^bb0(%v: bf16, %o: f32, %p: f32):
    %w = arith.extf %v : bf16 to f32
    %sq = arith.mulf %w, %w : f32
    %a = arith.addf %o, %w : f32
    %b = arith.addf %p, %sq : f32
    linalg.yield %a, %b : f32, f32
  } -> (tensor<6xf32>, tensor<6xf32>)
  %ey = tensor.empty() : tensor<6x256xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %both#0, %both#1 : tensor<6x256xbf16>, tensor<6xf32>, tensor<6xf32>)
      outs(%ey : tensor<6x256xf32>) {
  ^bb0(%v: bf16, %s: f32, %ss: f32, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %mean = arith.divf %s, %n : f32
    %square = arith.divf %ss, %n : f32
    %mm = arith.mulf %mean, %mean : f32
    %var = arith.subf %square, %mm : f32
    %r = math.rsqrt %var : f32
    %c = arith.subf %w, %mean : f32
    %t = arith.mulf %c, %r : f32
    linalg.yield %t : f32
  } -> tensor<6x256xf32>
  %eq = tensor.empty() : tensor<6x256xf8E4M3FN>
  %es = tensor.empty() : tensor<6x2xf32>
  %q, %s = gq.quantize %y block [1, 128]
      outs(%eq, %es : tensor<6x256xf8E4M3FN>, tensor<6x2xf32>)
      : tensor<6x256xf32> -> tensor<6x256xf8E4M3FN>, tensor<6x2xf32>
  return %q, %s : tensor<6x256xf8E4M3FN>, tensor<6x2xf32>
}

//--- odd.mlir
// A product of the elements of rows whose last block is not whole.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @odd(%x: tensor<?x200xf32>) -> (tensor<?x200xf8E5M2>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x200xf32>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%one : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %p = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x200xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %c = arith.constant 1.0e-3 : f32
    %d = arith.mulf %v, %c : f32
    %k = arith.constant 1.0 : f32
    %f = arith.addf %d, %k : f32
    %a = arith.mulf %f, %o : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %ey = tensor.empty(%m) : tensor<?x200xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %p : tensor<?x200xf32>, tensor<?xf32>) outs(%ey : tensor<?x200xf32>) {
  ^bb0(%v: f32, %s: f32, %o: f32):
    %t = arith.mulf %v, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x200xf32>
  %eq = tensor.empty(%m) : tensor<?x200xf8E5M2>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %y block [1, 128]
      outs(%eq, %es : tensor<?x200xf8E5M2>, tensor<?x2xf32>)
      : tensor<?x200xf32> -> tensor<?x200xf8E5M2>, tensor<?x2xf32>
  return %q, %s : tensor<?x200xf8E5M2>, tensor<?x2xf32>
}

//--- unaligned.mlir
// Rows of 1003 elements start anywhere.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @unaligned(%x: tensor<?x1003xbf16>) -> tensor<?x1003xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x1003xbf16>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x1003xbf16>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %a = arith.addf %w, %o : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %ey = tensor.empty(%m) : tensor<?x1003xbf16>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x1003xbf16>, tensor<?xf32>) outs(%ey : tensor<?x1003xbf16>) {
  ^bb0(%v: bf16, %s: f32, %o: bf16):
    %w = arith.extf %v : bf16 to f32
    %t = arith.subf %w, %s : f32
    %u = arith.truncf %t : f32 to bf16
    linalg.yield %u : bf16
  } -> tensor<?x1003xbf16>
  return %y : tensor<?x1003xbf16>
}

//--- whole.mlir
// One scale for each row, whose length is no multiple of what a thread takes.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @whole(%x: tensor<?x4104xbf16>) -> (tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x4104xbf16>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x4104xbf16>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %q = arith.mulf %w, %w : f32
    %a = arith.addf %o, %q : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %ey = tensor.empty(%m) : tensor<?x4104xbf16>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x4104xbf16>, tensor<?xf32>) outs(%ey : tensor<?x4104xbf16>) {
  ^bb0(%v: bf16, %r: f32, %o: bf16):
    %w = arith.extf %v : bf16 to f32
    %t = math.rsqrt %r : f32
    %u = arith.mulf %w, %t : f32
    %c = arith.truncf %u : f32 to bf16
    linalg.yield %c : bf16
  } -> tensor<?x4104xbf16>
  %eq = tensor.empty(%m) : tensor<?x4104xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x1xf32>
  %codes, %scales = gq.quantize %y block [1, 4104] outs(%eq, %es : tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x4104xbf16> -> tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>
  return %codes, %scales : tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>
}

//--- scales.mlir
// Largest magnitudes of rows, and scales rounded to bf16: results as well as what is cast by.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#v = affine_map<(m) -> (m)>
func.func @scales(%x: tensor<?x768xbf16>) -> (tensor<?x768xf8E4M3FN>, tensor<?xbf16>, tensor<?xbf16>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %fmt = arith.constant 448.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x768xbf16>
  %e = tensor.empty(%m) : tensor<?xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?xbf16>) -> tensor<?xbf16>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x768xbf16>) outs(%i : tensor<?xbf16>) {
  ^bb0(%v: bf16, %o: bf16):
    %w = math.absf %v : bf16
    %a = arith.maximumf %w, %o : bf16
    linalg.yield %a : bf16
  } -> tensor<?xbf16>
  %scale = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
      ins(%max : tensor<?xbf16>) outs(%e : tensor<?xbf16>) {
  ^bb0(%a: bf16, %o: bf16):
    %w = arith.extf %a : bf16 to f32
    %s = arith.divf %w, %fmt : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?xbf16>
  %eq = tensor.empty(%m) : tensor<?x768xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %scale : tensor<?x768xbf16>, tensor<?xbf16>) outs(%eq : tensor<?x768xf8E4M3FN>) {
  ^bb0(%v: bf16, %l: bf16, %o: f8E4M3FN):
    %w = arith.extf %v : bf16 to f32
    %s = arith.extf %l : bf16 to f32
    %lo = arith.constant -448.0 : f32
    %hi = arith.constant 448.0 : f32
    %d = arith.divf %w, %s : f32
    %d1 = arith.maximumf %d, %lo : f32
    %d2 = arith.minimumf %d1, %hi : f32
    %t = arith.truncf %d2 : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x768xf8E4M3FN>
  return %q, %max, %scale : tensor<?x768xf8E4M3FN>, tensor<?xbf16>, tensor<?xbf16>
}

//--- norm.mlir
// RMSNorm and a quantisation of its rows; roots and scales are results, too.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#col = affine_map<(m, n) -> (n)>
#v = affine_map<(m) -> (m)>
func.func @norm(%x: tensor<?x1024xbf16>, %g: tensor<1024xbf16>) -> (tensor<?x1024xf8E4M3FN>, tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %n = arith.constant 1024.0 : f32
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %ss = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x1024xbf16>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %sq = arith.mulf %w, %w : f32
    %a = arith.addf %o, %sq : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %rstd = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
      ins(%ss : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%s: f32, %o: f32):
    %mean = arith.divf %s, %n : f32
    %me = arith.addf %mean, %eps : f32
    %r = math.rsqrt %me : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %ey = tensor.empty(%m) : tensor<?x1024xbf16>
  %y = linalg.generic {indexing_maps = [#id, #row, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %rstd, %g : tensor<?x1024xbf16>, tensor<?xf32>, tensor<1024xbf16>)
      outs(%ey : tensor<?x1024xbf16>) {
  ^bb0(%v: bf16, %r: f32, %gv: bf16, %o: bf16):
    %w = arith.extf %v : bf16 to f32
    %gw = arith.extf %gv : bf16 to f32
    %t = arith.mulf %w, %r : f32
    %u = arith.mulf %t, %gw : f32
    %z = arith.truncf %u : f32 to bf16
    linalg.yield %z : bf16
  } -> tensor<?x1024xbf16>
  %ea = tensor.empty(%m) : tensor<?xf32>
  %start = arith.constant 0.0 : f32
  %ia = linalg.fill ins(%start : f32) outs(%ea : tensor<?xf32>) -> tensor<?xf32>
  %amax = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%y : tensor<?x1024xbf16>) outs(%ia : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %abs = math.absf %w : f32
    %a = arith.maximumf %abs, %o : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %fmt = arith.constant 448.0 : f32
  %scale = linalg.generic {indexing_maps = [#v, #v], iterator_types = ["parallel"]}
      ins(%amax : tensor<?xf32>) outs(%ea : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.divf %a, %fmt : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %scale : tensor<?x1024xbf16>, tensor<?xf32>) outs(%eq : tensor<?x1024xf8E4M3FN>) {
  ^bb0(%v: bf16, %s: f32, %o: f8E4M3FN):
    %w = arith.extf %v : bf16 to f32
    %d = arith.divf %w, %s : f32
    %lo = arith.constant -448.0 : f32
    %hi = arith.constant 448.0 : f32
    %d1 = arith.maximumf %d, %lo : f32
    %d2 = arith.minimumf %d1, %hi : f32
    %t = arith.truncf %d2 : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x1024xf8E4M3FN>
  return %q, %scale, %rstd : tensor<?x1024xf8E4M3FN>, tensor<?xf32>, tensor<?xf32>
}

//--- unknown.mlir
// The largest of rows of unknown length.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @maxdyn(%x: tensor<?x?xbf16>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %least = arith.constant 0xFF800000 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%least : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x?xbf16>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %w = arith.extf %v : bf16 to f32
    %a = arith.maximumf %w, %o : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  return %max : tensor<?xf32>
}

//--- parts.mlir
// Blocks of several rows are reduced in parts: the last step is one of rows, for the kernel that reads it.
func.func @parts(%x: tensor<?x1006xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x1006xf32>, %eq: tensor<?x1006xf8E4M3FN>,
                 %es: tensor<?x1xf32>) -> (tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>) {
  %s = gq.block_reduce addf %x block [129, 1006] outs(%e : tensor<?x1xf32>) : tensor<?x1006xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, 0)>, affine_map<(m, n) -> (m, n)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x1006xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x1006xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x1006xf32>
  %q:2 = gq.quantize %y block [1, 65536] outs(%eq, %es : tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x1006xf32> -> tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>
  return %q#0, %q#1 : tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>
}
