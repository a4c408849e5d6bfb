//===- SimulateBackend.h - gq-run in the simulator --------------*- C++ -*-===//

#ifndef GQ_LIB_RUN_SIMULATEBACKEND_H
#define GQ_LIB_RUN_SIMULATEBACKEND_H

#include "gq/Run/Backend.h"

namespace mlir::gq {

class SimulateBackend : public Backend {
public:
  StringRef getName() const override { return "simulate"; }
  FailureOr<RunResult> run(ModuleOp module, func::FuncOp function,
                           ArrayRef<RuntimeValue> args,
                           const RunRequest &request) override;
};

} // namespace mlir::gq

#endif // GQ_LIB_RUN_SIMULATEBACKEND_H
