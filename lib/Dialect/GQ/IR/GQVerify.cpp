//===- GQVerify.cpp - verifiers of the gq ops -----------------------------===//
//
// Element types and attributes of single ops. What all have in common is
// checked by verifyBlockOp in BlockOp.cpp.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace mlir::gq;

static ShapedType shaped(Value value) {
  return cast<ShapedType>(value.getType());
}

/// A float that kernels compute with: bf16, f16 or f32.
static LogicalResult verifyHighPrecision(Operation *op, StringRef name,
                                         Value value) {
  Type type = shaped(value).getElementType();
  if (type.isBF16() || type.isF16() || type.isF32())
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type bf16, f16 or f32, got " << type;
}

static LogicalResult verifyQuantized(Operation *op, StringRef name,
                                     Value value) {
  Type type = shaped(value).getElementType();
  if (isQuantized(type))
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type f8E4M3FN, f8E5M2 or i8, got " << type;
}

/// Scales of a quantised tensor.
static LogicalResult verifyScaleType(Operation *op, StringRef name,
                                     Value value) {
  Type type = shaped(value).getElementType();
  if (isScale(type))
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type f32, bf16 or f8E8M0FNU, got " << type;
}

/// Scales that are made here: E8M0 holds powers of two only.
static LogicalResult verifyMadeScales(Operation *op, StringRef name,
                                      Value value, bool pow2) {
  if (failed(verifyScaleType(op, name, value)))
    return failure();
  if (pow2 || !isa<Float8E8M0FNUType>(shaped(value).getElementType()))
    return success();
  return op->emitOpError("expects pow2 with operand ")
         << name << " of element type f8E8M0FNU, got none";
}

/// How many parts, and a body for one of them that yields a tile.
template <typename OpTy>
static FailureOr<RankedTensorType> verifyParts(OpTy op) {
  if (op.getParts() < 1 || !llvm::isInt<32>(op.getParts()))
    return op.emitOpError("expects from 1 to ")
               << std::numeric_limits<int32_t>::max() << " parts, got "
               << static_cast<int64_t>(op.getParts()),
           failure();
  Block &body = op.getBody().front();
  if (body.getNumArguments() != 1 || !body.getArgument(0).getType().isIndex())
    return op.emitOpError("expects a body with one argument of index type, the "
                          "number of a part"),
           failure();
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield)
    return op.emitOpError("expects a body that ends with gq.yield"), failure();
  return cast<RankedTensorType>(yield.getValue().getType());
}

LogicalResult SumOfPartsOp::verify() {
  FailureOr<RankedTensorType> yielded = verifyParts(*this);
  if (failed(yielded))
    return failure();
  RankedTensorType part = *yielded, init = getInit().getType();
  if (part.getRank() != 2 || init.getRank() != 2)
    return emitOpError("expects a part and an init of rank 2, got ")
           << part << " and " << init;
  if (part.getElementType() != init.getElementType())
    return emitOpError("expects a part of element type ")
           << init.getElementType() << " as operand init, got "
           << part.getElementType();
  if (failed(verifyCompatibleDims({part.getDimSize(0), init.getDimSize(0)})))
    return emitOpError("expects a part of ")
           << init.getDimSize(0) << " rows as operand init, got "
           << part.getDimSize(0);
  return success();
}

static LogicalResult verifyF32(Operation *op, StringRef name, Value value) {
  Type type = shaped(value).getElementType();
  if (type.isF32())
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type f32, got " << type;
}

static LogicalResult verifyAmaxFloor(Operation *op, const APFloat &floor) {
  if (!floor.isNaN() && !floor.isNegative() && !floor.isInfinity())
    return success();
  SmallString<16> text;
  floor.toString(text);
  return op->emitOpError("expects amax_floor to be finite and not negative, "
                         "got ")
         << text;
}

