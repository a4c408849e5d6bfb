//===- Fallback.h - the next candidate for a kernel that spills -*- C++ -*-===//
#ifndef GQ_LIB_COMPILE_FALLBACK_H
#define GQ_LIB_COMPILE_FALLBACK_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Pipelines/Pipelines.h"
#include "gq/Target/Serialize.h"
#include "gq/Target/TargetModel.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::gq {

/// A kernel that ptxas could not give enough registers.
struct SpilledKernel {
  std::string module;
  KernelResources resources;
};

/// Keeps a module as gq-select-config left it, so that kernels which spill, or
/// are slow, with a config of the compiler's own can be compiled with the next
/// candidate. A config that a person wrote is never changed.
class Fallback {
public:
  /// A gq op and a config of it that the compiler has chosen.
  struct Choice {
    Operation *op;
    StrategyAttrInterface config;
  };

  Fallback(ModuleOp chosen, const GQToNVVMOptions &options,
           const TargetModel &target);

  /// No config of `chosen` is the compiler's own.
  bool isEmpty() const { return !chosen; }

  /// Gives the ops that became `spilled` kernels their next config, with a
  /// remark for each. False if one of them has none, or if none has one: those
  /// that are only slow may stay as they are.
  bool advance(ArrayRef<SpilledKernel> spilled);

  /// Forgets what has been advanced.
  void restart() { chosen = first.get().clone(); }

  /// Makes `module` what is kept.
  void restore(ModuleOp module) const;

private:
  /// Products that were computed in the tiles of another one, and are not any
  /// more, get a config of their own.
  bool selectForAll();

  /// What a kernel is made of, in `chosen`.
  SmallVector<Choice> choicesOf(ModuleOp outlined,
                                const SpilledKernel &kernel) const;

  /// What was chosen first is not changed; `chosen` is what comes next.
  OwningOpRef<ModuleOp> first;
  OwningOpRef<ModuleOp> chosen;
  const GQToNVVMOptions &options;
  const TargetModel &target;
};

} // namespace mlir::gq

#endif // GQ_LIB_COMPILE_FALLBACK_H
