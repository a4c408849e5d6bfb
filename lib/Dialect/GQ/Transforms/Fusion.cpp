//===- Fusion.cpp - what is tiled together with a gq op -------------------===//
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::gq;

linalg::LinalgOp mlir::gq::getElementwise(Operation *op) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (linalgOp && linalgOp.hasPureTensorSemantics() &&
      linalgOp->getNumResults() == 1 && linalgOp.getNumLoops() == 2 &&
      linalgOp.getNumParallelLoops() == 2 &&
      linalgOp.getMatchingIndexingMap(linalgOp.getDpsInitOperand(0))
          .isIdentity())
    return linalgOp;
  return nullptr;
}

/// Elements that kernels of a product store.
static bool canStore(Operation *op) {
  Type type = getElementTypeOrSelf(op->getResult(0));
  constexpr unsigned kWidths[] = {16, 32};
  return isQuantized(type) ||
         (type.isIntOrFloat() &&
          llvm::is_contained(kWidths, type.getIntOrFloatBitWidth()));
}

static bool isTakenByLater(linalg::LinalgOp op, Operation *anchor);

linalg::LinalgOp mlir::gq::nextElementwise(Operation *op, Operation *anchor) {
  if (op->getNumResults() != 1 || !op->hasOneUse())
    return nullptr;
  OpOperand &use = *op->getResult(0).getUses().begin();
  linalg::LinalgOp user = getElementwise(use.getOwner());
  if (!user || user->getBlock() != anchor->getBlock() ||
      !user.isDpsInput(&use) ||
      !user.getMatchingIndexingMap(&use).isIdentity() ||
      isTakenByLater(user, anchor))
    return nullptr;
  return user;
}

/// Of several sums that an op reads, the last takes it along: the others are in
/// memory then.
static bool isTakenByLater(linalg::LinalgOp op, Operation *anchor) {
  SmallVector<Operation *> todo{op}, sums;
  DenseSet<Operation *> seen;
  while (!todo.empty())
    for (Value input : todo.pop_back_val()->getOperands()) {
      Operation *def = input.getDefiningOp();
      if (!def || def->getBlock() != anchor->getBlock() ||
          !anchor->isBeforeInBlock(def) || !seen.insert(def).second)
        continue;
      if (getElementwise(def))
        todo.push_back(def);
      else if (auto other = dyn_cast<BlockOpInterface>(def);
               other && other.isSum())
        sums.push_back(def);
    }
  // The last one first: it needs no look at others.
  llvm::sort(sums,
             [](Operation *a, Operation *b) { return b->isBeforeInBlock(a); });
  return llvm::any_of(sums, [&](Operation *sum) {
    for (Operation *next = sum; next; next = nextElementwise(next, sum))
      if (next == op)
        return true;
    return false;
  });
}

Operation *mlir::gq::lastElementwise(Operation *anchor,
                                     std::optional<int64_t> most) {
  Operation *stored = anchor, *last = anchor;
  for (int64_t count = 0; !most || count < *most; ++count) {
    Operation *next = nextElementwise(last, anchor);
    if (!next)
      break;
    last = next;
    if (canStore(last))
      stored = last;
  }
  return stored;
}

std::optional<int64_t> mlir::gq::mostKept(StrategyAttrInterface strategy) {
  if (auto one = dyn_cast_or_null<MatmulConfigAttr>(strategy))
    return one.getValue().epilogue;
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(strategy);
  if (!variants)
    return std::nullopt;
  std::optional<int64_t> most = 0;
  for (MatmulConfigAttr config : variants.getConfigs()) {
    std::optional<int64_t> own = config.getValue().epilogue;
    most = most && own ? std::optional(std::max(*most, *own)) : std::nullopt;
  }
  return most;
}

Operation *mlir::gq::lastElementwise(Operation *anchor) {
  auto block = dyn_cast<BlockOpInterface>(anchor);
  return lastElementwise(
      anchor, mostKept(block ? block.getStrategy() : StrategyAttrInterface()));
}

