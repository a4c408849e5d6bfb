//===- GQGPUVerifyParts.cpp - tiles that thread blocks share --------------===//
//
// Verifiers of loops that cut their tiles, and of the ops by which thread
// blocks of a grid add up what they have computed of one. That a part is there
// before it is said to be, and awaited before it is read, is a matter of other
// ops, and checked by gq-verify-protocol and the simulator.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// What a math role of one group puts into a slot for another one.
static LogicalResult verifyPut(Operation *op, Type value, RingType ring,
                               uint64_t number) {
  constexpr int64_t kVector = 4;
  FailureOr<TileType> tile = ringTile(op, ring, static_cast<int64_t>(number));
  if (failed(tile) || failed(verifyConsumes(op)))
    return failure();
  ArrayRef<int64_t> shape;
  Type element;
  if (auto fragment = dyn_cast<FragmentType>(value)) {
    shape = fragment.getShape();
    element = fragment.getElementType();
    if (!fragment.isSpread() || !fragment.getBlock().empty() ||
        fragment.getNumValues() % kVector != 0)
      return op->emitOpError("expects a value with each element in one thread, "
                             "a multiple of ")
             << kVector << " in each, got " << value;
    if (RoleOp role = roleOf(op);
        op->getParentOfType<KernelOp>() && (!role || role.getGroups() != 1))
      return op->emitOpError("expects to be in a math role of one group");
  } else {
    shape = cast<RankedTensorType>(value).getShape();
    element = cast<RankedTensorType>(value).getElementType();
  }
  if (isSum(element) && tile->getElementType() == element &&
      tile->getShape() == shape && !tile->getSwizzle() && !tile->getPermuted())
    return success();
  return op->emitOpError("expects a value of f32 or i32 and a tile of its type "
                         "and shape, in order, got ")
         << value << " and " << *tile;
}

LogicalResult PutOp::verify() {
  return verifyPut(*this, getValue().getType(), getRing().getType(), getTile());
}

LogicalResult AddPutOp::verify() {
  return verifyPut(*this, getValue().getType(), getRing().getType(), getTile());
}

/// The ranges of the grid's thread blocks, counted in 32 bits.
LogicalResult mlir::gqgpu::verifyCut(TileLoopOp loop) {
  if (loop.getDepth().has_value() != loop.getRanges().has_value())
    return loop.emitOpError("expects depth and ranges together, got one");
  if (!loop.isCut())
    return success();
  auto depth = static_cast<int64_t>(*loop.getDepth()),
       ranges = static_cast<int64_t>(*loop.getRanges());
  if (depth < 2)
    return loop.emitOpError("cuts tiles, expects at least 2 steps of one, got ")
           << depth;
  if (ranges < 1)
    return loop.emitOpError("cuts tiles, expects at least 1 range, got ")
           << ranges;
  // The last wave, and a whole one.
  int64_t steps;
  if (!llvm::isInt<32>(depth) || llvm::MulOverflow(2 * depth, ranges, steps) ||
      !llvm::isInt<32>(steps))
    return loop.emitOpError("cuts tiles of ")
           << depth << " steps among " << ranges
           << " thread blocks, expects two waves of at most "
           << std::numeric_limits<int32_t>::max() << " steps";
  if (!loop.getPersistent())
    return loop.emitOpError("cuts tiles, expects to be persistent: all thread "
                            "blocks have a place on the GPU");
  if (loop.getTurns() != 1)
    return loop.emitOpError("cuts tiles, expects to take no turns, got ")
           << loop.getTurns();
  auto kernel = loop->getParentOfType<KernelOp>();
  if (int64_t cluster = kernel ? kernel.getCluster().value_or(1) : 1;
      cluster > 1)
    return loop.emitOpError("cuts tiles, expects a kernel without clusters, "
                            "got one of ")
           << cluster << " thread blocks";
  return success();
}

