//===- BlockOp.cpp - what follows from the operands of a gq op ------------===//
//
// Everything here is derived from BlockOpInterface::getOperandSpecs: rules for
// sizes, shapes of tiles and results, effects. No op is named.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/BlockOp.h"
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

#include "gq/Dialect/GQ/IR/GQAttrInterfaces.cpp.inc"
#include "gq/Dialect/GQ/IR/GQOpInterfaces.cpp.inc"

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

OperandSpec OperandSpec::elements(StringRef name, ArrayRef<unsigned> loops,
                                  OperandRole role) {
  OperandSpec operand{name, role, {}};
  for (unsigned loop : loops)
    operand.dims.push_back({loop});
  return operand;
}

OperandSpec OperandSpec::ofBlocks(StringRef name, OperandRole role,
                                  ArrayRef<BlockDim> dims) {
  return {name, role, SmallVector<BlockDim, 2>(dims), /*perBlock=*/true};
}

OperandSpec OperandSpec::packedElements(StringRef name,
                                        ArrayRef<unsigned> loops,
                                        int64_t count) {
  OperandSpec operand = elements(name, loops);
  operand.dims.back().block = count;
  operand.perBlock = operand.packed = true;
  return operand;
}

int64_t mlir::gq::valuesPerPaddedStep(Type type) {
  constexpr int64_t kStepBits = 16 * 8;
  // Called before types are verified.
  Type element = getElementTypeOrSelf(type);
  return element.isIntOrFloat()
             ? std::max<int64_t>(1, kStepBits / element.getIntOrFloatBitWidth())
             : 1;
}

OperandSpec OperandSpec::paddedIf(bool padded, Type type) && {
  if (padded)
    dims.back().multiple = valuesPerPaddedStep(type);
  return std::move(*this);
}

OperandSpec OperandSpec::inBatch(unsigned loop) && {
  dims.insert(dims.begin(), BlockDim{loop});
  batch = true;
  return std::move(*this);
}

OperandSpec OperandSpec::inBatch(Type type, unsigned loop) && {
  if (cast<ShapedType>(type).getRank() == static_cast<int64_t>(dims.size()) + 1)
    return std::move(*this).inBatch(loop);
  return std::move(*this);
}

unsigned BlockOpInterface::getNumLoops() {
  unsigned count = 0;
  for (const OperandSpec &operand : getOperandSpecs())
    for (BlockDim dim : operand.dims)
      count = std::max(count, dim.loop + 1);
  return count;
}

SmallVector<utils::IteratorType> BlockOpInterface::getIteratorTypes() {
  SmallVector<utils::IteratorType> types(getNumLoops(),
                                         utils::IteratorType::reduction);
  SmallVector<OperandSpec> operands = getOperandSpecs();
  for (OpOperand &init : getDpsInitsMutable())
    for (BlockDim dim : operands[init.getOperandNumber()].dims)
      types[dim.loop] = utils::IteratorType::parallel;
  return types;
}

bool BlockOpInterface::isSum() {
  return llvm::is_contained(getIteratorTypes(), utils::IteratorType::reduction);
}

std::pair<unsigned, unsigned> BlockOpInterface::getExtent(unsigned loop) {
  for (auto [number, operand] : llvm::enumerate(getOperandSpecs()))
    for (auto [dim, along] : llvm::enumerate(operand.dims))
      if (!operand.perBlock && along.loop == loop)
        return {number, dim};
  llvm_unreachable("every loop runs along the elements of an operand");
}

bool BlockOpInterface::hasBlocks() {
  return llvm::any_of(getOperandSpecs(), [](const OperandSpec &operand) {
    return operand.perBlock && !operand.packed;
  });
}

SmallVector<int64_t> BlockOpInterface::getLoopBlocks() {
  SmallVector<int64_t> blocks(getNumLoops(), 1);
  SmallVector<OperandSpec> operands = getOperandSpecs();
  for (const OperandSpec &operand : llvm::reverse(operands))
    if (operand.perBlock && !operand.packed)
      for (BlockDim dim : operand.dims)
        blocks[dim.loop] = dim.block;
  return blocks;
}

