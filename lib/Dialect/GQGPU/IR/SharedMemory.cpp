//===- SharedMemory.cpp - where rings lie in shared memory ----------------===//
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
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

SharedMemoryPlan SharedMemoryPlan::get(KernelOp kernel) {
  SharedMemoryPlan plan;
  int64_t offset = 0;
  bool staging = false;
  kernel.walk(
      [&](StoreFragmentOp op) { staging |= op.getPath() == Path::Tma; });
  if (staging)
    kernel.walk([&](WarpSpecializeOp op) {
      offset = op.getGroups() * 4 * kStoreStagingPerWarp;
    });
  kernel.walk([&](RingCreateOp op) {
    offset = llvm::alignTo(offset, 1024);
    plan.offsets[op] = offset;
    offset = RingLayout::get(op.getRing().getType(), offset).end;
  });
  // One word per block of the tile for reductions that cross warps.
  kernel.walk([&](BlockAbsmaxOp op) {
    auto type = cast<FragmentType>(op.getResult().getType());
    offset = llvm::alignTo(offset, 16);
    plan.offsets[op] = offset;
    offset += 4 * llvm::divideCeil(type.getShape()[0], type.getBlock()[0]) *
              llvm::divideCeil(type.getShape()[1], type.getBlock()[1]);
  });
  plan.bytes = offset;
  return plan;
}
