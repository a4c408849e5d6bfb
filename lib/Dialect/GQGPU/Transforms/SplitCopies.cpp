//===- SplitCopies.cpp - a role for each way that tiles travel ------------===//
//
// In:  role "fill" kind fill { loops { acquire; tma_loads; copy_loads; commit }
// } Out: role "tma" kind tma { loops { acquire; tma_loads; commit } }
//      role "copy" kind copy { loops { acquire; copy_loads; commit } }
//
// One thread drives the copy engine, all lanes of a warp copy elements: they
// are different code in different warps. Each takes part in the rings that it
// has loads for; one into which nothing is loaded is the tma role's. A role of
// one kind of loads becomes a role of that kind.
//
//===----------------------------------------------------------------------===//
#include "RoleSlice.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_SPLITCOPIESPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-split-copies";

namespace {

/// The kinds of loads into the slots of a ring.
struct Loads {
  bool tma = false, copies = false;
  bool isFor(RoleKind kind) const {
    return kind == RoleKind::Copy ? copies : tma || !copies;
  }
};
using RingLoads = llvm::MapVector<Value, Loads>;

struct SplitCopiesPass : gqgpu::impl::SplitCopiesPassBase<SplitCopiesPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(), [&](KernelOp kernel) {
          WarpSpecializeOp roles = rolesOf(kernel);
          if (!roles)
            return success();
          for (RoleOp role : roles.getRoles())
            if (role.getKind() == RoleKind::Fill && failed(split(role)))
              return failure();
          return success();
        })))
      signalPassFailure();
  }

  /// Rings that `fill` uses, with their loads.
  static FailureOr<RingLoads> loadsOf(RoleOp fill) {
    RingLoads rings;
    WalkResult result = fill.getBody().walk([&](Operation *op) {
      if (!isFill(op)) {
        if (isOfEachRole(op))
          return WalkResult::advance();
        op->emitOpError("has effects that no part of a fill role has");
        return WalkResult::interrupt();
      }
      Value ring = ringFilledBy(op);
      auto create = ring.getDefiningOp<RingCreateOp>();
      if (!create || !create.isFilledBy(fill.getName())) {
        op->emitOpError("expects a gqgpu.ring_create that says filled_by \"")
            << fill.getName() << "\"";
        return WalkResult::interrupt();
      }
      rings[ring].tma |= isa<TmaLoadOp>(op);
      rings[ring].copies |= isa<CopyLoadOp>(op);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
    return rings;
  }

  static std::string freeName(WarpSpecializeOp roles, RoleOp fill,
                              StringRef wanted) {
    std::string name = wanted.str();
    for (unsigned i = 1;; ++i) {
      RoleOp taken = roles.getRole(name);
      if (!taken || taken == fill)
        return name;
      name = (wanted + "_" + Twine(i)).str();
    }
  }

  static LogicalResult split(RoleOp fill) {
    FailureOr<RingLoads> rings = loadsOf(fill);
    if (failed(rings))
      return failure();
    auto roles = cast<WarpSpecializeOp>(fill->getParentOp());
    bool copies = llvm::any_of(*rings, [](auto &r) { return r.second.copies; });
    bool tma = !copies || llvm::any_of(*rings, [](auto &r) {
      return r.second.isFor(RoleKind::Tma);
    });
    // The copying warps are those that the thread of the copy engine leaves.
    int64_t warps = fill.getWarps(), copying = warps - (tma ? 1 : 0);
    if (copies ? copying < 1 : warps != 1)
      return fill.emitOpError("has ")
             << warps << " warps; expects "
             << (copies ? "at least 2, for its tma_loads and for its copy_loads"
                        : "1 for its tma_loads");

    OpBuilder b(fill);
    SmallVector<RoleOp> parts;
    auto addRole = [&](StringRef name, RoleKind kind, int64_t warps) {
      b.setInsertionPoint(fill);
      auto role =
          RoleOp::create(b, fill.getLoc(), freeName(roles, fill, name), kind,
                         /*groups=*/1, warps, fill.getRegisters());
      SmallVector<Operation *> code;
      for (Operation &op : fill.getBody().front().without_terminator())
        code.push_back(&op);
      RoleSlice slice(code, [&](Operation *op) {
        if (isa<TmaLoadOp, CopyLoadOp>(op))
          return isa<CopyLoadOp>(op) == (kind == RoleKind::Copy);
        return isFill(op) && rings->lookup(ringFilledBy(op)).isFor(kind);
      });
      b.setInsertionPointToEnd(&role.getBody().front());
      IRMapping map;
      slice.clone(b, map);
      YieldOp::create(b, fill.getLoc());
      parts.push_back(role);
    };
    if (tma)
      addRole("tma", RoleKind::Tma, 1);
    if (copies)
      addRole("copy", RoleKind::Copy, copying);
    for (auto &[ring, loads] : *rings)
      replaceIn(ring.getDefiningOp<RingCreateOp>(), fill, parts, loads);
    fill.erase();
    return success();
  }

  /// The parts of `fill` arrive in its place.
  static void replaceIn(RingCreateOp ring, RoleOp fill, ArrayRef<RoleOp> parts,
                        const Loads &loads) {
    Builder b(ring.getContext());
    SmallVector<Attribute> names;
    int64_t arrivals =
        static_cast<int64_t>(*ring.getFullArrivals()) - fill.getArrivals();
    std::string text;
    ArrayAttr before = *ring.getFilledBy();
    for (Attribute name : before) {
      if (cast<StringAttr>(name).getValue() != fill.getName()) {
        names.push_back(name);
        continue;
      }
      for (RoleOp part : parts) {
        if (!loads.isFor(part.getKind()))
          continue;
        names.push_back(part.getNameAttr());
        arrivals += part.getArrivals();
        text +=
            (text.empty() ? "" : ", ") +
            (Twine(part.getArrivals()) + " of role " + part.getName()).str();
      }
    }
    ring.setFilledByAttr(b.getArrayAttr(names));
    ring.setFullArrivals(arrivals);
    gq::remarkDecision(ring, kPass, "arrivals",
                       "a slot is full after " + Twine(arrivals) +
                           " arrivals (" + text + ") and " +
                           Twine(ring.getBytes()) + " bytes");
  }
};
} // namespace