LogicalResult mlir::gqgpu::verifyCutArguments(TileLoopOp loop) {
  auto isIndex = [&](TileLoopOp::CutArg arg) {
    return loop.getCutArg(arg).getType().isIndex();
  };
  if (!loop.isCut() ||
      (llvm::all_of(ArrayRef({TileLoopOp::First, TileLoopOp::Last,
                              TileLoopOp::Range, TileLoopOp::End}),
                    isIndex) &&
       loop.getCutArg(TileLoopOp::Owns).getType().isInteger(1)))
    return success();
  return loop.emitOpError("cuts tiles, expects four more body arguments of "
                          "index type and one of i1");
}

/// The loop over tiles around `op`, which must cut them; null outside of
/// kernels, and where gq-expand-tile-loops has taken it apart.
static FailureOr<TileLoopOp> cutLoopOf(Operation *op) {
  auto loop = op->getParentOfType<TileLoopOp>();
  auto kernel = op->getParentOfType<KernelOp>();
  if (loop ? loop.isCut() : !kernel || kernel.getGrid())
    return loop;
  return op->emitOpError("expects a tile loop around it that cuts tiles, got ")
             << (loop ? "one that does not" : "none"),
         failure();
}

/// A row for each range that the loop may have.
static LogicalResult verifyParts(Operation *op, MemRefType parts,
                                 TileLoopOp loop) {
  if (!parts.hasStaticShape())
    return op->emitOpError("expects operand parts of static sizes, got ")
           << parts;
  auto ranges = static_cast<int64_t>(loop ? *loop.getRanges() : 0);
  if (!loop || parts.getDimSize(0) == ranges)
    return success();
  return op->emitOpError("expects operand parts with a row for each of ")
         << ranges << " ranges, got " << parts;
}

/// Four flags for each math group of each range, or more.
static LogicalResult verifyFlags(Operation *op, MemRefType flags,
                                 TileLoopOp loop) {
  if (!flags.hasStaticShape())
    return op->emitOpError("expects operand flags of static sizes, got ")
           << flags;
  RoleOp role = roleOf(op);
  int64_t groups = role ? static_cast<int64_t>(role.getGroups()) : 1;
  auto ranges = static_cast<int64_t>(loop ? *loop.getRanges() : 1);
  int64_t count = flags.getNumElements(), least = ranges * groups * kGroupWarps;
  if (count >= least && flags.getDimSize(0) == 1)
    return success();
  return op->emitOpError("expects operand flags of one row with at least ")
         << kGroupWarps << " for each math group of each of " << ranges
         << " ranges, got " << flags;
}

static LogicalResult verifyIndex(Operation *op, StringRef name, Value index,
                                 int64_t step, int64_t end) {
  std::optional<int64_t> at = getConstantIntValue(index);
  if (!at || (*at >= 0 && *at % step == 0 && *at <= end - step))
    return success();
  return op->emitOpError("expects operand ")
         << name << " to be a multiple of " << step << " below " << end
         << ", got " << *at;
}

/// Values that threads have as vectors of four.
static LogicalResult verifyValue(Operation *op, FragmentType value) {
  constexpr int64_t kVector = 4;
  if (!isSum(value.getElementType()) || !value.isSpread() ||
      !value.getBlock().empty() || value.getNumValues() % kVector != 0)
    return op->emitOpError("expects an f32 or i32 operand with each element in "
                           "one thread, a "
                           "multiple of ")
           << kVector << " of them in each, and without a block, got " << value;
  if (int64_t threads = value.getLayout().getNumThreads();
      threads != kGroupWarps * kWarpThreads)
    return op->emitOpError("expects a fragment of the ")
           << kGroupWarps * kWarpThreads << " threads of a math group, got "
           << value;
  return success();
}

static int64_t elementsOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return fragment.getShape()[0] * fragment.getShape()[1];
  return cast<RankedTensorType>(type).getNumElements();
}

static Type elementOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return fragment.getElementType();
  return cast<RankedTensorType>(type).getElementType();
}

