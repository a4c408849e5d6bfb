//===- CublasPeer.h - cuBLASLt, opened at run time --------------*- C++ -*-===//
#ifndef GQ_LIB_BENCH_CUBLASPEER_H
#define GQ_LIB_BENCH_CUBLASPEER_H

#include "gq/Bench/Candidate.h"

namespace gridquant::bench {

/// What the peer computes. Tensor: one scale per operand, the fastest FP8
/// matmul of cuBLASLt. Blocks: scales of 1 x 128 and 128 x 128, since 12.9.
/// Bf16: operands of bf16, as torch.mm takes them. AddF32: as Tensor, added to
/// an f32 matrix, as gradients of weights are.
enum class CublasForm { Tensor, Blocks, Bf16, AddF32 };

/// [m, n] of bf16 (AddF32: f32) from [m, k] and [n, k] of f8E4M3FN (Bf16:
/// bf16). An error says why there is none, also where the library is not
/// installed.
Expected<Candidate> makeCublasPeer(int device, const Work &work,
                                   const Method &method, CublasForm form);

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_CUBLASPEER_H
