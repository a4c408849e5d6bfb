//===- HostBranches.cpp - branches of a host function ---------------------===//
//
// An scf.if becomes no code: the n-th launches of both regions are one launch
// of the bundle, with the variants of both, first those that run where the
// condition holds. Where one region has more, the last of them have an empty
// grid when it is not taken. What both leave is in the same buffers. Only one
// of the regions runs: buffers that it made for itself are those of the other
// one where they are alike.
//
//===----------------------------------------------------------------------===//
#include "FunctionExporter.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

LogicalResult FunctionExporter::addCheck(Operation *op, SizeExpr expr,
                                         std::string message) {
  for (const auto &[condition, holds] : llvm::reverse(path)) {
    std::optional<SizeExpr> unless = condition;
    if (holds)
      unless = SizeExpr::make("eq", condition, SizeExpr::constant(0));
    std::optional<SizeExpr> either;
    if (unless)
      either = SizeExpr::make("or", *unless, expr);
    if (!either)
      return op->emitError("has a condition that is too large for a bundle");
    expr = *either;
  }
  checks.push_back(
      json::Object{{"expr", expr.toJson()}, {"message", std::move(message)}});
  return success();
}

FailureOr<FunctionExporter::Arm>
FunctionExporter::visitArm(Region &region, const SizeExpr &condition,
                           bool holds) {
  Arm arm;
  arm.firstBuffer = static_cast<int>(buffers.size());
  std::swap(arm.launches, launches);
  path.emplace_back(condition, holds);
  if (!region.empty()) {
    for (Operation &inside : region.front().without_terminator())
      if (failed(visit(&inside)))
        return failure();
    Operation *yield = region.front().getTerminator();
    for (Value value : yield->getOperands()) {
      HostTensor &result = arm.results.emplace_back();
      if (!isa<TensorType>(value.getType()))
        continue;
      FailureOr<HostTensor> tensor = read(yield, value);
      if (failed(tensor))
        return failure();
      result = *tensor;
    }
  }
  path.pop_back();
  std::swap(arm.launches, launches);
  arm.endBuffer = static_cast<int>(buffers.size());
  for (const Buffer &buffer : ArrayRef(buffers).take_front(arm.firstBuffer))
    arm.written.emplace_back(buffer.version, buffer.writer);
  return arm;
}

static bool haveSameShape(ArrayRef<SizeExpr> a, ArrayRef<SizeExpr> b) {
  return llvm::equal(a, b, [](const SizeExpr &x, const SizeExpr &y) {
    return x.toJson() == y.toJson();
  });
}

/// `from`, a buffer of `arm`, is `into`, one of the other arm, from now on.
void FunctionExporter::merge(Arm &arm, int from, int into) {
  buffers[from].kind = Buffer::Merged;
  Buffer &buffer = buffers[into];
  buffer.version = std::max(buffer.version, buffers[from].version);
  for (PendingLaunch &launch : arm.launches)
    for (PendingVariant &variant : launch)
      for (HostTensor &operand : variant.operands)
        if (operand.buffer == from)
          operand.buffer = into;
  for (HostTensor &result : arm.results)
    if (result.buffer == from)
      result.buffer = into;
}

FailureOr<HostTensor> FunctionExporter::joinResult(scf::IfOp op,
                                                   unsigned number, Arm &taken,
                                                   Arm &other,
                                                   DenseSet<int> &shared) {
  HostTensor &a = taken.results[number], &b = other.results[number];
  auto refuse = [&](const Twine &what) {
    return op.emitError("result ")
           << number << " is " << what << " in the two branches";
  };
  if (!haveSameShape(a.shape, b.shape))
    return refuse("of different sizes");
  auto isOwn = [](const Arm &arm, int buffer) {
    return buffer >= arm.firstBuffer && buffer < arm.endBuffer;
  };
  // Nothing is in it yet, so it may be where the other one is.
  if (a.buffer != b.buffer && b.buffer == HostTensor::noBuffer &&
      isOwn(taken, a.buffer))
    b.buffer = a.buffer;
  if (a.buffer != b.buffer && a.buffer == HostTensor::noBuffer &&
      isOwn(other, b.buffer))
    a.buffer = b.buffer;
  if (a.buffer != b.buffer) {
    if (!isOwn(taken, a.buffer) || !isOwn(other, b.buffer) ||
        shared.contains(a.buffer))
      return refuse("in different buffers");
    merge(other, b.buffer, a.buffer);
  }
  if (a.buffer != HostTensor::noBuffer)
    shared.insert(a.buffer);
  return a;
}

