//===- Counts.cpp - as many slots taken as filled -------------------------===//
//
// Slots of a ring, as a product of constants and trip counts of the loops
// around the op that takes them. Roles have copies of their loops, so what
// bounds them is compared by structure. Anything else is not known, and then
// nothing is said.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <map>

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// A value, written so that equal text means equal values in both roles: the
/// operands of the kernel, constants, tiles and pure ops on those.
std::optional<std::string> textOf(Value value, unsigned depth = 0) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return std::to_string(*constant);
  if (depth > 16)
    return std::nullopt;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *parent = arg.getOwner()->getParentOp();
    if (isa<KernelOp>(parent))
      return "arg" + std::to_string(arg.getArgNumber());
    // Roles see the same tiles in the same order.
    auto tiles = dyn_cast<TileLoopOp>(parent);
    if (tiles && arg.getArgNumber() < tiles.getNumIndices())
      return "tile" + std::to_string(arg.getArgNumber());
    return std::nullopt;
  }
  Operation *op = value.getDefiningOp();
  if (!isPure(op) || op->getNumRegions() != 0)
    return std::nullopt;
  std::string text = (op->getName().getStringRef() + "#" +
                      Twine(cast<OpResult>(value).getResultNumber()) + "(")
                         .str();
  for (Value operand : op->getOperands()) {
    std::optional<std::string> part = textOf(operand, depth + 1);
    if (!part)
      return std::nullopt;
    text += *part + ",";
  }
  llvm::raw_string_ostream(text) << op->getAttrDictionary() << ")";
  return text;
}

/// The trip counts of some loops, those that are not constant by text.
struct Product {
  int64_t constant = 1;
  std::map<std::string, int64_t> symbols;
  bool perTile = false;
};

struct Takes {
  int64_t slots = 0;
  Product product;
  Operation *first = nullptr;
};

/// Multiplies `product` by the trip count of `op`, an op around a take.
bool multiply(Product &product, Operation *op) {
  if (isa<WarpSpecializeOp, RoleOp, KernelOp>(op))
    return true;
  std::optional<LoopView> loop = LoopView::get(op);
  if (!loop)
    return false;
  if (std::optional<int64_t> trips = loop->trips())
    return !llvm::MulOverflow(product.constant, *trips, product.constant);
  SmallVector<Value> bounds;
  std::string key;
  if (auto tiles = dyn_cast<TileLoopOp>(op)) {
    llvm::append_range(bounds, tiles.getUbs());
    key = "tiles";
    for (int64_t step : tiles.getSteps())
      key += "," + std::to_string(step);
    // Of a thread block's tiles each turn is as many, or one less than another:
    // what differs by that verifyReplay() sees.
    key += " of " + std::to_string(tiles.getTurns());
    product.perTile = true;
  } else {
    auto forOp = cast<scf::ForOp>(op);
    bounds = {forOp.getLowerBound(), forOp.getUpperBound(), forOp.getStep()};
  }
  for (Value bound : bounds) {
    std::optional<std::string> text = textOf(bound);
    if (!text)
      return false;
    key += ";" + *text;
  }
  ++product.symbols[key];
  return true;
}

/// The wait before a rotated loop, for the first iteration's slot, belongs to
/// the loop's wait for the next one's. Both stand for one wait in each
/// iteration.
bool isRotated(WaitOp next, SmallVectorImpl<WaitOp> &firsts) {
  auto loop = dyn_cast<scf::ForOp>(next->getParentOp());
  if (!loop || !saysAnother(next.getWhen(), loop))
    return false;
  LoopView view = *LoopView::get(loop);
  for (auto [init, yield] : llvm::zip(view.inits, view.yields)) {
    auto first = init.getDefiningOp<WaitOp>();
    if (yield != next.getSlot() || !first ||
        first->getBlock() != loop->getBlock() ||
        first.getRing() != next.getRing())
      continue;
    bool any = first.getWhen() ? saysAny(first.getWhen(), loop)
                               : view.trips().value_or(0) > 0;
    if (!any)
      return false;
    firsts.push_back(first);
    return true;
  }
  return false;
}

/// All takes of a ring by one side; nothing when some are not understood, or
/// when they are not multiples of one product.
std::optional<Takes> count(ArrayRef<Operation *> ops) {
  SmallVector<WaitOp> firsts;
  DenseSet<Operation *> rotated;
  for (Operation *op : ops)
    if (auto wait = dyn_cast<WaitOp>(op); wait && wait.getWhen())
      if (isRotated(wait, firsts))
        rotated.insert(op);
  for (WaitOp first : firsts)
    rotated.insert(first);
  Takes sum;
  for (Operation *op : ops) {
    if (llvm::is_contained(firsts, op))
      continue;
    auto wait = dyn_cast<WaitOp>(op);
    if (wait && wait.getWhen() && !rotated.contains(op))
      return std::nullopt;
    Product product;
    for (Operation *parent = op->getParentOp(); parent;
         parent = parent->getParentOp()) {
      if (!multiply(product, parent))
        return std::nullopt;
      if (isa<KernelOp>(parent))
        break;
    }
    if (sum.first && product.symbols != sum.product.symbols)
      return std::nullopt;
    sum.slots += product.constant;
    sum.product = product;
    if (!sum.first)
      sum.first = op;
  }
  return sum;
}

} // namespace

/// `party` takes as many slots as the one that fills.
static bool verifyAlike(const Party &filler, const Takes &filled,
                        const Party &party) {
  std::optional<Takes> taken = count(party.takes);
  if (!taken || filled.slots == taken->slots ||
      filled.product.symbols != taken->product.symbols)
    return true;
  // The loop that the numbers are about, if there is one.
  Operation *at = taken->first;
  if (isa<scf::ForOp>(at->getParentOp()))
    at = at->getParentOp();
  StringRef per = filled.product.symbols.empty() ? ""
                  : filled.product.perTile && filled.product.symbols.size() == 1
                      ? " per tile"
                      : " per step of its loops";
  InFlightDiagnostic error =
      at->emitOpError(party.fills ? "fills " : "takes ")
      << taken->slots << (taken->slots == 1 ? " slot" : " slots") << per << ", "
      << filler.describe() << " fills " << filled.slots;
  error.attachNote(filled.first->getLoc()) << "filled here";
  return false;
}

LogicalResult mlir::gqgpu::verifyCounts(KernelOp kernel) {
  auto rings = partiesOf(kernel);
  if (!rings)
    return success();
  bool right = true;
  for (auto &[ring, parties] : *rings) {
    if (parties.size() < 2 || !parties.front().fills)
      continue;
    const Party &filler = parties.front();
    std::optional<Takes> filled = count(filler.takes);
    if (!filled)
      continue;
    for (const Party &party : ArrayRef(parties).drop_front())
      right &= verifyAlike(filler, *filled, party);
  }
  return success(right);
}
