//===- MatmulKernels.cpp - inner loops of the matmul ----------------------===//
//
// Each loop is written once, as a template that is inlined into functions
// compiled for different instruction sets.
//
// This file is compiled with contraction of a * b + c into fma. That cannot
// change a result of dot(): its products are exact (fp8 has at most 4
// significant bits, int8 and bf16 have 8, f16 has 11), unless one of bf16
// leaves the range of f32, where a tensor core may do as well. promote() asks
// for its fma by name, and the product before it is an operand, which
// contraction leaves alone.
//
//===----------------------------------------------------------------------===//

#include "MatmulKernels.h"

#include <cmath>
#include <cstring>

using namespace gridquant;

#if defined(__GNUC__) && defined(__x86_64__)
#define GQ_HAVE_AVX2_KERNELS 1
#define GQ_AVX2 __attribute__((target("avx2,fma")))
#else
#define GQ_HAVE_AVX2_KERNELS 0
#endif

#if defined(__GNUC__)
#define GQ_INLINE inline __attribute__((always_inline))
#else
#define GQ_INLINE inline
#endif

namespace {

#if defined(__GNUC__)

// Spelled with vector types because compilers do not reliably keep a
// two-dimensional array of sums in registers.
template <typename T> struct Vector;
template <> struct Vector<float> {
  typedef float type __attribute__((vector_size(32)));
};
template <> struct Vector<double> {
  typedef double type __attribute__((vector_size(32)));
};

template <typename Sum>
GQ_INLINE void dotLoop(const Sum *a, const Sum *b, int64_t depth, bool resume,
                       Sum *sums) {
  using V = typename Vector<Sum>::type;
  constexpr int rows = RegisterBlock<Sum>::rows;
  constexpr int cols = RegisterBlock<Sum>::cols;
  static_assert(cols * sizeof(Sum) == 2 * sizeof(V), "two vectors per row");
  V low[rows], high[rows];
  if (resume) {
    for (int r = 0; r < rows; ++r) {
      std::memcpy(&low[r], sums + r * cols, sizeof(V));
      std::memcpy(&high[r], sums + r * cols + cols / 2, sizeof(V));
    }
  } else {
    for (int r = 0; r < rows; ++r)
      low[r] = high[r] = V{};
  }
  for (int64_t step = 0; step < depth; ++step) {
    V bLow, bHigh;
    std::memcpy(&bLow, b, sizeof(V));
    std::memcpy(&bHigh, b + cols / 2, sizeof(V));
    for (int r = 0; r < rows; ++r) {
      low[r] += a[r] * bLow;
      high[r] += a[r] * bHigh;
    }
    a += rows;
    b += cols;
  }
  for (int r = 0; r < rows; ++r) {
    std::memcpy(sums + r * cols, &low[r], sizeof(V));
    std::memcpy(sums + r * cols + cols / 2, &high[r], sizeof(V));
  }
}

#else

template <typename Sum>
GQ_INLINE void dotLoop(const Sum *a, const Sum *b, int64_t depth, bool resume,
                       Sum *sums) {
  constexpr int rows = RegisterBlock<Sum>::rows;
  constexpr int cols = RegisterBlock<Sum>::cols;
  Sum local[rows][cols] = {};
  if (resume)
    std::memcpy(local, sums, sizeof(local));
  for (int64_t step = 0; step < depth; ++step, a += rows, b += cols)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c)
        local[r][c] += a[r] * b[c];
  std::memcpy(sums, local, sizeof(local));
}

#endif

template <typename Sum, typename Acc>
GQ_INLINE void promoteLoop(const Acc *sa, const Acc *sb, const Sum *sums,
                           Acc *acc) {
  constexpr int rows = RegisterBlock<Sum>::rows;
  constexpr int cols = RegisterBlock<Sum>::cols;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      acc[r * cols + c] =
          std::fma(sa[r] * sb[c], static_cast<Acc>(sums[r * cols + c]),
                   acc[r * cols + c]);
}

template <typename Sum>
void dotPortable(const Sum *a, const Sum *b, int64_t depth, bool resume,
                 Sum *sums) {
  dotLoop(a, b, depth, resume, sums);
}

template <typename Sum, typename Acc>
void promotePortable(const Acc *sa, const Acc *sb, const Sum *sums, Acc *acc) {
  promoteLoop(sa, sb, sums, acc);
}

#if GQ_HAVE_AVX2_KERNELS
template <typename Sum>
GQ_AVX2 void dotAvx2(const Sum *a, const Sum *b, int64_t depth, bool resume,
                     Sum *sums) {
  dotLoop(a, b, depth, resume, sums);
}

template <typename Sum, typename Acc>
GQ_AVX2 void promoteAvx2(const Acc *sa, const Acc *sb, const Sum *sums,
                         Acc *acc) {
  promoteLoop(sa, sb, sums, acc);
}
#endif

} // namespace

namespace gridquant {

template <typename Sum, typename Acc>
MatmulKernels<Sum, Acc> selectMatmulKernels(bool portable) {
#if GQ_HAVE_AVX2_KERNELS
  if (!portable && __builtin_cpu_supports("avx2") &&
      __builtin_cpu_supports("fma"))
    return {dotAvx2<Sum>, promoteAvx2<Sum, Acc>};
#else
  (void)portable;
#endif
  return {dotPortable<Sum>, promotePortable<Sum, Acc>};
}

template MatmulKernels<float, float> selectMatmulKernels(bool);
template MatmulKernels<double, float> selectMatmulKernels(bool);
template MatmulKernels<double, double> selectMatmulKernels(bool);

} // namespace gridquant