LogicalResult AbsmaxOfPartsOp::verify() {
  FailureOr<RankedTensorType> part = verifyParts(*this);
  if (failed(part) || failed(verifyAmaxFloor(*this, getAmaxFloor())))
    return failure();
  RankedTensorType tile = getTile().getType(), amax = getAmax().getType();
  if (*part != tile)
    return emitOpError("expects a part of type ")
           << tile << " as result tile, got " << *part;
  if (tile.getRank() != 2 || amax.getRank() != 2)
    return emitOpError("expects a tile and maxima of rank 2, got ")
           << tile << " and " << amax;
  auto parts = static_cast<int64_t>(getParts());
  ArrayRef<int64_t> block = getBlock();
  if (block.size() != 2 || block[0] < 1 || block[1] < 1 ||
      block[0] % parts != 0) {
    InFlightDiagnostic error =
        emitOpError("expects a block of two positive sizes, of which the first "
                    "is a multiple of ")
        << parts << " parts, got ";
    llvm::interleave(block, error, "x");
    return error;
  }
  if (!tile.isDynamicDim(0) && tile.getDimSize(0) > getRowsOfPart())
    return emitOpError("expects a tile of at most ")
           << getRowsOfPart() << " rows, those of a part of a block, got "
           << tile.getDimSize(0);
  int64_t columns = tile.getDimSize(1);
  if (!ShapedType::isDynamic(columns))
    columns = llvm::divideCeil(columns, block[1]);
  if (amax.getDimSize(0) == 1 &&
      succeeded(verifyCompatibleDims({amax.getDimSize(1), columns})))
    return success();
  InFlightDiagnostic error = emitOpError("expects a row of ");
  if (ShapedType::isDynamic(columns))
    error << "maxima";
  else
    error << columns << " maxima";
  return error << ", one for each block of the tile, got " << amax;
}

/// Passes are passes of a quantisation, slabs are turns of one.
static LogicalResult verifyConfigOfPass(Operation *op,
                                        QuantizeConfigAttr config) {
  if (!config)
    return success();
  if (config.getValue().passes != 1)
    return op->emitOpError("expects config without passes, which is for "
                           "gq.quantize, got ")
           << config.getValue().passes;
  if (config.getValue().slabs != 1)
    return op->emitOpError("expects config without slabs, which is for "
                           "gq.quantize, got ")
           << config.getValue().slabs;
  return success();
}

LogicalResult BlockAbsmaxOp::verify() {
  Operation *op = *this;
  if (failed(verifyHighPrecision(op, "x", getX())) ||
      failed(verifyF32(op, "init", getInit())) ||
      failed(verifyAmaxFloor(op, getAmaxFloor())))
    return failure();
  return verifyConfigOfPass(op, getConfigAttr());
}

LogicalResult BlockReduceOp::verify() {
  Type from = shaped(getX()).getElementType(), to = reducedType(from);
  if (!to)
    return emitOpError("expects operand x of element type bf16, f16, f32 or "
                       "i32, got ")
           << from;
  if (Type init = shaped(getInit()).getElementType(); init != to)
    return emitOpError("expects operand init of element type ")
           << to << " for operand x of " << from << ", got " << init;
  if (!isReduction(getKind(), to))
    return emitOpError("expects a kind that reduces ")
           << to << ", got " << stringifyEnum(getKind());
  return verifyConfigOfPass(*this, getConfigAttr());
}

LogicalResult AbsmaxToScaleOp::verify() {
  Operation *op = *this;
  if (failed(verifyF32(op, "amax", getAmax())) ||
      failed(verifyMadeScales(op, "init", getInit(), getPow2())))
    return failure();
  if (formatMax(getFormat()) == 0)
    return emitOpError("expects format f8E4M3FN, f8E5M2, i8, i4 or f4E2M1FN, "
                       "got ")
           << getFormat();
  return success();
}

LogicalResult CopyOp::verify() {
  Type from = shaped(getX()).getElementType();
  // What an empty sum of integers starts from is copied as well.
  if (!isStorable(from) && !from.isSignlessInteger(32))
    return emitOpError("expects operand x of element type bf16, f16, f32, i32, "
                       "f8E4M3FN, f8E5M2, i8 or f8E8M0FNU, got ")
           << from;
  Type to = shaped(getInit()).getElementType();
  if (from != to)
    return emitOpError("expects operand init of element type ")
           << from << ", as operand x, got " << to;
  return verifyConfigOfPass(*this, getConfigAttr());
}

