//===- Run.cpp - run a function of a file on data -------------------------===//

#include "gq/Run/Run.h"
#include "Check.h"
#include "Inputs.h"
#include "Print.h"

#include "gq/InitAll.h"
#include "gq/Numerics/Npy.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/SourceMgr.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gq;

void mlir::gq::registerRunDialects(DialectRegistry &registry) {
  gq::registerAllDialects(registry);
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

static FailureOr<func::FuncOp> chooseFunction(ModuleOp module,
                                              StringRef entry) {
  if (!entry.empty()) {
    if (auto function = module.lookupSymbol<func::FuncOp>(entry))
      return function;
    return module.emitError() << "has no function @" << entry;
  }
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      return function;
  return module.emitError() << "has no public function to run";
}

static FailureOr<std::unique_ptr<Backend>>
chooseBackend(func::FuncOp function, StringRef name, llvm::raw_ostream &os) {
  if (name != "auto") {
    llvm::Expected<std::unique_ptr<Backend>> backend = createBackend(name);
    if (backend)
      return std::move(*backend);
    return function.emitError() << llvm::toString(backend.takeError());
  }
  llvm::Expected<std::unique_ptr<Backend>> cuda = createBackend("cuda");
  if (cuda)
    return std::move(*cuda);
  os << "using backend reference: " << llvm::toString(cuda.takeError()) << "\n";
  return llvm::cantFail(createBackend("reference"));
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static LogicalResult writeOutputs(func::FuncOp function,
                                  const RunOptions &options,
                                  ArrayRef<RuntimeValue> results) {
  for (auto [index, path] : llvm::enumerate(options.outputs)) {
    std::optional<gridquant::ElementType> type;
    if (results[index].isTensor())
      type = getNumericsType(results[index].getTensor().getElementType());
    if (!type)
      return function.emitError() << "result " << index << " of type "
                                  << function.getResultTypes()[index]
                                  << " cannot be written to an .npy file";
    const RuntimeTensor &tensor = results[index].getTensor();
    std::vector<int64_t> shape(tensor.getShape().begin(),
                               tensor.getShape().end());
    gridquant::Status status =
        gridquant::writeNpy(path, *type, shape, tensor.getData());
    if (!status.ok())
      return function.emitError()
             << "result " << index << ": " << status.message();
  }
  return success();
}

static void printSummary(func::FuncOp function, const Backend &backend,
                         ArrayRef<RuntimeValue> args, const RunResult &run,
                         llvm::raw_ostream &os) {
  os << "backend    " << backend.getName() << "\n";
  os << "function   @" << function.getName() << "\n";
  for (auto [index, arg] : llvm::enumerate(args))
    os << llvm::left_justify("arg" + std::to_string(index), 11)
       << arg.typeToString() << "\n";
  for (auto [index, result] : llvm::enumerate(run.results))
    os << llvm::left_justify("result" + std::to_string(index), 11)
       << result.typeToString() << "\n";
  if (run.seconds.empty())
    return;
  SmallVector<double> sorted(run.seconds);
  llvm::sort(sorted);
  double median =
      (sorted[sorted.size() / 2] + sorted[(sorted.size() - 1) / 2]) / 2;
  os << "time       " << llvm::format("%.6f", median * 1e3) << " ms";
  if (sorted.size() > 1)
    os << ", median of " << sorted.size();
  os << "\n";
  if (run.statistics.matmuls > 0 && median > 0)
    os << "matmul     "
       << llvm::format("%.4g TFLOP/s, %.4g GB/s",
                       run.statistics.matmulFlops / median * 1e-12,
                       run.statistics.matmulBytes / median * 1e-9)
       << "\n";
}

/// Runs the reference on its own and prints how far the results are off.
static LogicalResult check(func::FuncOp function, const RunOptions &options,
                           ArrayRef<RuntimeValue> args, const RunResult &run,
                           llvm::raw_ostream &os) {
  ExecutorOptions executorOptions;
  executorOptions.threads = options.threads;
  executorOptions.trackSumAbs = true;
  SmallVector<RuntimeValue> expected;
  if (failed(Executor(executorOptions).run(function, args, expected)))
    return failure();
  SmallVector<unsigned> bad;
  for (auto [index, reference] : llvm::enumerate(expected)) {
    if (!reference.isTensor())
      continue;
    CheckOutcome outcome = checkResult(
        function, index, run.results[index].getTensor(), reference.getTensor());
    os << llvm::left_justify("check" + std::to_string(index), 11)
       << (outcome.passed ? "passed: " : "failed: ") << outcome.summary << "\n";
    if (!outcome.passed)
      bad.push_back(index);
  }
  for (unsigned index : bad)
    function.emitError() << "result " << index
                         << " does not agree with the reference";
  return success(bad.empty());
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

static LogicalResult runModule(const RunOptions &options, ModuleOp module,
                               llvm::raw_ostream &os) {
  FailureOr<func::FuncOp> function = chooseFunction(module, options.entry);
  if (failed(function))
    return failure();
  if (options.outputs.size() > function->getNumResults())
    return function->emitError()
           << "--output: expects at most " << function->getNumResults()
           << " files, one per result, got " << options.outputs.size();
  FailureOr<std::unique_ptr<Backend>> backend =
      chooseBackend(*function, options.backend, os);
  if (failed(backend))
    return failure();
  FailureOr<SmallVector<RuntimeValue>> args = makeInputs(*function, options);
  if (failed(args))
    return failure();
  // The backend may compile in place; the check needs the function as it was.
  OwningOpRef<ModuleOp> clone(module.clone());
  auto copy = clone->lookupSymbol<func::FuncOp>(function->getName());
  FailureOr<RunResult> run =
      (*backend)->run(*clone, copy, *args, {options.repeat, options.threads});
  if (failed(run))
    return failure();
  if (run->results.size() != function->getNumResults())
    return function->emitError()
           << "backend " << (*backend)->getName() << " returns "
           << run->results.size() << " results, expected "
           << function->getNumResults();
  if (failed(writeOutputs(*function, options, run->results)))
    return failure();
  printSummary(*function, **backend, *args, *run, os);
  if (options.print)
    for (auto [index, result] : llvm::enumerate(run->results)) {
      os << llvm::left_justify("value" + std::to_string(index), 11);
      printValue(result, os);
      os << "\n";
    }
  if (options.check)
    return check(*function, options, *args, *run, os);
  return success();
}

LogicalResult mlir::gq::runFile(const RunOptions &options, MLIRContext &context,
                                llvm::raw_ostream &os) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      openInputFile(options.inputFile, &message);
  if (!buffer)
    return emitError(UnknownLoc::get(&context)) << message;
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(*sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (!module)
    return failure();
  return runModule(options, *module, os);
}

int mlir::gq::runMain(const RunOptions &options) {
  DialectRegistry registry;
  registerRunDialects(registry);
  MLIRContext context(registry);
  // A diagnostic shows its source line; the function as a whole is no help.
  context.printOpOnDiagnostic(false);
  LogicalResult result = runFile(options, context, llvm::outs());
  llvm::outs().flush();
  return succeeded(result) ? 0 : 1;
}
