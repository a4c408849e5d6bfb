//===- Fallback.cpp - the next candidate for a kernel that spills ---------===//
//
// Whether a kernel spills is known when ptxas has seen it, long after its op is
// gone. So the stages up to gq-outline-kernels, where a kernel still holds its
// op, run once more on a copy, and only when something has spilled. The op of a
// kernel and the op it was made of are in one function, at one location; of
// several at a location (as in IR that was built by a program) those with the
// same config.
//
//===----------------------------------------------------------------------===//
#include "Fallback.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kCategory = "gq-fallback";

/// Of an op that candidatesIn() has found.
static StrategyAttrInterface strategyOf(Operation *op) {
  return cast<BlockOpInterface>(op).getStrategy();
}

static SmallVector<Operation *> candidatesIn(Operation *root) {
  SmallVector<Operation *> ops;
  root->walk([&](Operation *op) {
    if (candidateOf(op))
      ops.push_back(op);
  });
  return ops;
}

Fallback::Fallback(ModuleOp module, const GQToNVVMOptions &options,
                   const TargetModel &target)
    : options(options), target(target) {
  if (!candidatesIn(module).empty())
    chosen = module.clone();
}

void Fallback::restore(ModuleOp module) const {
  OwningOpRef<ModuleOp> copy = chosen.get().clone();
  module.getBodyRegion().takeBody(copy->getBodyRegion());
  module->setAttrs(copy->getOperation()->getAttrDictionary());
}

SmallVector<Operation *> Fallback::opsOf(ModuleOp outlined,
                                         const SpilledKernel &spilled) const {
  MLIRContext *context = outlined.getContext();
  auto name = SymbolRefAttr::get(
      context, spilled.module,
      {FlatSymbolRefAttr::get(context, spilled.resources.kernel)});
  Operation *kernel = SymbolTable::lookupSymbolIn(outlined, name);
  func::FuncOp function;
  outlined.walk([&](gqgpu::LaunchOp launch) {
    if (launch.getKernelAttr() == name)
      function = launch->getParentOfType<func::FuncOp>();
  });
  if (!kernel || !function)
    return {};
  Operation *source =
      SymbolTable::lookupSymbolIn(*chosen, function.getSymNameAttr());
  SmallVector<Operation *> found;
  for (Operation *op : candidatesIn(kernel)) {
    SmallVector<Operation *> here =
        llvm::filter_to_vector(candidatesIn(source), [&](Operation *other) {
          return other->getLoc() == op->getLoc();
        });
    SmallVector<Operation *> same =
        llvm::filter_to_vector(here, [&](Operation *other) {
          return strategyOf(other) == strategyOf(op);
        });
    llvm::append_range(found, same.empty() ? here : same);
  }
  return found;
}

bool Fallback::advance(ArrayRef<SpilledKernel> spilled) {
  OwningOpRef<ModuleOp> outlined = chosen->clone();
  {
    // All of this has been said before.
    ScopedDiagnosticHandler silence(chosen->getContext(),
                                    [](Diagnostic &) { return success(); });
    PassManager pm(chosen->getContext());
    buildPipelineAfter(pm, options, "gq-select-config", "gq-outline-kernels");
    if (failed(pm.run(*outlined)))
      return false;
  }
  DenseMap<Operation *, StrategyAttrInterface> next;
  for (const SpilledKernel &kernel : spilled) {
    SmallVector<Operation *> ops = opsOf(*outlined, kernel);
    if (ops.empty())
      return false;
    for (Operation *op : ops) {
      auto [entry, isNew] = next.try_emplace(op, StrategyAttrInterface());
      if (!isNew)
        continue;
      entry->second = nextConfig(op, target);
      if (!entry->second)
        return false;
      std::string text;
      llvm::raw_string_ostream(text)
          << strategyOf(op) << "; the next candidate is " << entry->second;
      remarkMissed(op, kCategory, "spill",
                   "kernel '" + kernel.resources.kernel + "' spills " +
                       Twine(kernel.resources.spillStores +
                             kernel.resources.spillLoads) +
                       " bytes with " + text);
    }
  }
  for (auto [op, config] : next)
    cast<BlockOpInterface>(op).setStrategy(config);
  return true;
}
