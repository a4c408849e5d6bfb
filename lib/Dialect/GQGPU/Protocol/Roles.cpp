//===- Roles.cpp - rings and the roles they name --------------------------===//
//
// A ring says who fills and who consumes it, and how many arrivals and bytes
// that makes. Here, and nowhere else, the numbers are compared with the roles;
// Fills.cpp compares the bytes with the loads.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

class RoleChecker {
public:
  explicit RoleChecker(KernelOp kernel)
      : kernel(kernel), roles(rolesOf(kernel)) {}

  LogicalResult run() {
    kernel.walk([&](Operation *op) {
      if (auto ring = dyn_cast<RingCreateOp>(op))
        checkRing(ring);
      else if (isProducerOp(op) || isConsumerOp(op))
        checkUse(op);
    });
    if (auto rings = partiesOf(kernel))
      for (auto &[ring, parties] : *rings)
        checkParties(ring.getDefiningOp<RingCreateOp>(), parties);
    return failure(wrong);
  }

private:
  void checkRing(RingCreateOp ring) {
    if (!ring.hasRoles())
      return;
    checkSide(ring, "filled_by", *ring.getFilledBy(), *ring.getFullArrivals(),
              /*fills=*/true);
    checkSide(ring, "consumed_by", *ring.getConsumedBy(),
              *ring.getEmptyArrivals(), /*fills=*/false);
  }

  /// There is nothing to fill, or math roles put something into it, and nobody
  /// loads.
  bool isFilledByMath(RingCreateOp ring) {
    return ring.getRing().getType().getTiles().empty() ||
           (ring.getBytes() == 0 &&
            llvm::any_of(ring.getRing().getUsers(),
                         llvm::IsaPred<PutOp, PutSumsOp, PutMaximaOp>) &&
            llvm::all_of(*ring.getFilledBy(), [&](Attribute name) {
              RoleOp role = roles.getRole(cast<StringAttr>(name).getValue());
              return role && role.isMath();
            }));
  }

  void checkSide(RingCreateOp ring, StringRef key, ArrayAttr names,
                 int64_t arrivals, bool fills) {
    int64_t needed = 0;
    std::string sum;
    SmallVector<RoleOp> engines;
    for (Attribute name : names) {
      RoleOp role =
          roles ? roles.getRole(cast<StringAttr>(name).getValue()) : RoleOp();
      if (!role) {
        wrong = true;
        ring.emitOpError() << key << " names role " << name
                           << ", which the kernel does not have";
        return;
      }
      // Math roles fill what nothing is loaded into.
      bool may = fills ? !role.isMath() || isFilledByMath(ring) : role.isMath();
      if (!may) {
        wrong = true;
        InFlightDiagnostic error =
            ring.emitOpError()
            << key << " names role " << name << " of kind "
            << stringifyRoleKind(role.getKind()) << ", expects one that "
            << (fills ? "fills" : "consumes");
        error.attachNote(role.getLoc()) << "the role";
        return;
      }
      if (fills && !role.isMath() && role.getKind() != RoleKind::Copy)
        engines.push_back(role);
      needed += role.getArrivals();
      sum += (sum.empty() ? "" : ", ") +
             (Twine(role.getArrivals()) + " of role \"" + role.getName() + "\"")
                 .str();
    }
    if (fills && !checkEngines(ring, engines)) {
      wrong = true;
      return;
    }
    if (needed == arrivals)
      return;
    wrong = true;
    InFlightDiagnostic error = ring.emitOpError("expects ")
                               << needed << " arrivals of " << key << " ("
                               << sum << "), got " << arrivals;
    for (Attribute name : names) {
      RoleOp role = roles.getRole(cast<StringAttr>(name).getValue());
      error.attachNote(role.getLoc())
          << "arrives " << role.getArrivals() << " times";
    }
  }

