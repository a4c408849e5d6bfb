//===- ScaledMatmul.h - matmul of block-quantised matrices ------*- C++ -*-===//
//
// D = init + sum over intervals of K of (sa * sb) * (A . B)
//
// A is [M, K] and B is [N, K], both K-major (rows contiguous along K). The
// matrices may be tiles cut out of larger ones: `origin` is the position of
// element (0, 0, 0) in the grid of scale blocks. With blocks of [am, ak] and
// [bn, bk], element (i, j, kk) uses
//
//   sa[((m mod am) + i) / am, ((k mod ak) + kk) / ak]
//   sb[((n mod bn) + j) / bn, ((k mod bk) + kk) / bk]
//
// so the scales of A have ceil(((m mod am) + M) / am) rows and
// ceil(((k mod ak) + K) / ak) columns, and those of B likewise.
//
// K is cut into intervals at every boundary of a scale block of A or B. Then:
//
//   f64   the oracle. Products of elements are exact and summed in f64 over an
//         interval; sa * sb is exact in f64; one f64 fma adds the scaled sum.
//   f32   what a kernel does. An interval also ends after `promote` elements,
//         counted from its start. Within it products (exact for fp8) are added
//         in f32 in the order of K; then D = fma.rn(mul.rn(sa, sb), sum, D).
//         For i8 the sum is an integer, exact, rounded to f32 at the end.
//         Products of bf16 or f16, which have no scales, are added to D itself.
//
// Results do not depend on the number of threads nor on the instruction set.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_SCALEDMATMUL_H
#define GQ_NUMERICS_SCALEDMATMUL_H

#include "gq/Numerics/Quantize.h"

namespace gridquant {

enum class Accumulation : uint8_t { f64, f32 };

/// A or B. `layout.rows` counts along M or N, `layout.cols` along K.
struct MatmulOperand {
  const void *data = nullptr;
  ElementType type = ElementType::f8E4M3FN;
  BlockLayout layout;
  /// Null stands for a matrix of ones.
  const float *scales = nullptr;
};

struct MatmulOptions {
  Accumulation accumulation = Accumulation::f64;
  int64_t promote = 128;
  int64_t originM = 0, originN = 0, originK = 0;
  /// 0: one thread per processor.
  unsigned threads = 0;
  /// Do not use instructions beyond those the library was compiled for.
  bool portable = false;
};

/// The shape of an operand's scales, origin included. \p origin and \p extent
/// are {rows, columns} of the operand.
Status matmulScaleShape(const BlockLayout &layout, int64_t originRow,
                        int64_t originCol, int64_t rows, int64_t cols,
                        ScaleShape &shape);

/// Both operands are fp8 (mixed as you like) or both i8, or without scales both
/// bf16 or both f16. \p d, and the optional
/// \p init and \p sumAbs, are row-major [m, n] of \p outputType, f32 or f64;
/// \p init may be \p d. Without \p init, d is overwritten. \p sumAbs receives
/// sum |sa * sb| * |a| * |b| computed in f64, the yardstick for rounding
/// errors; init is not part of it.
Status scaledMatmul(const MatmulOperand &a, const MatmulOperand &b, int64_t m,
                    int64_t n, int64_t k, const MatmulOptions &options,
                    ElementType outputType, void *d, const void *init = nullptr,
                    void *sumAbs = nullptr);

} // namespace gridquant

#endif // GQ_NUMERICS_SCALEDMATMUL_H
