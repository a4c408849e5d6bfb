//===- ReduceOps.cpp - maxima of blocks, thread by thread -----------------===//
#include "Agent.h"
#include "BlockThreads.h"
#include "Cluster.h"
#include "SharedBuffer.h"
#include "gq/Numerics/Convert.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

/// The larger of two; a number wins against NaN.
static float larger(float a, float b) { return std::fmax(a, b); }

std::shared_ptr<Partial> Agent::createPartial(PartialType type) {
  auto result = std::make_shared<Partial>(type);
  if (threadBlock.launch.values) {
    Threads threads(type.getFragment());
    result->maxima.resize(threads.count * threads.sharing.getNumGroups());
  }
  return result;
}

LogicalResult Agent::setPartial(Operation *op,
                                std::shared_ptr<Partial> result) {
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(result)));
}

LogicalResult Agent::execute(ThreadAbsmaxOp op) {
  std::shared_ptr<Partial> result = createPartial(op.getResult().getType());
  if (!threadBlock.launch.values)
    return setPartial(op, result);
  const RuntimeTensor &values = fragment(op.getValue()).values;
  std::vector<float> elements(values.getNumElements());
  gridquant::convertToFloat(*getNumericsType(values.getElementType()),
                            values.getData(), values.getNumElements(),
                            elements.data());
  Threads threads(result->type.getFragment());
  ArrayRef<int64_t> groups = threads.sharing.getGroups();
  int64_t chunk = threads.layout.getChunk(),
          count = threads.sharing.getNumGroups();
  result->maxima.assign(result->maxima.size(), std::nanf(""));
  for (int64_t t = 0; t < threads.count; ++t)
    for (auto [i, group] : llvm::enumerate(groups)) {
      auto [row, column] = threads.at(t, static_cast<int64_t>(i));
      const float *from = elements.data() + row * threads.shape[1] + column;
      float &max = result->maxima[t * count + group];
      for (int64_t j = 0; j < chunk; ++j)
        max = larger(max, std::fabs(from[j]));
    }
  if (std::optional<Type> rounded = op.getRounded()) {
    gridquant::ElementType type = *getNumericsType(*rounded);
    auto count = static_cast<int64_t>(result->maxima.size());
    std::vector<uint16_t> narrow(count);
    gridquant::convertFromFloat(type, result->maxima.data(), count,
                                narrow.data());
    gridquant::convertToFloat(type, narrow.data(), count,
                              result->maxima.data());
  }
  return setPartial(op, result);
}

LogicalResult Agent::execute(PartialMaxOp op) {
  std::shared_ptr<Partial> result = createPartial(op.getResult().getType());
  float floor = op.getFloor().convertToFloat();
  for (float &max : result->maxima)
    max = floor;
  for (Value value : op.getValues())
    for (auto [max, other] :
         llvm::zip(result->maxima, object<Partial>(value)->maxima))
      max = larger(max, other);
  return setPartial(op, result);
}

LogicalResult Agent::execute(LaneMaxOp op) {
  std::shared_ptr<Partial> result = createPartial(op.getResult().getType());
  if (!threadBlock.launch.values)
    return setPartial(op, result);
  const std::vector<float> &from = object<Partial>(op.getValue())->maxima;
  Threads threads(result->type.getFragment());
  int64_t lanes = result->type.getLanes(),
          count = threads.sharing.getNumGroups();
  for (int64_t t = 0; t < threads.count; ++t)
    for (int64_t group = 0; group < count; ++group) {
      float max = from[t * count + group];
      for (int64_t lane = t / lanes * lanes; lane < (t / lanes + 1) * lanes;
           ++lane)
        max = larger(max, from[lane * count + group]);
      result->maxima[t * count + group] = max;
    }
  return setPartial(op, result);
}

LogicalResult Agent::execute(WholeBlocksOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  const Partial &from = *object<Partial>(op.getValue());
  Threads threads((*result)->type);
  int64_t count = threads.sharing.getNumGroups();
  auto spread = [&](const auto &partials, auto *to) {
    for (int64_t t = 0; t < threads.count; ++t)
      for (auto [group, chunk] :
           llvm::enumerate(threads.sharing.getFirstChunks()))
        to[threads.blockAt(threads.at(t, chunk))] =
            partials[t * count + static_cast<int64_t>(group)];
  };
  unsigned char *data = (*result)->values.getMutableData();
  if ((*result)->type.getElementType().isInteger())
    spread(from.integers, reinterpret_cast<int32_t *>(data));
  else
    spread(from.maxima, reinterpret_cast<float *>(data));
  return setFragment(op, *result);
}

LogicalResult Agent::execute(AtomicMaxOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part) || !threadBlock.launch.values)
    return success(succeeded(part));
  const Partial &from = *object<Partial>(op.getValue());
  Threads threads(from.type.getFragment());
  auto *to = reinterpret_cast<float *>((*part)->data.getMutableData());
  int64_t count = threads.sharing.getNumGroups(), lanes = from.type.getLanes();
  // One lane of each group; all words of a cluster get the same.
  for (int64_t t = 0; t < threads.count; t += lanes)
    for (auto [group, chunk] :
         llvm::enumerate(threads.sharing.getFirstChunks())) {
      float &word = to[threads.blockAt(threads.at(t, chunk))];
      word = larger(word, from.maxima[t * count + static_cast<int64_t>(group)]);
    }
  return success();
}

LogicalResult Agent::execute(ReadBlocksOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(part) || failed(result))
    return failure();
  if (threadBlock.launch.values)
    (*result)->values = (*part)->data;
  return setFragment(op, *result);
}
