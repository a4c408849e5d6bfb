//===- BlockReduceOps.cpp - sums of blocks, thread by thread --------------===//
//
// In the order of the threads, so that every bit is that of the GPU.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "BlockThreads.h"
#include "Cluster.h"
#include "SharedBuffer.h"
#include "gq/Numerics/Convert.h"
#include "gq/Support/Reduction.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

static bool isInteger(FragmentType type) {
  return type.getElementType().isInteger(32);
}

/// `fn` for values of the type of `blocks`: a null float or int32_t.
template <typename Fn> static auto forType(FragmentType blocks, Fn fn) {
  return isInteger(blocks) ? fn(int32_t()) : fn(float());
}

static std::vector<float> &valuesOf(Partial &partial, float) {
  return partial.maxima;
}
static std::vector<int32_t> &valuesOf(Partial &partial, int32_t) {
  return partial.integers;
}

/// The elements of a fragment as they are reduced.
static std::vector<float> elementsOf(const RuntimeTensor &values, float) {
  std::vector<float> elements(values.getNumElements());
  gridquant::convertToFloat(*getNumericsType(values.getElementType()),
                            values.getData(), values.getNumElements(),
                            elements.data());
  return elements;
}
static std::vector<int32_t> elementsOf(const RuntimeTensor &values, int32_t) {
  const auto *data = reinterpret_cast<const int32_t *>(values.getData());
  return {data, data + values.getNumElements()};
}

/// What `kind` makes of two values.
static auto combiner(arith::AtomicRMWKind kind) {
  return [kind](auto a, auto b) { return combine(kind, a, b); };
}

/// Before threads have their say: element by element.
LogicalResult Agent::execute(gqgpu::BlockReduceOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  FragmentType blocks = (*result)->type;
  ArrayRef<int64_t> shape = blocks.getShape(), block = blocks.getBlock();
  forType(blocks, [&](auto type) {
    using T = decltype(type);
    std::vector<T> elements = elementsOf(fragment(op.getValue()).values, type);
    auto *to = reinterpret_cast<T *>((*result)->values.getMutableData());
    int64_t across = (*result)->values.getDim(1);
    std::vector<std::vector<T>> ofBlock((*result)->values.getNumElements());
    for (int64_t r = 0; r < shape[0]; ++r)
      for (int64_t c = 0; c < shape[1]; ++c)
        ofBlock[r / block[0] * across + c / block[1]].push_back(
            elements[r * shape[1] + c]);
    for (auto [i, values] : llvm::enumerate(ofBlock))
      to[i] = combinePairs(values, combiner(op.getKind()));
  });
  return setFragment(op, *result);
}

LogicalResult Agent::execute(ThreadReduceOp op) {
  std::shared_ptr<Partial> result = createPartial(op.getResult().getType());
  if (!threadBlock.launch.values)
    return setPartial(op, result);
  FragmentType blocks = result->type.getFragment();
  Threads threads(blocks);
  ArrayRef<int64_t> groups = threads.sharing.getGroups();
  int64_t chunk = threads.layout.getChunk(),
          count = threads.sharing.getNumGroups();
  forType(blocks, [&](auto type) {
    using T = decltype(type);
    std::vector<T> elements = elementsOf(fragment(op.getValue()).values, type);
    std::vector<T> &to = valuesOf(*result, type);
    to.resize(threads.count * count);
    for (int64_t t = 0; t < threads.count; ++t) {
      std::vector<std::vector<T>> ofGroup(count);
      for (auto [i, group] : llvm::enumerate(groups)) {
        auto [row, column] = threads.at(t, static_cast<int64_t>(i));
        const T *from = elements.data() + row * threads.shape[1] + column;
        ofGroup[group].insert(ofGroup[group].end(), from, from + chunk);
      }
      for (int64_t group = 0; group < count; ++group)
        to[t * count + group] =
            combinePairs(ofGroup[group], combiner(op.getKind()));
    }
  });
  return setPartial(op, result);
}

LogicalResult Agent::execute(LaneReduceOp op) {
  std::shared_ptr<Partial> result = createPartial(op.getResult().getType());
  if (!threadBlock.launch.values)
    return setPartial(op, result);
  Partial &from = *object<Partial>(op.getValue());
  FragmentType blocks = result->type.getFragment();
  int64_t count = Threads(blocks).sharing.getNumGroups();
  forType(blocks, [&](auto type) {
    auto values = valuesOf(from, type);
    for (int64_t step = result->type.getLanes() / 2;
         step >= from.type.getLanes(); step /= 2) {
      auto before = values;
      for (size_t i = 0; i < values.size(); ++i) {
        size_t thread = i / count, group = i % count;
        values[i] = combine(op.getKind(), before[i],
                            before[(thread ^ step) * count + group]);
      }
    }
    valuesOf(*result, type) = std::move(values);
  });
  return setPartial(op, result);
}

LogicalResult Agent::execute(WritePartialsOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part) || !threadBlock.launch.values)
    return success(succeeded(part));
  Partial &from = *object<Partial>(op.getValue());
  FragmentType blocks = from.type.getFragment();
  Threads threads(blocks);
  int64_t lanes = from.type.getLanes(), count = threads.sharing.getNumGroups(),
          pitch = op.getWords().getType().getShape()[1];
  FailureOr<RuntimeTensor> words = createTensor(
      op, blocks.getElementType(), op.getWords().getType().getShape());
  if (failed(words))
    return failure();
  (*part)->data = std::move(*words);
  forType(blocks, [&](auto type) {
    auto *to =
        reinterpret_cast<decltype(type) *>((*part)->data.getMutableData());
    for (int64_t t = 0; t < threads.count; t += lanes)
      for (int64_t group = 0; group < count; ++group)
        to[group * pitch + t / lanes] = valuesOf(from, type)[t * count + group];
  });
  return success();
}

LogicalResult Agent::execute(ReadPartialsOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(part) || failed(result))
    return failure();
  if (!threadBlock.launch.values)
    return setFragment(op, *result);
  FragmentType blocks = (*result)->type;
  Threads threads(blocks);
  const BlockSharing &sharing = threads.sharing;
  BlockSharing::Writers writers =
      *sharing.getWriters(static_cast<int64_t>(op.getLanes()));
  int64_t pitch = op.getWords().getType().getShape()[1];
  forType(blocks, [&](auto type) {
    using T = decltype(type);
    const auto *words = reinterpret_cast<const T *>((*part)->data.getData());
    auto *to = reinterpret_cast<T *>((*result)->values.getMutableData());
    for (int64_t t = 0; t < threads.count; ++t) {
      int64_t row = t / sharing.threadColumns,
              column = t % sharing.threadColumns;
      int64_t first = row / writers.rowsOfThreads * writers.rowStep +
                      column / writers.columnsOfThreads * writers.columns;
      for (auto [group, chunk] : llvm::enumerate(sharing.getFirstChunks())) {
        std::vector<T> partials;
        for (int64_t r = 0; r < writers.rows; ++r)
          for (int64_t c = 0; c < writers.columns; ++c)
            partials.push_back(words[static_cast<int64_t>(group) * pitch +
                                     first + r * writers.stride + c]);
        to[threads.blockAt(threads.at(t, chunk))] =
            combinePairs(partials, combiner(op.getKind()));
      }
    }
  });
  return setFragment(op, *result);
}
