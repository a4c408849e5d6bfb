//===- GQGPUVerifyPeers.cpp - sums and maxima over a cluster --------------===//
//
// Verifiers of the ops by which thread blocks of a cluster add up their parts
// of a sum, or find a maximum. That each step comes after the one before it is
// a matter of other ops, and checked by gq-verify-protocol and the simulator.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Of a kernel whose thread blocks have tiles of their own.
static LogicalResult verifyPeers(Operation *op) {
  auto kernel = op->getParentOfType<KernelOp>();
  if (!kernel || kernel.getPeers() > 1)
    return success();
  return op->emitOpError("expects a kernel with cluster_tiles for several "
                         "thread blocks, got none");
}

/// As many columns as each of the thread blocks has.
static LogicalResult verifyShare(Operation *op, ArrayRef<int64_t> part,
                                 ArrayRef<int64_t> own) {
  auto kernel = op->getParentOfType<KernelOp>();
  if (!kernel || part[1] == own[1] * kernel.getPeers() || part[1] == own[1])
    return success();
  return op->emitOpError("expects ")
         << own[1] * kernel.getPeers() << " columns of a part, the " << own[1]
         << " of operand init for each of " << kernel.getPeers()
         << " thread blocks, got " << part[1];
}

static ArrayRef<int64_t> shapeOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return fragment.getShape();
  return cast<RankedTensorType>(type).getShape();
}

static Type elementOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return fragment.getElementType();
  return cast<RankedTensorType>(type).getElementType();
}

LogicalResult SumOverPeersOp::verify() {
  Type part = getPart().getType(), init = getInit().getType();
  if (isa<FragmentType>(part) != isa<FragmentType>(init))
    return emitOpError("expects both operands to be tiles or fragments, got ")
           << part << " and " << init;
  if (!isSum(elementOf(part)) || elementOf(part) != elementOf(init))
    return emitOpError("expects operands of f32, or both of i32, got ")
           << part << " and " << init;
  if (shapeOf(part).size() != 2 || shapeOf(init).size() != 2 ||
      shapeOf(part)[0] != shapeOf(init)[0])
    return emitOpError("expects operands of rank 2 with as many rows, got ")
           << part << " and " << init;
  if (auto fragment = dyn_cast<FragmentType>(part);
      fragment &&
      (fragment.getLayout() != cast<FragmentType>(init).getLayout() ||
       !fragment.isSpread()))
    return emitOpError("expects operands of one layout, with each element in "
                       "one thread, got ")
           << part << " and " << init;
  if (failed(verifyPeers(*this)) ||
      failed(verifyShare(*this, shapeOf(part), shapeOf(init))))
    return failure();
  return verifyConsumes(*this);
}

/// What every thread of a math group has of blocks of columns.
static LogicalResult verifyMaxima(Operation *op, FragmentType type) {
  if (isa<MmaLayoutAttr>(type.getLayout()) && type.getShape()[0] == 1 &&
      !type.getBlock().empty() && type.getElementType().isF32())
    return success();
  return op->emitOpError("expects values of f32 for blocks of columns of an "
                         "accumulator, got ")
         << type;
}

LogicalResult MaxOverPeersOp::verify() {
  Type type = getValue().getType();
  if (auto fragment = dyn_cast<FragmentType>(type)) {
    if (failed(verifyMaxima(*this, fragment)))
      return failure();
  } else if (shapeOf(type).size() != 2 || !elementOf(type).isF32()) {
    return emitOpError("expects values of rank 2 and f32, got ") << type;
  }
  if (failed(verifyPeers(*this)))
    return failure();
  return verifyConsumes(*this);
}

//===----------------------------------------------------------------------===//
// Inboxes
//===----------------------------------------------------------------------===//

int64_t InboxType::getNumBytes() const {
  int64_t bytes = 0;
  for (TileType tile : getTiles())
    bytes += tile.getNumBytes();
  return bytes;
}

