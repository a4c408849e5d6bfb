//===- Check.cpp - a backend's results against the reference's ------------===//

#include "Check.h"

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Compare.h"
#include "gq/Numerics/Convert.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// Which rule
//===----------------------------------------------------------------------===//

bool mlir::gq::walkSources(Value value, function_ref<bool(Operation *)> visit) {
  SmallPtrSet<Operation *, 16> seen;
  SmallVector<Value> work{value};
  while (!work.empty()) {
    Operation *op = work.pop_back_val().getDefiningOp();
    if (!op || !seen.insert(op).second)
      continue;
    WalkResult walk = op->walk([&](Operation *nested) {
      if (!visit(nested))
        return WalkResult::interrupt();
      llvm::append_range(work, nested->getOperands());
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return false;
  }
  return true;
}

/// The result that \p value is, looking through casts and tile loops.
static Value getComputed(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto cast = dyn_cast_or_null<tensor::CastOp>(op))
    return getComputed(cast.getSource());
  auto loop = dyn_cast_or_null<scf::ForallOp>(op);
  if (!loop)
    return value;
  BlockArgument shared =
      loop.getRegionIterArgs()[cast<OpResult>(value).getResultNumber()];
  for (Operation &insert : loop.getTerminator().getYieldingOps())
    if (auto slice = dyn_cast<tensor::ParallelInsertSliceOp>(&insert))
      if (slice.getDest() == shared)
        return getComputed(slice.getSource());
  return value;
}

/// Scales or magnitudes of a quantisation, which are pinned in any format.
static bool isMadeByQuantisation(Value value) {
  auto result = dyn_cast<OpResult>(getComputed(value));
  auto op = result ? dyn_cast<BlockOpInterface>(result.getOwner()) : nullptr;
  return op &&
         op.getOperandSpecs()[op.getTiedOpOperand(result)->getOperandNumber()]
                 .role != OperandRole::Data;
}

/// A reduction of floats by upstream's ops: nobody says in which order.
static bool isRoundedInAnyOrder(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return linalgOp && linalgOp.getNumReductionLoops() > 0 &&
         llvm::any_of(*linalgOp.getBlock(),
                      llvm::IsaPred<arith::AddFOp, arith::MulFOp>);
}

/// `fmt_max / amax`, which codes are multiplied with: a kernel multiplies with
/// 1 / (amax / fmt_max), and where the two fall on both sides of a tie a code
/// is another.
static bool isReciprocalOfScale(Operation *op) {
  APFloat number(0.0f);
  if (!isa<arith::DivFOp>(op) ||
      !matchPattern(op->getOperand(0), m_ConstantFloat(&number)))
    return false;
  MLIRContext *context = op->getContext();
  for (Type format :
       {Type(Float8E4M3FNType::get(context)),
        Type(Float8E5M2Type::get(context)), Type(IntegerType::get(context, 8))})
    if (number.isExactlyValue(formatMax(format)))
      return true;
  return false;
}

/// Functions of the math dialect that are only near what they stand for.
static bool isInexactFunction(Operation *op) {
  return isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
         !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
              math::FloorOp, math::FmaOp, math::RoundEvenOp, math::RoundOp,
              math::TruncOp>(op);
}

bool mlir::gq::isComputedExactly(Value value) {
  return walkSources(value, [](Operation *op) {
    auto block = dyn_cast<BlockOpInterface>(op);
    if (isRoundedInAnyOrder(op) || isReciprocalOfScale(op))
      return false;
    return (!block || block.pinsBits()) && !isa<func::CallOp>(op) &&
           !isInexactFunction(op);
  });
}

/// What result \p index of a function of one block is; null of others.
static Value getReturned(func::FuncOp function, unsigned index) {
  if (!function.getBody().hasOneBlock())
    return nullptr;
  return function.getBody().front().getTerminator()->getOperand(index);
}

bool mlir::gq::isBitExact(func::FuncOp function, unsigned index) {
  Value value = getReturned(function, index);
  if (!value)
    return false;
  Type type = getElementTypeOrSelf(value.getType());
  return (isFp8(type) || type.isIntOrIndex() || isMadeByQuantisation(value)) &&
         isComputedExactly(value);
}

/// What a quantisation packed in the bytes of \p value.
static std::optional<gridquant::FourBits> packedIn(Value value) {
  Operation *op = getComputed(value).getDefiningOp();
  std::optional<Type> packed;
  if (auto quantize = dyn_cast_or_null<QuantizeOp>(op))
    packed = quantize.getPacked();
  else if (auto cast = dyn_cast_or_null<ScaledCastOp>(op))
    packed = cast.getPacked();
  return packed ? getFourBits(*packed) : std::nullopt;
}

/// Codes that floats are rounded to, of a quantisation or one by one.
static bool areCodes(Value value) {
  if (!value || !isQuantized(getElementTypeOrSelf(value.getType())))
    return false;
  if (isFp8(getElementTypeOrSelf(value.getType())))
    return true;
  Value computed = getComputed(value);
  Operation *op = computed.getDefiningOp();
  if (auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op))
    op = linalgOp.getBlock()
             ->getTerminator()
             ->getOperand(cast<OpResult>(computed).getResultNumber())
             .getDefiningOp();
  return isa_and_nonnull<BlockOpInterface, arith::FPToSIOp>(op);
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

/// Any tensor as a matrix: its last dimension makes the rows.
static std::pair<int64_t, int64_t> matrixShape(const RuntimeTensor &tensor) {
  int64_t cols = tensor.getRank() == 0 ? 1 : tensor.getShape().back();
  return {cols == 0 ? 0 : tensor.getNumElements() / cols, cols};
}

static CheckOutcome refuse(const gridquant::Status &status) {
  return {false, status.message()};
}

static CheckOutcome compareBits(const gridquant::ConstMatrix &d,
                                const gridquant::ConstMatrix &reference) {
  gridquant::BitwiseReport report;
  gridquant::Status status = gridquant::compareBitwise(d, reference, report);
  if (!status.ok())
    return refuse(status);
  CheckOutcome outcome;
  outcome.passed = report.mismatches == 0;
  llvm::raw_string_ostream os(outcome.summary);
  if (outcome.passed)
    os << "equal bit for bit";
  else
    os << report.mismatches << " elements differ, the first at ("
       << report.firstRow << ", " << report.firstCol << "): 0x"
       << llvm::utohexstr(report.firstA, true) << ", expected 0x"
       << llvm::utohexstr(report.firstB, true);
  return outcome;
}

/// From one number to the next where those of a type of floats are subnormal;
/// 0 of other types.
static double leastStep(gridquant::ElementType type) {
  switch (type) {
  case gridquant::ElementType::f16:
    return 0x1p-24;
  case gridquant::ElementType::bf16:
    return 0x1p-133;
  case gridquant::ElementType::f32:
    return 0x1p-149;
  default:
    return 0;
  }
}

/// Where something within the bounds overflows in the type of the result, so
/// may the result.
static void acceptOverflow(const gridquant::ConstMatrix &d,
                           ArrayRef<double> measure,
                           const gridquant::ErrorBound &bound,
                           MutableArrayRef<double> expected) {
  using gridquant::ElementType;
  if (d.type != ElementType::bf16 && d.type != ElementType::f16 &&
      d.type != ElementType::f32)
    return;
  size_t count = expected.size();
  std::vector<float> values(count);
  gridquant::convertToFloat(d.type, d.data, static_cast<int64_t>(count),
                            values.data());
  // Half a step behind the largest number.
  double overflows = d.type == ElementType::f16    ? 65520.0
                     : d.type == ElementType::bf16 ? 0x1.FFp127
                                                   : 0x1.FFFFFFp127;
  for (size_t i = 0; i < count; ++i) {
    double most = std::fabs(expected[i]) * (1 + bound.relative) +
                  bound.accumulated * measure[i];
    if (std::isinf(values[i]) && std::isfinite(expected[i]) &&
        std::signbit(values[i]) == std::signbit(expected[i]) &&
        most >= overflows)
      expected[i] = values[i];
  }
}

/// Codes of rounded values.
static CheckOutcome checkCodes(const RuntimeTensor &result,
                               const RuntimeTensor &reference,
                               std::optional<gridquant::FourBits> packed) {
  auto [rows, cols] = matrixShape(result);
  if (packed)
    cols *= 2;
  CodesReport report = compareCodes(result, reference, cols, packed);
  int64_t count = report.count;
  int64_t most = std::max<int64_t>(1, count / kCodesPerStep);
  CheckOutcome outcome;
  outcome.passed = report.beyond == 0 && report.different <= most;
  llvm::raw_string_ostream os(outcome.summary);
  os << report.different << " of " << count << " codes are the next one (limit "
     << most << ")";
  if (!outcome.passed)
    os << ", " << report.beyond << " farther off, the first at ("
       << report.first / cols << ", " << report.first % cols << "): "
       << llvm::format("%.9g, expected %.9g", report.got, report.expected);
  return outcome;
}

/// Whether what is out of bounds is so by no more than steps of codes make.
static bool areWithinSteps(const gridquant::ConstMatrix &d,
                           ArrayRef<double> expected, ArrayRef<double> measure,
                           const gridquant::ErrorBound &bound,
                           const ResultSteps &steps) {
  std::vector<float> values(expected.size());
  gridquant::convertToFloat(d.type, d.data, static_cast<int64_t>(values.size()),
                            values.data());
  for (size_t i = 0; i < values.size(); ++i) {
    double error = std::fabs(values[i] - expected[i]);
    double most = bound.relative * std::fabs(expected[i]) +
                  bound.accumulated * measure[i] + bound.absolute;
    if (values[i] == expected[i] || error <= most ||
        (std::isnan(values[i]) && std::isnan(expected[i])))
      continue;
    double more = steps.product ? steps.product->rootAt(static_cast<int64_t>(i))
                                : steps.relative * measure[i];
    // Written so that what is not finite is not within.
    if (!(error <= most + more))
      return false;
  }
  return true;
}

CheckOutcome mlir::gq::checkResult(func::FuncOp function, unsigned index,
                                   const RuntimeTensor &result,
                                   const RuntimeTensor &reference,
                                   const ResultSteps &steps) {
  if (result.getShape() != reference.getShape() ||
      result.getElementType() != reference.getElementType())
    return {false, "is " + result.typeToString() + ", expected " +
                       reference.typeToString()};
  std::optional<gridquant::ElementType> type =
      getNumericsType(result.getElementType());
  if (!type) {
    // i1 and index have no numerics; their bytes do.
    bool same =
        std::equal(result.getData(), result.getData() + result.getNumBytes(),
                   reference.getData());
    return {same, same ? "equal bit for bit" : "elements differ"};
  }
  auto [rows, cols] = matrixShape(result);
  gridquant::ConstMatrix d{result.getData(), *type, rows, cols};
  if (isBitExact(function, index))
    return compareBits(d, {reference.getData(), *type, rows, cols});
  if (Value returned = getReturned(function, index); areCodes(returned))
    return checkCodes(result, reference, packedIn(returned));

  // The reference in f64, and what errors are measured by.
  size_t count = static_cast<size_t>(result.getNumElements());
  std::vector<double> expected(count), measure(count);
  if (reference.exact) {
    expected = *reference.exact;
  } else if (*type == gridquant::ElementType::f64) {
    auto *values = reinterpret_cast<const double *>(reference.getData());
    expected.assign(values, values + count);
  } else {
    std::vector<float> values(count);
    gridquant::convertToFloat(*type, reference.getData(),
                              result.getNumElements(), values.data());
    expected.assign(values.begin(), values.end());
  }
  bool coarse = gridquant::isFloat8(*type) || gridquant::isInteger(*type);
  gridquant::ErrorBound bound;
  if (reference.sumAbs) {
    measure = *reference.sumAbs;
    // The tensor core rounds a sum every 32 elements of K until it is promoted,
    // or a block ends.
    int64_t promote = 128;
    // Sums that are not promoted are rounded to f32, and so far less; those of
    // integers are exact.
    function.walk([&](ScaledMatmulOp op) {
      if (getElementTypeOrSelf(op.getA().getType()).isInteger())
        return;
      std::optional<int64_t> step = op.getPromotionStep();
      for (const NamedBlock &block : op.getBlocks())
        step = std::min(*step, block.sizes[1]);
      promote = std::max(promote, step.value_or(0));
    });
    bound.accumulated *= static_cast<double>(promote) / 128;
  } else {
    bound = {0, coarse ? 0x1p-2 : kOfRow};
    measure = largestOfRows(expected, cols);
  }
  bound.absolute = leastStep(*type) / (reference.exact ? 2 : 1);
  acceptOverflow(d, measure, bound, expected);
  gridquant::ErrorReport report;
  gridquant::Status status = gridquant::compareWithReference(
      d, expected.data(), measure.data(), bound, report);
  if (!status.ok())
    return refuse(status);
  double limit = coarse ? 0x1p-4 : 2.5e-3;
  limit += steps.relative / std::sqrt(kCodesPerStep);
  bool few = false;
  if (steps.relative > 0 && report.violations > 0)
    few = report.violations <= std::max<int64_t>(cols, rows * cols / 16) &&
          areWithinSteps(d, expected, measure, bound, steps);
  CheckOutcome outcome;
  outcome.passed =
      (report.violations == 0 || few) && report.frobeniusOfMany <= limit;
  llvm::raw_string_ostream os(outcome.summary);
  os << "relative error "
     << llvm::format("%.3g (limit %.3g), largest %.3g", report.frobeniusOfMany,
                     limit, report.maxAbsolute);
  if (report.violations > 0)
    os << ", " << report.violations << " elements out of bounds"
       << (few ? " by steps of codes" : "") << ", the first at ("
       << report.firstRow << ", " << report.firstCol << "): "
       << llvm::format("%.9g, expected %.9g", report.firstValue,
                       report.firstReference);
  return outcome;
}
