//===- Backend.cpp - backends by name, and the reference as a backend -----===//

#include "gq/Run/Backend.h"
#include "CudaBackend.h"
#include "SimulateBackend.h"

#include <chrono>

using namespace mlir;
using namespace mlir::gq;

Backend::~Backend() = default;

namespace {
class ReferenceBackend : public Backend {
public:
  StringRef getName() const override { return "reference"; }

  FailureOr<RunResult> run(ModuleOp, func::FuncOp function,
                           ArrayRef<RuntimeValue> args,
                           const RunRequest &request) override {
    using Clock = std::chrono::steady_clock;
    // What a kernel does, in the same order.
    ExecutorOptions options;
    options.accumulation = gridquant::Accumulation::f32;
    options.threads = request.threads;
    Executor executor(options);
    RunResult result;
    for (unsigned i = 0; i < std::max(request.repeat, 1u); ++i) {
      result.results.clear();
      Clock::time_point begin = Clock::now();
      if (failed(executor.run(function, args, result.results)))
        return failure();
      result.seconds.push_back(
          std::chrono::duration<double>(Clock::now() - begin).count());
    }
    result.statistics = executor.getStatistics();
    return result;
  }
};
} // namespace

llvm::Expected<std::unique_ptr<Backend>>
mlir::gq::createBackend(StringRef name) {
  if (name == "reference")
    return std::make_unique<ReferenceBackend>();
  if (name == "simulate")
    return std::make_unique<SimulateBackend>();
  if (name == "cuda")
    return createCudaBackend();
  return llvm::createStringError("unknown backend " + name +
                                 ", expects reference, simulate or cuda");
}
