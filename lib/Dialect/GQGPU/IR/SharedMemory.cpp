//===- SharedMemory.cpp - where rings lie in shared memory ----------------===//
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

RingLayout RingLayout::get(RingType ring, int64_t start) {
  RingLayout layout;
  int64_t offset = start;
  for (TileType tile : ring.getTiles()) {
    int64_t align = tile.getSwizzle() ? 1024 : 128;
    offset = llvm::alignTo(offset, align);
    int64_t stride = llvm::alignTo(tile.getNumBytes(), align);
    layout.tiles.push_back({offset, stride});
    offset += stride * ring.getStages();
  }
  layout.full = llvm::alignTo(offset, 8);
  layout.empty = layout.full + 8 * ring.getStages();
  layout.end = layout.empty + 8 * ring.getStages();
  return layout;
}

InboxLayout InboxLayout::get(InboxType inbox, int64_t start) {
  InboxLayout layout;
  int64_t offset = start;
  for (TileType tile : inbox.getTiles()) {
    layout.tiles.push_back(offset);
    offset += llvm::alignTo(tile.getNumBytes(), tile.getAlignment());
  }
  layout.offered = offset;
  layout.pushed = layout.offered + 8;
  layout.end = layout.pushed + 8;
  return layout;
}

std::optional<SharedExtent> SharedExtent::get(Operation *op) {
  SharedExtent extent;
  std::optional<uint64_t> offset;
  if (auto alloc = dyn_cast<SharedAllocOp>(op)) {
    TileType type = alloc.getBuffer().getType();
    extent.bytes = type.getNumBytes();
    extent.alignment = type.getAlignment();
    offset = alloc.getOffset();
  } else if (auto ring = dyn_cast<RingCreateOp>(op)) {
    extent.bytes = RingLayout::get(ring.getRing().getType(), 0).end;
    extent.alignment = ring.getRing().getType().getTiles().empty() ? 8 : 1024;
    offset = ring.getOffset();
  } else if (auto inbox = dyn_cast<InboxCreateOp>(op)) {
    extent.bytes = InboxLayout::get(inbox.getInbox().getType(), 0).end;
    extent.alignment = 16;
    offset = inbox.getOffset();
  } else {
    return std::nullopt;
  }
  if (offset)
    extent.offset = static_cast<int64_t>(*offset);
  return extent;
}

SharedMemoryLayout SharedMemoryLayout::get(KernelOp kernel) {
  SharedMemoryLayout layout;
  SmallVector<std::pair<Operation *, SharedExtent>> open;
  kernel.walk<WalkOrder::PreOrder>([&](Operation *op) {
    std::optional<SharedExtent> extent = SharedExtent::get(op);
    if (!extent)
      return;
    if (!extent->offset) {
      open.push_back({op, *extent});
      return;
    }
    layout.offsets.push_back({op, *extent->offset});
    layout.bytes = std::max(layout.bytes, extent->endAt(*extent->offset));
  });
  for (auto &[op, extent] : open) {
    int64_t offset = llvm::alignTo(layout.bytes, extent.alignment);
    layout.offsets.push_back({op, offset});
    layout.bytes = extent.endAt(offset);
  }
  return layout;
}

std::optional<int64_t> mlir::gqgpu::rowsOfBox(TileType tile, int64_t most) {
  // The pattern of the swizzle repeats; what is not swizzled starts anywhere
  // that the copy engine may write to.
  constexpr int64_t kSwizzledRows = 8, kAlign = 128;
  int64_t rows = tile.getShape()[0];
  for (int64_t boxes = llvm::divideCeilSigned(rows, most); boxes <= rows;
       ++boxes) {
    if (rows % boxes != 0)
      continue;
    int64_t each = rows / boxes;
    bool starts = tile.getSwizzle() ? each % kSwizzledRows == 0
                                    : each * tile.getRowBytes() % kAlign == 0;
    if (boxes == 1 ||
        (starts && (!tile.getPermuted() || each % tile.getPermuted() == 0)))
      return each;
  }
  return std::nullopt;
}
