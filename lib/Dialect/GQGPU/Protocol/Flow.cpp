//===- Flow.cpp - how values of the protocol go through loops -------------===//
#include "Protocol.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gqgpu;

bool mlir::gqgpu::isProducerOp(Operation *op) {
  return isa<AcquireOp, TmaLoadOp, CopyLoadOp, PutOp, PutSumsOp, PutMaximaOp,
             CommitOp>(op);
}

bool mlir::gqgpu::isConsumerOp(Operation *op) {
  return isa<WaitOp, SlotReadOp, ReadScalesOp, MmaAsyncOp, AddPutOp,
             SumSlotRowsOp, ReadSumsOp, ReadMaximaOp, ReleaseOp>(op);
}

Value mlir::gqgpu::slotOf(Operation *op) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<TmaLoadOp, CopyLoadOp, PutOp, CommitOp, SlotReadOp, ReadScalesOp,
            MmaAsyncOp, AddPutOp, SumSlotRowsOp, PutSumsOp, ReadSumsOp,
            PutMaximaOp, ReadMaximaOp, ReleaseOp>(
          [](auto op) { return op.getSlot(); })
      .Default(Value());
}

Value mlir::gqgpu::ringOf(Operation *op) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AcquireOp, WaitOp, AdvanceOp, TmaLoadOp, CopyLoadOp, PutOp,
            CommitOp, SlotReadOp, ReadScalesOp, MmaAsyncOp, AddPutOp,
            SumSlotRowsOp, PutSumsOp, ReadSumsOp, PutMaximaOp, ReadMaximaOp,
            ReleaseOp>([](auto op) { return op.getRing(); })
      .Default(Value());
}

std::optional<LoopView> LoopView::get(Operation *op) {
  LoopView view;
  view.op = op;
  if (auto loop = dyn_cast_or_null<scf::ForOp>(op)) {
    view.body = loop.getBody();
    view.inits = loop.getInitArgs();
    view.args = loop.getRegionIterArgs();
  } else if (auto loop = dyn_cast_or_null<TileLoopOp>(op)) {
    view.body = &loop.getBody().front();
    view.inits = loop.getInits();
    view.args = loop.getIterArgs();
  } else {
    return std::nullopt;
  }
  view.yields = view.body->getTerminator()->getOperands();
  view.results = op->getResults();
  return view;
}

std::optional<int64_t> LoopView::trips() const {
  auto loop = dyn_cast<scf::ForOp>(op);
  if (!loop)
    return std::nullopt;
  std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
  std::optional<int64_t> upper = getConstantIntValue(loop.getUpperBound());
  std::optional<int64_t> step = getConstantIntValue(loop.getStep());
  if (!lower || !upper || !step || *step <= 0)
    return std::nullopt;
  // Sizes beyond this come from no kernel, and would overflow.
  constexpr int64_t bound = int64_t(1) << 61;
  if (*lower < -bound || *lower > bound || *upper < -bound || *upper > bound)
    return std::nullopt;
  if (*lower >= *upper)
    return 0;
  return (*upper - *lower - 1) / *step + 1;
}

bool LoopView::mayRepeat() const {
  if (auto loop = dyn_cast<TileLoopOp>(op))
    return loop.getPersistent();
  std::optional<int64_t> count = trips();
  return !count || *count > 1;
}

std::optional<int64_t> mlir::gqgpu::advancesBetween(Value start, Value cursor) {
  int64_t advances = 0;
  while (cursor != start) {
    auto advance = cursor.getDefiningOp<AdvanceOp>();
    if (!advance)
      return std::nullopt;
    cursor = advance.getCursor();
    ++advances;
  }
  return advances;
}

std::optional<bool> mlir::gqgpu::constantCondition(Value condition) {
  if (std::optional<int64_t> value = getConstantIntValue(condition))
    return *value != 0;
  return std::nullopt;
}

static bool same(Value a, Value b) {
  std::optional<int64_t> x = getConstantIntValue(a), y = getConstantIntValue(b);
  return a == b || (x && y && *x == *y);
}

/// `condition` is `smaller < larger` of values that these accept.
static bool isLess(Value condition, llvm::function_ref<bool(Value)> smaller,
                   llvm::function_ref<bool(Value)> larger) {
  auto compare =
      condition ? condition.getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  if (!compare)
    return false;
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::ult:
    return smaller(compare.getLhs()) && larger(compare.getRhs());
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::ugt:
    return smaller(compare.getRhs()) && larger(compare.getLhs());
  default:
    return false;
  }
}

bool mlir::gqgpu::saysAnother(Value condition, scf::ForOp loop) {
  return isLess(
      condition,
      [&](Value next) {
        auto add = next.getDefiningOp<arith::AddIOp>();
        if (!add)
          return false;
        Value iv = loop.getInductionVar();
        return (add.getLhs() == iv && same(add.getRhs(), loop.getStep())) ||
               (add.getRhs() == iv && same(add.getLhs(), loop.getStep()));
      },
      [&](Value end) { return same(end, loop.getUpperBound()); });
}

bool mlir::gqgpu::saysAny(Value condition, scf::ForOp loop) {
  return isLess(
      condition, [&](Value start) { return same(start, loop.getLowerBound()); },
      [&](Value end) { return same(end, loop.getUpperBound()); });
}
