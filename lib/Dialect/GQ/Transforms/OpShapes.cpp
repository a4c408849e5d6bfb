//===- OpShapes.cpp - ops as shapes ---------------------------------------===//
//
// What the strategy must know of an op, read off its operands
// (BlockOpInterface::getOperandSpecs) and what is fused with it. No op is
// named.
//
//===----------------------------------------------------------------------===//
#include "DecodeOperands.h"
#include "Functions.h"
#include "RowReductions.h"
#include "RowSums.h"
#include "SwapOperands.h"
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Support/DependentLaunch.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::MatmulShape;
using strategy::QuantizeShape;

static_assert(strategy::kUnknown == ShapedType::kDynamic);

static ShapedType typeOf(Value value) {
  return cast<ShapedType>(value.getType());
}

static int64_t bitsOf(Value value) {
  return typeOf(value).getElementTypeBitWidth();
}

static int64_t extentOf(BlockOpInterface op, unsigned loop) {
  auto [operand, dim] = op.getExtent(loop);
  return typeOf(op->getOperand(operand)).getDimSize(dim);
}

/// Of the functions between `anchor` and `last`, the most.
static int64_t registersOfFunctions(Operation *last, Operation *anchor) {
  int64_t most = 0;
  SmallVector<Operation *> todo{last};
  SmallPtrSet<Operation *, 8> seen;
  while (!todo.empty()) {
    linalg::LinalgOp op = getElementwise(todo.pop_back_val());
    if (!op || op == anchor || !seen.insert(op).second)
      continue;
    for (Operation &inner : *op.getBlock())
      most = std::max(most, registersOfFunction(inner));
    for (Value operand : op->getOperands())
      if (Operation *def = operand.getDefiningOp())
        todo.push_back(def);
  }
  return most;
}

static strategy::Spread spreadOf(AffineMap map) {
  bool rows = map.isFunctionOfDim(0), columns = map.isFunctionOfDim(1);
  using strategy::Spread;
  return rows && columns ? Spread::Tile
         : rows          ? Spread::Row
         : columns       ? Spread::Column
                         : Spread::Scalar;
}

/// Rows of the tensor that `value` is or is a part of, and what its first one
/// there is known to be a multiple of.
static std::pair<int64_t, int64_t> rowsAround(Value value) {
  Divisibility start;
  while (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>()) {
    if (slice.getSourceType().getRank() != slice.getType().getRank() ||
        !slice.hasUnitStride())
      return {strategy::kUnknown, 1};
    start = Divisibility::join(
        start, getDivisibility(slice.getMixedOffsets().front()));
    value = slice.getSource();
  }
  return {typeOf(value).getDimSize(0), static_cast<int64_t>(start.factor)};
}

/// Whether rows of `value` are known not to start at multiples of what the copy
/// engine takes.
static bool isCopied(Value value, const TargetModel &target) {
  int64_t bits = bitsOf(value), align = target.tmaAlign * 8;
  while (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>()) {
    Divisibility start = getDivisibility(slice.getMixedOffsets().back());
    if (static_cast<int64_t>(start.factor) * bits % align != 0)
      return true;
    value = slice.getSource();
  }
  int64_t columns = typeOf(value).getShape().back();
  return columns != strategy::kUnknown && columns * bits % align != 0;
}

MatmulShape mlir::gq::sumShapeOf(BlockOpInterface op) {
  if (auto one = dyn_cast_or_null<MatmulConfigAttr>(op.getStrategy()))
    return sumShapeOf(op, one.getValue());
  MatmulShape shape = sumShapeOf(op, Taken{.quantized = takesQuantize(op),
                                           .dequantized = takesDequantize(op)});
  // Only with all of them is no kernel there for the codes.
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(op.getStrategy());
  bool decodes = variants && llvm::all_of(variants.getConfigs(),
                                          [](MatmulConfigAttr config) {
                                            return config.getValue().decode;
                                          });
  return decodes
             ? strategy::multiplied(getTarget(op), shape,
                                    variants.getConfigs().front().getValue())
             : shape;
}

