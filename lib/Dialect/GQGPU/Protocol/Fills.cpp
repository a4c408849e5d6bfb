//===- Fills.cpp - what goes into an acquired slot ------------------------===//
//
// Looks only at slots whose fills are all in the block of their acquire: what
// else is filled depends on conditions.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// The number of the tile that a fill writes.
static int64_t filledTile(Operation *fill) {
  if (auto load = dyn_cast<TmaLoadOp>(fill))
    return load.getTile();
  if (auto put = dyn_cast<PutOp>(fill))
    return put.getTile();
  if (auto put = dyn_cast<PutSumsOp>(fill))
    return put.getTile();
  if (auto put = dyn_cast<PutMaximaOp>(fill))
    return put.getTile();
  return cast<CopyLoadOp>(fill).getTile();
}

/// The fills of a slot in order, if they are all known.
static std::optional<SmallVector<Operation *>> fillsOf(AcquireOp acquire) {
  SmallVector<Operation *> fills;
  for (Operation *user : acquire.getSlot().getUsers()) {
    if (user->getBlock() != acquire->getBlock())
      return std::nullopt;
    if (isa<TmaLoadOp, CopyLoadOp, PutOp, PutSumsOp, PutMaximaOp>(user))
      fills.push_back(user);
    else if (!isa<CommitOp>(user))
      return std::nullopt;
  }
  llvm::sort(fills,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return fills;
}

/// Tiles of `ring` that some op of the kernel fills, and that some op reads.
/// Loops may carry rings and slots: an op on an unknown ring stands for all.
static void collectTiles(KernelOp kernel, Value ring, SmallVector<bool> &filled,
                         SmallVector<bool> &read) {
  auto mark = [](SmallVector<bool> &tiles, int64_t tile) {
    if (tile >= 0 && tile < static_cast<int64_t>(tiles.size()))
      tiles[tile] = true;
  };
  kernel.walk([&](Operation *op) {
    Value used = ringOf(op);
    if (isa<TmaLoadOp, CopyLoadOp, PutOp, PutSumsOp, PutMaximaOp>(op) &&
        (used == ring || !used.getDefiningOp<RingCreateOp>()))
      mark(filled, filledTile(op));
    if (used != ring)
      return;
    if (auto slotRead = dyn_cast<SlotReadOp>(op))
      mark(read, slotRead.getTile());
    if (auto scales = dyn_cast<ReadScalesOp>(op))
      mark(read, scales.getTile());
    if (auto sum = dyn_cast<AddPutOp>(op))
      mark(read, sum.getTile());
    if (auto sums = dyn_cast<SumSlotRowsOp>(op))
      mark(read, sums.getTile());
    if (auto sums = dyn_cast<ReadSumsOp>(op))
      mark(read, sums.getTile());
    if (auto maxima = dyn_cast<ReadMaximaOp>(op))
      mark(read, maxima.getTile());
    if (auto product = dyn_cast<MmaAsyncOp>(op)) {
      mark(read, product.getA());
      mark(read, product.getB());
    }
  });
}

/// `rings`: those whose tiles were looked at already.
static bool verifyTiles(AcquireOp acquire, ArrayRef<Operation *> fills,
                        KernelOp kernel, DenseSet<Value> &rings) {
  bool right = true;
  DenseMap<int64_t, Operation *> first;
  for (Operation *fill : fills) {
    auto [known, isNew] = first.insert({filledTile(fill), fill});
    // Sums are put there row by row, maxima part by part.
    if (isNew || (isa<PutSumsOp>(fill) && isa<PutSumsOp>(known->second)) ||
        (isa<PutMaximaOp>(fill) && isa<PutMaximaOp>(known->second)))
      continue;
    right = false;
    InFlightDiagnostic error = fill->emitOpError("fills tile ")
                               << filledTile(fill)
                               << " of a slot for the second time";
    error.attachNote(known->second->getLoc()) << "filled here";
  }
  if (!acquire.getRing().getDefiningOp<RingCreateOp>() ||
      !rings.insert(acquire.getRing()).second)
    return right;
  size_t tiles = acquire.getRing().getType().getTiles().size();
  SmallVector<bool> filled(tiles), read(tiles);
  collectTiles(kernel, acquire.getRing(), filled, read);
  // A tile that another acquire fills may stay as it is.
  for (size_t tile = 0; tile < tiles; ++tile)
    if (read[tile] && !filled[tile]) {
      right = false;
      acquire.emitOpError("takes a slot whose tile ")
          << tile << " is read but never filled";
    }
  return right;
}

/// The ring says what the copy engine brings to a slot, or the acquire what
/// this role does.
static bool verifyBytes(AcquireOp acquire, ArrayRef<Operation *> fills) {
  auto ring = acquire.getRing().getDefiningOp<RingCreateOp>();
  RoleOp role = roleOf(acquire);
  if (!ring || (role && role.getKind() == RoleKind::Copy))
    return true;
  int64_t expected = acquire.getBytesOf(ring), brought = 0;
  for (Operation *fill : fills)
    if (auto load = dyn_cast<TmaLoadOp>(fill))
      brought +=
          load.getRing().getType().getTiles()[load.getTile()].getNumBytes();
  if (expected == brought)
    return true;
  InFlightDiagnostic error =
      acquire.emitOpError("expects ")
      << expected << " bytes, the loads into the slot bring " << brought;
  if (!acquire.getBytes())
    error.attachNote(ring.getLoc()) << "the ring says so here";
  for (Operation *fill : fills)
    if (auto load = dyn_cast<TmaLoadOp>(fill))
      error.attachNote(fill->getLoc())
          << "brings "
          << load.getRing().getType().getTiles()[load.getTile()].getNumBytes();
  return false;
}

LogicalResult mlir::gqgpu::verifyFills(KernelOp kernel) {
  bool right = true;
  DenseSet<Value> rings;
  kernel.walk([&](AcquireOp acquire) {
    if (std::optional<SmallVector<Operation *>> fills = fillsOf(acquire)) {
      right &= verifyTiles(acquire, *fills, kernel, rings);
      right &= verifyBytes(acquire, *fills);
    }
  });
  return success(right);
}
