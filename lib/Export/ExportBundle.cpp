//===- ExportBundle.cpp - kernel bundles from compiled modules ------------===//
#include "HostFunction.h"
#include "gq/Bundle/Manifest.h"
#include "gq/Export/Export.h"
#include "gq/Support/Remarks.h"
#include "gq/Support/Version.h"
#include "gq/Target/Target.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::gq;

/// The version of the metadata that has all that `function` has.
static int64_t versionOf(const llvm::json::Object &function) {
  for (const llvm::json::Value &input : *function.getArray("inputs"))
    if (input.getAsObject()->get("pitched"))
      return 3;
  return function.get("constants") ? 2 : 1;
}

FailureOr<std::string> mlir::gq::exportBundle(ModuleOp module) {
  FailureOr<KernelTable> kernels = KernelTable::get(module);
  if (failed(kernels))
    return failure();
  ConstantTable constants(kernels->getImages());
  llvm::json::Array functions;
  int64_t version = 1;
  for (auto function : module.getOps<func::FuncOp>()) {
    bool launches = false;
    function.walk([&](gqgpu::LaunchOp) { launches = true; });
    if (!launches) {
      remarkMissed(function, "gq-export", "no-launch",
                   "function '" + function.getSymName() +
                       "' launches no kernel and is not in the bundle");
      continue;
    }
    FailureOr<llvm::json::Object> exported =
        exportFunction(function, *kernels, constants);
    if (failed(exported))
      return failure();
    version = std::max(version, versionOf(*exported));
    functions.push_back(std::move(*exported));
  }
  if (functions.empty())
    return module.emitError(
        "the module has no function that launches a kernel, "
        "a bundle needs one");
  llvm::json::Value metadata =
      llvm::json::Object{{"version", version},
                         {"target", kernels->getChip().str()},
                         {"gpu", toString(getTarget(module))},
                         {"producer", gridquant::versionText()},
                         {"functions", std::move(functions)}};
  std::string text = llvm::formatv("{0}", metadata).str();
  // Limits and rules that the runtime enforces are known in one place, its
  // reader; what it would refuse is refused here.
  auto manifest = gridquant::parseManifest(text);
  if (!manifest)
    return module.emitError("the bundle would be refused: ")
           << manifest.message();
  return gridquant::writeBundle(text, constants.getImages());
}
