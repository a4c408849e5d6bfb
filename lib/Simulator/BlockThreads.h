//===- BlockThreads.h - where the values of threads lie in blocks ---------===//
#ifndef GQ_LIB_SIMULATOR_BLOCKTHREADS_H
#define GQ_LIB_SIMULATOR_BLOCKTHREADS_H

#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include <vector>

namespace mlir::gq::sim {
using namespace mlir::gqgpu;

/// The threads of a cluster over a fragment that is constant over blocks.
struct Threads {
  explicit Threads(FragmentType blocks)
      : sharing(blocks), layout(blocks.getLayout()), shape(blocks.getShape()),
        block(blocks.getBlock()),
        count(layout.getNumThreads() * sharing.cluster) {
    AffineMap first = blocks.getFirst();
    for (int64_t t = 0; t < count; ++t) {
      int64_t thread = t % layout.getNumThreads();
      SmallVector<int64_t> at = first.compose(
          {thread, thread / 32, thread % 32, t / layout.getNumThreads()});
      firsts.push_back({at[0], at[1]});
    }
    for (int64_t i = 0; i < blocks.getNumValues(); ++i)
      offsets.push_back(blocks.getOffset(i));
  }

  /// Row and column of chunk `i` of thread `t`.
  std::pair<int64_t, int64_t> at(int64_t t, int64_t i) const {
    return {firsts[t].first + offsets[i].row,
            firsts[t].second + offsets[i].column};
  }
  /// The number of the block there.
  int64_t blockAt(std::pair<int64_t, int64_t> position) const {
    return position.first / block[0] * sharing.gridColumns +
           position.second / block[1];
  }

  BlockSharing sharing;
  LayoutInterface layout;
  ArrayRef<int64_t> shape, block;
  int64_t count;
  std::vector<std::pair<int64_t, int64_t>> firsts;
  std::vector<Position> offsets;
};

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_BLOCKTHREADS_H