  /// Roles that drive the copy engine say together what the ring does: each at
  /// its acquires, where there are several.
  static bool checkEngines(RingCreateOp ring, ArrayRef<RoleOp> engines) {
    int64_t bytes = ring.getBytes(), said = 0;
    if (engines.empty() && bytes != 0) {
      ring.emitOpError("expects ") << bytes << " bytes, but no role of "
                                   << "filled_by drives the copy engine";
      return false;
    }
    if (engines.size() > 1 && !loadersOf(ring.getRing()).empty()) {
      ring.emitOpError("is filled with multicast by roles \"")
          << RoleOp(engines[0]).getName() << "\" and \""
          << RoleOp(engines[1]).getName()
          << "\"; expects one role that drives the copy engine";
      return false;
    }
    std::string sum;
    for (RoleOp engine : engines) {
      std::optional<int64_t> own;
      WalkResult result = engine.getBody().walk([&](AcquireOp acquire) {
        if (acquire.getRing() != ring.getRing())
          return WalkResult::advance();
        int64_t here = acquire.getBytesOf(ring);
        if (engines.size() > 1 && !acquire.getBytes()) {
          acquire.emitOpError("expects bytes, those of ")
              << engine.describe() << ": " << engines.size()
              << " roles drive the copy engine for the ring";
          return WalkResult::interrupt();
        }
        if (own.value_or(here) != here) {
          acquire.emitOpError("expects ")
              << *own << " bytes as at another acquire of " << engine.describe()
              << ", got " << here;
          return WalkResult::interrupt();
        }
        own = here;
        return WalkResult::advance();
      });
      if (result.wasInterrupted())
        return false;
      // One that takes no slots is reported as such.
      if (!own)
        return true;
      said += *own;
      sum += (sum.empty() ? "" : ", ") +
             (Twine(*own) + " of role \"" + engine.getName() + "\"").str();
    }
    if (engines.empty() || said == bytes)
      return true;
    ring.emitOpError("expects ")
        << said << " bytes (" << sum << "), got " << bytes;
    return false;
  }

  /// Slots are used by the roles that their ring names.
  void checkUse(Operation *op) {
    auto ring = ringOf(op).getDefiningOp<RingCreateOp>();
    if (!ring)
      return;
    RoleOp role = roleOf(op);
    bool fills = isProducerOp(op);
    if (!ring.hasRoles()) {
      if (!role || !reported.insert(ring).second)
        return;
      wrong = true;
      InFlightDiagnostic error = ring.emitOpError(
          "expects filled_by and consumed_by in a kernel with roles");
      error.attachNote(op->getLoc())
          << "used in role \"" << role.getName() << "\" here";
      return;
    }
    if (role && (fills ? ring.isFilledBy(role.getName())
                       : ring.isConsumedBy(role.getName())))
      return;
    wrong = true;
    InFlightDiagnostic error = op->emitOpError("expects to be in a role that ");
    error << (fills ? "fills" : "consumes") << " the ring, got ";
    if (role)
      error << "role \"" << role.getName() << "\"";
    else
      error << "none";
    error.attachNote(ring.getLoc()) << "the ring";
  }

  /// A wait that may never run asks nothing of a producer.
  static bool surelyRuns(Operation *op) {
    if (auto wait = dyn_cast<WaitOp>(op); wait && wait.getWhen())
      return false;
    for (Operation *parent = op->getParentOp(); !isa<KernelOp>(parent);
         parent = parent->getParentOp())
      if (!LoopView::get(parent) && !isa<WarpSpecializeOp, RoleOp>(parent))
        return false;
    return true;
  }

  static bool surelyTakes(const Party &party) {
    return llvm::any_of(party.takes, surelyRuns);
  }

  /// Where one takes slots, all that the ring names do.
  void checkParties(RingCreateOp ring, ArrayRef<Party> parties) {
    auto has = [&](bool fills) {
      return llvm::any_of(parties,
                          [&](const Party &p) { return p.fills == fills; });
    };
    for (const Party &party : parties) {
      if (has(!party.fills) || !surelyTakes(party))
        continue;
      wrong = true;
      InFlightDiagnostic error = party.takes.front()->emitOpError(
          party.fills ? "fills slots of a ring that nobody waits for"
                      : "waits for slots of a ring that nobody fills");
      error.attachNote(ring.getLoc()) << "the ring";
      return;
    }
    if (!ring.hasRoles() || !roles)
      return;
    const Party *taker = llvm::find_if(parties, surelyTakes);
    if (taker == parties.end())
      return;
    for (bool fills : {true, false}) {
      ArrayAttr names = fills ? *ring.getFilledBy() : *ring.getConsumedBy();
      for (Attribute name : names) {
        RoleOp role = roles.getRole(cast<StringAttr>(name).getValue());
        if (!role || llvm::any_of(parties, [&](const Party &party) {
              return party.role == role && party.fills == fills;
            }))
          continue;
        wrong = true;
        InFlightDiagnostic error = ring.emitOpError("says that ")
                                   << role.describe()
                                   << (fills ? " fills" : " consumes")
                                   << " its slots, which takes none";
        error.attachNote(role.getLoc()) << "the role";
        error.attachNote(taker->takes.front()->getLoc())
            << taker->describe() << " takes slots here";
      }
    }
  }

  KernelOp kernel;
  WarpSpecializeOp roles;
  bool wrong = false;
  DenseSet<Operation *> reported;
};

} // namespace

LogicalResult mlir::gqgpu::verifyRoles(KernelOp kernel) {
  return RoleChecker(kernel).run();
}