MatmulShape mlir::gq::sumShapeOf(BlockOpInterface op,
                                 const MatmulConfig &config) {
  return strategy::multiplied(
      getTarget(op),
      sumShapeOf(op, Taken{config.quantize, config.dual, config.epilogue,
                           config.dequantize}),
      config);
}

MatmulShape mlir::gq::sumShapeOf(BlockOpInterface op, const Taken &taken) {
  enum : unsigned { Rows, Columns, Sum };
  MatmulShape shape;
  shape.m = extentOf(op, Rows);
  shape.batchInvariant = op.isBatchInvariant();
  if (auto function = op->getParentOfType<func::FuncOp>())
    shape.beginsEarly = dependentLaunchOf(function) != DependentLaunch::None;
  shape.n = extentOf(op, Columns);
  shape.k = extentOf(op, Sum);
  shape.aBlock = shape.bBlock = strategy::kNoBlock;
  shape.aScaleBits = shape.bScaleBits = 0;
  for (auto [number, spec] : llvm::enumerate(op.getOperandSpecs())) {
    Value operand = op->getOperand(number);
    const BlockDim *side = nullptr, *sum = nullptr;
    for (const BlockDim &dim : spec.dims)
      (dim.loop == Sum ? sum : side) = &dim;
    if (!side || !sum)
      continue;
    bool isA = side->loop == Rows;
    if (spec.role == OperandRole::Scales) {
      (isA ? shape.aBlock : shape.bBlock) = {side->block, sum->block};
      (isA ? shape.aScaleBits : shape.bScaleBits) = bitsOf(operand);
      (isA ? shape.aScaleColumns : shape.bScaleColumns) =
          typeOf(operand).getShape().back();
      (isA ? shape.aScalesTransposed : shape.bScalesTransposed) =
          spec.dims[0].loop == Sum;
      (isA ? shape.aScalesPadded : shape.bScalesPadded) =
          spec.dims.back().multiple > 1;
    } else {
      shape.operandBits = bitsOf(operand);
      (isA ? shape.aCopied : shape.bCopied) = isCopied(operand, getTarget(op));
      if (!isA)
        std::tie(shape.bRows, shape.bStart) = rowsAround(operand);
    }
  }
  // Threads copy what they decode.
  if (DequantizeOp decode = fusableDequantize(op);
      decode && taken.dequantized &&
      (!decode.getConfig() ||
       (takesDequantize(op) && !alwaysTakesDequantize(op)))) {
    shape.dequantized = true;
    bool isA = decode->getResult(0) == cast<ScaledMatmulOp>(op).getA();
    (isA ? shape.aCopied : shape.bCopied) = true;
    (isA ? shape.aCodes : shape.bCodes) = {decode.getBlock()[0],
                                           decode.getBlock()[1]};
  }
  // With an origin steps may start inside of blocks.
  if (OperandRange origin = op.getOrigin(); origin.empty()) {
    if (std::optional<int64_t> step = op.getPromotionStep())
      shape.promote = *step;
    else
      shape.promotes = false;
  } else {
    auto factor = [](Value value) {
      return static_cast<int64_t>(getDivisibility(value).factor);
    };
    shape.aOrigin = factor(origin[Rows]);
    shape.bOrigin = factor(origin[Columns]);
    shape.kOrigin = factor(origin[Sum]);
  }
  if (op.getOrigin().empty())
    for (strategy::Size2 *block : {&shape.aBlock, &shape.bBlock})
      (*block)[1] =
          strategy::depthOfOnlyBlock(getTarget(op), shape, (*block)[1]);
  Value start = op.getDpsInitOperand(0)->get();
  shape.resultBits = bitsOf(start);
  shape.accumulates = !start.getDefiningOp<linalg::FillOp>();
  shape.unswappable = refuseSwap(op);
  shape.undecodable = refuseDecode(op);
  shape.inseparable = refuseRowSumsApart(op);
  // Integers of a block add up exactly, and those in bf16 do not.
  if (auto product = dyn_cast<ScaledMatmulOp>(op.getOperation())) {
    shape.decodesExactly =
        decodesExactly(product) &&
        isa<FloatType>(getElementTypeOrSelf(product.getA().getType()));
    shape.sumsRowsOfA = product.getBZeroPoints() != nullptr;
    shape.sumsRowsOfB = product.getAZeroPoints() != nullptr;
  }
  // Whatever becomes of the ops behind it, rows are added up in one order.
  if (shape.batchInvariant && !fusableQuantize(op))
    shape.sumParts = strategy::partsOfSums(getTarget(op), shape);
  if (op->getNumResults() != 1)
    return shape;
  Operation *last = lastElementwise(op, taken.kept);
  shape.kept = taken.kept;
  shape.resultBits = bitsOf(last->getResult(0));
  if (QuantizeOp quantize = fusableQuantize(op); quantize && taken.quantized) {
    shape.resultBits = bitsOf(quantize.getInit());
    shape.quantized = {quantize.getBlock()[0], quantize.getBlock()[1]};
    shape.quantizedMultiple = elementsShapeOf(quantize).scaleMultiple;
    shape.unswappable = "expects a result that is not quantised in its tiles";
  }
  Operation *transpose = fusableTranspose(op);
  shape.transposed = transpose && last->hasOneUse() &&
                     transpose->getOperand(0) == last->getResult(0);
  DenseSet<Value> seen;
  if (BlockOpInterface other = taken.dual ? dualOf(op) : BlockOpInterface()) {
    shape.dual = true;
    shape.unswappable = "expects a product that is alone in its tiles";
    seen.insert(other->getResult(0));
  }
  SmallVector<int64_t> tileBits;
  for (FusedOperand operand : fusedOperands(last, op)) {
    if (!seen.insert(operand.value).second)
      continue;
    shape.epilogue.push_back(spreadOf(operand.map));
    if (shape.epilogue.back() == strategy::Spread::Tile)
      tileBits.push_back(bitsOf(operand.value));
  }
  llvm::sort(tileBits, std::greater<>());
  for (int64_t bits : ArrayRef(tileBits).take_front(2))
    shape.tileBits += bits;
  shape.functions = registersOfFunctions(last, op);
  return shape;
}

