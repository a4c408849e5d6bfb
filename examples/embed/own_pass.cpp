// own_pass.cpp - a pass of one's own inside the pipeline
//
//   own_pass kernels/linear.mlir > linear.gqb
//
// compiles a program with a pass behind those that choose strategies, which
// says what they have chosen. A strategy is an attribute: a pass that wrote
// another would be obeyed.
#include "gq/Compile/Compile.h"
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/InitAll.h"
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
  if (failed(options.extensions.after("strategy", [](OpPassManager &pm) {
        pm.addPass(std::make_unique<SayChoices>());
      })))
    return 1;
  FailureOr<std::string> bundle =
      gq::compile(*module, gq::OutputKind::Bundle, options);
  if (failed(bundle))
    return 1;
  llvm::outs() << *bundle;
  return 0;
}