SmallVector<int64_t> BlockOpInterface::getTileShape(unsigned operand,
                                                    ArrayRef<int64_t> tile) {
  SmallVector<int64_t> shape;
  SmallVector<OperandSpec> operands = getOperandSpecs();
  for (BlockDim dim : operands[operand].dims) {
    // As far inside a block as it can start.
    int64_t behind = 0;
    if (operands[operand].perBlock && !operands[operand].packed &&
        !getOrigin().empty())
      behind = dim.block -
               std::gcd<int64_t>(getDivisibility(getOrigin()[dim.loop]).factor,
                                 dim.block);
    shape.push_back(llvm::divideCeilSigned(behind + tile[dim.loop],
                                           dim.block * dim.multiple) *
                    dim.multiple);
  }
  return shape;
}

SmallVector<int64_t> BlockOpInterface::getBlockInTile() {
  SmallVector<int64_t> blocks = getLoopBlocks();
  auto extentOf = [&](unsigned loop) {
    auto [operand, dim] = getExtent(loop);
    return cast<ShapedType>(getOperation()->getOperand(operand).getType())
        .getDimSize(dim);
  };
  if (!hasBlocks())
    for (auto [loop, block] : llvm::enumerate(blocks))
      block = extentOf(loop);
  for (auto [number, operand] : llvm::enumerate(getOperandSpecs())) {
    if (!operand.perBlock || operand.packed ||
        isDpsInit(&getOperation()->getOpOperand(number)))
      continue;
    auto type = cast<ShapedType>(getOperation()->getOperand(number).getType());
    for (auto [dim, along] : llvm::enumerate(operand.dims))
      if (type.getDimSize(dim) == 1)
        blocks[along.loop] = extentOf(along.loop);
  }
  return blocks;
}

LogicalResult BlockOpInterface::requireTensors() {
  if (!hasPureTensorSemantics())
    return getOperation()->emitOpError(
        "is on memrefs; kernels are made of ops on tensors");
  if (isBatch(*this))
    return getOperation()->emitOpError(
        "is a batch; kernels are made of ops on matrices, run gq-expand first");
  return success();
}

bool mlir::gq::isBatch(BlockOpInterface op) {
  return llvm::any_of(op.getOperandSpecs(),
                      [](const OperandSpec &operand) { return operand.batch; });
}

bool mlir::gq::isEmptySum(BlockOpInterface op) {
  auto isEmpty = [&](unsigned loop) {
    auto [operand, dim] = op.getExtent(loop);
    return cast<ShapedType>(op->getOperand(operand).getType())
               .getDimSize(dim) == 0;
  };
  return op.readsInit() &&
         llvm::any_of(llvm::enumerate(op.getIteratorTypes()), [&](auto loop) {
           return loop.value() == utils::IteratorType::reduction &&
                  isEmpty(loop.index());
         });
}