/// Temporaries that both arms have need room once.
void FunctionExporter::shareWorkspace(Arm &taken, Arm &other,
                                      DenseSet<int> &shared) {
  for (int from = other.firstBuffer; from < other.endBuffer; ++from) {
    if (buffers[from].kind != Buffer::Workspace || shared.contains(from))
      continue;
    for (int into = taken.firstBuffer; into < taken.endBuffer; ++into)
      if (buffers[into].kind == Buffer::Workspace &&
          buffers[into].elementType == buffers[from].elementType &&
          haveSameShape(buffers[into].shape, buffers[from].shape) &&
          shared.insert(into).second) {
        merge(other, from, into);
        break;
      }
  }
}

LogicalResult FunctionExporter::joinResults(scf::IfOp op, Arm &taken,
                                            Arm &other) {
  DenseSet<int> shared;
  SmallVector<HostTensor> joined;
  for (OpResult result : op.getResults()) {
    HostTensor &tensor = joined.emplace_back();
    if (!isa<TensorType>(result.getType()))
      continue;
    FailureOr<HostTensor> both =
        joinResult(op, result.getResultNumber(), taken, other, shared);
    if (failed(both))
      return failure();
    tensor = *both;
  }
  shareWorkspace(taken, other, shared);
  // What either arm has written is no longer what it was.
  for (auto [buffer, first, second] :
       llvm::zip(buffers, taken.written, other.written))
    std::tie(buffer.version, buffer.writer) =
        first.first > second.first ? first : second;
  for (auto [result, tensor] : llvm::zip(op.getResults(), joined)) {
    if (!isa<TensorType>(result.getType()))
      continue;
    if (tensor.buffer != HostTensor::noBuffer)
      tensor.version = buffers[tensor.buffer].version;
    tensors[result] = tensor;
  }
  return success();
}

static bool restrict(std::optional<SizeExpr> &where, const SizeExpr &to) {
  where = where ? SizeExpr::make("and", to, *where) : to;
  return where.has_value();
}

LogicalResult FunctionExporter::joinLaunches(scf::IfOp op,
                                             const SizeExpr &condition,
                                             Arm &taken, Arm &other) {
  auto tooLarge = [&] {
    return op.emitError("has a condition that is too large for a bundle");
  };
  size_t both = std::min(taken.launches.size(), other.launches.size());
  for (size_t number = 0; number < both; ++number) {
    PendingLaunch &first = taken.launches[number];
    for (PendingVariant &variant : first)
      if (!restrict(variant.when, condition))
        return tooLarge();
    llvm::append_range(first, other.launches[number]);
    launches.push_back(std::move(first));
  }
  std::optional<SizeExpr> isOther =
      SizeExpr::make("eq", condition, SizeExpr::constant(0));
  if (!isOther)
    return tooLarge();
  for (auto [arm, where] :
       {std::pair(&taken, condition), std::pair(&other, *isOther)})
    for (PendingLaunch &launch :
         MutableArrayRef(arm->launches).drop_front(both)) {
      for (PendingVariant &variant : launch)
        if (!restrict(variant.only, where))
          return tooLarge();
      launches.push_back(std::move(launch));
    }
  return success();
}

LogicalResult FunctionExporter::visit(scf::IfOp op) {
  FailureOr<SizeExpr> condition = exprs.get(op.getCondition());
  if (failed(condition))
    return failure();
  SmallVector<std::pair<unsigned, Operation *>> before;
  for (const Buffer &buffer : buffers)
    before.emplace_back(buffer.version, buffer.writer);
  FailureOr<Arm> taken = visitArm(op.getThenRegion(), *condition, true);
  if (failed(taken))
    return failure();
  for (auto [buffer, state] : llvm::zip(buffers, before))
    std::tie(buffer.version, buffer.writer) = state;
  FailureOr<Arm> other = visitArm(op.getElseRegion(), *condition, false);
  if (failed(other))
    return failure();
  if (failed(joinResults(op, *taken, *other)))
    return failure();
  return joinLaunches(op, *condition, *taken, *other);
}