/// Codes: elements of a byte, or bytes of two, in which no block ends.
template <typename OpTy>
static LogicalResult verifyCodes(OpTy op, StringRef name, Value value) {
  std::optional<Type> codes = op.getPacked();
  if (!codes)
    return verifyQuantized(op, name, value);
  if (!getFourBits(*codes))
    return op.emitOpError("expects packed to be i4 or f4E2M1FN, got ")
           << *codes;
  if (Type bytes = shaped(value).getElementType(); !bytes.isSignlessInteger(8))
    return op.emitOpError("expects operand ")
           << name << " of element type i8, bytes of two codes, with packed, "
           << "got " << bytes;
  if (int64_t columns = op.getBlock()[1]; columns % 2 != 0)
    return op.emitOpError("expects blocks of an even number of columns with "
                          "packed, got ")
           << columns;
  return success();
}

LogicalResult ScaledCastOp::verify() {
  Operation *op = *this;
  if (failed(verifyHighPrecision(op, "x", getX())) ||
      failed(verifyScaleType(op, "scales", getScales())) ||
      failed(verifyCodes(*this, "init", getInit())))
    return failure();
  return verifyConfigOfPass(op, getConfigAttr());
}

LogicalResult DequantizeOp::verify() {
  Operation *op = *this;
  if (failed(verifyCodes(*this, "q", getQ())))
    return failure();
  if (Type scales = shaped(getScales()).getElementType();
      !isHalf(scales) && !scales.isF32() && !isa<Float8E8M0FNUType>(scales))
    return emitOpError("expects operand scales of element type f32, bf16, f16 "
                       "or f8E8M0FNU, got ")
           << scales;
  if (failed(verifyHighPrecision(op, "init", getInit())))
    return failure();
  return verifyConfigOfPass(op, getConfigAttr());
}

/// Rows of padded scales are those of M-major ones.
static LogicalResult verifyPadding(Operation *op, StringRef prefix,
                                   bool transposed, bool padded) {
  if (transposed || !padded)
    return success();
  return op->emitOpError("expects transposed_")
         << prefix << "scales beside padded_" << prefix << "scales, got none";
}

LogicalResult QuantizeOp::verify() {
  Operation *op = *this;
  if (failed(verifyHighPrecision(op, "x", getX())) ||
      failed(verifyCodes(*this, "init", getInit())) ||
      failed(verifyMadeScales(op, "scales_init", getScalesInit(), getPow2())) ||
      failed(verifyPadding(op, "", getTransposedScales(), getPaddedScales())))
    return failure();
  if (isBatch(*this)) {
    if (getTransposedScales())
      return emitOpError("expects scales that are not transposed in a batch, "
                         "got transposed_scales");
    int64_t rows = shaped(getX()).getDimSize(1), block = getBlock()[0];
    if (block != 1 && (ShapedType::isDynamic(rows) || rows % block != 0)) {
      InFlightDiagnostic diag =
          emitOpError("expects blocks of rows that end with the matrices of a "
                      "batch, got blocks of ");
      diag << block << " rows and matrices of ";
      if (ShapedType::isDynamic(rows))
        return diag << "an unknown number";
      return diag << rows;
    }
  }
  return verifyAmaxFloor(op, getAmaxFloor());
}

/// FP8 formats mix; others are multiplied with their own kind.
static LogicalResult verifySameKind(ScaledMatmulOp op) {
  Type a = shaped(op.getA()).getElementType(),
       b = shaped(op.getB()).getElementType();
  if (isFp8(a) ? isFp8(b) : a == b)
    return success();
  StringRef fitting = isFp8(a)     ? "f8E4M3FN or f8E5M2"
                      : a.isBF16() ? "bf16"
                      : a.isF16()  ? "f16"
                                   : "i8";
  return op.emitOpError("expects operand b of element type ")
         << fitting << " beside an operand a of " << a << ", got " << b;
}

static LogicalResult verifyScaled(ScaledMatmulOp op) {
  if (failed(verifyQuantized(op, "a", op.getA())) ||
      failed(verifyQuantized(op, "b", op.getB())) ||
      failed(verifyScaleType(op, "a_scales", op.getAScales())) ||
      failed(verifyScaleType(op, "b_scales", op.getBScales())) ||
      failed(verifyPadding(op, "a_", op.getTransposedAScales(),
                           op.getPaddedAScales())) ||
      failed(verifyPadding(op, "b_", op.getTransposedBScales(),
                           op.getPaddedBScales())))
    return failure();
  if (!op.getOrigin().empty() &&
      (op.getPaddedAScales() || op.getPaddedBScales()))
    return op.emitOpError("expects no origin beside ")
           << (op.getPaddedAScales() ? "padded_a_scales" : "padded_b_scales")
           << ", got one of " << op.getOrigin().size() << " values";
  return success();
}