SmallVector<OpenRow> mlir::gq::openRows(BlockOpInterface op) {
  enum : unsigned { Rows, Columns, Sum };
  int64_t align = getTarget(op).tmaAlign * 8;
  SmallVector<OpenRow> rows;
  auto insert = [&](Value tensor, int64_t dim, int64_t bits) {
    if (typeOf(tensor).isDynamicDim(dim))
      rows.push_back({tensor, dim, align / bits});
  };
  // Those of a and b are as long, unless they are parts of wider ones.
  bool parts = false;
  for (auto [number, spec] : llvm::enumerate(op.getOperandSpecs())) {
    Value operand = op->getOperand(number);
    if (spec.perBlock || spec.dims.back().loop != Sum)
      continue;
    Value whole = operand;
    while (auto slice = whole.getDefiningOp<tensor::ExtractSliceOp>())
      whole = slice.getSource();
    parts |= whole != operand;
    if (rows.empty() || parts)
      insert(whole, typeOf(whole).getRank() - 1, bitsOf(operand));
  }
  // Threads store the transpose.
  Operation *last = op->getNumResults() == 1 ? lastFusableConsumer(op) : op;
  if (fusableTranspose(op) && last->hasOneUse())
    return rows;
  auto [operand, dim] = op.getExtent(Columns);
  int64_t bits = bitsOf(op.getDpsInits().front());
  if (last->getNumResults() == 1)
    bits = std::min(bits, bitsOf(last->getResult(0)));
  insert(op->getOperand(operand), dim, bits);
  return rows;
}

