//===- ReplayValues.cpp - numbers, cursors and slots of one agent ---------===//
#include "Replay.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gqgpu::replay;

static bool isOperand(Value value) {
  auto arg = dyn_cast<BlockArgument>(value);
  return arg && isa<KernelOp>(arg.getOwner()->getParentOp());
}

/// The dimension of a kernel's operand that `op` asks for, if it is dynamic.
static std::optional<std::pair<unsigned, int64_t>> dynamicDim(Operation *op) {
  auto dim = dyn_cast<memref::DimOp>(op);
  if (!dim || !isOperand(dim.getSource()))
    return std::nullopt;
  auto type = cast<MemRefType>(dim.getSource().getType());
  std::optional<int64_t> index = dim.getConstantIndex();
  if (!index || *index < 0 || *index >= type.getRank() ||
      !type.isDynamicDim(*index))
    return std::nullopt;
  return std::pair(cast<BlockArgument>(dim.getSource()).getArgNumber(), *index);
}

Known Values::get(Value value) {
  if (auto known = values.find(value); known != values.end())
    return known->second;
  if (--fuel < 0 || depth > 64)
    return {};
  if (isOperand(value))
    return value.getType().isIndex() ? Known(size) : Known();
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  ++depth;
  Known known = compute(op);
  --depth;
  return known;
}

std::optional<int64_t> Values::number(Value value) {
  Known known = get(value);
  if (auto *number = std::get_if<int64_t>(&known))
    return *number;
  return std::nullopt;
}

Known Values::compute(Operation *op) {
  if (auto cursor = dyn_cast<CursorOp>(op))
    return Position{static_cast<int64_t>(cursor.getStage()),
                    static_cast<int64_t>(cursor.getParity())};
  if (auto advance = dyn_cast<AdvanceOp>(op)) {
    Known known = get(advance.getCursor());
    auto *at = std::get_if<Position>(&known);
    if (!at)
      return {};
    if (at->slot + 1 == advance.getRing().getType().getStages())
      return Position{0, at->round + 1};
    return Position{at->slot + 1, at->round};
  }
  if (std::optional<int64_t> number = computeNumber(op))
    return *number;
  return {};
}

/// Numbers in kernels are far from the ends of 64 bits.
static std::optional<int64_t> small(int64_t value) {
  constexpr int64_t bound = int64_t(1) << 31;
  if (value < -bound || value > bound)
    return std::nullopt;
  return value;
}

/// As arith sees it.
static APInt bits(int64_t value) {
  return APInt(64, static_cast<uint64_t>(value));
}

std::optional<int64_t> Values::computeNumber(Operation *op) {
  if (op->getNumResults() != 1)
    return std::nullopt;
  if (std::optional<int64_t> constant = getConstantIntValue(op->getResult(0)))
    return op->getResult(0).getType().isInteger(1) ? int64_t(*constant != 0)
                                                   : small(*constant);
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    if (dynamicDim(op))
      return size;
    auto type = cast<MemRefType>(dim.getSource().getType());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (!index || *index < 0 || *index >= type.getRank() ||
        type.isDynamicDim(*index))
      return std::nullopt;
    return small(type.getDimSize(*index));
  }
  SmallVector<int64_t> in;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> value = number(operand);
    if (!value)
      return std::nullopt;
    in.push_back(*value);
  }
  bool natural = in.size() == 2 && in[0] >= 0 && in[1] > 0;
  return TypeSwitch<Operation *, std::optional<int64_t>>(op)
      .Case([&](arith::AddIOp) { return small(in[0] + in[1]); })
      .Case([&](arith::SubIOp) { return small(in[0] - in[1]); })
      .Case([&](arith::MulIOp) { return small(in[0] * in[1]); })
      .Case<arith::DivUIOp, arith::DivSIOp, arith::FloorDivSIOp>(
          [&](auto) { return natural ? small(in[0] / in[1]) : std::nullopt; })
      .Case<arith::RemUIOp, arith::RemSIOp>(
          [&](auto) { return natural ? small(in[0] % in[1]) : std::nullopt; })
      .Case<arith::CeilDivUIOp, arith::CeilDivSIOp>([&](auto) {
        return natural ? small((in[0] + in[1] - 1) / in[1]) : std::nullopt;
      })
      .Case([&](arith::MinSIOp) { return small(std::min(in[0], in[1])); })
      .Case([&](arith::MaxSIOp) { return small(std::max(in[0], in[1])); })
      .Case([&](arith::MinUIOp) {
        return small(
            llvm::APIntOps::umin(bits(in[0]), bits(in[1])).getSExtValue());
      })
      .Case([&](arith::MaxUIOp) {
        return small(
            llvm::APIntOps::umax(bits(in[0]), bits(in[1])).getSExtValue());
      })
      .Case([&](arith::AndIOp) { return small(in[0] & in[1]); })
      .Case([&](arith::OrIOp) { return small(in[0] | in[1]); })
      .Case([&](arith::XOrIOp) { return small(in[0] ^ in[1]); })
      .Case<arith::IndexCastOp, arith::IndexCastUIOp>(
          [&](auto) { return small(in[0]); })
      .Case([&](arith::SelectOp) { return small(in[0] ? in[1] : in[2]); })
      .Case([&](arith::CmpIOp cmp) {
        return small(arith::applyCmpPredicate(cmp.getPredicate(), bits(in[0]),
                                              bits(in[1])));
      })
      .Case([&](affine::AffineApplyOp apply) -> std::optional<int64_t> {
        Builder b(op->getContext());
        SmallVector<Attribute> operands, results;
        for (int64_t value : in)
          operands.push_back(b.getIndexAttr(value));
        if (failed(apply.getAffineMap().constantFold(operands, results)))
          return std::nullopt;
        return small(cast<IntegerAttr>(results.front()).getInt());
      })
      .Default([](Operation *) { return std::nullopt; });
}

std::set<std::pair<unsigned, int64_t>>
mlir::gqgpu::replay::sizesIn(Region &region) {
  std::set<std::pair<unsigned, int64_t>> sizes;
  DenseSet<Value> seen;
  SmallVector<Value> todo;
  region.walk([&](Operation *op) {
    if (auto loop = dyn_cast<scf::ForOp>(op))
      todo.append({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
    if (auto loop = dyn_cast<TileLoopOp>(op))
      llvm::append_range(todo, loop.getUbs());
    if (auto branch = dyn_cast<scf::IfOp>(op))
      todo.push_back(branch.getCondition());
    if (auto wait = dyn_cast<WaitOp>(op); wait && wait.getWhen())
      todo.push_back(wait.getWhen());
  });
  while (!todo.empty()) {
    Value value = todo.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    if (isOperand(value)) {
      sizes.insert({cast<BlockArgument>(value).getArgNumber(), -1});
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (!op)
      continue;
    if (std::optional<std::pair<unsigned, int64_t>> dim = dynamicDim(op))
      sizes.insert(*dim);
    else if (!isa<memref::DimOp>(op))
      llvm::append_range(todo, op->getOperands());
  }
  return sizes;
}
