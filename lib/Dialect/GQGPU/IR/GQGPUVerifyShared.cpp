//===- GQGPUVerifyShared.cpp - shared memory and reductions ---------------===//
//
// Verifiers of the ops that exchange values between threads, and what each does
// in shared memory. When it does so is a matter of other ops, and checked by
// gq-verify-protocol and the simulator.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

#include "gq/Dialect/GQGPU/IR/GQGPUOpInterfaces.cpp.inc"

static FragmentType fragment(Value value) {
  return cast<FragmentType>(value.getType());
}

LogicalResult SharedAllocOp::verify() {
  if (getBuffer().getType().getPermuted() == 0)
    return success();
  return emitOpError("expects a tile whose rows are not permuted, which only "
                     "rings have, got ")
         << getBuffer().getType();
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

LogicalResult BarrierOp::verify() {
  return getScope() == Scope::Warp ? success() : verifyWholeBlock(*this);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

LogicalResult PartialType::verify(function_ref<InFlightDiagnostic()> emitError,
                                  FragmentType fragment, int64_t lanes) {
  if (fragment.getBlock().empty() ||
      (!fragment.getElementType().isF32() &&
       !fragment.getElementType().isSignlessInteger(32)))
    return emitError() << "expects partial values of an f32 or i32 fragment "
                          "with a block, got "
                       << fragment;
  if (!fragment.isSpread())
    return emitError() << "expects partial values of a fragment that has each "
                          "element in one thread, got "
                       << fragment;
  if (lanes < 1 || lanes > 32 || !llvm::isPowerOf2_64(lanes))
    return emitError() << "expects 1, 2, 4, 8, 16 or 32 lanes, got " << lanes;
  if (!BlockSharing(fragment).lanesShareBlock(lanes))
    return emitError() << "expects groups of lanes that lie in one block, "
                          "which "
                       << lanes << " lanes do not in " << fragment;
  return success();
}

/// Magnitudes are f32.
static LogicalResult verifyMaxima(Operation *op, PartialType partial) {
  if (partial.getFragment().getElementType().isF32())
    return success();
  return op->emitOpError("expects maxima of f32, got ") << partial;
}

LogicalResult ThreadAbsmaxOp::verify() {
  FragmentType from = fragment(getValue());
  PartialType to = getResult().getType();
  if (!isWideFloat(from))
    return emitOpError("expects an f32, bf16 or f16 operand without a block, "
                       "got ")
           << from;
  if (to.getFragment().getShape() != from.getShape() ||
      to.getFragment().getLayout() != from.getLayout())
    return emitOpError("expects a result of the operand's shape and layout, "
                       "got ")
           << to;
  if (to.getLanes() != 1)
    return emitOpError("expects a result over 1 lane, got ") << to.getLanes();
  if (std::optional<Type> rounded = getRounded()) {
    if (!isa<BFloat16Type, Float16Type>(*rounded))
      return emitOpError("expects values rounded to bf16 or f16, got ")
             << *rounded;
    if (!from.getElementType().isF32())
      return emitOpError("expects values of f32 to round, got ") << from;
  }
  return verifyMaxima(*this, to);
}

LogicalResult PartialMaxOp::verify() {
  if (getValues().empty())
    return emitOpError("expects at least 1 operand, got none");
  for (Type type : getValues().getTypes())
    if (type != getResult().getType())
      return emitOpError("expects operands and a result of one type, got ")
             << type << " and " << getResult().getType();
  if (!(getFloor().isFinite() && getFloor().convertToFloat() >= 0.0f))
    return emitOpError("expects a floor that is finite and not negative, got ")
           << getFloorAttr();
  return verifyMaxima(*this, getResult().getType());
}

LogicalResult LaneMaxOp::verify() {
  PartialType from = getValue().getType(), to = getResult().getType();
  if (from.getFragment() != to.getFragment())
    return emitOpError("expects a result of the operand's fragment, got ")
           << to;
  if (to.getLanes() <= from.getLanes())
    return emitOpError("expects a result over more lanes than the operand's ")
           << from.getLanes() << ", got " << to.getLanes();
  if (getBy() == LaneReduction::Redux && to.getLanes() != 32)
    return emitOpError("expects a result over the 32 lanes of a warp by redux, "
                       "got ")
           << to.getLanes();
  return verifyMaxima(*this, to);
}

LogicalResult WholeBlocksOp::verify() {
  PartialType from = getValue().getType();
  if (getResult().getType() != from.getFragment())
    return emitOpError("expects a result of type ")
           << from.getFragment() << ", got " << getResult().getType();
  BlockSharing sharing(from.getFragment());
  if (sharing.cluster != 1)
    return emitOpError("expects a layout of 1 thread block, got a cluster of ")
           << sharing.cluster;
  if (sharing.getThreadsOfBlock() != from.getLanes())
    return emitOpError("expects maxima over all ")
           << sharing.getThreadsOfBlock()
           << " threads that share a block, got some over " << from.getLanes()
           << " lanes";
  return success();
}

/// One word for each block.
static LogicalResult verifyWords(Operation *op, TileType words,
                                 FragmentType blocks) {
  BlockSharing sharing(blocks);
  if (words.getShape() ==
          ArrayRef<int64_t>{sharing.gridRows, sharing.gridColumns} &&
      words.getElementType().isF32() && !words.getSwizzle())
    return success();
  return op->emitOpError("expects words of ")
         << sharing.gridRows << "x" << sharing.gridColumns
         << "xf32, one for each block, got " << words;
}

LogicalResult AtomicMaxOp::verify() {
  FragmentType blocks = getValue().getType().getFragment();
  int64_t cluster = blocks.getLayout().getCluster();
  Scope scope = cluster > 1 ? Scope::Cluster : Scope::Block;
  if (getScope() != scope)
    return emitOpError("expects scope ")
           << stringifyScope(scope) << " for a layout of " << cluster
           << " thread blocks, got " << stringifyScope(getScope());
  if (failed(verifyWords(*this, getWords().getType(), blocks)))
    return failure();
  return verifyWholeBlock(*this);
}

SharedAccess AtomicMaxOp::getSharedAccess() {
  return {getWords(), AccessKind::Accumulate,
          getScope() == Scope::Cluster ? Reach::Cluster : Reach::Block};
}

LogicalResult ReadBlocksOp::verify() {
  FragmentType blocks = getResult().getType();
  if (blocks.getBlock().empty() || !blocks.getElementType().isF32())
    return emitOpError("expects an f32 result with a block, got ") << blocks;
  if (failed(verifyWords(*this, getWords().getType(), blocks)))
    return failure();
  return verifyWholeBlock(*this);
}

SharedAccess ReadBlocksOp::getSharedAccess() {
  return {getWords(), AccessKind::Read, Reach::Block};
}

LogicalResult ClearOp::verify() {
  TileType type = getBuffer().getType();
  if (type.getElementType().getIntOrFloatBitWidth() != 32)
    return emitOpError("expects a buffer of 4-byte elements, got ") << type;
  return verifyWholeBlock(*this);
}

SharedAccess ClearOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Clear, Reach::Block};
}