QuantizeOp mlir::gq::fusableQuantize(BlockOpInterface anchor) {
  if (!anchor.isSum() || !anchor.hasPureTensorSemantics())
    return {};
  Operation *last = lastElementwise(anchor);
  if (!last->hasOneUse())
    return {};
  OpOperand &use = *last->getUses().begin();
  auto quantize = dyn_cast<QuantizeOp>(use.getOwner());
  // A transpose of the codes comes from a kernel that has whole bands of rows.
  if (!quantize || quantize->getBlock() != anchor->getBlock() ||
      use.get() != quantize.getX() || quantize.getConfigAttr() ||
      quantize.getPacked() || !quantize.hasPureTensorSemantics() ||
      fusableTranspose(cast<BlockOpInterface>(use.getOwner())))
    return {};
  return quantize;
}

/// Whether `config`, or one of its variants, has this key.
static bool hasKey(StrategyAttrInterface config, bool MatmulConfig::*key) {
  if (auto variants = dyn_cast_or_null<MatmulVariantsAttr>(config))
    return llvm::any_of(variants.getConfigs(), [&](MatmulConfigAttr one) {
      return one.getValue().*key;
    });
  auto one = dyn_cast_or_null<MatmulConfigAttr>(config);
  return one && one.getValue().*key;
}

/// Whether `config`, or all of its variants, have it.
static bool alwaysHasKey(StrategyAttrInterface config,
                         bool MatmulConfig::*key) {
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(config);
  return hasKey(config, key) &&
         (!variants ||
          llvm::all_of(variants.getConfigs(), [&](MatmulConfigAttr one) {
            return one.getValue().*key;
          }));
}

bool mlir::gq::takesQuantize(BlockOpInterface anchor) {
  return hasKey(anchor.getStrategy(), &MatmulConfig::quantize);
}

DequantizeOp mlir::gq::fusableDequantize(BlockOpInterface anchor) {
  auto product = dyn_cast<ScaledMatmulOp>(anchor.getOperation());
  if (!product || product.isScaled() || !anchor.hasPureTensorSemantics())
    return {};
  // A thread decodes the codes of a word with one scale, a row of codes ends
  // with one, and tiles, whose sides are powers of two, are whole blocks or lie
  // in one.
  constexpr int64_t kAtOnce = 8;
  DequantizeOp found;
  for (Value operand : {product.getB(), product.getA()}) {
    auto decode = operand.getDefiningOp<DequantizeOp>();
    if (!decode || !decode.getPacked() || !decode.getOrigin().empty() ||
        decode->getBlock() != anchor->getBlock() ||
        !decode->getResult(0).hasOneUse() ||
        !getElementTypeOrSelf(operand).isBF16() ||
        decode.getBlock()[1] < kAtOnce ||
        !llvm::all_of(decode.getBlock(), llvm::isPowerOf2_64))
      continue;
    int64_t columns = cast<RankedTensorType>(operand.getType()).getDimSize(1);
    if (ShapedType::isDynamic(columns) || columns % 2 != 0)
      continue;
    if (!found || (found.getConfig() && !decode.getConfig()))
      found = decode;
  }
  return found;
}

bool mlir::gq::takesDequantize(StrategyAttrInterface config) {
  return hasKey(config, &MatmulConfig::dequantize);
}

bool mlir::gq::takesDequantize(BlockOpInterface anchor) {
  return takesDequantize(anchor.getStrategy());
}

bool mlir::gq::alwaysTakesDequantize(BlockOpInterface anchor) {
  return alwaysHasKey(anchor.getStrategy(), &MatmulConfig::dequantize);
}

FailureOr<DequantizeOp> mlir::gq::requireDequantize(BlockOpInterface anchor) {
  DequantizeOp decode = fusableDequantize(anchor);
  if (decode && !(alwaysTakesDequantize(anchor) && decode.getConfig()))
    return decode;
  return anchor->emitOpError("has a config with dequantize = true, expects an "
                             "operand in bf16 that a gq.dequantize with packed "
                             "and without a config makes for it alone, of "
                             "blocks whose sizes are powers of two, of at "
                             "least 8 columns, with a static, even K"),
         failure();
}

