//===- Run.cpp - run a function of a file on data -------------------------===//

#include "gq/Run/Run.h"
#include "BundleFile.h"
#include "BundleOptions.h"
#include "Check.h"
#include "CudaBackend.h"
#include "Explain.h"
#include "Inputs.h"
#include "Print.h"
#include "Results.h"

#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/InitAll.h"
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

namespace {
/// What is run: the functions of a module, or a bundle that it declares.
struct Program {
  ModuleOp module;
  const BundleFile *bundle = nullptr;
};
} // namespace

static FailureOr<func::FuncOp> chooseFunction(Program program,
                                              StringRef entry) {
  ModuleOp module = program.module;
  if (!entry.empty()) {
    auto function = module.lookupSymbol<func::FuncOp>(entry);
    if (!function)
      return module.emitError() << "has no function @" << entry;
    if (program.bundle)
      return function;
    if (function.isExternal())
      return function.emitOpError("has no body to run");
    // Passes drop a private one, as nobody calls it.
    function.setPublic();
    return function;
  }
  for (auto function : module.getOps<func::FuncOp>())
    if (program.bundle || (function.isPublic() && !function.isExternal()))
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
chooseBackend(const BundleFile *bundle, func::FuncOp function, StringRef name,
              llvm::raw_ostream &os) {
  if (bundle) {
    llvm::Expected<std::unique_ptr<Backend>> backend =
        createBundleBackend(bundle->getBytes());
    if (backend)
      return std::move(*backend);
    return function.emitError()
           << "a bundle runs on a GPU: " << llvm::toString(backend.takeError())
           << "; without options gq-run shows what is in it, and the .mlir "
              "file "
              "that it was compiled from runs on a CPU";
  }
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

/// Whether the reference computes what the function does, by its type. Of the
/// results of a bundle other dimensions may be known.
static bool hasTypeOf(func::FuncOp function, func::FuncOp reference,
                      bool isBundle) {
  if (!isBundle)
    return reference.getFunctionType() == function.getFunctionType();
  return reference.getArgumentTypes() == function.getArgumentTypes() &&
         succeeded(verifyCompatibleShapes(reference.getResultTypes(),
                                          function.getResultTypes())) &&
         llvm::equal(reference.getResultTypes(), function.getResultTypes(),
                     [](Type a, Type b) {
                       return getElementTypeOrSelf(a) ==
                              getElementTypeOrSelf(b);
                     });
}

static LogicalResult runModule(const RunOptions &options, Program program,
                               ModuleOp referenceModule,
                               llvm::raw_ostream &os) {
  const BundleFile *bundle = program.bundle;
  FailureOr<func::FuncOp> function = chooseFunction(program, options.entry);
  if (failed(function) ||
      (bundle && failed(checkBundleOptions(*function, options))) ||
      failed(setConfigs(*function, options.configs)))
    return failure();
  if (options.outputs.size() > function->getNumResults())
    return function->emitError()
           << "--output: expects at most " << function->getNumResults()
           << " files, one per result, got " << options.outputs.size();
  func::FuncOp reference = *function;
  if (referenceModule) {
    FailureOr<func::FuncOp> other =
        chooseFunction({referenceModule}, function->getName());
    if (failed(other))
      return failure();
    reference = *other;
    if (!hasTypeOf(*function, reference, bundle != nullptr))
      return function->emitError()
             << "has type " << function->getFunctionType() << ", the reference "
             << reference.getFunctionType();
  }
  auto infer = [&](ArgumentShapes &shapes) {
    bundle->inferSizes(function->getName(), shapes);
  };
  FailureOr<SmallVector<RuntimeValue>> args =
      bundle && !referenceModule ? makeInputs(reference, options, infer)
                                 : makeInputs(reference, options);
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
      chooseBackend(bundle, *function, options.backend, os);
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

static LogicalResult run(const RunOptions &options, const BundleFile *bundle,
                         MLIRContext &context, llvm::raw_ostream &os) {
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  std::optional<ScopedDiagnosticHandler> ofBundle;
  if (bundle)
    ofBundle.emplace(&context, BundleFile::print);
  FailureOr<OwningOpRef<ModuleOp>> module =
      bundle ? bundle->declare(context)
             : parseFile(options.inputFile, context, sources);
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
  return runModule(options, {**module, bundle},
                   reference ? *reference : ModuleOp(), os);
}

LogicalResult mlir::gq::runFile(const RunOptions &options, MLIRContext &context,
                                llvm::raw_ostream &os) {
  return run(options, nullptr, context, os);
}

int mlir::gq::runMain(const RunOptions &options) {
  FailureOr<std::optional<BundleFile>> bundle =
      BundleFile::read(options.inputFile);
  if (failed(bundle))
    return 1;
  if (*bundle && !asksToRun(options)) {
    (*bundle)->show(llvm::outs());
    return 0;
  }
  DialectRegistry registry;
  registerRunDialects(registry);
  MLIRContext context(registry);
  // A diagnostic shows its source line; the function as a whole is no help.
  context.printOpOnDiagnostic(false);
  LogicalResult result =
      run(options, *bundle ? &**bundle : nullptr, context, llvm::outs());
  llvm::outs().flush();
  return succeeded(result) ? 0 : 1;
}
