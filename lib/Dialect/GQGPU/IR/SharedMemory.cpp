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