BlockOpInterface mlir::gq::productOf(DequantizeOp op) {
  for (Operation *user : op->getUsers())
    if (auto product = dyn_cast<BlockOpInterface>(user);
        product && product.isSum() && fusableDequantize(product) == op)
      return product;
  return {};
}

bool mlir::gq::takesDual(StrategyAttrInterface config) {
  return hasKey(config, &MatmulConfig::dual);
}

bool mlir::gq::takesDual(BlockOpInterface anchor) {
  return takesDual(anchor.getStrategy());
}

bool mlir::gq::alwaysTakesDual(BlockOpInterface anchor) {
  return alwaysHasKey(anchor.getStrategy(), &MatmulConfig::dual);
}

/// All that is said of a product but its config.
static bool multiplyAlike(ScaledMatmulOp one, ScaledMatmulOp other) {
  auto attributes = [](ScaledMatmulOp op) {
    NamedAttrList list(op->getAttrDictionary());
    list.erase(op.getConfigAttrName());
    return list.getDictionary(op.getContext());
  };
  return one.getA() == other.getA() && one.getAScales() == other.getAScales() &&
         one->getOperandTypes() == other->getOperandTypes() &&
         attributes(one) == attributes(other);
}

BlockOpInterface mlir::gq::dualOf(BlockOpInterface anchor) {
  auto product = dyn_cast<ScaledMatmulOp>(anchor.getOperation());
  if (!product || !anchor.hasPureTensorSemantics() ||
      !product.getOrigin().empty())
    return {};
  // The chain, and what it computes from others.
  SetVector<Operation *> chain;
  ScaledMatmulOp other;
  SmallVector<Operation *> todo{lastElementwise(anchor)};
  while (!todo.empty()) {
    Operation *op = todo.pop_back_val();
    if (!getElementwise(op) || !chain.insert(op))
      continue;
    for (Value operand : op->getOperands()) {
      Operation *def = operand.getDefiningOp();
      if (auto found = dyn_cast_or_null<ScaledMatmulOp>(def);
          found && found != product) {
        if (other && found != other)
          return {};
        other = found;
      } else if (def && def != product) {
        todo.push_back(def);
      }
    }
  }
  auto isFilled = [](ScaledMatmulOp op) {
    return op.getInit().getDefiningOp<linalg::FillOp>() != nullptr;
  };
  if (!other || other->getBlock() != product->getBlock() ||
      !other->isBeforeInBlock(product) || !multiplyAlike(product, other) ||
      !isFilled(product) || !isFilled(other))
    return {};
  // Nobody else reads it, nor what is computed from it on the way: of what is
  // read twice there would be two tiles.
  Operation *last = lastElementwise(anchor);
  for (Operation *value = other; value != last;) {
    if (!value->hasOneUse() || !chain.contains(*value->user_begin()))
      return {};
    value = *value->user_begin();
  }
  return cast<BlockOpInterface>(other.getOperation());
}

FailureOr<BlockOpInterface> mlir::gq::requireDual(BlockOpInterface anchor) {
  if (BlockOpInterface dual = dualOf(anchor))
    return dual;
  return anchor->emitOpError("has a config with dual = true, expects a second "
                             "product of the same a which only the elementwise "
                             "ops behind this one read"),
         failure();
}

BlockOpInterface mlir::gq::dualTakerOf(BlockOpInterface op) {
  for (auto anchor : op->getBlock()->getOps<BlockOpInterface>())
    if (anchor != op && anchor.isSum() && dualOf(anchor) == op)
      return anchor;
  return {};
}

BlockOpInterface mlir::gq::takerOf(QuantizeOp op) {
  for (auto anchor : op->getBlock()->getOps<BlockOpInterface>())
    if (anchor.isSum() && takesQuantize(anchor) &&
        fusableQuantize(anchor) == op)
      return anchor;
  return {};
}

