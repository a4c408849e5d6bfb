//===- BundleOptions.cpp - options of gq-run for a bundle -----------------===//
#include "BundleOptions.h"

using namespace mlir;
using namespace mlir::gq;

bool mlir::gq::asksToRun(const RunOptions &options) {
  const RunOptions none;
  return !options.entry.empty() || !options.inputs.empty() ||
         !options.outputs.empty() || !options.shapes.empty() ||
         options.m != none.m || options.check || !options.reference.empty() ||
         options.print || options.repeat != none.repeat ||
         options.generate != none.generate || options.seed != none.seed ||
         options.backend != none.backend || options.stages ||
         !options.after.empty() || !options.configs.empty() ||
         !options.target.empty();
}

LogicalResult mlir::gq::checkBundleOptions(func::FuncOp function,
                                           const RunOptions &options) {
  auto refuse = [&](StringRef option) {
    return function.emitError()
           << option
           << ": a bundle is kernels of a program that was compiled, "
              "expects the .mlir file";
  };
  if (options.explain)
    return refuse("--explain");
  if (options.stages)
    return refuse("--stages");
  if (!options.after.empty())
    return refuse("--after");
  if (!options.configs.empty())
    return refuse("--config");
  if (!options.target.empty())
    return refuse("--target");
  if (options.backend != "auto" && options.backend != "cuda")
    return refuse("--backend=" + options.backend);
  if (options.check && options.reference.empty())
    return function.emitError()
           << "--check: expects --reference=<file.mlir> beside it, with the "
              "function that the bundle was compiled from";
  return success();
}