QuantizeShape mlir::gq::elementsShapeOf(BlockOpInterface op) {
  enum : unsigned { Rows, Columns };
  QuantizeShape shape;
  shape.x = {extentOf(op, Rows), extentOf(op, Columns)};
  // Tiles have whole values.
  for (const OperandSpec &spec : op.getOperandSpecs()) {
    shape.packed |= spec.packed;
    for (BlockDim dim : spec.dims)
      if (spec.packed && shape.x[dim.loop] != strategy::kUnknown)
        shape.x[dim.loop] =
            llvm::alignTo(shape.x[dim.loop], static_cast<uint64_t>(dim.block));
  }
  shape.sums = isa<BlockReduceOp>(op);
  shape.hasBlocks = op.hasBlocks();
  shape.block = strategy::kAnyBlock;
  if (SmallVector<int64_t> blocks = op.getLoopBlocks(); shape.hasBlocks)
    shape.block = {blocks[Rows], blocks[Columns]};

  // Bits of an element of the widest matrix in memory.
  int64_t moved = 0;
  SmallVector<OperandSpec> specs = op.getOperandSpecs();
  shape.writesBlocks = shape.writesElements = false;
  shape.splittable = op.hasPureTensorSemantics();
  for (OpOperand &init : op.getDpsInitsMutable()) {
    const OperandSpec &spec = specs[init.getOperandNumber()];
    if (!spec.perBlock || spec.packed) {
      shape.writesElements = true;
      moved = std::max(moved, bitsOf(init.get()));
      continue;
    }
    shape.writesBlocks = true;
    shape.transposedScales = spec.dims[0].loop != Rows;
    shape.scaleMultiple = spec.dims.back().multiple;
    shape.splittable &=
        !shape.transposedScales &&
        !isa<Float8E8M0FNUType>(typeOf(init.get()).getElementType());
  }
  shape.transposedCodes = fusableTranspose(op) != nullptr;
  shape.wholeRows = !rowReductions(op).empty();

  Value x = op->getOperand(op.getExtent(Rows).first);
  shape.bits = bitsOf(x);
  shape.chunkOfX = strategy::widestChunk(shape.bits);
  Operation *producer = x.getDefiningOp();
  // Of what is decoded on the way, codes are read.
  auto bitsRead = [](Value value) {
    auto decode = value.getDefiningOp<DequantizeOp>();
    return bitsOf(decode && takerOf(decode) ? decode.getQ() : value);
  };
  bool decoded = bitsRead(x) != bitsOf(x);
  shape.decodes = decoded;
  shape.computed = isa_and_nonnull<linalg::LinalgOp>(producer) || decoded;
  if (getElementwise(producer)) {
    for (FusedOperand operand : fusedOperands(producer, op)) {
      shape.inputBits.push_back(bitsRead(operand.value));
      shape.decodes |= bitsRead(operand.value) != bitsOf(operand.value);
      if (operand.map.isIdentity())
        moved = std::max(moved, bitsRead(operand.value));
    }
  } else {
    shape.inputBits.push_back(bitsRead(x));
    moved = std::max(moved, bitsRead(x));
  }
  // Codes that are computed have been wider before.
  if (shape.computed && shape.bits < 16)
    for (int64_t bits : shape.inputBits)
      shape.bits = std::max(shape.bits, bits);
  shape.chunk = strategy::widestChunk(shape.bits);
  // Narrow elements need not be so few because x is wide on the way; but rows
  // of whole chunks are what is fast.
  if (moved && moved < shape.bits && shape.x[Columns] != strategy::kUnknown &&
      shape.x[Columns] % strategy::kNarrowChunk == 0)
    shape.chunk = strategy::widestChunk(moved);
  return shape;
}