LogicalResult InboxType::verify(function_ref<InFlightDiagnostic()> emitError,
                                ArrayRef<TileType> tiles) {
  int64_t bytes = 0;
  for (TileType tile : tiles) {
    if (tile.getShape().size() != 2 || !isSum(tile.getElementType()) ||
        tile.getSwizzle() || tile.getBand() || tile.getPermuted())
      return emitError() << "expects tiles of rank 2 and f32 or i32, in order, "
                            "in an inbox, got "
                         << tile;
    // What an mbarrier counts.
    bytes = std::min(bytes + tile.getNumBytes(), kBarrierMax + 1);
  }
  if (bytes > kBarrierMax)
    return emitError() << "expects an inbox of at most " << kBarrierMax
                       << " bytes, got more";
  return success();
}

LogicalResult ArriveClusterOp::verify() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  if (!kernel)
    return success();
  if (failed(verifyPeers(*this)) || failed(verifyWholeBlock(*this)))
    return failure();
  // The hardware has one barrier of the cluster.
  Operation *other = nullptr;
  kernel.walk([&](Operation *op) {
    auto barrier = dyn_cast<BarrierOp>(op);
    if (op != *this && (isa<ArriveClusterOp>(op) ||
                        (barrier && barrier.getScope() == Scope::Cluster)))
      other = op;
  });
  if (!other)
    return success();
  InFlightDiagnostic error =
      emitOpError("expects to be the only barrier of the cluster in a kernel");
  error.attachNote(other->getLoc()) << "another one";
  return error;
}

LogicalResult AwaitClusterOp::verify() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  if (!kernel)
    return success();
  if (failed(verifyPeers(*this)))
    return failure();
  RoleOp role = roleOf(*this);
  if (!role || (*this)->getParentOp() != role)
    return emitOpError("expects to be in a math role and in nothing there");
  return verifyConsumes(*this);
}

LogicalResult InboxCreateOp::verify() {
  if (failed(verifyPeers(*this)))
    return failure();
  auto kernel = (*this)->getParentOfType<KernelOp>();
  int64_t peers = kernel ? kernel.getPeers() : 1;
  int64_t arrivals = static_cast<int64_t>(getArrivals());
  if (arrivals < 1 || arrivals > kBarrierMax / peers)
    return emitOpError("expects from 1 to ")
           << kBarrierMax / peers << " arrivals of each thread block, got "
           << arrivals;
  if (int64_t bytes = getInbox().getType().getNumBytes(); bytes % arrivals != 0)
    return emitOpError("expects bytes that are a multiple of the ")
           << arrivals << " arrivals, each of which expects as many, got "
           << bytes;
  return verifyWholeBlock(*this);
}

/// In the role whose inbox it is.
static LogicalResult verifyOwner(Operation *op, Value inbox) {
  if (!op->getParentOfType<KernelOp>())
    return success();
  if (failed(verifyPeers(op)))
    return failure();
  RoleOp role = roleOf(op);
  if (!role)
    return op->emitOpError("is outside of roles, expects to be in a math role, "
                           "whose threads are the same in all thread blocks");
  if (failed(verifyConsumes(op)))
    return failure();
  auto create = inbox.getDefiningOp<InboxCreateOp>();
  if (create && create.getRole() != role.getName())
    return op->emitOpError("expects an inbox of role ")
           << role.getName() << ", got one of " << create.getRole();
  return success();
}

LogicalResult OfferOp::verify() { return verifyOwner(*this, getInbox()); }
LogicalResult AwaitOffersOp::verify() { return verifyOwner(*this, getInbox()); }
LogicalResult AwaitPushesOp::verify() { return verifyOwner(*this, getInbox()); }

