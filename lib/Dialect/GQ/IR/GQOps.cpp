//===- GQOps.cpp - the operands of the gq ops -----------------------------===//
//
// Which loops each operand runs along. BlockOp.cpp and BlockOpTiling.cpp derive
// sizes, shapes and tiles from it.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

#define GET_OP_CLASSES
#include "gq/Dialect/GQ/IR/GQOps.cpp.inc"

namespace {
/// The loops of a matrix and of a product.
enum : unsigned { Rows, Columns, Matrix };
enum : unsigned { M, N, K, Batch };
} // namespace

static bool hasMany(Value value) {
  return cast<ShapedType>(value.getType()).getRank() == 3;
}

/// One value per block of a matrix.
static OperandSpec blocksOf(StringRef name, OperandRole role,
                            ArrayRef<int64_t> block) {
  return OperandSpec::ofBlocks(name, role,
                               {{Rows, block[0]}, {Columns, block[1]}});
}

SmallVector<OperandSpec> BlockAbsmaxOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}).asReduced(),
          blocksOf("init", OperandRole::Maxima, getBlock())};
}

SmallVector<OperandSpec> BlockReduceOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}).asReduced(),
          blocksOf("init", OperandRole::Data, getBlock())};
}

bool BlockReduceOp::pinsBits() {
  return getKind() != arith::AtomicRMWKind::addf &&
         getKind() != arith::AtomicRMWKind::mulf;
}

TypedAttr BlockReduceOp::getNeutral() {
  OpBuilder b(getContext());
  return arith::getIdentityValueAttr(getKind(), getElementTypeOrSelf(getX()), b,
                                     getLoc());
}

/// The elements are those of the maxima.
SmallVector<OperandSpec> AbsmaxToScaleOp::getOperandSpecs() {
  return {OperandSpec::elements("amax", {Rows, Columns}, OperandRole::Maxima),
          OperandSpec::elements("init", {Rows, Columns}, OperandRole::Scales)};
}

SmallVector<OperandSpec> CopyOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}),
          OperandSpec::elements("init", {Rows, Columns})};
}

/// Codes: a byte each, or two to a byte.
static OperandSpec codes(StringRef name, bool packed) {
  return packed ? OperandSpec::packedElements(name, {Rows, Columns}, 2)
                : OperandSpec::elements(name, {Rows, Columns});
}

SmallVector<OperandSpec> ScaledCastOp::getOperandSpecs() {
  bool packed = getPacked().has_value();
  OperandSpec x = OperandSpec::elements("x", {Rows, Columns});
  // The last byte of a row may have the code of what is outside.
  return {packed ? std::move(x).asReduced() : std::move(x),
          blocksOf("scales", OperandRole::Scales, getBlock()),
          codes("init", packed)};
}

