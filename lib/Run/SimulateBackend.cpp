//===- SimulateBackend.cpp - gq-run in the simulator ----------------------===//
#include "SimulateBackend.h"

#include "gq/Dialect/GQ/Transforms/HostOps.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Pipelines/Pipelines.h"
#include "gq/Simulator/Simulator.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"

#include <chrono>

using namespace mlir;
using namespace mlir::gq;

/// The stage that makes kernels.
static constexpr StringLiteral kKernels = "gq-outline-kernels";

/// Runs the passes up to the one that was asked for.
static LogicalResult lower(ModuleOp module, StringRef after, StringRef target) {
  if (after.empty()) {
    bool hasKernels =
        module.walk([](gqgpu::KernelOp) { return WalkResult::interrupt(); })
            .wasInterrupted();
    after = hasKernels ? StringRef("none") : getStages().back();
  }
  if (after == "none")
    return success();
  if (!llvm::is_contained(getStages(), after))
    return module.emitError()
           << "--after: expects none or one of "
           << llvm::join(getStages(), ", ") << ", got " << after;
  PassManager pm(module.getContext());
  GQToNVVMOptions options;
  options.target = target.str();
  buildPipelineUntil(pm, options, after);
  return pm.run(module);
}

/// What a GPU would not have computed, where there are kernels or nothing will
/// become one.
static std::string onHost(func::FuncOp function, StringRef after) {
  SmallVector<StringRef> stages = getStages();
  bool early = after == "none" ||
               (!after.empty() &&
                llvm::find(stages, after) < llvm::find(stages, kKernels));
  SmallVector<StringRef> names;
  if (!early)
    for (Operation *op : computedOnHost(function))
      if (StringRef name = op->getName().getStringRef();
          !llvm::is_contained(names, name))
        names.push_back(name);
  return names.empty() ? ""
                       : "\non the CPU " + llvm::join(names, ", ") +
                             (names.size() == 1 ? ", which has no kernel"
                                                : ", which have no kernel");
}

FailureOr<RunResult> SimulateBackend::run(ModuleOp module,
                                          func::FuncOp function,
                                          ArrayRef<RuntimeValue> args,
                                          const RunRequest &request) {
  using Clock = std::chrono::steady_clock;
  std::string name = function.getSymName().str();
  if (failed(lower(module, request.after, request.target)))
    return failure();
  function = module.lookupSymbol<func::FuncOp>(name);
  Simulator simulator(request.simulator);
  RunResult result;
  for (unsigned i = 0; i < std::max(request.repeat, 1u); ++i) {
    result.results.clear();
    Clock::time_point begin = Clock::now();
    if (failed(simulator.run(function, args, result.results)))
      return failure();
    result.seconds.push_back(
        std::chrono::duration<double>(Clock::now() - begin).count());
  }
  const Simulator::Statistics &statistics = simulator.getStatistics();
  llvm::raw_string_ostream(result.remark)
      << "simulated  " << statistics.launches << " launches, "
      << statistics.interleavings << " interleavings"
      << onHost(function, request.after);
  return result;
}
