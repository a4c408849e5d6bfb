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

  void checkSide(RingCreateOp ring, StringRef key, ArrayAttr names,
                 int64_t arrivals, bool fills) {
    int64_t needed = 0;
    std::string sum;
    RoleOp engine;
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
      bool may =
          fills ? !role.isMath() || ring.getRing().getType().getTiles().empty()
                : role.isMath();
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
      if (fills && !role.isMath() && role.getKind() != RoleKind::Copy) {
        if (engine) {
          wrong = true;
          ring.emitOpError()
              << key << " names roles \"" << engine.getName() << "\" and "
              << name << ", which both drive the copy engine; expects one to "
              << "state the bytes";
          return;
        }
        engine = role;
      }
      needed += role.getArrivals();
      sum += (sum.empty() ? "" : ", ") +
             (Twine(role.getArrivals()) + " of role \"" + role.getName() + "\"")
                 .str();
    }
    if (fills && !engine && ring.getBytes() != 0) {
      wrong = true;
      ring.emitOpError("expects ")
          << ring.getBytes() << " bytes, but no role of " << key
          << " drives the copy engine";
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
