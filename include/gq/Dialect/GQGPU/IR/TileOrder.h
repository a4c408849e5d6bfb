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

/// What a thread block does of a tile that is cut: the steps from `first` up to
/// `last`. Ranges behind its own up to `end` have the rest, if it owns the
/// tile.
struct TileShare {
  int64_t tile, first, last, range, end;
  bool owns() const { return first == 0; }
};

/// Steps of a range, where `cut` of them are divided between `blocks` thread
/// blocks: the fewest that do. Where an eighth more divides a tile of `depth`
/// steps, so many: a range that begins in one tile and ends in another costs
/// the end of a tile more.
inline int64_t stepsOfRange(int64_t cut, int64_t depth, int64_t blocks) {
  constexpr int64_t kMore = 8;
  int64_t steps = std::max<int64_t>((cut + blocks - 1) / blocks, 1);
  int64_t perTile = depth / steps;
  if (perTile == 0 || depth % perTile != 0 ||
      depth / perTile - steps > steps / kMore)
    return steps;
  return depth / perTile;
}

/// The shares of thread block `block` of `blocks` in `tiles` tiles of `depth`
/// steps, in order. The last wave of tiles and a whole one are cut in ranges.
inline SmallVector<TileShare> sharesOf(int64_t tiles, int64_t depth,
                                       int64_t block, int64_t blocks) {
  int64_t waves = tiles / blocks;
  int64_t whole = tiles % blocks == 0 ? waves : std::max<int64_t>(waves - 1, 0);
  int64_t cut = (tiles - whole * blocks) * depth;
  int64_t steps = stepsOfRange(cut, depth, blocks);
  int64_t range = blocks - 1 - block;
  int64_t start = std::min(range * steps, cut),
          end = std::min(start + steps, cut);
  SmallVector<TileShare> shares;
  auto goThrough = [&](int64_t from) {
    int64_t tile = from / depth, first = from % depth;
    shares.push_back(
        {whole * blocks + tile, first, std::min(depth, first + end - from),
         range, first == 0 ? ((tile + 1) * depth + steps - 1) / steps : 0});
  };
  int64_t next = (start + depth - 1) / depth * depth;
  if (start < std::min(next, end))
    goThrough(start);
  for (int64_t wave = 0; wave < whole; ++wave)
    shares.push_back({wave * blocks + block, 0, depth, range, 0});
  for (; next < end; next += depth)
    goThrough(next);
  return shares;
}

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_IR_TILEORDER_H
