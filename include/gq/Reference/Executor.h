//===- Executor.h - runs functions on the CPU by interpretation -*- C++ -*-===//
//
// The reference executor interprets a function op by op, with the numerics
// library doing the work of the gq ops. It is the oracle: a compiled kernel is
// right when it agrees with it.
//
// The same function can be run before and after any pass that stays on
// tensors: it knows gq, linalg, tensor, scf, affine, arith, math and func. It
// does not run ops on memrefs.
//
// Scalar arithmetic, where MLIR leaves something open:
// - every op rounds once to its type, nearest even; conversions to bf16, f16
// and
//   fp8 are those of gq/Numerics/Convert.h, so fp8 saturates;
// - sums of linalg ops into bf16 and f16 are f32, and rounded once;
// - math functions are evaluated in f64 and rounded;
// - float to integer saturates and NaN becomes 0;
// - division of integers by zero, signed division that overflows, and shifts by
//   the width or more are errors;
// - a tensor that was never written holds NaN, and -1 for integers.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_REFERENCE_EXECUTOR_H
#define GQ_REFERENCE_EXECUTOR_H

#include "gq/Numerics/ScaledMatmul.h"
#include "gq/Reference/RuntimeValue.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

struct ExecutorOptions {
  /// How gq.scaled_matmul adds up: f64 is the oracle, f32 what a kernel does.
  gridquant::Accumulation accumulation = gridquant::Accumulation::f64;
  /// 0: one per processor. Results do not depend on it.
  unsigned threads = 0;
  /// Record RuntimeTensor::sumAbs on results of gq.scaled_matmul.
  bool trackSumAbs = false;
  /// An element of a result of scf.forall that is inserted twice, or never
  /// where there is nothing else in it (tensor.empty), is an error.
  bool checkInserts = false;
};

/// The work of the gq.scaled_matmul ops that were executed.
struct ExecutionStatistics {
  int64_t matmuls = 0;
  /// 2 * M * N * K each.
  double matmulFlops = 0;
  /// Operands read once and result written once.
  double matmulBytes = 0;
};

class Executor {
public:
  explicit Executor(ExecutorOptions options = {}) : options(options) {}

  /// Runs \p function. Whatever it cannot do is a diagnostic at the op.
  LogicalResult run(func::FuncOp function, ArrayRef<RuntimeValue> args,
                    SmallVectorImpl<RuntimeValue> &results);

  /// Of the last run.
  const ExecutionStatistics &getStatistics() const { return statistics; }

private:
  ExecutorOptions options;
  ExecutionStatistics statistics;
};

} // namespace mlir::gq

#endif // GQ_REFERENCE_EXECUTOR_H
