//===- ElementExpr.cpp - what an element of a tensor is made of -----------===//
#include "ElementExpr.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

bool raise::canLinearize(ArrayRef<int64_t> sizes) {
  return llvm::none_of(llvm::enumerate(sizes), [](auto size) {
    return size.value() == 0 ||
           (size.index() > 0 && ShapedType::isDynamic(size.value()));
  });
}

/// `expr` as `base floordiv divisor`.
std::pair<AffineExpr, int64_t> raise::quotient(AffineExpr expr) {
  int64_t divisor = 1;
  while (auto binary = dyn_cast<AffineBinaryOpExpr>(expr)) {
    auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
    if (binary.getKind() != AffineExprKind::FloorDiv || !constant)
      break;
    divisor *= constant.getValue();
    expr = binary.getLHS();
  }
  return {expr, divisor};
}

/// `expr` as `base mod modulus`, or null.
static std::pair<AffineExpr, int64_t> remainder(AffineExpr expr) {
  if (auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
      binary && binary.getKind() == AffineExprKind::Mod)
    if (auto modulus = dyn_cast<AffineConstantExpr>(binary.getRHS()))
      return {binary.getLHS(), modulus.getValue()};
  return {AffineExpr(), 0};
}

int64_t raise::countOf(ArrayRef<int64_t> sizes) {
  return llvm::is_contained(sizes, ShapedType::kDynamic)
             ? ShapedType::kDynamic
             : llvm::product_of(sizes);
}

/// `high * size + low`, which is `x floordiv a` where the two are the parts of
/// that: x floordiv (a * size), and the rest. Null where the size is dynamic
/// and they are the parts of nothing.
static AffineExpr join(AffineExpr high, AffineExpr low, int64_t size) {
  // An unknown size is that of whoever took x apart.
  if (ShapedType::isDynamic(size)) {
    auto first = dyn_cast<AffineBinaryOpExpr>(high),
         second = dyn_cast<AffineBinaryOpExpr>(low);
    bool parts = first && second &&
                 first.getKind() == AffineExprKind::FloorDiv &&
                 second.getKind() == AffineExprKind::Mod &&
                 first.getLHS() == second.getLHS() &&
                 first.getRHS() == second.getRHS() &&
                 isa<AffineSymbolExpr>(first.getRHS());
    return parts ? first.getLHS() : AffineExpr();
  }
  if (size == 1 && isa<AffineConstantExpr>(low))
    return high + low;
  auto [x, whole] = quotient(high);
  // (x floordiv a) mod size, or (x mod whole) floordiv a.
  if (auto [part, modulus] = remainder(low); part && modulus == size) {
    auto [y, a] = quotient(part);
    if (y == x && a * size == whole)
      return part;
  }
  auto [part, a] = quotient(low);
  if (auto [y, modulus] = remainder(part);
      y == x && modulus == whole && a * size == whole)
    return x.floorDiv(a);
  return high * size + low;
}

AffineExpr raise::linearize(ArrayRef<AffineExpr> index, ArrayRef<int64_t> sizes,
                            MLIRContext *context) {
  AffineExpr place = getAffineConstantExpr(0, context);
  for (auto [expr, size] : llvm::zip_equal(index, sizes)) {
    if (auto constant = dyn_cast<AffineConstantExpr>(place);
        constant && constant.getValue() == 0)
      place = expr;
    else
      place = join(place, expr, size);
    if (!place)
      break;
  }
  return place;
}

SmallVector<AffineExpr> raise::delinearize(AffineExpr place,
                                           ArrayRef<int64_t> sizes,
                                           ArrayRef<unsigned> names) {
  MLIRContext *context = place.getContext();
  SmallVector<AffineExpr> index(sizes.size(),
                                getAffineConstantExpr(0, context));
  // The first dimension that has several places holds what is left.
  const int64_t *first = llvm::find_if(sizes, [](int64_t n) { return n != 1; });
  for (size_t i = sizes.size(), outer = first - sizes.begin(); i-- > outer;) {
    if (i == outer) {
      index[i] = place;
      break;
    }
    AffineExpr size = ShapedType::isDynamic(sizes[i])
                          ? getAffineSymbolExpr(names[i], context)
                          : getAffineConstantExpr(sizes[i], context);
    index[i] = place % size;
    place = place.floorDiv(size);
  }
  return index;
}