/// A part, and the tile that holds those of the others: elements of all groups
/// of the role, columns of all thread blocks but one.
static LogicalResult verifyPart(Operation *op, FragmentType part, Value inbox,
                                uint64_t number) {
  constexpr int64_t kVector = 4;
  ArrayRef<TileType> tiles = cast<InboxType>(inbox.getType()).getTiles();
  if (number >= tiles.size())
    return op->emitOpError("names tile ")
           << number << " of an inbox of " << tiles.size() << " tiles";
  if (!isSum(part.getElementType()) || !part.isSpread() ||
      !part.getBlock().empty())
    return op->emitOpError("expects an f32 or i32 part with each element in "
                           "one thread and without a block, got ")
           << part;
  if (tiles[number].getElementType() != part.getElementType())
    return op->emitOpError("expects a tile of element type ")
           << part.getElementType() << ", as the part, got " << tiles[number];
  if (failed(verifyOwner(op, inbox)))
    return failure();
  auto kernel = op->getParentOfType<KernelOp>();
  if (!kernel)
    return success();
  int64_t peers = kernel.getPeers(), columns = part.getShape()[1];
  auto create = inbox.getDefiningOp<InboxCreateOp>();
  int64_t sharers = create && create.getToFirst() ? 1 : peers;
  if (columns % sharers != 0 || part.getNumValues() % (kVector * sharers) != 0)
    return op->emitOpError(
               "expects a part of which threads hold a multiple of ")
           << kVector << " values for each of " << sharers
           << (sharers == 1 ? " thread block" : " thread blocks") << ", got "
           << part.getNumValues() << " of " << part;
  auto groups = static_cast<int64_t>(roleOf(op).getGroups());
  SmallVector<int64_t> shape{part.getShape()[0] * groups,
                             columns / sharers * (peers - 1)};
  if (tiles[number].getShape() == ArrayRef<int64_t>(shape))
    return success();
  return op->emitOpError("expects a tile of ")
         << shape[0] << "x" << shape[1] << ", rows of " << groups
         << (groups == 1 ? " group" : " groups") << " and columns of "
         << peers - 1 << (peers == 2 ? " thread block" : " thread blocks")
         << ", got " << tiles[number];
}

LogicalResult PushOp::verify() {
  return verifyPart(*this, getPart().getType(), getInbox(), getTile());
}

LogicalResult SumPushedOp::verify() {
  FragmentType part = getPart().getType(), init = getInit().getType();
  if (failed(verifyPart(*this, part, getInbox(), getTile())))
    return failure();
  if (init.getElementType() != part.getElementType() ||
      part.getLayout() != init.getLayout() || !init.getBlock().empty() ||
      part.getShape()[0] != init.getShape()[0])
    return emitOpError("expects an operand init with the element type, the "
                       "rows and the layout of the part, got ")
           << init << " for " << part;
  auto create = getInbox().getDefiningOp<InboxCreateOp>();
  if (create && create.getToFirst() && part.getShape()[1] != init.getShape()[1])
    return emitOpError("expects an operand init with the columns of the part, "
                       "all of which thread block 0 has, got ")
           << init << " for " << part;
  if (create && !create.getToFirst() && part.getShape() == init.getShape())
    return emitOpError(
        "expects an inbox to_first, whose thread block 0 has all "
        "columns, got one of all");
  return verifyShare(*this, part.getShape(), init.getShape());
}

/// Values of a warp, and the tile where those of the other thread blocks come.
static LogicalResult verifyMaximaIn(Operation *op, FragmentType values,
                                    Value inbox, uint64_t number) {
  ArrayRef<TileType> tiles = cast<InboxType>(inbox.getType()).getTiles();
  if (number >= tiles.size())
    return op->emitOpError("names tile ")
           << number << " of an inbox of " << tiles.size() << " tiles";
  if (failed(verifyMaxima(op, values)) || failed(verifyOwner(op, inbox)))
    return failure();
  if (auto create = inbox.getDefiningOp<InboxCreateOp>();
      create && create.getToFirst())
    return op->emitOpError("expects an inbox in all thread blocks, got one "
                           "to_first");
  auto kernel = op->getParentOfType<KernelOp>();
  if (!kernel)
    return success();
  int64_t others = kernel.getPeers() - 1, warps = roleOf(op).getArrivals();
  SmallVector<int64_t> shape{warps, values.getNumValues() * others};
  if (tiles[number].getShape() == ArrayRef<int64_t>(shape) &&
      tiles[number].getElementType().isF32())
    return success();
  return op->emitOpError("expects a tile of ")
         << shape[0] << "x" << shape[1] << " f32, for each warp the "
         << values.getNumValues()
         << (values.getNumValues() == 1 ? " value of " : " values of ")
         << others << (others == 1 ? " thread block" : " thread blocks")
         << ", got " << tiles[number];
}

LogicalResult PushMaximaOp::verify() {
  return verifyMaximaIn(*this, getValue().getType(), getInbox(), getTile());
}

LogicalResult MaxPushedOp::verify() {
  return verifyMaximaIn(*this, getValue().getType(), getInbox(), getTile());
}