/// Sums of integers, or of floats that kernels compute with.
static LogicalResult verifySums(ScaledMatmulOp op) {
  Type type = shaped(op.getInit()).getElementType();
  if (!type.isSignlessInteger(32))
    return verifyHighPrecision(op, "init", op.getInit());
  if (op.isScaled())
    return op.emitOpError("expects operand init of element type bf16, f16 or "
                          "f32 beside scales, got i32");
  if (Type a = shaped(op.getA()).getElementType(); !a.isInteger(8))
    return op.emitOpError("expects operands a and b of element type i8 beside "
                          "an operand init of i32, got ")
           << a;
  if (op.getPromoteAttr())
    return op.emitOpError("expects no promote beside an operand init of i32, "
                          "whose sums stay in the tensor core, got ")
           << op.getPromote();
  return success();
}

/// Integers that are subtracted from codes, whose sums are integers.
static LogicalResult verifyZeroPoints(ScaledMatmulOp op) {
  if (op.getZeroPointsApart()) {
    if (!op.hasZeroPoints())
      return op.emitOpError("has zero_points_apart, expects a_zero_points or "
                            "b_zero_points, got none");
    if (Type type = shaped(op.getInit()).getElementType(); !type.isInteger())
      return op.emitOpError("has zero_points_apart, expects operand init of "
                            "element type i32, got ")
             << type;
  }
  for (auto [name, points] : {std::pair("a_zero_points", op.getAZeroPoints()),
                              {"b_zero_points", op.getBZeroPoints()}}) {
    if (!points)
      continue;
    if (Type a = shaped(op.getA()).getElementType(); !a.isInteger(8))
      return op.emitOpError("expects operands a and b of element type i8 "
                            "beside ")
             << name << ", got " << a;
    if (Type type = shaped(points).getElementType();
        !type.isSignlessInteger(8) && !type.isSignlessInteger(32))
      return op.emitOpError("expects operand ")
             << name << " of element type i8 or i32, got " << type;
    if (!shaped(op.getInit()).getElementType().isInteger()) {
      if (std::string refusal = op.refuseOneIntegerSum(); !refusal.empty())
        return op.emitOpError("has ") << name << ", " << refusal;
    } else if (shaped(op.getA()).isDynamicDim(1) && !op.getZeroPointsApart()) {
      return op.emitOpError("has ")
             << name << ", expects a static K, got a dynamic one";
    }
  }
  return success();
}

/// What is there without scales: operands, and nothing that is about blocks.
static LogicalResult verifyUnscaled(ScaledMatmulOp op) {
  for (auto [name, operand] :
       {std::pair("a", op.getA()), std::pair("b", op.getB())})
    if (Type type = shaped(operand).getElementType();
        !isQuantized(type) && !isHalf(type))
      return op.emitOpError("expects operand ")
             << name
             << " of element type bf16, f16, f8E4M3FN, f8E5M2 or i8, got "
             << type;
  for (StringAttr name :
       {op.getABlockAttrName(), op.getBBlockAttrName(),
        op.getTransposedAScalesAttrName(), op.getTransposedBScalesAttrName(),
        op.getPaddedAScalesAttrName(), op.getPaddedBScalesAttrName()})
    if (op->getInherentAttr(name).value_or(Attribute()))
      return op.emitOpError("expects operands a_scales and b_scales beside ")
             << name.getValue() << ", got none";
  if (!op.getOrigin().empty())
    return op.emitOpError("expects no origin, as there are no scales, got one "
                          "of ")
           << op.getOrigin().size() << " values";
  if (Type type = shaped(op.getA()).getElementType();
      isHalf(type) && op.getPromoteAttr())
    return op.emitOpError("expects no promote beside operands of ")
           << type << ", whose sums stay in the tensor core, got "
           << op.getPromote();
  return success();
}

