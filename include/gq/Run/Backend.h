//===- Backend.h - what can run a function ----------------------*- C++ -*-===//

#ifndef GQ_RUN_BACKEND_H
#define GQ_RUN_BACKEND_H

#include "gq/Reference/Executor.h"
#include "gq/Simulator/Simulator.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace mlir::gq {

struct RunRequest {
  /// How often to run; results are those of the last run.
  unsigned repeat = 1;
  /// Of the CPU; 0: one per processor.
  unsigned threads = 0;
  /// For the simulator: the pass after which the module is executed, "none" to
  /// execute it as it is; empty: as it is if it has kernels, else after the
  /// last pass.
  std::string after;
  /// The GPU to compile for, by name; empty: what the module says.
  std::string target;
  SimulatorOptions simulator;
};

struct RunResult {
  SmallVector<RuntimeValue> results;
  /// Of each run, without compilation and transfers.
  SmallVector<double> seconds;
  /// Of one run, as far as the backend counts it.
  ExecutionStatistics statistics;
  /// A line about the run, if there is more to say.
  std::string remark;
};

class Backend {
public:
  virtual ~Backend();

  virtual StringRef getName() const = 0;

  /// Runs \p function of \p module. Failures are diagnostics. The module may be
  /// changed; a caller that needs it passes a clone.
  virtual FailureOr<RunResult> run(ModuleOp module, func::FuncOp function,
                                   ArrayRef<RuntimeValue> args,
                                   const RunRequest &request) = 0;
};

/// Makes "reference", "simulate" or "cuda", or says why this machine cannot run
/// it.
llvm::Expected<std::unique_ptr<Backend>> createBackend(StringRef name);

} // namespace mlir::gq

#endif // GQ_RUN_BACKEND_H
