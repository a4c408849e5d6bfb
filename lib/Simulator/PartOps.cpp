//===- PartOps.cpp - tiles that thread blocks share -----------------------===//
//
// Thread blocks run one after another, in the order of their numbers, and an
// owner waits for lower ones alone: what it waits for is there when it comes,
// or will never be. That the parts are there whatever the order is seen from
// who has told whom: a part may be read by whoever has waited for a flag that
// its agent has set behind its stores.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "Cluster.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"

#include <cstring>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

const TileShare *Agent::currentShare() const {
  for (const Frame &frame : llvm::reverse(frames))
    if (!frame.shares.empty())
      return &frame.shares[static_cast<size_t>(frame.iv)];
  return nullptr;
}

LogicalResult Agent::checkOwner(Operation *op, bool owns, StringRef does) {
  const TileShare *share = currentShare();
  if (!share || share->owns() == owns)
    return success();
  return op->emitOpError() << does << " of a tile that "
                           << (owns ? "another" : "the")
                           << " thread block owns";
}

//===----------------------------------------------------------------------===//
// Parts and flags
//===----------------------------------------------------------------------===//

static int64_t elementsOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return fragment.getShape()[0] * fragment.getShape()[1];
  return cast<RankedTensorType>(type).getNumElements();
}

static LogicalResult checkPlace(Operation *op, const Buffer &parts,
                                int64_t range, int64_t at, Type type) {
  int64_t rows = parts.tensor.getDim(0), columns = parts.tensor.getDim(1),
          count = elementsOf(type);
  if (range >= 0 && range < rows && at >= 0 && at % count == 0 &&
      at <= columns - count)
    return success();
  return op->emitOpError("expects a range below ")
         << rows << " and elements from a multiple of " << count << " below "
         << columns << ", got " << range << " and " << at;
}

LogicalResult Agent::storePart(Operation *op, Buffer &parts, int64_t range,
                               int64_t at, Type type,
                               const RuntimeTensor &values) {
  if (failed(checkOwner(op, false, "stores a part")) ||
      failed(checkPlace(op, parts, range, at, type)))
    return failure();
  parts.parts[{range, at}] = {op, type, threadBlock.index, id};
  return writeTile(op, threadBlock.index, parts, {range, at}, 1,
                   elementsOf(type),
                   threadBlock.launch.values ? values.getData() : nullptr);
}

/// The four flags of a group, which begin as zeros.
static LogicalResult checkFlags(Operation *op, const Buffer &flags,
                                int64_t first, bool values) {
  int64_t count = flags.tensor.getNumElements();
  if (first < 0 || first % kGroupWarps != 0 || first > count - kGroupWarps)
    return op->emitOpError("expects flags from a multiple of ")
           << kGroupWarps << " below " << count << ", got " << first;
  if (flags.isFresh)
    return op->emitOpError("uses flags of operand ")
           << flags.operand
           << " of the launch, which nothing has cleared before";
  for (int64_t i = first; values && i < first + kGroupWarps; ++i) {
    int32_t word;
    std::memcpy(&word, flags.tensor.getData() + i * sizeof(word), sizeof(word));
    if (word != 0)
      return op->emitOpError("expects flags that are zeros when the kernel "
                             "begins, got ")
             << word << " at " << i;
  }
  return success();
}

LogicalResult Agent::publishParts(Operation *op, Buffer &flags, int64_t first) {
  if (failed(checkOwner(op, false, "publishes a part")) ||
      failed(checkFlags(op, flags, first, threadBlock.launch.values)))
    return failure();
  auto [at, isNew] = flags.flags.try_emplace(first, op);
  if (!isNew) {
    InFlightDiagnostic diag = op->emitOpError("sets flags ")
                              << first << " that are set already";
    diag.attachNote(at->second->getLoc()) << "set here";
    return diag;
  }
  for (auto [type, arg] :
       llvm::zip(threadBlock.launch.kernel.getArgumentTypes(),
                 threadBlock.launch.args)) {
    if (!isa<MemRefType>(type))
      continue;
    auto buffer = std::static_pointer_cast<Buffer>(arg.getObject());
    for (auto &[place, part] : buffer->parts)
      if (part.agent == id && part.block == threadBlock.index && part.flag < 0)
        part.flag = first;
  }
  return success();
}

template <typename T>
static void addElements(const RuntimeTensor &parts, int64_t first,
                        int64_t count, RuntimeTensor &sum) {
  auto *to = reinterpret_cast<T *>(sum.getMutableData());
  const auto *from = reinterpret_cast<const T *>(parts.getData()) + first;
  for (int64_t i = 0; i < count; ++i)
    to[i] += from[i];
}

FailureOr<bool> Agent::awaitParts(Operation *op, Buffer &flags, int64_t range,
                                  int64_t first) {
  if (failed(checkOwner(op, true, "waits for a part")) ||
      failed(checkFlags(op, flags, first, threadBlock.launch.values)))
    return failure();
  if (flags.flags.count(first) == 0) {
    waiting.op = op;
    until = [&flags, first] { return flags.flags.count(first) != 0; };
    return false;
  }
  if (!llvm::is_contained(awaited, std::pair(range, first)))
    awaited.emplace_back(range, first);
  return true;
}

