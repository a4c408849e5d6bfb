//===- SideBySide.cpp - how many elements are divided at once -------------===//
//
// A division that is rounded correctly is a chain of some ten instructions, and
// ptxas keeps elements with branches of their own apart. A kernel of elements
// has many warps for that, a math group one on each scheduler, so the more
// elements it has side by side, the less it waits. On an H200, cycles of two
// products of 4096 x 28672 x 8192 in one kernel with silu(g) * u, quantised: of
// 8 or 16 elements at once 1.08 times as many as without the division, of 32 as
// many.
//
// As many as there are registers for: those of the role, without fragments that
// are needed later or made here. Under a product that runs there are none, nor
// where elements of memory are read as well, which ptxas loads in front of it
// all.
//
//===----------------------------------------------------------------------===//
#include "ExpandMath.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Support/Remarks.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-expand-math";

/// Of a thread in a kernel without roles, whose other warps hide the rest.
static constexpr int64_t kOfElements = 8;
/// Of a math group; more were not measured.
static constexpr int64_t kMostOfSums = 32;

static int64_t registersOf(Type type) {
  constexpr int64_t kRegister = 32;
  auto fragment = dyn_cast<FragmentType>(type);
  if (!fragment)
    return llvm::divideCeil(type.isIntOrFloat() ? type.getIntOrFloatBitWidth()
                                                : kRegister,
                            kRegister);
  return llvm::divideCeil(fragment.getNumValues() *
                              fragment.getElementType().getIntOrFloatBitWidth(),
                          kRegister);
}

/// Registers of one element at the point where most of its values are needed,
/// with one for what a division has in between.
static int64_t registersOfElement(Block &body) {
  auto lastUse = [&](Value value) -> Operation * {
    Operation *last = nullptr;
    for (Operation *user : value.getUsers())
      if (!last || last->isBeforeInBlock(user))
        last = user;
    return last;
  };
  int64_t live = 0;
  for (BlockArgument arg : body.getArguments())
    live += registersOf(arg.getType());
  int64_t most = live;
  for (Operation &op : body) {
    // A result has the registers of what is needed for the last time.
    llvm::SmallDenseSet<Value> dead;
    for (Value operand : op.getOperands())
      if (operand.getParentBlock() == &body && lastUse(operand) == &op &&
          !matchPattern(operand, m_Constant()) && dead.insert(operand).second)
        live -= registersOf(operand.getType());
    // Constants are operands of instructions.
    if (!op.hasTrait<OpTrait::ConstantLike>())
      for (Value result : op.getResults())
        live += registersOf(result.getType());
    most = std::max(most, live);
  }
  return most + 1;
}

/// Registers of fragments that are needed behind `op`, or made by it.
static int64_t registersBeside(ElementwiseOp op) {
  Block *block = op->getBlock();
  llvm::SmallDenseSet<Value> fragments;
  auto collect = [&](Value value) {
    if (isa<FragmentType>(value.getType()) &&
        (value.getParentBlock() != block || !value.getDefiningOp() ||
         value.getDefiningOp()->isBeforeInBlock(op)))
      fragments.insert(value);
  };
  for (Operation *later = op->getNextNode(); later;
       later = later->getNextNode())
    later->walk([&](Operation *inner) {
      llvm::for_each(inner->getOperands(), collect);
    });
  int64_t behind = 0, operands = 0, results = 0;
  for (Value value : fragments)
    behind += registersOf(value.getType());
  for (Value operand : op.getOperands())
    operands +=
        fragments.contains(operand) ? 0 : registersOf(operand.getType());
  for (Value result : op.getResults())
    results += registersOf(result.getType());
  return behind + std::max(operands, results);
}

/// What it reads, or what that is computed from in the same block, is loaded.
static bool readsMemory(ElementwiseOp op) {
  return llvm::any_of(op.getOperands(), [&](Value operand) {
    Operation *def = operand.getDefiningOp();
    if (!def || def->getBlock() != op->getBlock())
      return false;
    auto other = dyn_cast<ElementwiseOp>(def);
    return isa<LoadFragmentOp>(def) || (other && readsMemory(other));
  });
}

void mlir::gqgpu::computeSideBySide(ElementwiseOp op) {
  Block &body = op.getBody().front();
  if (op.getAtOnce() || llvm::none_of(body, ElementwiseOp::isDivision))
    return;
  RoleOp role = roleOf(op);
  if (!role || !role.isMath())
    return op.setAtOnce(kOfElements);
  // Addresses, loop state.
  constexpr int64_t kOther = 32;
  if (!isa<TileLoopOp>(op->getParentOp()) || readsMemory(op))
    return;
  int64_t room =
      static_cast<int64_t>(role.getRegisters()) - kOther - registersBeside(op);
  int64_t count = std::min(room / registersOfElement(body), kMostOfSums);
  if (count < 2)
    return;
  op.setAtOnce(static_cast<int64_t>(llvm::bit_floor<uint64_t>(count)));
  gq::remarkDecision(op, kPass, "at-once",
                     "divides " + Twine(*op.getAtOnce()) +
                         " elements at once, for which there are registers");
}
