//===- Run.cpp - run a function of a file on data -------------------------===//

#include "gq/Run/Run.h"
#include "Check.h"
#include "Explain.h"
#include "Inputs.h"
#include "Print.h"
#include "ShowBundle.h"

#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/InitAll.h"
#include "gq/Numerics/Npy.h"
#include "gq/Pipelines/Pipelines.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
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
    auto function = module.lookupSymbol<func::FuncOp>(entry);
    if (!function)
      return module.emitError() << "has no function @" << entry;
    if (function.isExternal())
      return function.emitOpError("has no body to run");
    return function;
  }
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      return function;
  return module.emitError() << "has no public function to run";
}

/// Gives every op the config of its kind.
static LogicalResult setConfigs(func::FuncOp function,
                                ArrayRef<std::string> texts) {
  for (const std::string &text : texts) {
    auto config = dyn_cast_or_null<StrategyAttrInterface>(
        parseAttribute(text, function.getContext()));
    if (!config)
      return function.emitError() << "--config: expects a #gq.matmul_config, a "
                                     "#gq.matmul_variants or a "
                                     "#gq.quantize_config, got "
                                  << text;
    function.walk([&](BlockOpInterface op) {
      if (!op.getKernelWord().empty() &&
          op.isSum() != isa<QuantizeConfigAttr>(config))
        op.setStrategy(config);
    });
  }
  return success();
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
  for (auto [index, arg] : llvm::enumerate(args)) {
    StringRef name = argumentName(function, index);
    os << llvm::left_justify("arg" + std::to_string(index), 11)
       << arg.typeToString() << (name.empty() ? "" : "  %") << name << "\n";
  }
  for (auto [index, result] : llvm::enumerate(run.results))
    os << llvm::left_justify("result" + std::to_string(index), 11)
       << result.typeToString() << "\n";
  if (!run.remark.empty())
    os << run.remark << "\n";
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

namespace {
/// What the results should be, with what errors are measured by.
struct Expected {
  SmallVector<RuntimeValue> results;
  std::vector<ResultSteps> steps;
};
} // namespace

static FailureOr<Expected> runReference(func::FuncOp function,
                                        const RunOptions &options,
                                        ArrayRef<RuntimeValue> args) {
  // A function that also returns the codes that products in it read.
  OwningOpRef<ModuleOp> clone(function->getParentOfType<ModuleOp>().clone());
  auto copy = clone->lookupSymbol<func::FuncOp>(function.getName());
  SmallVector<Value> returned;
  DenseMap<Operation *, size_t> places;
  if (copy.getBody().hasOneBlock()) {
    Operation *end = copy.getBody().front().getTerminator();
    llvm::append_range(returned, end->getOperands());
    for (Value value : returned)
      for (ScaledMatmulOp product : getProductsOfRoundedCodes(value))
        if (places.try_emplace(product, end->getNumOperands()).second)
          end->insertOperands(end->getNumOperands(), getReadCodes(product));
    copy.setType(FunctionType::get(copy.getContext(), copy.getArgumentTypes(),
                                   end->getOperandTypes()));
  }
  ExecutorOptions executorOptions;
  executorOptions.threads = options.threads;
  executorOptions.trackSumAbs = true;
  Expected expected;
  if (failed(Executor(executorOptions).run(copy, args, expected.results)))
    return failure();
  expected.steps.resize(function.getNumResults());
  for (auto [steps, value] : llvm::zip(expected.steps, returned))
    for (ScaledMatmulOp product : getProductsOfRoundedCodes(value)) {
      ArrayRef<RuntimeValue> read =
          ArrayRef(expected.results)
              .slice(places.lookup(product), getReadCodes(product).size());
      ProductSteps own = makeProductSteps(product, read);
      steps.relative =
          std::max(steps.relative, own.relativeNorm(read.back().getTensor()));
      if (isProduct(product, value))
        steps.product = std::move(own);
    }
  expected.results.truncate(function.getNumResults());
  return expected;
}

/// Prints how far the results are off; a diagnostic if they are too far.
static LogicalResult check(func::FuncOp function,
                           ArrayRef<RuntimeValue> results,
                           const Expected &expected, llvm::raw_ostream &os) {
  SmallVector<unsigned> bad;
  for (auto [index, reference] : llvm::enumerate(expected.results)) {
    if (!reference.isTensor())
      continue;
    CheckOutcome outcome =
        checkResult(function, index, results[index].getTensor(),
                    reference.getTensor(), expected.steps[index]);
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

static FailureOr<OwningOpRef<ModuleOp>>
parseFile(StringRef path, MLIRContext &context, llvm::SourceMgr &sources) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer)
    return emitError(UnknownLoc::get(&context)) << message;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseProgram(
      context, sources.getMemoryBuffer(sources.getNumBuffers())->getBuffer(),
      path);
  if (!module)
    return failure();
  return std::move(module);
}

/// Runs \p function of a clone of its module, which backends may change.
static FailureOr<RunResult> runClone(Backend &backend, func::FuncOp function,
                                     ArrayRef<RuntimeValue> args,
                                     const RunRequest &request) {
  OwningOpRef<ModuleOp> clone(function->getParentOfType<ModuleOp>().clone());
  auto copy = clone->lookupSymbol<func::FuncOp>(function.getName());
  FailureOr<RunResult> run = backend.run(*clone, copy, args, request);
  if (failed(run))
    return failure();
  if (run->results.size() != function.getNumResults())
    return function.emitError()
           << "backend " << backend.getName() << " returns "
           << run->results.size() << " results, expected "
           << function.getNumResults();
  return run;
}

/// After every pass, compared with the reference: a line each.
static LogicalResult runStages(func::FuncOp function, const RunOptions &options,
                               ArrayRef<RuntimeValue> args,
                               const Expected &expected, func::FuncOp reference,
                               llvm::raw_ostream &os) {
  std::unique_ptr<Backend> backend = llvm::cantFail(createBackend("simulate"));
  RunRequest request{1, options.threads, "", options.target, options.simulator};
  for (StringRef stage : getStages()) {
    request.after = stage.str();
    FailureOr<RunResult> run = runClone(*backend, function, args, request);
    if (failed(run))
      return function.emitError() << "fails after " << stage;
    os << "after " << stage << ": " << run->remark << "\n";
    if (failed(check(reference, run->results, expected, os)))
      return function.emitError() << "differs after " << stage;
  }
  return success();
}

/// Whether arith and math ops compute elements.
static bool computesElements(func::FuncOp function) {
  return function
      .walk([](Operation *op) {
        auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
        bool elementwise =
            (linalgOp && !isa<linalg::FillOp, linalg::TransposeOp>(op) &&
             linalgOp.getNumReductionLoops() == 0) ||
            (OpTrait::hasElementwiseMappableTraits(op) &&
             llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>));
        return elementwise ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

static LogicalResult runModule(const RunOptions &options, ModuleOp module,
                               ModuleOp referenceModule,
                               llvm::raw_ostream &os) {
  FailureOr<func::FuncOp> function = chooseFunction(module, options.entry);
  if (failed(function) || failed(setConfigs(*function, options.configs)))
    return failure();
  if (options.outputs.size() > function->getNumResults())
    return function->emitError()
           << "--output: expects at most " << function->getNumResults()
           << " files, one per result, got " << options.outputs.size();
  func::FuncOp reference = *function;
  if (referenceModule) {
    FailureOr<func::FuncOp> other =
        chooseFunction(referenceModule, function->getName());
    if (failed(other))
      return failure();
    reference = *other;
    if (reference.getFunctionType() != function->getFunctionType())
      return function->emitError()
             << "has type " << function->getFunctionType() << ", the reference "
             << reference.getFunctionType();
  }
  FailureOr<SmallVector<RuntimeValue>> args = makeInputs(reference, options);
  if (failed(args))
    return failure();
  if (options.explain && (options.check || options.stages || options.print ||
                          !options.after.empty() || !options.outputs.empty()))
    return function->emitError()
           << "--explain: runs nothing, expects no --check, --stages, --after, "
              "--print or --output beside it";
  if (options.explain)
    return explain(*function, *args, options.target, os);
  if (options.stages) {
    FailureOr<Expected> expected = runReference(reference, options, *args);
    return failed(expected)
               ? failure()
               : runStages(*function, options, *args, *expected, reference, os);
  }

  FailureOr<std::unique_ptr<Backend>> backend =
      chooseBackend(*function, options.backend, os);
  if (failed(backend))
    return failure();
  if (!options.after.empty() && (*backend)->getName() != "simulate")
    return function->emitError() << "--after: expects backend simulate, got "
                                 << (*backend)->getName();
  FailureOr<RunResult> run =
      runClone(**backend, *function, *args,
               {options.repeat, options.threads, options.after, options.target,
                options.simulator});
  if (failed(run) || failed(writeOutputs(*function, options, run->results)))
    return failure();
  printSummary(*function, **backend, *args, *run, os);
  if (options.print)
    for (auto [index, result] : llvm::enumerate(run->results)) {
      os << llvm::left_justify("value" + std::to_string(index), 11);
      printValue(result, os);
      os << "\n";
    }
  if (!options.check && !referenceModule)
    return success();
  FailureOr<Expected> expected = runReference(reference, options, *args);
  if (failed(expected))
    return failure();
  // On a CPU both sides compute them with the same code.
  if ((*backend)->getName() != "cuda" && computesElements(reference))
    os << "elementwise ops are compared with themselves: the reference has the "
          "same arithmetic\n";
  return check(reference, run->results, *expected, os);
}

LogicalResult mlir::gq::runFile(const RunOptions &options, MLIRContext &context,
                                llvm::raw_ostream &os) {
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  FailureOr<OwningOpRef<ModuleOp>> module =
      parseFile(options.inputFile, context, sources);
  if (failed(module))
    return failure();
  OwningOpRef<ModuleOp> reference;
  if (!options.reference.empty()) {
    FailureOr<OwningOpRef<ModuleOp>> other =
        parseFile(options.reference, context, sources);
    if (failed(other))
      return failure();
    reference = std::move(*other);
  }
  return runModule(options, **module, reference ? *reference : ModuleOp(), os);
}

int mlir::gq::runMain(const RunOptions &options) {
  bool runs = options.check || options.stages || !options.inputs.empty() ||
              !options.outputs.empty() || options.backend != "auto";
  if (std::optional<LogicalResult> shown =
          showBundle(options.inputFile, runs, llvm::outs()))
    return succeeded(*shown) ? 0 : 1;
  DialectRegistry registry;
  registerRunDialects(registry);
  MLIRContext context(registry);
  // A diagnostic shows its source line; the function as a whole is no help.
  context.printOpOnDiagnostic(false);
  LogicalResult result = runFile(options, context, llvm::outs());
  llvm::outs().flush();
  return succeeded(result) ? 0 : 1;
}
