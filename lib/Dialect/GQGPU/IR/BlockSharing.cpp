//===- BlockSharing.cpp - how blocks lie over threads ---------------------===//
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

BlockSharing::BlockSharing(FragmentType blocks) {
  LayoutInterface layout = blocks.getLayout();
  ArrayRef<int64_t> shape = blocks.getShape(), block = blocks.getBlock();
  int64_t chunk = layout.getChunk();
  Position period = layout.getPeriod();
  threadColumns = period.column / chunk;
  threadRows = layout.getNumThreads() / threadColumns;
  cluster = layout.getCluster();
  // Of a period a thread may have several rows, all in one block or each in
  // another.
  int64_t ownRows = period.row / threadRows;
  rows = {period.row, block[0], block[0] % period.row == 0 ? ownRows : 1};
  columns = {period.column, block[1], chunk};
  gridRows = llvm::divideCeil(shape[0], block[0]);
  gridColumns = llvm::divideCeil(shape[1], block[1]);
  llvm::SmallDenseMap<std::pair<int64_t, int64_t>, int64_t> known;
  for (int64_t i = 0; i < blocks.getNumValues(); ++i) {
    auto [row, column] = blocks.getOffset(i);
    auto [at, fresh] =
        known.try_emplace({rows.key(row), columns.key(column)}, firstOf.size());
    if (fresh)
      firstOf.push_back(i);
    groupOf.push_back(at->second);
  }
}

int64_t BlockSharing::lanesAlone() const {
  int64_t inRow = columns.threads();
  bool alone = inRow > 0 && inRow <= 32 && lanesShareBlock(inRow) &&
               rows.threads() == 1 && cluster == 1;
  return alone ? inRow : 0;
}

std::optional<BlockSharing::Writers>
BlockSharing::getWriters(int64_t lanes) const {
  int64_t down = rows.threads(), across = columns.threads();
  if (down == 0 || across == 0 || !lanesShareBlock(lanes))
    return std::nullopt;
  Writers writers{down, across, threadColumns, down, across, down};
  if (lanes <= threadColumns) {
    writers.columns = across / lanes;
    writers.stride = threadColumns / lanes;
    writers.rowStep = down * writers.stride;
    return writers;
  }
  // Whole rows of threads in each group.
  int64_t together = lanes / threadColumns;
  writers.rows = down / together;
  writers.columns = writers.stride = 1;
  writers.rowStep = writers.rows;
  return writers;
}

bool BlockSharing::lanesShareBlock(int64_t lanes) const {
  if (lanes == 1)
    return true;
  if (!llvm::isPowerOf2_64(lanes) || lanes > 32 ||
      threadRows * threadColumns % lanes != 0)
    return false;
  // Lanes of one row, or some whole rows of threads.
  if (threadColumns % lanes == 0)
    return columns.threads() > 0 && columns.threads() % lanes == 0;
  int64_t together = lanes / threadColumns;
  return lanes % threadColumns == 0 && columns.allThreads() &&
         rows.threads() > 0 && rows.threads() % together == 0;
}
