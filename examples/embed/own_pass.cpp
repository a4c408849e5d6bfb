// own_pass.cpp - a pass of one's own inside the pipeline
//
//   own_pass kernels/linear.mlir > linear.gqb
//
// runs the passes that choose strategies, then a pass that says what they have
// chosen, and then the rest. A strategy is an attribute: a pass that wrote
// another would be obeyed.
#include "gq/Compile/Compile.h"
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/InitAll.h"
#include "gq/Pipelines/Pipelines.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

namespace {
struct SayChoices : PassWrapper<SayChoices, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SayChoices)

  void runOnOperation() override {
    getOperation().walk([](gq::BlockOpInterface op) {
      if (gq::StrategyAttrInterface strategy = op.getStrategy())
        llvm::errs() << op->getName() << ": " << strategy << '\n';
    });
  }
};
} // namespace

int main(int argc, char **argv) {
  std::string error = "expects a file";
  auto file = argc == 2 ? openInputFile(argv[1], &error) : nullptr;
  if (!file) {
    llvm::errs() << "error: " << error << '\n';
    return 2;
  }
  DialectRegistry registry;
  gq::registerAllDialects(registry);
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  StringRef text = file->getBuffer();
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module = gq::parseProgram(context, text, argv[1]);
  if (!module)
    return 1;

  gq::CompileOptions options;
  options.maxVariants = 1;
  gq::GQToNVVMOptions pipeline;
  gq::setPipelineOptions(pipeline, options);
  PassManager pm(&context);
  gq::buildPipelineUntil(pm, pipeline, "gq-select-config");
  pm.addPass(std::make_unique<SayChoices>());
  if (failed(pm.run(*module)))
    return 1;

  // From any level: passes that have run already find nothing to do.
  FailureOr<std::string> bundle = gq::compileToBundle(*module, options);
  if (failed(bundle))
    return 1;
  llvm::outs() << *bundle;
  return 0;
}
