//===- TuningSet.cpp - a program in all configs to measure ----------------===//
#include "TuningSet.h"
#include "gq/Bundle/File.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/InitAll.h"
#include "gq/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

/// The op that is tuned.
static FailureOr<ScaledMatmulOp> findProduct(ModuleOp module) {
  SmallVector<ScaledMatmulOp> found;
  module.walk([&](ScaledMatmulOp op) {
    if (!op.getConfig())
      found.push_back(op);
  });
  if (found.size() != 1) {
    Location loc = found.empty() ? module.getLoc() : found.front().getLoc();
    InFlightDiagnostic error =
        emitError(loc, "expects one gq.scaled_matmul without a config to "
                       "tune, got ")
        << found.size();
    for (ScaledMatmulOp other : llvm::drop_begin(found, !found.empty()))
      error.attachNote(other.getLoc()) << "another one";
    return failure();
  }
  return found.front();
}

namespace {
/// The program in a context of its own, as contexts are not shared by threads.
struct Program {
  explicit Program(const DialectRegistry &registry)
      : context(registry, MLIRContext::Threading::DISABLED) {
    context.printOpOnDiagnostic(false);
  }
  LogicalResult read(StringRef source, StringRef name);

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};
} // namespace

LogicalResult Program::read(StringRef source, StringRef name) {
  module = parseSourceString<ModuleOp>(source, &context, name);
  if (!module)
    return failure();
  return findProduct(*module);
}

/// The op as gq-select-config sees it, with what is fused to it.
static FailureOr<ScaledMatmulOp> lowerToChoice(ModuleOp module,
                                               const CompileOptions &options) {
  GQToNVVMOptions pipeline;
  pipeline.target = options.target;
  PassManager pm(module.getContext(), module.getOperationName());
  buildPipelineUntil(pm, pipeline, "gq-agree-scales");
  if (failed(pm.run(module)))
    return failure();
  return findProduct(module);
}

/// In a config, or what the compiler chooses. Nothing where the config does not
/// compile: what the strategy cannot know, ptxas has refused.
static std::optional<std::string>
compileOne(const DialectRegistry &registry, StringRef source, StringRef name,
           const CompileOptions &options,
           const std::optional<MatmulConfig> &config) {
  Program program(registry);
  ScopedDiagnosticHandler silence(&program.context,
                                  [](Diagnostic &) { return success(); });
  if (failed(program.read(source, name)))
    return std::nullopt;
  // Behind what decides by there being no config.
  FailureOr<ScaledMatmulOp> product = lowerToChoice(*program.module, options);
  if (failed(product))
    return std::nullopt;
  if (config)
    product->setConfigAttr(MatmulConfigAttr::get(&program.context, *config));
  FailureOr<std::string> bundle = compileToBundle(*program.module, options);
  if (failed(bundle))
    return std::nullopt;
  return *bundle;
}

static LogicalResult write(StringRef folder, const std::string &name,
                           StringRef bytes) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  gridquant::Status status = gridquant::writeFileAtomically(
      path.str().str(), std::string_view(bytes.data(), bytes.size()));
  if (status)
    return success();
  llvm::errs() << "error: " << status.message() << '\n';
  return failure();
}

LogicalResult mlir::gq::compileTuningSet(StringRef source, StringRef name,
                                         const std::string &folder,
                                         const CompileOptions &options) {
  DialectRegistry registry;
  registerAllDialects(registry);
  Program program(registry);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(source, name),
                             llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(sources, &program.context);
  if (failed(program.read(source, name)))
    return failure();
  FailureOr<ScaledMatmulOp> product = lowerToChoice(*program.module, options);
  if (failed(product))
    return failure();
  if (std::error_code error = llvm::sys::fs::create_directories(folder)) {
    llvm::errs() << "error: cannot make folder '" << folder
                 << "': " << error.message() << '\n';
    return failure();
  }

  auto op = cast<BlockOpInterface>(product->getOperation());
  strategy::MatmulShape shape = sumShapeOf(op);
  const TargetModel &target = getTarget(*program.module);
  if (strategy::Refusal refusal = strategy::refuseAll(target, shape))
    return op->emitOpError(*refusal);
  SmallVector<MatmulConfig> configs = strategy::tuningConfigs(target, shape);
  std::optional<std::string> chosen =
      compileOne(registry, source, name, options, std::nullopt);
  if (!chosen)
    return op->emitOpError("does not compile in the config that is chosen");
  if (failed(write(folder, "chosen.gqb", *chosen)))
    return failure();
  std::vector<std::optional<std::string>> bundles(configs.size());
  llvm::parallelFor(0, configs.size(), [&](size_t i) {
    bundles[i] = compileOne(registry, source, name, options, configs[i]);
  });

  json::Array candidates;
  for (auto [i, bundle] : llvm::enumerate(bundles)) {
    if (!bundle)
      continue;
    std::string file = (Twine(i) + ".gqb").str(), text;
    llvm::raw_string_ostream(text)
        << MatmulConfigAttr::get(&program.context, configs[i]);
    if (failed(write(folder, file, *bundle)))
      return failure();
    candidates.push_back(json::Object{{"bundle", file}, {"config", text}});
  }
  llvm::outs() << folder << ": " << candidates.size() << " of "
               << configs.size() << " configs compiled\n";
  auto function = (*product)->getParentOfType<func::FuncOp>();
  json::Value set = json::Object{{"gridquant_candidates", 2},
                                 {"target", target.name.str()},
                                 {"key", strategy::tuningKey(shape)},
                                 {"function", function.getSymName().str()},
                                 {"chosen", "chosen.gqb"},
                                 {"candidates", std::move(candidates)}};
  std::string text;
  llvm::raw_string_ostream(text) << llvm::formatv("{0:2}", set) << '\n';
  return write(folder, "candidates.json", text);
}
