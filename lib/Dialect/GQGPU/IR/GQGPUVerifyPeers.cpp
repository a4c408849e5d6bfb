//===- GQGPUVerifyPeers.cpp - sums over a cluster -------------------------===//
//
// Verifiers of the ops by which thread blocks of a cluster add up their parts
// of a sum. That they come to a meeting between writing and reading is a matter
// of other ops, and checked by gq-verify-protocol and the simulator.
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
  if (!kernel || part[1] == own[1] * kernel.getPeers())
    return success();
  return op->emitOpError("expects ")
         << own[1] * kernel.getPeers() << " columns of a part, the " << own[1]
         << " of operand init for each of " << kernel.getPeers()
         << " thread blocks, got " << part[1];
}

/// Of an index that the text says.
static LogicalResult verifyColumn(Operation *op, Value column, int64_t columns,
                                  int64_t all) {
  std::optional<int64_t> at = getConstantIntValue(column);
  if (!at || (*at >= 0 && *at % columns == 0 && *at <= all - columns))
    return success();
  return op->emitOpError("expects a column that is a multiple of ")
         << columns << " below " << all << ", got " << *at;
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
  if (!elementOf(part).isF32() || !elementOf(init).isF32())
    return emitOpError("expects f32 operands, got ") << part << " and " << init;
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
      failed(verifyShare(*this, shapeOf(part), shapeOf(init))) ||
      failed(
          verifyColumn(*this, getColumn(), shapeOf(init)[1], shapeOf(part)[1])))
    return failure();
  return verifyConsumes(*this);
}

LogicalResult MeetingCreateOp::verify() {
  if (failed(verifyPeers(*this)))
    return failure();
  auto kernel = (*this)->getParentOfType<KernelOp>();
  int64_t peers = kernel ? kernel.getPeers() : 1;
  int64_t arrivals = static_cast<int64_t>(getArrivals());
  if (arrivals < 1 || arrivals > kBarrierMax / peers)
    return emitOpError("expects from 1 to ")
           << kBarrierMax / peers << " arrivals of each thread block, got "
           << arrivals;
  return verifyWholeBlock(*this);
}

LogicalResult MeetOp::verify() {
  if (!(*this)->getParentOfType<KernelOp>())
    return success();
  RoleOp role = roleOf(*this);
  if (!role)
    return emitOpError("is outside of roles, where a gqgpu.barrier cluster is "
                       "for all threads");
  if (failed(verifyRoleKind(*this, RoleKind::Math)))
    return failure();
  if (auto meeting = getMeeting().getDefiningOp<MeetingCreateOp>();
      meeting && meeting.getRole() != role.getName())
    return emitOpError("expects a meeting of role ")
           << role.getName() << ", got one of " << meeting.getRole();
  return success();
}

/// Elements of all groups of the role.
static LogicalResult verifyShared(Operation *op, FragmentType value,
                                  int64_t columns, TileType buffer) {
  if (!value.getElementType().isF32() || !value.isSpread() ||
      !value.getBlock().empty())
    return op->emitOpError("expects an f32 operand with each element in one "
                           "thread and without a block, got ")
           << value;
  if (failed(verifyPeers(op)) || failed(verifyConsumes(op)))
    return failure();
  RoleOp role = roleOf(op);
  if (op->getParentOfType<KernelOp>() && !role)
    return op->emitOpError(
        "expects to be in a math role, whose threads are the "
        "same in all thread blocks");
  int64_t groups = role ? static_cast<int64_t>(role.getGroups()) : 1;
  SmallVector<int64_t> shape{value.getShape()[0] * groups, columns};
  if (buffer.getShape() == ArrayRef<int64_t>(shape) &&
      buffer.getElementType().isF32() && !buffer.getSwizzle() &&
      !buffer.getBand())
    return success();
  return op->emitOpError("expects a buffer of ")
         << shape[0] << "x" << shape[1] << "xf32, the elements of " << groups
         << " groups, got " << buffer;
}

/// Vectors of four that a thread holds, of all columns and of some of them.
static LogicalResult verifyVectors(Operation *op, FragmentType value) {
  constexpr int64_t kVector = 4;
  if (value.getNumValues() % kVector == 0)
    return success();
  return op->emitOpError("expects threads to hold a multiple of ")
         << kVector << " values, got " << value.getNumValues() << " of "
         << value;
}

LogicalResult ShareOp::verify() {
  FragmentType type = getValue().getType();
  if (failed(verifyVectors(*this, type)))
    return failure();
  return verifyShared(*this, type, type.getShape()[1], getBuffer().getType());
}

SharedAccess ShareOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Write, Reach::Cluster};
}

LogicalResult SumSharedOp::verify() {
  FragmentType own = getInit().getType();
  TileType buffer = getBuffer().getType();
  if (buffer.getShape().size() != 2)
    return emitOpError("expects a buffer of rank 2, got ") << buffer;
  if (failed(verifyShared(*this, own, buffer.getShape()[1], buffer)) ||
      failed(verifyVectors(*this, own)))
    return failure();
  if (failed(verifyShare(*this, buffer.getShape(), own.getShape())))
    return failure();
  return verifyColumn(*this, getColumn(), own.getShape()[1],
                      buffer.getShape()[1]);
}

SharedAccess SumSharedOp::getSharedAccess() {
  return {getBuffer(), AccessKind::Read, Reach::Cluster};
}
