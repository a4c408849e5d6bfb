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

int64_t mlir::gqgpu::bytesPerThreadBlock(FragmentType fragment) {
  return fragment.getShape()[0] / fragment.getLayout().getCluster() *
         fragment.getShape()[1] *
         fragment.getElementType().getIntOrFloatBitWidth() / 8;
}

TransposeStaging TransposeStaging::get(FragmentType fragment) {
  int64_t rows = fragment.getShape()[0] / fragment.getLayout().getCluster();
  int64_t band = 16;
  while (band > 4 && rows % band != 0)
    band /= 2;
  return {rows, static_cast<int64_t>(llvm::alignTo(fragment.getShape()[1], 16)),
          band};
}

std::optional<ScaleStaging> ScaleStaging::get(StoreFragmentOp op) {
  auto type = cast<FragmentType>(op.getValue().getType());
  if (type.getBlock().empty() || type.getLayout().getCluster() > 1)
    return std::nullopt;
  ScaleStaging staging{static_cast<int64_t>(llvm::divideCeil(
                           type.getShape()[0], type.getBlock()[0])),
                       static_cast<int64_t>(llvm::divideCeil(
                           type.getShape()[1], type.getBlock()[1])),
                       type.getElementType().getIntOrFloatBitWidth() / 8};
  if (op.getTransposed())
    std::swap(staging.rows, staging.columns);
  // Neighbours, and enough of them to be worth a barrier.
  if (staging.columns < 2 || staging.count() < 64)
    return std::nullopt;
  return staging;
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
  kernel.walk([&](LoadFragmentOp op) {
    if (op.getParked()) {
      offset = llvm::alignTo(offset, 16);
      plan.offsets[op] = offset;
      offset += bytesPerThreadBlock(cast<FragmentType>(op.getType()));
    }
  });
  kernel.walk([&](StoreFragmentOp op) {
    if (std::optional<ScaleStaging> staging = ScaleStaging::get(op)) {
      offset = llvm::alignTo(offset, 16);
      plan.offsets[op] = offset;
      offset += staging->bytes();
    }
  });
  plan.bytes = offset;
  // One staging for all transposed stores.
  offset = llvm::alignTo(offset, 16);
  kernel.walk([&](StoreFragmentOp op) {
    auto type = cast<FragmentType>(op.getValue().getType());
    if (!op.getTransposed() || !type.getBlock().empty())
      return;
    plan.offsets[op] = offset;
    plan.bytes =
        std::max(plan.bytes, offset + TransposeStaging::get(type).bytes());
  });
  return plan;
}
