//===- CublasPeer.h - cuBLASLt, opened at run time --------------*- C++ -*-===//
#ifndef GQ_LIB_BENCH_CUBLASPEER_H
#define GQ_LIB_BENCH_CUBLASPEER_H

#include "gq/Bench/Candidate.h"

namespace gridquant::bench {

/// How the operands of the peer are scaled. One scale per tensor is the fastest
/// FP8 matmul of cuBLASLt; blocks of 1 x 128 and 128 x 128 exist since 12.9.
/// None: operands of bf16, as torch.mm takes them.
enum class CublasScales { Tensor, Blocks, None };

/// [m, n] bf16 from f8E4M3FN [m, k] and [n, k], or from bf16. An error says why
/// there is none, also where the library is not installed.
Expected<Candidate> makeCublasPeer(int device, const Work &work,
                                   const Method &method, CublasScales scales);

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_CUBLASPEER_H