LogicalResult Agent::addPart(Operation *op, Buffer &parts, int64_t range,
                             int64_t at, Type type, RuntimeTensor &sum) {
  if (failed(checkOwner(op, true, "adds a part")) ||
      failed(checkPlace(op, parts, range, at, type)))
    return failure();
  auto found = parts.parts.find({range, at});
  if (found == parts.parts.end())
    return op->emitOpError("adds a part of range ")
           << range << " that no thread block has stored";
  const Buffer::Part &part = found->second;
  auto report = [&](StringRef text) {
    InFlightDiagnostic diag = op->emitOpError("adds a part of range ")
                              << range << text;
    diag.attachNote(part.op->getLoc()) << "stored here";
    return diag;
  };
  if (part.type != type)
    return report(" of another type than was stored");
  if (part.flag < 0)
    return report(" that is stored behind its flag, or has none");
  if (!llvm::is_contained(awaited, std::pair(range, part.flag)))
    return report(" that it has not waited for");
  if (!threadBlock.launch.values)
    return success();
  int64_t first = range * parts.tensor.getDim(1) + at, count = elementsOf(type);
  if (sum.getElementType().isInteger())
    addElements<uint32_t>(parts.tensor, first, count, sum);
  else
    addElements<float>(parts.tensor, first, count, sum);
  return success();
}

//===----------------------------------------------------------------------===//
// As one op
//===----------------------------------------------------------------------===//

/// The tile or fragment that `value` is; empty while only accesses are checked.
static RuntimeTensor valuesOf(const RuntimeValue &value, bool computed) {
  if (!computed)
    return {};
  return value.isTensor()
             ? value.getTensor()
             : std::static_pointer_cast<Fragment>(value.getObject())->values;
}

LogicalResult Agent::execute(CombinePartsOp op) {
  Buffer &parts = *object<Buffer>(op.getParts());
  Buffer &flags = *object<Buffer>(op.getFlags());
  bool values = threadBlock.launch.values;
  int64_t range = getInt(op.getRange()), end = getInt(op.getEnd());
  Type type = op.getValues().front().getType();
  int64_t each = elementsOf(type),
          count = static_cast<int64_t>(op.getValues().size());
  // On tiles one agent stands for all groups.
  int64_t group =
      isa<FragmentType>(type) && role ? getInt(RoleOp(role).getGroup()) : 0;
  int64_t perRange = flags.tensor.getNumElements() / parts.tensor.getDim(0);
  auto flagOf = [&](int64_t of) { return of * perRange + group * kGroupWarps; };
  auto placeOf = [&](size_t i) {
    return (group * count + static_cast<int64_t>(i)) * each;
  };
  SmallVector<RuntimeTensor> sums;
  for (Value value : op.getValues())
    sums.push_back(valuesOf(get(value), values));
  if (getInt(op.getOwns()) == 0) {
    for (auto [i, sum] : llvm::enumerate(sums))
      if (failed(storePart(op, parts, range, placeOf(i), type, sum)))
        return failure();
    if (failed(publishParts(op, flags, flagOf(range))))
      return failure();
  } else {
    for (int64_t other = range + 1; other < end; ++other) {
      FailureOr<bool> there = awaitParts(op, flags, other, flagOf(other));
      if (failed(there) || !*there)
        return there;
      for (auto [i, sum] : llvm::enumerate(sums))
        if (failed(addPart(op, parts, other, placeOf(i), type, sum)))
          return failure();
    }
  }
  for (auto [result, sum] : llvm::zip(op.getResults(), sums)) {
    std::shared_ptr<RuntimeObject> object;
    if (auto fragment = dyn_cast<FragmentType>(type)) {
      auto made = std::make_shared<Fragment>(fragment);
      made->values = std::move(sum);
      object = made;
    } else if (!values) {
      object = std::make_shared<AbsentTensor>(type);
    }
    if (failed(
            set(op, result,
                object ? RuntimeValue(object) : RuntimeValue(std::move(sum)))))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Step by step
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(StorePartOp op) {
  return storePart(op, *object<Buffer>(op.getParts()), getInt(op.getRange()),
                   getInt(op.getAt()), op.getValue().getType(),
                   fragment(op.getValue()).values);
}

LogicalResult Agent::execute(PublishPartOp op) {
  return publishParts(op, *object<Buffer>(op.getFlags()), getInt(op.getAt()));
}

LogicalResult Agent::execute(AwaitPartOp op) {
  return awaitParts(op, *object<Buffer>(op.getFlags()), getInt(op.getRange()),
                    getInt(op.getAt()));
}

LogicalResult Agent::execute(AddPartOp op) {
  auto result = std::make_shared<Fragment>(op.getResult().getType());
  result->values = fragment(op.getValue()).values;
  if (failed(addPart(op, *object<Buffer>(op.getParts()), getInt(op.getRange()),
                     getInt(op.getAt()), op.getResult().getType(),
                     result->values)))
    return failure();
  return setFragment(op, result);
}