//===----------------------------------------------------------------------===//
// Trees
//===----------------------------------------------------------------------===//

Element *Elements::make(Type type) {
  Element &node = nodes.emplace_back();
  node.type = type;
  return &node;
}

Element *Elements::leaf(Value tensor, ArrayRef<AffineExpr> index) {
  Element *node = make(getElementTypeOrSelf(tensor));
  node->tensor = tensor;
  node->index.assign(index.begin(), index.end());
  return node;
}

const Element *Elements::placeholder(Type type) { return make(type); }

/// Ops of a body, or of elements of tensors, that a tree may hold.
static bool isScalarOp(Operation *op) {
  return op->getNumResults() == 1 && op->getNumRegions() == 0 &&
         op->getNumOperands() > 0 && isMemoryEffectFree(op);
}

const Element *Elements::evaluate(Value value, Block *body,
                                  ArrayRef<const Element *> args,
                                  DenseMap<Value, const Element *> &known) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  TypedAttr constant;
  const Element *result;
  Operation *op = value.getDefiningOp();
  if (auto arg = dyn_cast<BlockArgument>(value);
      arg && arg.getOwner() == body) {
    result = args[arg.getArgNumber()];
  } else if (matchPattern(value, m_Constant(&constant))) {
    Element *node = make(value.getType());
    node->constant = constant;
    result = node;
  } else if (auto extract = value.getDefiningOp<tensor::ExtractOp>();
             extract && extract.getIndices().empty()) {
    result = get(extract.getTensor(), {});
  } else if (op && op->getBlock() == body && isScalarOp(op) &&
             nodes.size() < kMaxNodes) {
    SmallVector<const Element *, 2> operands;
    for (Value operand : op->getOperands())
      operands.push_back(evaluate(operand, body, args, known));
    Element *node = make(value.getType());
    node->op = op;
    node->operands = std::move(operands);
    result = node;
  } else {
    // A scalar argument, or an op that is not looked into.
    Element *node = make(value.getType());
    node->tensor = value;
    result = node;
  }
  known.insert({value, result});
  return result;
}

const Element *Elements::evaluate(Value value, Block *body,
                                  ArrayRef<const Element *> args) {
  DenseMap<Value, const Element *> known;
  return evaluate(value, body, args, known);
}

SmallVector<const Element *>
Elements::getArguments(linalg::LinalgOp op, ArrayRef<AffineExpr> loops) {
  SmallVector<const Element *> args;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument arg = op.getMatchingBlockArgument(&operand);
    // A tree of a destination that is overwritten would be of no use.
    if (arg.use_empty()) {
      args.push_back(placeholder(arg.getType()));
      continue;
    }
    if (!isa<TensorType>(operand.get().getType())) {
      args.push_back(evaluate(operand.get(), op.getBlock(), {}));
      continue;
    }
    SmallVector<AffineExpr> place;
    for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults())
      place.push_back(expr.replaceDims(loops));
    args.push_back(get(operand.get(), place));
  }
  return args;
}

/// A tensor of codes that is computed, not moved.
static bool isQuantization(linalg::LinalgOp op, Value yielded) {
  return !isa<BlockArgument>(yielded) && isQuantized(yielded.getType()) &&
         op->getNumResults() == 1;
}

