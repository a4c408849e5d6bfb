//===- TileOrder.h - which tile is number t of a tile loop ------*- C++ -*-===//
//
// The order that gqgpu.tile_loop promises, for whoever goes through the tiles
// by number. gq-expand-tile-loops writes the same as code.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_TILEORDER_H
#define GQ_DIALECT_GQGPU_IR_TILEORDER_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::gqgpu {

/// Coordinates, in tiles, of tile number `t` of `counts` tiles along each
/// dimension. The last dimension runs fastest; with a raster the last two go in
/// bands of `raster` tiles along the former, column by column inside a band,
/// the last of which may be lower.
inline SmallVector<int64_t> tileAt(int64_t t, ArrayRef<int64_t> counts,
                                   int64_t raster) {
  SmallVector<int64_t> at(counts.size());
  size_t left = counts.size();
  if (left >= 2 && raster > 1) {
    left -= 2;
    int64_t rows = counts[left], columns = counts[left + 1];
    int64_t inside = t % (rows * columns), perBand = raster * columns;
    t /= rows * columns;
    int64_t first = inside / perBand * raster, within = inside % perBand;
    int64_t height = std::min(raster, rows - first);
    at[left] = first + within % height;
    at[left + 1] = within / height;
  }
  while (left-- > 0) {
    at[left] = t % counts[left];
    t /= counts[left];
  }
  return at;
}

/// Coordinates of the tile of thread block `rank` of a cluster that takes
/// `tiles` along each dimension at once, of which this is number `t` of
/// `counts`: its thread blocks have them in order, the last dimension runs
/// fastest. It may lie outside.
inline SmallVector<int64_t> tileOfBlock(int64_t t, int64_t rank,
                                        ArrayRef<int64_t> counts,
                                        int64_t raster,
                                        ArrayRef<int64_t> tiles) {
  SmallVector<int64_t> at = tileAt(t, counts, raster);
  for (size_t dim = at.size(); dim-- > 0; rank /= tiles[dim])
    at[dim] = at[dim] * tiles[dim] + rank % tiles[dim];
  return at;
}

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_TILEORDER_H
