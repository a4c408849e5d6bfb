//===- SplitConstants.cpp - weights before the kernel in front ends -------===//
//
// In:  role "tma" kind tma { loops { acquire; loads of a and b; commit } }
//      of a kernel that is launched dependent, where b is gq.constant.
// Out: role "tma" kind tma { loops { acquire bytes; loads of a; commit } }
//      role "constants" kind tma { loops { acquire bytes; loads of b; commit }
//      }
//
// The second role has nothing to wait for but empty slots: it fills its part of
// all of them while the kernel in front still runs. It takes a warp that has
// nothing to do; where there is none, all loads stay in one role.
//
//===----------------------------------------------------------------------===//
#include "HostLaunches.h"
#include "RoleSlice.h"
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_SPLITCONSTANTSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-split-constants";

namespace {
/// What a role loads into the slots of a ring.
struct Loads {
  bool constants = false, others = false;
};
using RingLoads = llvm::MapVector<Value, Loads>;
} // namespace

static bool isConstantLoad(Operation *op) {
  auto load = dyn_cast<TmaLoadOp>(op);
  return load && isConstantArgument(load.getSource());
}

static RingLoads loadsOf(RoleOp role) {
  RingLoads rings;
  role.getBody().walk([&](TmaLoadOp load) {
    Loads &loads = rings[load.getRing()];
    (isConstantLoad(load) ? loads.constants : loads.others) = true;
  });
  return rings;
}

/// Why the loads of `role` stay together; empty: they need not.
static std::string refusal(RoleOp role, const RingLoads &rings) {
  auto roles = cast<WarpSpecializeOp>(role->getParentOp());
  auto kernel = role->getParentOfType<KernelOp>();
  int64_t warps = llvm::divideCeil(
      static_cast<int64_t>(kernel.getThreads().value_or(0)), kWarpThreads);
  if (roles.getWarps() + 1 > warps)
    return "all " + std::to_string(warps) + " warps have something to do";
  for (auto &[ring, loads] : rings) {
    auto create = ring.getDefiningOp<RingCreateOp>();
    if (!create || !create.isFilledBy(role.getName()))
      return "a ring does not say that the role fills it";
  }
  std::string why;
  role.getBody().walk([&](Operation *op) {
    if (!isFill(op) && !isOfEachRole(op))
      why = "the role does more than fill slots";
    else if (auto load = dyn_cast<TmaLoadOp>(op); load && load.getMulticast())
      why = "its loads fill slots of other thread blocks";
    else if (load && !load.getSlot().getDefiningOp<AcquireOp>())
      why = "a slot is not filled where it is acquired";
  });
  return why;
}

/// What the loads of `role` bring to each slot that it shares.
static void stateBytes(RoleOp role, const RingLoads &rings) {
  role.getBody().walk([&](AcquireOp acquire) {
    Loads loads = rings.lookup(acquire.getRing());
    if (!loads.constants || !loads.others)
      return;
    int64_t bytes = 0;
    for (Operation *user : acquire.getSlot().getUsers())
      if (auto load = dyn_cast<TmaLoadOp>(user))
        bytes +=
            load.getRing().getType().getTiles()[load.getTile()].getNumBytes();
    acquire.setBytes(bytes);
  });
}

static RoleOp addPart(OpBuilder &b, RoleOp role, StringRef name,
                      const RingLoads &rings, bool constants) {
  auto part = RoleOp::create(b, role.getLoc(), name, RoleKind::Tma,
                             /*groups=*/1, /*warps=*/1, role.getRegisters());
  SmallVector<Operation *> code;
  for (Operation &op : role.getBody().front().without_terminator())
    code.push_back(&op);
  RoleSlice slice(code, [&](Operation *op) {
    if (isa<TmaLoadOp>(op))
      return isConstantLoad(op) == constants;
    if (!isFill(op))
      return false;
    // A ring into which nothing is loaded stays with the role.
    Loads loads = rings.lookup(ringFilledBy(op));
    return constants ? loads.constants : loads.others || !loads.constants;
  });
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&part.getBody().front());
  IRMapping map;
  slice.clone(b, map);
  YieldOp::create(b, role.getLoc());
  stateBytes(part, rings);
  return part;
}