/// Of a batch_invariant product: all variants add up in one order, since one
/// row may be computed by any of them.
static LogicalResult verifyOneOrder(ScaledMatmulOp op,
                                    MatmulVariantsAttr variants) {
  // Without promotion all of K is added up in one place, whatever the steps
  // are.
  int64_t most = op.getPromotionStep().value_or(1);
  for (std::optional<ArrayRef<int64_t>> block :
       {op.getABlock(), op.getBBlock()})
    if (block)
      most = std::min(most, (*block)[1]);
  ArrayRef<MatmulConfigAttr> configs = variants.getConfigs();
  const MatmulConfig &last = configs.back().getValue();
  auto refuse = [&](const char *key, const Twine &one, const Twine &other) {
    return op.emitOpError("expects variants that add up in one order, as "
                          "batch_invariant says, got ")
           << key << " = " << one << " and " << other;
  };
  auto depthOf = [&](const MatmulConfig &config) {
    return std::min(config.tile[2], most);
  };
  int64_t k = cast<ShapedType>(op.getA().getType()).getShape().back();
  for (MatmulConfigAttr attr : configs) {
    const MatmulConfig &config = attr.getValue();
    if (config.schedule == Schedule::StreamK)
      return op.emitOpError(
          "has a variant with schedule = streamk, whose order "
          "of sums depends on the number of rows; "
          "batch_invariant expects another one");
    if (config.decode != last.decode)
      return refuse("decode", config.decode ? "true" : "false",
                    last.decode ? "true" : "false");
    if (config.splitK != last.splitK)
      return refuse("split_k", Twine(config.splitK), Twine(last.splitK));
    if (config.kGroups != last.kGroups)
      return refuse("k_groups", Twine(config.kGroups), Twine(last.kGroups));
    if (depthOf(config) != depthOf(last) ||
        (config.tile[2] != last.tile[2] &&
         !(config.hasEvenParts(k) && last.hasEvenParts(k))))
      return refuse("tile along K", Twine(config.tile[2]), Twine(last.tile[2]));
  }
  return success();
}

/// Matrices of a batch start at blocks.
static LogicalResult verifyBatch(ScaledMatmulOp op) {
  if (!isBatch(op))
    return success();
  if (!op.getOrigin().empty())
    return op.emitOpError("expects no origin in a batch, got one of ")
           << op.getOrigin().size() << " values";
  if (op.getPaddedAScales() || op.getPaddedBScales())
    return op.emitOpError("expects scales that are not padded in a batch, got ")
           << (op.getPaddedAScales() ? "padded_a_scales" : "padded_b_scales");
  if (op.hasZeroPoints())
    return op.emitOpError("expects no zero points in a batch, got ")
           << (op.getAZeroPoints() ? "a_zero_points" : "b_zero_points");
  return success();
}

LogicalResult ScaledMatmulOp::verify() {
  if (failed(verifyBatch(*this)))
    return failure();
  if (!getAScales() != !getBScales())
    return emitOpError("expects operand ")
           << (getAScales() ? "b_scales beside a_scales"
                            : "a_scales beside b_scales")
           << ", got none";
  if (failed(isScaled() ? verifyScaled(*this) : verifyUnscaled(*this)) ||
      failed(verifySameKind(*this)) || failed(verifySums(*this)) ||
      failed(verifyZeroPoints(*this)))
    return failure();
  auto promote = static_cast<int64_t>(getPromote());
  if (promote <= 0 || promote % 32 != 0)
    return emitOpError("expects promote to be a positive multiple of 32, got ")
           << promote;
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(getConfigAttr());
  return variants && getBatchInvariant() ? verifyOneOrder(*this, variants)
                                         : success();
}

FailureOr<MatmulConfig> ScaledMatmulOp::requireOneConfig() {
  Attribute config = getConfigAttr();
  if (isa_and_nonnull<MatmulVariantsAttr>(config))
    return emitOpError("has a config of several variants; run gq-apply-config "
                       "first");
  if (!config)
    return MatmulConfig();
  // What was tiled has the tiles of its config, which say no more how large
  // they are.
  MatmulConfig value = cast<MatmulConfigAttr>(config).getValue();
  auto a = cast<ShapedType>(getA().getType()),
       b = cast<ShapedType>(getB().getType());
  if (!a.hasStaticShape() || !b.hasStaticShape())
    return value;
  int64_t tile[] = {a.getDimSize(0), b.getDimSize(0), a.getDimSize(1)};
  if (ArrayRef(tile) == ArrayRef<int64_t>(value.tile))
    return value;
  return emitOpError("has a config with tile = [")
             << value.tile << "], expects [" << ArrayRef(tile)
             << "], which is what it multiplies",
         failure();
}
