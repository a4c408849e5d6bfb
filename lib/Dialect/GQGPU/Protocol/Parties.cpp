//===- Parties.cpp - who takes slots of a ring ----------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

std::string Party::describe() const {
  if (role)
    return RoleOp(role).describe();
  return fills ? "the producer" : "the consumer";
}

std::optional<llvm::MapVector<Value, SmallVector<Party>>>
mlir::gqgpu::partiesOf(KernelOp kernel) {
  llvm::MapVector<Value, SmallVector<Party>> rings;
  bool known = true;
  auto collect = [&](bool fills) {
    kernel.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!isa<AcquireOp, WaitOp>(op) || isa<AcquireOp>(op) != fills)
        return;
      Value ring = ringOf(op);
      known &= static_cast<bool>(ring.getDefiningOp<RingCreateOp>());
      SmallVector<Party> &parties = rings[ring];
      RoleOp role = roleOf(op);
      auto *party = llvm::find_if(parties, [&](const Party &other) {
        return other.fills == fills && other.role == role;
      });
      if (party == parties.end()) {
        parties.push_back({role, fills, {}});
        party = &parties.back();
      }
      party->takes.push_back(op);
    });
  };
  collect(/*fills=*/true);
  collect(/*fills=*/false);
  if (!known)
    return std::nullopt;
  return rings;
}