LogicalResult CombinePartsOp::inferReturnTypes(
    MLIRContext *, std::optional<Location>, ValueRange operands, DictionaryAttr,
    OpaqueProperties, RegionRange, SmallVectorImpl<Type> &types) {
  constexpr unsigned kFirstValue = 5;
  llvm::append_range(
      types, operands.drop_front(std::min<size_t>(kFirstValue, operands.size()))
                 .getTypes());
  return success();
}

LogicalResult CombinePartsOp::verify() {
  FailureOr<TileLoopOp> loop = cutLoopOf(*this);
  if (failed(loop) || failed(verifyConsumes(*this)) ||
      failed(verifyParts(*this, getParts().getType(), *loop)) ||
      failed(verifyFlags(*this, getFlags().getType(), *loop)))
    return failure();
  if (getValues().empty())
    return emitOpError("expects a tile or fragments, got none");
  int64_t elements = 0;
  for (Value value : getValues()) {
    if (value.getType() != getValues().front().getType())
      return emitOpError("expects values of one type, got ")
             << getValues().front().getType() << " and " << value.getType();
    if (auto fragment = dyn_cast<FragmentType>(value.getType())) {
      if (failed(verifyValue(*this, fragment)))
        return failure();
    } else if (!isSum(elementOf(value.getType()))) {
      return emitOpError("expects f32 or i32 values, got ") << value.getType();
    }
    if (elementOf(value.getType()) != getParts().getType().getElementType())
      return emitOpError("expects operand parts of the element type of the "
                         "values, ")
             << value.getType() << ", got " << getParts().getType();
    elements += elementsOf(value.getType());
  }
  if (RoleOp role = roleOf(*this);
      role && isa<FragmentType>(getValues().front().getType()))
    elements *= static_cast<int64_t>(role.getGroups());
  if (int64_t row = getParts().getType().getDimSize(1); row != elements)
    return emitOpError("expects rows of ")
           << elements << " elements, those of the tile, in operand parts, got "
           << row;
  if (!*loop)
    return success();
  TileLoopOp tiles = *loop;
  if (getRange() == tiles.getCutArg(TileLoopOp::Range) &&
      getEnd() == tiles.getCutArg(TileLoopOp::End) &&
      getOwns() == tiles.getCutArg(TileLoopOp::Owns))
    return success();
  InFlightDiagnostic error = emitOpError(
      "expects the range, the end and the owner that its tile loop says");
  error.attachNote(tiles.getLoc()) << "the tile loop";
  return error;
}

/// In a math role: the group of the same number reads what one has stored.
static LogicalResult verifyInRole(Operation *op) {
  if (!op->getParentOfType<KernelOp>() || roleOf(op))
    return verifyConsumes(op);
  return op->emitOpError("expects to be in a math role, whose groups are the "
                         "same in all thread blocks");
}

template <typename OpTy> static LogicalResult verifyAccess(OpTy op) {
  FailureOr<TileLoopOp> loop = cutLoopOf(op);
  if (failed(loop) || failed(verifyInRole(op)) ||
      failed(verifyParts(op, op.getParts().getType(), *loop)) ||
      failed(verifyValue(op, op.getValue().getType())) ||
      failed(verifyElementTypes(
          op, "operand value", op.getValue().getType().getElementType(),
          "operand parts", op.getParts().getType().getElementType())))
    return failure();
  return verifyIndex(op, "at", op.getAt(), elementsOf(op.getValue().getType()),
                     op.getParts().getType().getDimSize(1));
}

LogicalResult StorePartOp::verify() { return verifyAccess(*this); }
LogicalResult AddPartOp::verify() { return verifyAccess(*this); }

template <typename OpTy> static LogicalResult verifyFlag(OpTy op) {
  FailureOr<TileLoopOp> loop = cutLoopOf(op);
  if (failed(loop) || failed(verifyInRole(op)) ||
      failed(verifyFlags(op, op.getFlags().getType(), *loop)))
    return failure();
  return verifyIndex(op, "at", op.getAt(), kGroupWarps,
                     op.getFlags().getType().getDimSize(1));
}

LogicalResult PublishPartOp::verify() { return verifyFlag(*this); }
LogicalResult AwaitPartOp::verify() { return verifyFlag(*this); }
