//===- Fallback.cpp - the next candidate for a kernel that spills ---------===//
//
// Whether a kernel spills is known when ptxas has seen it, long after its op is
// gone. So the stages up to gq-outline-kernels, where a kernel still holds its
// op, run once more on a copy, and only when something has spilled. The op of a
// kernel and the op it was made of are in one function, at one location; of
// several at a location (variants, or IR that was built by a program) those
// with the same config.
//
//===----------------------------------------------------------------------===//
#include "Fallback.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kCategory = "gq-fallback";

/// In the order of the ops.
static SmallVector<Fallback::Choice> choicesIn(Operation *root) {
  SmallVector<Fallback::Choice> choices;
  root->walk([&](Operation *op) {
    for (StrategyAttrInterface config : ownConfigs(op))
      choices.push_back({op, config});
  });
  return choices;
}

Fallback::Fallback(ModuleOp module, const GQToNVVMOptions &options,
                   const TargetModel &target)
    : options(options), target(target) {
  if (choicesIn(module).empty())
    return;
  first = module.clone();
  restart();
}

void Fallback::restore(ModuleOp module) const {
  OwningOpRef<ModuleOp> copy = chosen.get().clone();
  module.getBodyRegion().takeBody(copy->getBodyRegion());
  module->setAttrs(copy->getOperation()->getAttrDictionary());
}

/// What gq-apply-config leaves of a config: without what it has carried out.
static StrategyAttrInterface carriedOut(StrategyAttrInterface strategy) {
  auto attr = dyn_cast<MatmulConfigAttr>(strategy);
  if (!attr)
    return strategy;
  MatmulConfig config = attr.getValue();
  config.pitch = RowPitch::Aligned;
  config.rowSums = RowSums::Beside;
  config.swap = config.decode = false;
  return MatmulConfigAttr::get(attr.getContext(), config);
}

SmallVector<Fallback::Choice>
Fallback::choicesOf(ModuleOp outlined, const SpilledKernel &spilled) const {
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
  SmallVector<Choice> found;
  for (const Choice &choice : choicesIn(kernel)) {
    SmallVector<Choice> here =
        llvm::filter_to_vector(choicesIn(source), [&](const Choice &other) {
          return other.op->getLoc() == choice.op->getLoc();
        });
    SmallVector<Choice> same =
        llvm::filter_to_vector(here, [&](const Choice &other) {
          return carriedOut(other.config) == carriedOut(choice.config);
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
  DenseMap<Operation *, DenseMap<Attribute, StrategyAttrInterface>> next;
  for (const SpilledKernel &kernel : spilled) {
    // One that is only slow may stay as it is.
    bool mayStay =
        !kernel.resources.spills() && !kernel.resources.losesProducts();
    SmallVector<Choice> choices = choicesOf(*outlined, kernel);
    if (choices.empty() && !mayStay)
      return false;
    for (const Choice &choice : choices) {
      auto [entry, isNew] =
          next[choice.op].try_emplace(choice.config, StrategyAttrInterface());
      if (!isNew)
        continue;
      entry->second = nextConfig(choice.op, choice.config, target,
                                 kernel.resources.spillStores);
      if (!entry->second && !mayStay)
        return false;
      if (!entry->second)
        continue;
      std::string text;
      llvm::raw_string_ostream(text)
          << choice.config << "; the next candidate is " << entry->second;
      const KernelResources &found = kernel.resources;
      if (int64_t lost = found.products - found.keptProducts)
        remarkMissed(choice.op, kCategory, "products",
                     "of kernel '" + found.kernel + "' ptxas loses " +
                         Twine(lost) + " of " + Twine(found.products) +
                         " products with " + text);
      else if (mayStay)
        remarkMissed(choice.op, kCategory, "slow",
                     "kernel '" + found.kernel +
                         "' is slowed down by ptxas with " + text);
      else
        remarkMissed(choice.op, kCategory, "spill",
                     "kernel '" + found.kernel + "' spills " +
                         Twine(found.spillStores + found.spillLoads) +
                         " bytes with " + text);
    }
  }
  bool changed = false;
  for (auto &[op, configs] : next)
    replaceConfigs(op, [&, &configs = configs](StrategyAttrInterface config) {
      StrategyAttrInterface other = configs.lookup(config);
      changed |= other != StrategyAttrInterface();
      return other;
    });
  return changed && selectForAll();
}

bool Fallback::selectForAll() {
  SmallVector<BlockOpInterface> bare;
  chosen->walk([&](BlockOpInterface op) {
    if (!op.isSum() || op.getStrategy() ||
        !isa<func::FuncOp>(op->getParentOp()))
      return;
    BlockOpInterface taker = dualTakerOf(op);
    if (!taker || !alwaysTakesDual(taker))
      bare.push_back(op);
  });
  return llvm::all_of(bare, [&](BlockOpInterface op) {
    return succeeded(select(op, target, options.maxVariants));
  });
}
