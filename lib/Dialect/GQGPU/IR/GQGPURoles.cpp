//===- GQGPURoles.cpp - roles, and the rings they share -------------------===//
//
// Numbers that a person may write are checked before anything is multiplied.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Warps in all that a kernel's roles may have before they are counted: far
/// more than any thread block has, and products of it fit 64 bits.
static constexpr int64_t kCountableWarps = int64_t(1) << 31;

//===----------------------------------------------------------------------===//
// Which threads
//===----------------------------------------------------------------------===//

RoleOp mlir::gqgpu::roleOf(Operation *op) {
  if (auto role = dyn_cast<RoleOp>(op))
    return role;
  return op->getParentOfType<RoleOp>();
}

WarpSpecializeOp mlir::gqgpu::rolesOf(KernelOp kernel) {
  auto found = kernel.getBody().getOps<WarpSpecializeOp>();
  return found.empty() ? WarpSpecializeOp() : *found.begin();
}

Threads mlir::gqgpu::threadsOf(Operation *op) {
  if (RoleOp role = roleOf(op)) {
    if (role.getKind() == RoleKind::Tma)
      return {role, 1};
    return {role, static_cast<int64_t>(role.getWarps()) * kWarpThreads};
  }
  auto kernel = op->getParentOfType<KernelOp>();
  return {RoleOp(),
          kernel ? static_cast<int64_t>(kernel.getThreads().value_or(0)) : 0};
}

LogicalResult mlir::gqgpu::verifyWholeBlock(Operation *op) {
  RoleOp role = roleOf(op);
  if (!role)
    return success();
  InFlightDiagnostic error =
      op->emitOpError("needs all threads of the thread block, but only those "
                      "of role \"")
      << role.getName() << "\" run it";
  error.attachNote(role.getLoc()) << "the role";
  return error;
}

LogicalResult mlir::gqgpu::verifyRoleKind(Operation *op,
                                          ArrayRef<RoleKind> kinds) {
  RoleOp role = roleOf(op);
  if (!role || llvm::is_contained(kinds, role.getKind()))
    return success();
  InFlightDiagnostic error =
      op->emitOpError("expects to be in a role of kind ");
  llvm::interleave(
      kinds, [&](RoleKind kind) { error << stringifyRoleKind(kind); },
      [&] { error << " or "; });
  return error << ", got role \"" << role.getName() << "\" of kind "
               << stringifyRoleKind(role.getKind());
}

/// Control goes through the one region of `op` once.
static void throughRegion(Operation *op, RegionBranchPoint point,
                          SmallVectorImpl<RegionSuccessor> &regions) {
  if (point.isParent())
    regions.emplace_back(&op->getRegion(0));
  else
    regions.emplace_back(op, op->getResults());
}

//===----------------------------------------------------------------------===//
// WarpSpecializeOp
//===----------------------------------------------------------------------===//

void WarpSpecializeOp::getSuccessorRegions(
    RegionBranchPoint point, SmallVectorImpl<RegionSuccessor> &regions) {
  throughRegion(getOperation(), point, regions);
}

SmallVector<RoleOp> WarpSpecializeOp::getRoles() {
  return llvm::to_vector(getBody().front().getOps<RoleOp>());
}

RoleOp WarpSpecializeOp::getRole(StringRef name) {
  for (RoleOp role : getRoles())
    if (role.getName() == name)
      return role;
  return {};
}

int64_t WarpSpecializeOp::getWarps() {
  int64_t warps = 0;
  for (RoleOp role : getRoles())
    warps += role.getAllWarps();
  return warps;
}

int64_t WarpSpecializeOp::getThreads() {
  return static_cast<int64_t>(llvm::alignTo(getWarps(), kGroupWarps)) *
         kWarpThreads;
}