//===----------------------------------------------------------------------===//
// Parking
//===----------------------------------------------------------------------===//

LogicalResult ParkOp::verify() {
  FragmentType type = fragment(getValue());
  if (getResult().getType().getFragment() != type)
    return emitOpError("expects a result of the operand's type ")
           << type << ", got " << getResult().getType();
  if (!type.isSpread() || !type.getBlock().empty() ||
      type.getElementType().getIntOrFloatBitWidth() < 16)
    return emitOpError("expects an operand of 2- or 4-byte elements, each in "
                       "one thread and without a block, got ")
           << type;
  TileType buffer = getBuffer().getType();
  SmallVector<int64_t> shape(type.getShape());
  shape[0] /= type.getLayout().getCluster();
  if (buffer.getShape() != ArrayRef<int64_t>(shape) ||
      buffer.getElementType() != type.getElementType() || buffer.getSwizzle())
    return emitOpError("expects a buffer of ")
           << shape[0] << "x" << shape[1] << "x" << type.getElementType()
           << ", the elements of one thread block, got " << buffer;
  return verifyWholeBlock(*this);
}

SharedAccess ParkOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Write, Reach::Thread};
}

LogicalResult UnparkOp::verify() {
  if (getResult().getType() != getParked().getType().getFragment())
    return emitOpError("expects a result of type ")
           << getParked().getType().getFragment() << ", got "
           << getResult().getType();
  return verifyWholeBlock(*this);
}

