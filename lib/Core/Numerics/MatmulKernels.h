//===- MatmulKernels.h - inner loops of the matmul --------------*- C++ -*-===//
//
// A kernel works on one register block of the output: `rows` x `cols`, both
// operands packed so that step k of the dot product reads `rows` consecutive
// values of A and `cols` consecutive values of B.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_NUMERICS_MATMULKERNELS_H
#define GQ_LIB_NUMERICS_MATMULKERNELS_H

#include <cstdint>

namespace gridquant {

/// The register block for sums of type T: with 32-byte vectors, 6 x 2 vectors
/// of sums leave room for the operands in 16 registers.
template <typename T> struct RegisterBlock {
  static constexpr int rows = 6;
  static constexpr int cols = 64 / sizeof(T);
  static constexpr int size = rows * cols;
};

/// \p Sum is the type of the partial sums, \p Acc that of the result.
template <typename Sum, typename Acc> struct MatmulKernels {
  /// sums = (resume ? sums : 0) + a . b over \p depth steps.
  void (*dot)(const Sum *a, const Sum *b, int64_t depth, bool resume,
              Sum *sums);
  /// acc[r][c] = fma(sa[r] * sb[c], Acc(sums[r][c]), acc[r][c])
  void (*promote)(const Acc *sa, const Acc *sb, const Sum *sums, Acc *acc);
};

/// The fastest kernels this processor can run; with \p portable, those that run
/// on every processor. The results are the same.
template <typename Sum, typename Acc>
MatmulKernels<Sum, Acc> selectMatmulKernels(bool portable);

} // namespace gridquant

#endif // GQ_LIB_NUMERICS_MATMULKERNELS_H