LogicalResult WarpSpecializeOp::verify() {
  Block &body = getBody().front();
  for (Operation &op : body.without_terminator())
    if (!isa<RoleOp>(op))
      return op.emitOpError("expects only gqgpu.role in a warp_specialize");
  SmallVector<RoleOp> roles = getRoles();
  if (roles.empty())
    return emitOpError("expects at least one role");
  llvm::StringSet<> names;
  int64_t warps = 0;
  RoleOp before;
  for (RoleOp role : roles) {
    if (!names.insert(role.getName()).second)
      return role.emitOpError("expects a name of its own, \"")
             << role.getName() << "\" is taken";
    // Its own verifier may not have run yet.
    int64_t groups = role.getGroups(), each = role.getWarps();
    if (groups <= 0 || each <= 0)
      return success();
    if (groups > (kCountableWarps - warps) / each)
      return role.emitOpError("has ")
             << groups << " groups of " << each << " warps; expects fewer than "
             << kCountableWarps << " warps in all roles";
    if (role.isMath() && warps % kGroupWarps != 0)
      return role.emitOpError("starts at warp ")
             << warps << "; expects a math role to start at a multiple of "
             << kGroupWarps;
    if (before && warps % kGroupWarps != 0 &&
        before.getRegisters() != role.getRegisters()) {
      InFlightDiagnostic error =
          role.emitOpError("has ")
          << role.getRegisters() << " registers and shares a group of "
          << kGroupWarps << " warps with role \"" << before.getName()
          << "\", which has " << before.getRegisters()
          << "; expects the same number";
      error.attachNote(before.getLoc()) << "the other role";
      return error;
    }
    warps += groups * each;
    before = role;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// RoleOp
//===----------------------------------------------------------------------===//

void RoleOp::getSuccessorRegions(RegionBranchPoint point,
                                 SmallVectorImpl<RegionSuccessor> &regions) {
  throughRegion(getOperation(), point, regions);
}

void RoleOp::build(OpBuilder &builder, OperationState &state, StringRef name,
                   RoleKind kind, int64_t groups, int64_t warps,
                   int64_t registers) {
  Properties &props = state.getOrAddProperties<Properties>();
  props.name = builder.getStringAttr(name);
  props.kind = RoleKindAttr::get(builder.getContext(), kind);
  props.groups = builder.getI64IntegerAttr(groups);
  props.warps = builder.getI64IntegerAttr(warps);
  props.registers = builder.getI64IntegerAttr(registers);
  Region *region = state.addRegion();
  Block &block = region->emplaceBlock();
  if (kind == RoleKind::Math)
    block.addArgument(builder.getIndexType(), state.location);
}

int64_t RoleOp::getFirstWarp() {
  int64_t first = 0;
  for (RoleOp role :
       cast<WarpSpecializeOp>((*this)->getParentOp()).getRoles()) {
    if (role == *this)
      break;
    first += role.getAllWarps();
  }
  return first;
}

int64_t RoleOp::getArrivalsOfGroup() {
  switch (getKind()) {
  case RoleKind::Fill:
  case RoleKind::Tma:
    return 1;
  case RoleKind::Copy:
    return static_cast<int64_t>(getWarps()) * kWarpThreads;
  case RoleKind::Math:
    return static_cast<int64_t>(getWarps());
  }
  llvm_unreachable("all kinds are handled");
}

int64_t RoleOp::getArrivals() {
  return static_cast<int64_t>(getGroups()) * getArrivalsOfGroup();
}

Value RoleOp::getGroup() {
  return isMath() ? getBody().getArgument(0) : Value();
}

std::string RoleOp::describe(std::optional<int64_t> group) {
  if (group)
    return getName().str() + " group " + std::to_string(*group);
  return ("the " + getName() + " role").str();
}

LogicalResult RoleOp::verify() {
  if (getName().empty())
    return emitOpError("expects a name that is not empty");
  int64_t groups = getGroups(), warps = getWarps();
  if (groups <= 0)
    return emitOpError("expects at least one group, got ") << groups;
  if (warps <= 0)
    return emitOpError("expects at least one warp, got ") << warps;
  if (isMath() && warps != kGroupWarps)
    return emitOpError("expects ")
           << kGroupWarps << " warps in each group of a math role, got "
           << warps;
  if (!isMath() && groups != 1)
    return emitOpError("expects one group of a role of kind ")
           << stringifyRoleKind(getKind()) << ", got " << groups;
  if (getKind() == RoleKind::Tma && warps != 1)
    return emitOpError("expects 1 warp in a tma role, got ") << warps;
  unsigned args = getBody().getNumArguments();
  if (isMath() && (args != 1 || !getBody().getArgument(0).getType().isIndex()))
    return emitOpError("expects a math role to take the group as an index");
  if (!isMath() && args != 0)
    return emitOpError("expects no arguments of a role of kind ")
           << stringifyRoleKind(getKind()) << ", got " << args;
  return success();
}

//===----------------------------------------------------------------------===//
// RingCreateOp
//===----------------------------------------------------------------------===//

void RingCreateOp::build(OpBuilder &builder, OperationState &state,
                         RingType ring, int64_t bytes) {
  build(builder, state, ring, builder.getI64IntegerAttr(bytes), ArrayAttr(),
        IntegerAttr(), ArrayAttr(), IntegerAttr(),
        /*cluster_arrivals=*/DenseI64ArrayAttr(), /*offset=*/IntegerAttr());
}

static bool names(std::optional<ArrayAttr> roles, StringRef role) {
  return roles && llvm::any_of(*roles, [&](Attribute name) {
           return cast<StringAttr>(name).getValue() == role;
         });
}

bool RingCreateOp::isFilledBy(StringRef role) {
  return names(getFilledBy(), role);
}

bool RingCreateOp::isConsumedBy(StringRef role) {
  return names(getConsumedBy(), role);
}

int64_t AcquireOp::getBytesOf(RingCreateOp create) {
  return static_cast<int64_t>(getBytes().value_or(create.getBytes()));
}

int64_t RingCreateOp::getEmptyArrivalsIn(int64_t rank) {
  if (std::optional<ArrayRef<int64_t>> each = getClusterArrivals())
    return (*each)[rank];
  return static_cast<int64_t>(getEmptyArrivals().value_or(1));
}

/// Releases of other thread blocks come besides those of the own.
static LogicalResult verifyClusterArrivals(RingCreateOp op) {
  std::optional<ArrayRef<int64_t>> each = op.getClusterArrivals();
  if (!each)
    return success();
  if (!op.getEmptyArrivals())
    return op.emitOpError("expects in_cluster beside consumed_by");
  auto kernel = op->getParentOfType<KernelOp>();
  int64_t peers = kernel ? kernel.getPeers() : 1;
  if (peers == 1)
    return op.emitOpError("has in_cluster, expects a kernel whose thread "
                          "blocks have tiles of their own (cluster_tiles)");
  if (static_cast<int64_t>(each->size()) != peers)
    return op.emitOpError("expects in_cluster for ")
           << peers << " thread blocks, got " << each->size();
  auto own = static_cast<int64_t>(*op.getEmptyArrivals());
  for (auto [rank, arrivals] : llvm::enumerate(*each))
    if (arrivals < own || arrivals > kBarrierMax)
      return op.emitOpError("expects between ")
             << own << " and " << kBarrierMax << " arrivals of in_cluster, got "
             << arrivals << " in thread block " << rank;
  return success();
}

/// One side: names, and how many arrivals they make.
static LogicalResult verifySide(RingCreateOp op, StringRef key,
                                std::optional<ArrayAttr> roles,
                                std::optional<int64_t> arrivals) {
  if (!roles && !arrivals)
    return success();
  if (!roles || !arrivals)
    return op.emitOpError("expects ") << key << " and its arrivals together";
  if (roles->empty())
    return op.emitOpError("expects at least one role in ") << key;
  llvm::StringSet<> seen;
  for (Attribute name : *roles)
    if (!seen.insert(cast<StringAttr>(name).getValue()).second)
      return op.emitOpError("names role ") << name << " twice in " << key;
  if (*arrivals < 1 || *arrivals > kBarrierMax)
    return op.emitOpError("expects between 1 and ")
           << kBarrierMax << " arrivals of " << key << ", got " << *arrivals;
  return success();
}

LogicalResult RingCreateOp::verify() {
  if (int64_t bytes = getBytes(); bytes < 0 || bytes > kBarrierMax)
    return emitOpError("expects between 0 and ")
           << kBarrierMax << " bytes, got " << bytes;
  if (getBytes() != 0 && getRing().getType().getTiles().empty())
    return emitOpError("expects 0 bytes of a ring without tiles, got ")
           << getBytes();
  if (failed(
          verifySide(*this, "filled_by", getFilledBy(), getFullArrivals())) ||
      failed(verifySide(*this, "consumed_by", getConsumedBy(),
                        getEmptyArrivals())))
    return failure();
  if (getFilledBy().has_value() != getConsumedBy().has_value())
    return emitOpError("expects filled_by and consumed_by together");
  if (failed(verifyClusterArrivals(*this)))
    return failure();
  return verifyWholeBlock(*this);
}