/// The roles that fill `ring` in place of `role`.
static void replaceIn(RingCreateOp ring, RoleOp role, RoleOp constants,
                      const Loads &loads) {
  Builder b(ring.getContext());
  SmallVector<Attribute> names;
  ArrayAttr before = *ring.getFilledBy();
  for (Attribute name : before) {
    bool is = cast<StringAttr>(name).getValue() == role.getName();
    if (!is || loads.others)
      names.push_back(name);
    if (is)
      names.push_back(constants.getNameAttr());
  }
  ring.setFilledByAttr(b.getArrayAttr(names));
  if (loads.others)
    ring.setFullArrivals(static_cast<int64_t>(*ring.getFullArrivals()) +
                         constants.getArrivals());
}

/// In front of the step that fills the slot behind the first `slots` of a ring.
static bool addPause(RoleOp role, int64_t slots, int64_t nanoseconds) {
  bool added = false;
  role.getBody().walk([&](scf::ForOp steps) {
    SmallVector<AcquireOp> acquires(steps.getOps<AcquireOp>());
    if (acquires.empty())
      return;
    Location loc = steps.getLoc();
    OpBuilder b(steps.getBody(), steps.getBody()->begin());
    Value number = arith::ConstantIndexOp::create(
        b, loc, llvm::divideCeil(slots, static_cast<int64_t>(acquires.size())));
    Value past = arith::MulIOp::create(b, loc, number, steps.getStep());
    Value at = arith::AddIOp::create(b, loc, steps.getLowerBound(), past);
    Value when = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                       steps.getInductionVar(), at);
    PauseOp::create(b, loc, acquires.front().getRing(), nanoseconds, when);
    added = true;
  });
  return added;
}

/// Whether a pause that the kernel asks for has found its place.
static bool split(RoleOp role) {
  RingLoads rings = loadsOf(role);
  auto any = [&](bool Loads::*which) {
    return llvm::any_of(rings, [=](auto &ring) { return ring.second.*which; });
  };
  if (!any(&Loads::constants) || !any(&Loads::others))
    return false;
  if (std::string why = refusal(role, rings); !why.empty()) {
    gq::remarkMissed(role, kPass, "loads",
                     "constants are loaded behind the wait: " + why);
    return false;
  }
  auto roles = cast<WarpSpecializeOp>(role->getParentOp());
  std::string name = "constants";
  for (unsigned i = 1; roles.getRole(name); ++i)
    name = "constants_" + std::to_string(i);
  OpBuilder b(role);
  addPart(b, role, role.getName(), rings, /*constants=*/false);
  RoleOp constants = addPart(b, role, name, rings, /*constants=*/true);
  for (auto &[ring, loads] : rings)
    if (loads.constants)
      replaceIn(ring.getDefiningOp<RingCreateOp>(), role, constants, loads);
  gq::remarkDecision(role, kPass, "loads",
                     "role " + name +
                         " loads constants, before the kernel in "
                         "front has completed");
  role.erase();
  std::optional<ArrayRef<int64_t>> pause =
      constants->getParentOfType<KernelOp>().getPause();
  return pause && addPause(constants, (*pause)[0], (*pause)[1]);
}

namespace {
struct SplitConstantsPass
    : gqgpu::impl::SplitConstantsPassBase<SplitConstantsPass> {
  void runOnOperation() override {
    llvm::SetVector<KernelOp> kernels;
    getOperation().walk([&](LaunchOp launch) {
      if (KernelOp kernel = kernelOf(launch); kernel && launch.getDependent())
        kernels.insert(kernel);
    });
    for (KernelOp kernel : kernels) {
      bool pauses = false;
      if (WarpSpecializeOp roles = rolesOf(kernel))
        for (RoleOp role : roles.getRoles())
          if (role.getKind() == RoleKind::Tma)
            pauses |= split(role);
      if (kernel.getPause() && !pauses)
        gq::remarkMissed(kernel, kPass, "pause",
                         "no steps of loads before the wait, which a pause "
                         "could divide");
      kernel.removePauseAttr();
    }
  }
};
} // namespace