/// Null if an element of `tensor` is no formula of others.
const Element *Elements::compute(Value tensor, ArrayRef<AffineExpr> index,
                                 bool throughCodes) {
  Operation *op = tensor.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!op || !type || nodes.size() >= kMaxNodes)
    return nullptr;
  if (DenseElementsAttr dense; matchPattern(tensor, m_Constant(&dense)) &&
                               dense.isSplat() &&
                               type.getElementType().isIntOrIndexOrFloat()) {
    Element *node = make(type.getElementType());
    node->constant = dense.getSplatValue<TypedAttr>();
    return node;
  }
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op)) {
    SmallVector<AffineExpr> source;
    for (const ReassociationIndices &group : view.getReassociationIndices()) {
      auto of = [&](auto range) {
        return range.slice(group.front(), group.size());
      };
      AffineExpr place = linearize(of(index), of(type.getShape()), context);
      if (!place)
        return nullptr;
      source.push_back(place);
    }
    views = true;
    return get(view.getSrc(), source);
  }
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(op)) {
    SmallVector<AffineExpr> source;
    for (auto [group, place] :
         llvm::zip_equal(view.getReassociationIndices(), index)) {
      ArrayRef<int64_t> sizes =
          view.getSrcType().getShape().slice(group.front(), group.size());
      if (!canLinearize(sizes))
        return nullptr;
      llvm::append_range(source, delinearize(place, sizes));
    }
    // A matrix of one element has a view without dimensions.
    if (index.empty())
      source.assign(view.getSrcType().getRank(),
                    getAffineConstantExpr(0, context));
    views = true;
    return get(view.getSrc(), source);
  }
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return isa<RankedTensorType>(cast.getSource().getType())
               ? get(cast.getSource(), index)
               : nullptr;
  if (OpTrait::hasElementwiseMappableTraits(op) && isScalarOp(op)) {
    if ((isQuantized(type.getElementType()) && !throughCodes) ||
        !llvm::all_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>))
      return nullptr;
    SmallVector<const Element *, 2> operands;
    for (Value operand : op->getOperands())
      operands.push_back(get(operand, index));
    Element *node = leaf(tensor, index);
    node->op = op;
    node->operands = std::move(operands);
    return node;
  }
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !linalgOp.hasPureTensorSemantics() ||
      linalgOp.getNumParallelLoops() != linalgOp.getNumLoops())
    return nullptr;
  unsigned number = cast<OpResult>(tensor).getResultNumber();
  OpOperand *init = linalgOp.getDpsInitOperand(number);
  AffineMap map = linalgOp.getMatchingIndexingMap(init);
  if (!map.isPermutation())
    return nullptr;
  Block *body = linalgOp.getBlock();
  Value yielded = body->getTerminator()->getOperand(number);
  if (isQuantization(linalgOp, yielded) && !throughCodes)
    return nullptr;
  SmallVector<AffineExpr> loops(map.getNumDims());
  for (auto [result, place] : llvm::zip_equal(map.getResults(), index))
    loops[cast<AffineDimExpr>(result).getPosition()] = place;
  SmallVector<const Element *> args = getArguments(linalgOp, loops);
  const Element *element = evaluate(yielded, body, args);
  if (!element->op || element->tensor)
    return element;
  // Made just now, by the body: an element of the result.
  Element *node = leaf(tensor, index);
  node->op = element->op;
  node->operands = element->operands;
  return node;
}

const Element *Elements::get(Value tensor, ArrayRef<AffineExpr> index) {
  const Element *element = compute(tensor, index, /*throughCodes=*/false);
  return element ? element : leaf(tensor, index);
}

const Element *Elements::getComputed(Value tensor, ArrayRef<AffineExpr> index) {
  const Element *element = compute(tensor, index, /*throughCodes=*/true);
  return element ? element : leaf(tensor, index);
}

bool raise::isSame(const Element *a, const Element *b) {
  if (a == b)
    return true;
  if (a->constant || b->constant)
    return a->constant == b->constant;
  if (a->isLeaf() || b->isLeaf())
    return a->isLeaf() && b->isLeaf() && a->tensor && a->tensor == b->tensor &&
           a->index == b->index;
  return a->op->getName() == b->op->getName() && a->type == b->type &&
         a->op->getAttrDictionary() == b->op->getAttrDictionary() &&
         llvm::all_of(llvm::zip_equal(a->operands, b->operands), [](auto pair) {
           return isSame(std::get<0>(pair), std::get<1>(pair));
         });
}

std::optional<double> raise::constantOf(const Element *element) {
  if (auto number = dyn_cast_or_null<FloatAttr>(element->constant))
    return number.getValueAsDouble();
  return std::nullopt;
}