SharedAccess UnparkOp::getSharedAccess() {
  auto park = getParked().getDefiningOp<ParkOp>();
  return {park ? Value(park.getBuffer()) : Value(), AccessKind::Take,
          Reach::Thread, park};
}

//===----------------------------------------------------------------------===//
// Staging
//===----------------------------------------------------------------------===//

/// Rows of a box, which one warp stores: two matrices of `stmatrix`.
static constexpr int64_t kRowsPerWarp = 16;

static LogicalResult verifyProductStaging(Operation *op, TileType tile) {
  Type element = tile.getElementType();
  if (tile.getShape().size() == 3 && tile.getShape()[1] == kRowsPerWarp &&
      tile.getSwizzle() && isa<FloatType>(element) &&
      (element.getIntOrFloatBitWidth() == 16 ||
       element.getIntOrFloatBitWidth() == 32))
    return success();
  return op->emitOpError("expects a swizzled buffer of warps x ")
         << kRowsPerWarp << " x columns of 2- or 4-byte floats, got " << tile;
}

bool StageOp::isProduct() {
  return fragment(getValue()).getLayout().getMatrixRows() == kRowsPerWarp &&
         !getBuffer().getType().getBand();
}

LogicalResult StageOp::verify() {
  FragmentType type = fragment(getValue());
  TileType buffer = getBuffer().getType();
  if (failed(verifyElementTypes(*this, "a buffer", buffer.getElementType(),
                                "operand value", type.getElementType())))
    return failure();
  int64_t column = getColumn();
  if (getTransposed() && type.getBlock().empty())
    return emitOpError("expects a fragment with a block when transposed, got ")
           << type;
  if (isProduct()) {
    if (failed(verifyProductStaging(*this, buffer)) ||
        failed(verifyElementPositions(*this, "operand value", type)))
      return failure();
    if (column < 0 || column % 8 != 0 ||
        column + buffer.getShape()[2] > type.getShape()[1])
      return emitOpError("expects columns from a multiple of 8 within the "
                         "fragment's ")
             << type.getShape()[1] << ", got " << column << " to "
             << column + buffer.getShape()[2];
    return success();
  }
  LayoutInterface layout = type.getLayout();
  if (column != 0)
    return emitOpError("expects column 0 of what is no product, got ")
           << column;
  SmallVector<int64_t> shape(type.getShape());
  if (type.getBlock().empty()) {
    shape[0] /= layout.getCluster();
    if (type.getElementType().getIntOrFloatBitWidth() != 8 ||
        !buffer.getBand() || buffer.getShape() != ArrayRef<int64_t>(shape))
      return emitOpError("expects one-byte codes, and a buffer of ")
             << shape[0] << "x" << shape[1] << " with bands, got " << type
             << " and " << buffer;
    return verifyWholeBlock(*this);
  }
  if (layout.getCluster() != 1)
    return emitOpError("expects a layout of 1 thread block, got a cluster of ")
           << layout.getCluster();
  BlockSharing sharing(type);
  shape = {sharing.gridRows, sharing.gridColumns};
  if (getTransposed())
    std::swap(shape[0], shape[1]);
  if (buffer.getShape() != ArrayRef<int64_t>(shape) || buffer.getSwizzle() ||
      buffer.getBand())
    return emitOpError("expects a buffer of ")
           << shape[0] << "x" << shape[1] << ", one element for each block, "
           << "got " << buffer;
  return verifyWholeBlock(*this);
}