SmallVector<OperandSpec> DequantizeOp::getOperandSpecs() {
  return {codes("q", getPacked().has_value()),
          blocksOf("scales", OperandRole::Scales, getBlock()),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> QuantizeOp::getOperandSpecs() {
  SmallVector<OperandSpec> specs{
      OperandSpec::elements("x", {Rows, Columns}).asReduced(),
      codes("init", getPacked().has_value()),
      blocksOf("scales_init", OperandRole::Scales, getBlock())
          .transposedIf(getTransposedScales())
          .paddedIf(getPaddedScales(), getScalesInit().getType())};
  // A batch has codes and scales of each x.
  if (hasMany(getX()))
    for (OperandSpec &spec : specs)
      spec = std::move(spec).inBatch(Matrix);
  return specs;
}

SmallVector<NamedBlock> ScaledMatmulOp::getBlocks() {
  SmallVector<NamedBlock> blocks;
  if (getAScales())
    blocks.push_back({"a_block", getABlock().value_or(ArrayRef<int64_t>())});
  if (getBScales())
    blocks.push_back({"b_block", getBBlock().value_or(ArrayRef<int64_t>())});
  return blocks;
}

SmallVector<OperandSpec> ScaledMatmulOp::getOperandSpecs() {
  // A batch has a result for each of several a, or b.
  bool isMany = hasMany(getInit()) && (hasMany(getA()) || hasMany(getB()));
  SmallVector<OperandSpec> specs;
  auto add = [&](OperandSpec spec, Value operand) {
    specs.push_back(isMany ? std::move(spec).inBatch(operand.getType(), Batch)
                           : std::move(spec));
  };
  add(OperandSpec::elements("a", {M, K}).asReduced(), getA());
  add(OperandSpec::elements("b", {N, K}).asReduced(), getB());
  if (Value scales = getAScales()) {
    ArrayRef<int64_t> block = *getABlock();
    add(OperandSpec::ofBlocks("a_scales", OperandRole::Scales,
                              {{M, block[0]}, {K, block[1]}})
            .transposedIf(getTransposedAScales())
            .paddedIf(getPaddedAScales(), scales.getType()),
        scales);
  }
  if (Value scales = getBScales()) {
    ArrayRef<int64_t> block = *getBBlock();
    add(OperandSpec::ofBlocks("b_scales", OperandRole::Scales,
                              {{N, block[0]}, {K, block[1]}})
            .transposedIf(getTransposedBScales())
            .paddedIf(getPaddedBScales(), scales.getType()),
        scales);
  }
  for (auto [name, points, loop] :
       {std::tuple("a_zero_points", getAZeroPoints(), M),
        {"b_zero_points", getBZeroPoints(), N}})
    if (points)
      specs.push_back(OperandSpec::elements(
          name, cast<ShapedType>(points.getType()).getRank() == 0
                    ? SmallVector<unsigned>()
                    : SmallVector<unsigned>{loop}));
  add(OperandSpec::elements("init", {M, N}), getInit());
  return specs;
}

/// The scales of `blocks` x K elements are those of one row each, or one is
/// that of all rows.
static bool hasScaleOfRow(Value scales, ArrayRef<int64_t> block,
                          bool transposed, int64_t k) {
  return block[1] >= k &&
         (block[0] == 1 ||
          cast<ShapedType>(scales.getType()).getDimSize(transposed ? 1 : 0) ==
              1);
}

std::string ScaledMatmulOp::refuseOneIntegerSum() {
  // Products are at most 2^14 in magnitude, 255 * 255 with zero points.
  constexpr int64_t kMost = (int64_t(1) << 17) - 1, kMostShifted = 33024;
  auto a = cast<ShapedType>(getA().getType());
  if (!a.getElementType().isInteger(8) ||
      getElementTypeOrSelf(getInit().getType()).isInteger())
    return "expects sums of i8 into a float";
  if (getPromoteAttr())
    return ("expects no promote, got " + Twine(getPromote())).str();
  if (!getOrigin().empty())
    return "expects no origin, got one";
  int64_t k = a.getDimSize(1), most = hasZeroPoints() ? kMostShifted : kMost;
  if (ShapedType::isDynamic(k) || k > most)
    return ("expects a static K of at most " + Twine(most) +
            ", so that s32 holds the sum, got " +
            (ShapedType::isDynamic(k) ? Twine("a dynamic one") : Twine(k)))
        .str();
  if (isScaled() &&
      !(hasScaleOfRow(getAScales(), *getABlock(), getTransposedAScales(), k) &&
        hasScaleOfRow(getBScales(), *getBBlock(), getTransposedBScales(), k)))
    return "expects scales in one block along K, each of one row or of all, "
           "got others";
  return "";
}

std::optional<int64_t> ScaledMatmulOp::getPromotionStep() {
  if (!isScaled() && (isHalf(getElementTypeOrSelf(getA().getType())) ||
                      getElementTypeOrSelf(getInit().getType()).isInteger()))
    return std::nullopt;
  if (isOneIntegerSum())
    return std::max<int64_t>(cast<ShapedType>(getA().getType()).getDimSize(1),
                             1);
  return getPromote();
}

void ScaledMatmulOp::keepPromotionStep(std::optional<int64_t> step) {
  constexpr int64_t kStep = 32; // what promote is a multiple of
  if (step && !hasZeroPoints() &&
      getElementTypeOrSelf(getA().getType()).isInteger(8))
    setPromote(llvm::alignTo(*step, kStep));
}

ArrayRef<StringLiteral> ScaledMatmulOp::getLoopNames() {
  static constexpr StringLiteral names[] = {"M", "N", "K", "batch"};
  return names;
}