FailureOr<BlockOpInterface> mlir::gq::findKernelOp(Region &region) {
  BlockOpInterface found;
  WalkResult result = region.walk([&](BlockOpInterface op) {
    if (op.getKernelWord().empty())
      return WalkResult::advance();
    if (!found || (!found.getStrategy() && op.getStrategy())) {
      found = op;
      return WalkResult::advance();
    }
    if (!op.getStrategy() || op.getStrategy() == found.getStrategy())
      return WalkResult::advance();
    op->emitOpError("has config ")
            .append(op.getStrategy(), ", expects ", found.getStrategy(),
                    ", as another op of the same kernel")
            .attachNote(found->getLoc())
        << "the other op";
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    return failure();
  return found;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

SmallVector<ShapeRule> BlockOpInterface::getShapeRules() {
  SmallVector<ShapeRule> equal, blocks;
  for (auto [number, operand] : llvm::enumerate(getOperandSpecs()))
    for (auto [dim, along] : llvm::enumerate(operand.dims)) {
      auto [other, otherDim] = getExtent(along.loop);
      if (other == number && otherDim == dim)
        continue;
      bool perBlock = operand.perBlock && !(operand.batch && dim == 0);
      (perBlock ? blocks : equal)
          .push_back({static_cast<unsigned>(number), static_cast<unsigned>(dim),
                      other, otherDim, along.loop, along.block, perBlock,
                      along.multiple});
    }
  equal.append(blocks);
  return equal;
}

std::string mlir::gq::describeOperand(OpOperand &operand) {
  unsigned number = operand.getOperandNumber();
  std::string text = "operand " + std::to_string(number);
  if (auto op = dyn_cast<BlockOpInterface>(operand.getOwner())) {
    SmallVector<OperandSpec> specs = op.getOperandSpecs();
    if (number < specs.size())
      text = ("operand " + specs[number].name).str();
  }
  auto arg = dyn_cast<BlockArgument>(operand.get());
  auto function =
      arg ? dyn_cast_or_null<FunctionOpInterface>(arg.getOwner()->getParentOp())
          : FunctionOpInterface();
  if (!function)
    return text;
  StringRef name = argumentName(function, arg.getArgNumber());
  text += " (argument " + std::to_string(arg.getArgNumber());
  return text + (name.empty() ? ")" : ", %" + name.str() + ")");
}

LogicalResult
mlir::gq::verifyShapes(BlockOpInterface op,
                       function_ref<int64_t(unsigned, unsigned)> sizeOf,
                       std::optional<ArrayRef<int64_t>> origin) {
  SmallVector<OperandSpec> operands = op.getOperandSpecs();
  ArrayRef<StringLiteral> names = op.getLoopNames();
  for (const ShapeRule &rule : op.getShapeRules()) {
    bool packed = operands[rule.operand].packed;
    bool hasOrigin = !op.getOrigin().empty() && !packed;
    int64_t found = sizeOf(rule.operand, rule.dim);
    int64_t size = sizeOf(rule.other, rule.otherDim);
    if (ShapedType::isDynamic(found) || ShapedType::isDynamic(size))
      continue;
    auto expects = [&]() -> InFlightDiagnostic {
      InFlightDiagnostic diag = op->emitOpError("expects dimension ");
      diag << rule.dim << " of operand " << operands[rule.operand].name
           << " to be ";
      return diag;
    };
    StringRef other = operands[rule.other].name;
    if (!rule.perBlock) {
      if (found == size)
        continue;
      InFlightDiagnostic diag = expects();
      diag << size << " (";
      if (!names.empty())
        diag << names[rule.loop] << ", ";
      diag << "as ";
      if (!names.empty() || rule.dim != rule.otherDim)
        diag << "dimension " << rule.otherDim << " of ";
      return diag << "operand " << other << "), got " << found;
    }
    // Unsigned: size + block may not fit in an int64_t.
    uint64_t count = found, extent = size, block = rule.block;
    uint64_t fewest = llvm::divideCeil(extent, block), most = fewest;
    std::optional<uint64_t> begin;
    if (hasOrigin && origin) {
      // A slice of the scales may have more than the tile needs.
      begin = static_cast<uint64_t>((*origin)[rule.loop]) % block;
      fewest = extent == 0 ? 0 : llvm::divideCeil(*begin + extent, block);
      most = UINT64_MAX;
    } else if (hasOrigin) {
      // The op may start inside a block, and reach the last one earlier.
      most = llvm::divideCeil(extent + block - 1, block);
    }
    fewest = llvm::alignTo(fewest, rule.multiple);
    if (!begin)
      most = llvm::alignTo(most, rule.multiple);
    if (count >= fewest && count <= most)
      continue;
    InFlightDiagnostic diag = expects();
    diag << (begin ? "at least " : "") << fewest;
    if (!begin && most != fewest)
      diag << " or " << most;
    diag << (packed ? " (one value per " : " (one scale per ") << block
         << " of the " << size << " elements of operand " << other;
    if (begin)
      diag << ", the first at " << *begin << " in its block";
    if (rule.multiple > 1)
      diag << ", padded to a multiple of " << rule.multiple;
    return diag << "), got " << found;
  }
  return success();
}

/// Tensor operands and results, or memref operands and no result; results have
/// the types of the inits (the interface verifier checks the latter).
static LogicalResult verifySemantics(BlockOpInterface op) {
  bool tensors = false, memrefs = false;
  for (Value operand : op->getOperands()) {
    tensors |= isa<TensorType>(operand.getType());
    memrefs |= isa<MemRefType>(operand.getType());
  }
  if (tensors && memrefs)
    return op->emitOpError("expects operands that are all tensors or all "
                           "memrefs, got both");
  unsigned expected = tensors ? op.getNumDpsInits() : 0;
  if (op->getNumResults() != expected)
    return op->emitOpError("expects ")
           << expected << " results, got " << op->getNumResults();
  return success();
}

static LogicalResult verifyBlocks(BlockOpInterface op) {
  for (const NamedBlock &block : op.getBlocks()) {
    if (block.sizes.size() != 2)
      return op->emitOpError("expects ")
             << block.name << " to have 2 sizes, got " << block.sizes.size();
    for (int64_t size : block.sizes)
      if (size <= 0)
        return op->emitOpError("expects ")
               << block.name << " of positive sizes, got [" << block.sizes[0]
               << ", " << block.sizes[1] << "]";
  }
  return success();
}

LogicalResult mlir::gq::detail::verifyBlockOp(Operation *operation) {
  auto op = cast<BlockOpInterface>(operation);
  if (failed(verifySemantics(op)) || failed(verifyBlocks(op)))
    return failure();
  auto type = [&](unsigned number) {
    return cast<ShapedType>(op->getOperand(number).getType());
  };
  for (auto [number, operand] : llvm::enumerate(op.getOperandSpecs()))
    if (type(number).getRank() != static_cast<int64_t>(operand.dims.size()))
      return op->emitOpError("expects operand ")
             << operand.name << " to have rank " << operand.dims.size()
             << ", got rank " << type(number).getRank();
  // Origin and config are those of each of a batch.
  unsigned loops = op.getNumLoops() - (isBatch(op) ? 1 : 0);
  if (size_t count = op.getOrigin().size(); count != 0 && count != loops)
    return op->emitOpError("expects an origin of ")
           << loops << " values, got " << count;
  if (StrategyAttrInterface config = op.getStrategy();
      config && config.getTile().size() != loops)
    return op->emitOpError("expects config to have a tile of ")
           << loops << " sizes, got " << config.getTile().size();
  return verifyShapes(op, [&](unsigned operand, unsigned dim) {
    return type(operand).getDimSize(dim);
  });
}

//===----------------------------------------------------------------------===//
// Effects and results
//===----------------------------------------------------------------------===//

/// On memrefs inputs are read and inits written; what adds to its init reads it
/// too.
void mlir::gq::detail::getEffects(
    BlockOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool init = op.isDpsInit(&operand);
    if (!init || op.readsInit())
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (init)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

LogicalResult
mlir::gq::detail::reifyShapes(BlockOpInterface op, OpBuilder &b,
                              ReifiedRankedShapedTypeDims &shapes) {
  SmallVector<OperandSpec> operands = op.getOperandSpecs();
  for (OpOperand &init : op.getDpsInitsMutable()) {
    SmallVector<OpFoldResult> &shape = shapes.emplace_back();
    for (BlockDim dim : operands[init.getOperandNumber()].dims) {
      auto [source, sourceDim] = op.getExtent(dim.loop);
      shape.push_back(affine::makeComposedFoldedAffineApply(
          b, op.getLoc(),
          b.getAffineDimExpr(0).ceilDiv(dim.block * dim.multiple) *
              dim.multiple,
          {tensor::getMixedSize(b, op.getLoc(), op->getOperand(source),
                                sourceDim)}));
    }
  }
  return success();
}