QuantizeOp mlir::gq::takerOf(DequantizeOp op) {
  if (op.getConfig() || op.getPacked() || !op.getOrigin().empty() ||
      !op.hasPureTensorSemantics())
    return {};
  Operation *last = lastElementwise(op);
  if (!last->hasOneUse())
    return {};
  OpOperand &use = *last->getUses().begin();
  auto quantize = dyn_cast<QuantizeOp>(use.getOwner());
  if (!quantize || quantize->getBlock() != op->getBlock() ||
      use.get() != quantize.getX() || !quantize.hasPureTensorSemantics())
    return {};
  // Two passes would decode twice, and so would slabs.
  QuantizeConfigAttr config = quantize.getConfigAttr();
  constexpr int64_t kOnePass = 256 * 256;
  if ((config &&
       (config.getValue().passes != 1 || config.getValue().slabs != 1)) ||
      quantize.getBlock()[0] * quantize.getBlock()[1] > kOnePass)
    return {};
  // Tiles are of whole blocks of the quantisation, and a thread's elements that
  // lie side by side have one scale.
  constexpr int64_t kSideBySide = 16;
  ArrayRef<int64_t> read = op.getBlock(), made = quantize.getBlock();
  if (made[0] % read[0] != 0 || made[1] % read[1] != 0 ||
      read[1] % kSideBySide != 0)
    return {};
  return quantize;
}

Operation *mlir::gq::lastFusableConsumer(Operation *anchor) {
  auto block = dyn_cast<BlockOpInterface>(anchor);
  if (block && takesQuantize(block))
    if (QuantizeOp quantize = fusableQuantize(block))
      return quantize;
  return lastElementwise(anchor);
}

Operation *mlir::gq::fusableTranspose(BlockOpInterface anchor) {
  Operation *op = anchor.isSum() ? lastFusableConsumer(anchor) : anchor;
  if (op->getNumResults() == 0 || (anchor.isSum() && isa<QuantizeOp>(op)))
    return nullptr;
  // Shared memory turns elements of a byte; products leave through it anyway.
  if (!anchor.isSum() &&
      (!isQuantized(getElementTypeOrSelf(op->getResult(0).getType())) ||
       anchor.getOperandSpecs()[anchor.getDpsInitOperand(0)->getOperandNumber()]
           .packed))
    return nullptr;
  for (Operation *user : op->getResult(0).getUsers()) {
    auto transpose = dyn_cast<linalg::TransposeOp>(user);
    if (transpose && transpose->getBlock() == op->getBlock() &&
        transpose.hasPureTensorSemantics() &&
        transpose.getInput() == op->getResult(0) &&
        transpose.getPermutation() == ArrayRef<int64_t>{1, 0})
      return transpose;
  }
  return nullptr;
}

BlockOpInterface mlir::gq::storerOf(linalg::TransposeOp op) {
  SmallVector<Operation *> todo{op.getInput().getDefiningOp()};
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    Operation *def = todo.pop_back_val();
    if (!def || def->getBlock() != op->getBlock() || !seen.insert(def).second)
      continue;
    if (auto sum = dyn_cast<BlockOpInterface>(def); sum && sum.isSum()) {
      if (fusableTranspose(sum) == op)
        return sum;
    } else if (getElementwise(def)) {
      for (Value operand : def->getOperands())
        todo.push_back(operand.getDefiningOp());
    }
  }
  return {};
}

SmallVector<FusedOperand> mlir::gq::fusedOperands(Operation *root,
                                                  Operation *anchor) {
  SmallVector<FusedOperand> operands;
  SmallVector<Operation *> todo{root};
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    linalg::LinalgOp op = getElementwise(todo.pop_back_val());
    if (!op || op == anchor || !seen.insert(op).second)
      continue;
    for (OpOperand &use : op->getOpOperands()) {
      if (!isa<TensorType>(use.get().getType()) ||
          !op.payloadUsesValueFromOperand(&use))
        continue;
      Operation *def = use.get().getDefiningOp();
      if (def && def == anchor)
        continue;
      if (getElementwise(def))
        todo.push_back(def);
      else if (!isa_and_nonnull<linalg::FillOp, tensor::EmptyOp>(def))
        operands.push_back({use.get(), op.getMatchingIndexingMap(&use)});
    }
  }
  return operands;
}
