//===- Compile.h - the whole compiler as a function -------------*- C++ -*-===//
#ifndef GQ_COMPILE_COMPILE_H
#define GQ_COMPILE_COMPILE_H

#include "gq/Config/MatmulConfig.h"
#include "gq/Pipelines/Extensions.h"
#include "gq/Target/Serialize.h"
#include "mlir/IR/BuiltinOps.h"
#include <functional>
#include <string>

namespace mlir {
class PassManager;

namespace gq {

enum class OutputKind { NVVM, LLVM, PTX, Cubin, Bundle };

struct CompileOptions {
  /// The name of a description (gq/Target/TargetModel.h); empty: what the
  /// module says.
  std::string target;
  /// As in gq-select-config.
  int64_t maxVariants = mlir::gq::kMostVariants;
  bool batchInvariant = false;
  /// As in gq-coarsen-scales: elements of K under one scale; 0: as they are.
  int64_t coarsenScales = 0;
  /// Of functions that do not say: "none", "within" or "callers".
  std::string dependentLaunch = "none";
  /// As in gq-select-config.
  std::string tuned, schedule;
  /// As in SerializeOptions.
  std::string ptxas;
  bool allowSpills = false;
  OptLevel optLevel = OptLevel::Light;
  /// Passes of the caller's between those of the compiler.
  PipelineExtensions extensions;
  /// Called on the pass manager before it runs: timing, printing of IR,
  /// instrumentation.
  std::function<LogicalResult(PassManager &)> configure;
};

struct GQToNVVMOptions;

/// Those of `options` that passes of the pipeline have.
void setPipelineOptions(GQToNVVMOptions &pipeline,
                        const CompileOptions &options);

/// Compiles a module of any level in place and returns the text or the bytes of
/// the output. Errors are diagnostics.
FailureOr<std::string> compile(ModuleOp module, OutputKind output,
                               const CompileOptions &options);

/// What the runtime loads (gq/Runtime/gq_runtime.h).
FailureOr<std::string> compileToBundle(ModuleOp module,
                                       const CompileOptions &options);

/// The gq-compile command line; the result is the exit status: 0, 1 for input
/// that does not compile, 2 for wrong usage.
int compileMain(int argc, char **argv);

} // namespace gq
} // namespace mlir

#endif // GQ_COMPILE_COMPILE_H
