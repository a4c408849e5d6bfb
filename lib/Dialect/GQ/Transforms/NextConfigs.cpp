//===- NextConfigs.cpp - other configs, after a spill ---------------------===//
#include "Candidates.h"
#include "EpilogueChoice.h"
#include "SplitElementwise.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::MatmulShape;

/// Its config, or those of its variants.
static SmallVector<StrategyAttrInterface> configsOf(BlockOpInterface op) {
  StrategyAttrInterface config = op.getStrategy();
  if (auto variants = dyn_cast_or_null<MatmulVariantsAttr>(config))
    return llvm::to_vector_of<StrategyAttrInterface>(variants.getConfigs());
  if (!config)
    return {};
  return {config};
}

SmallVector<StrategyAttrInterface> mlir::gq::ownConfigs(Operation *op) {
  auto block = dyn_cast<BlockOpInterface>(op);
  SmallVector<StrategyAttrInterface> own;
  if (block)
    for (StrategyAttrInterface config : configsOf(block))
      if (config.getCandidate() && !llvm::is_contained(own, config))
        own.push_back(config);
  return own;
}

/// What does not follow from the shape stays.
static void keep(MatmulConfig &config, StrategyAttrInterface current) {
  config.pitch = cast<MatmulConfigAttr>(current).getValue().pitch;
}
static void keep(QuantizeConfig &, StrategyAttrInterface) {}

template <typename ShapeT>
static StrategyAttrInterface
nextOf(StrategyAttrInterface current, const ShapeT &shape,
       const TargetModel &target, Schedule schedule = Schedule::Cooperative) {
  auto all = weigh(target, shape, schedule);
  std::optional<size_t> next =
      strategy::nextCandidate(all, *current.getCandidate());
  if (!next)
    return {};
  auto config = all[*next].config;
  config.candidate = static_cast<int64_t>(*next);
  keep(config, current);
  return attrOf(current.getContext(), config);
}

/// The best of those whose kernel computes so many elementwise ops, and leaves
/// the others to another kernel.
static StrategyAttrInterface keeping(BlockOpInterface op, int64_t kept,
                                     const MatmulConfig &current,
                                     int64_t mostRows,
                                     const TargetModel &target) {
  MatmulShape shape = sumShapeOf(op, Taken{.kept = kept});
  shape.mostRows = mostRows;
  auto all = weigh(target, shape, current.schedule);
  for (auto [index, candidate] : llvm::enumerate(all)) {
    if (candidate.refusal)
      continue;
    MatmulConfig config = candidate.config;
    config.candidate = static_cast<int64_t>(index);
    config.pitch = current.pitch;
    return attrOf(op->getContext(), config);
  }
  return {};
}

/// Where no kernel has the registers for the functions behind a sum, or for a
/// quantisation: one that leaves these to another kernel.
static StrategyAttrInterface keepingLess(BlockOpInterface op,
                                         const MatmulConfig &current,
                                         int64_t mostRows,
                                         const TargetModel &target) {
  if (current.epilogue)
    return {};
  if (std::optional<EpilogueCut> cut = findCut(op, current.quantize, target)) {
    if (cut->inside) {
      IRRewriter rewriter(op->getContext());
      splitAt(rewriter, cut->inside, cut->value);
    }
    return keeping(op, cut->kept, current, mostRows, target);
  }
  if (current.quantize)
    if (std::optional<int64_t> kept = keptWithoutQuantize(op, target))
      return keeping(op, *kept, current, mostRows, target);
  return {};
}

/// The same, with registers that the roles that fill leave to the math groups,
/// where these are enough for what was spilled.
static StrategyAttrInterface withMoreRegisters(MLIRContext *context,
                                               MatmulConfig config,
                                               const TargetModel &target,
                                               int64_t spilled) {
  std::optional<std::array<int64_t, 2>> more =
      strategy::moreRegisters(target, config);
  if (spilled == 0 || !more)
    return {};
  // A value may be stored in several places.
  constexpr int64_t kBytesOfRegister = 8;
  int64_t won = (*more)[1] - strategy::registersOf(target, config)[1];
  if (spilled > kBytesOfRegister * won)
    return {};
  config.registers = more;
  return attrOf(context, config);
}

StrategyAttrInterface mlir::gq::nextConfig(Operation *op,
                                           StrategyAttrInterface config,
                                           const TargetModel &target,
                                           int64_t spilled) {
  auto block = cast<BlockOpInterface>(op);
  if (!block.isSum())
    return nextOf(config, elementsShapeOf(block), target);
  const MatmulConfig &current = cast<MatmulConfigAttr>(config).getValue();
  if (StrategyAttrInterface same =
          withMoreRegisters(op->getContext(), current, target, spilled))
    return same;
  MatmulShape shape = sumShapeOf(block, current);
  // The place of a variant is that among the candidates for its rows.
  if (auto variants = dyn_cast<MatmulVariantsAttr>(block.getStrategy()))
    for (auto [number, one] : llvm::enumerate(variants.getConfigs()))
      if (one == config)
        shape.mostRows =
            variants.getRows(number).second.value_or(strategy::kUnknown);
  if (StrategyAttrInterface next =
          nextOf(config, shape, target, current.schedule))
    return next;
  return keepingLess(block, current, shape.mostRows, target);
}

void mlir::gq::replaceConfigs(
    Operation *op,
    llvm::function_ref<StrategyAttrInterface(StrategyAttrInterface)> next) {
  auto block = cast<BlockOpInterface>(op);
  SmallVector<StrategyAttrInterface> configs = configsOf(block);
  for (StrategyAttrInterface &config : configs)
    if (StrategyAttrInterface other = next(config))
      config = other;
  if (auto variants = dyn_cast<MatmulVariantsAttr>(block.getStrategy()))
    block.setStrategy(MatmulVariantsAttr::get(
        op->getContext(), variants.getLimits(),
        llvm::map_to_vector(configs, [](StrategyAttrInterface config) {
          return cast<MatmulConfigAttr>(config);
        })));
  else
    block.setStrategy(configs.front());
}