SharedAccess StageOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Write,
          isProduct() ? Reach::Warp : Reach::Block};
}

static LogicalResult verifyStoreFrom(Operation *op, TileType buffer,
                                     Type destType, size_t indices) {
  auto dest = cast<MemRefType>(destType);
  if (dest.getRank() != 2)
    return op->emitOpError("expects operand dest of rank 2, got rank ")
           << dest.getRank();
  if (failed(verifyIndices(op, "dest", dest, indices)))
    return failure();
  return verifyElementTypes(op, "a buffer", buffer.getElementType(),
                            "operand dest", dest.getElementType());
}

LogicalResult StoreSharedOp::verify() {
  TileType buffer = getBuffer().getType();
  if (failed(verifyStoreFrom(*this, buffer, getDest().getType(),
                             getIndices().size())))
    return failure();
  if (buffer.getShape().size() != 2 || buffer.getSwizzle())
    return emitOpError("expects a buffer of rank 2 without swizzle, got ")
           << buffer;
  if (failed(verifyAligned(*this)) || failed(verifyEnds(*this)))
    return failure();
  if (getTransposed() != (buffer.getBand() != 0))
    return emitOpError("expects ")
           << (getTransposed() ? "a buffer with bands when transposed"
                               : "transposed for a buffer with bands")
           << ", got " << buffer;
  return verifyWholeBlock(*this);
}

SharedAccess StoreSharedOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Read, Reach::Block};
}

LogicalResult TmaStoreOp::verify() {
  if (failed(verifyStoreFrom(*this, getBuffer().getType(), getDest().getType(),
                             getIndices().size())))
    return failure();
  return verifyProductStaging(*this, getBuffer().getType());
}

SharedAccess TmaStoreOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Copy, Reach::Warp};
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

/// What lies in the shared memory of `kernel` has a place of its own there.
LogicalResult KernelOp::verifyRegions() {
  if (failed(verifyDependency(*this)) || failed(verifyPitched(*this)))
    return failure();
  std::optional<uint64_t> total = getSharedMemory();
  if (!total)
    return success();
  struct Place {
    int64_t begin, end;
    Operation *op;
  };
  SmallVector<Place> places;
  WalkResult result = walk([&](Operation *op) {
    std::optional<SharedExtent> extent = SharedExtent::get(op);
    if (!extent)
      return WalkResult::advance();
    std::optional<int64_t> offset = extent->offset;
    if (!offset) {
      op->emitOpError("has no offset, in a kernel that says how much shared "
                      "memory it has");
      return WalkResult::interrupt();
    }
    if (*offset < 0 || *offset % extent->alignment != 0) {
      op->emitOpError("expects an offset that is a multiple of ")
          << extent->alignment << ", got " << *offset;
      return WalkResult::interrupt();
    }
    int64_t end = extent->endAt(*offset);
    if (end > static_cast<int64_t>(*total)) {
      op->emitOpError("ends at byte ")
          << end << " of the kernel's " << *total << " bytes of shared memory";
      return WalkResult::interrupt();
    }
    for (const Place &other : places)
      if (*offset < other.end && other.begin < end) {
        InFlightDiagnostic error = op->emitOpError("has bytes ")
                                   << *offset << " to " << end
                                   << " of shared memory, some of which are "
                                      "taken";
        error.attachNote(other.op->getLoc())
            << "by what has bytes " << other.begin << " to " << other.end;
        return WalkResult::interrupt();
      }
    places.push_back({*offset, end, op});
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
