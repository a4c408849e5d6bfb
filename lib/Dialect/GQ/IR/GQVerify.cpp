//===- GQVerify.cpp - verifiers of the gq ops -----------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "llvm/ADT/SmallString.h"

using namespace mlir;
using namespace mlir::gq;

static ShapedType shaped(Value value) {
  return cast<ShapedType>(value.getType());
}

static LogicalResult verifyRank2(Operation *op, StringRef name, Value value) {
  if (shaped(value).getRank() == 2)
    return success();
  return op->emitOpError("expects operand ")
         << name << " to have rank 2, got rank " << shaped(value).getRank();
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

static LogicalResult verifyFp8(Operation *op, StringRef name, Value value) {
  Type type = shaped(value).getElementType();
  if (isFp8(type))
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type f8E4M3FN or f8E5M2, got " << type;
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
  if (type.isF32() || isa<Float8E8M0FNUType>(type))
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type f32 or f8E8M0FNU, got " << type;
}

/// Scales that are made here: E8M0 holds powers of two only.
static LogicalResult verifyMadeScales(Operation *op, StringRef name,
                                      Value value, bool pow2) {
  if (failed(verifyScaleType(op, name, value)))
    return failure();
  if (pow2 || shaped(value).getElementType().isF32())
    return success();
  return op->emitOpError("expects pow2 with operand ")
         << name << " of element type f8E8M0FNU, got none";
}

static LogicalResult verifyF32(Operation *op, StringRef name, Value value) {
  Type type = shaped(value).getElementType();
  if (type.isF32())
    return success();
  return op->emitOpError("expects operand ")
         << name << " of element type f32, got " << type;
}

static LogicalResult verifyBlock(Operation *op, StringRef name,
                                 ArrayRef<int64_t> block) {
  if (block.size() != 2)
    return op->emitOpError("expects ")
           << name << " to have 2 sizes, got " << block.size();
  for (int64_t size : block)
    if (size <= 0)
      return op->emitOpError("expects ") << name << " of positive sizes, got ["
                                         << block[0] << ", " << block[1] << "]";
  return success();
}

/// Dimension `dim` of `name` must be `expected` where both are static.
static LogicalResult verifyDim(Operation *op, StringRef name, Value value,
                               int64_t dim, int64_t expected,
                               const Twine &why) {
  int64_t size = shaped(value).getDimSize(dim);
  if (ShapedType::isDynamic(size) || ShapedType::isDynamic(expected) ||
      size == expected)
    return success();
  return op->emitOpError("expects dimension ")
         << dim << " of operand " << name << " to be " << expected << " ("
         << why << "), got " << size;
}

static LogicalResult verifySameShape(Operation *op, StringRef name, Value value,
                                     StringRef otherName, Value other) {
  for (int64_t dim : {0, 1})
    if (failed(verifyDim(op, name, value, dim, shaped(other).getDimSize(dim),
                         "as operand " + otherName)))
      return failure();
  return success();
}

/// One scale per block of `value`. With an origin the op may start inside a
/// block, and the last block may be reached earlier: one more scale is
/// possible. Transposed scales have the blocks along dimension 0 of `value` in
/// their dimension 1.
static LogicalResult verifyScales(Operation *op, StringRef scalesName,
                                  Value scales, StringRef name, Value value,
                                  ArrayRef<int64_t> block, bool hasOrigin,
                                  bool transposed = false) {
  for (int64_t dim : {0, 1}) {
    int64_t scaleDim = transposed ? 1 - dim : dim;
    int64_t size = shaped(value).getDimSize(dim);
    int64_t count = shaped(scales).getDimSize(scaleDim);
    if (ShapedType::isDynamic(size) || ShapedType::isDynamic(count))
      continue;
    // Unsigned: size + block may not fit in an int64_t.
    uint64_t fewest = llvm::divideCeil(uint64_t(size), uint64_t(block[dim]));
    uint64_t most = fewest;
    if (hasOrigin)
      most = llvm::divideCeil(uint64_t(size) + uint64_t(block[dim]) - 1,
                              uint64_t(block[dim]));
    if (uint64_t(count) >= fewest && uint64_t(count) <= most)
      continue;
    InFlightDiagnostic diag = op->emitOpError("expects dimension ");
    diag << scaleDim << " of operand " << scalesName << " to be " << fewest;
    if (most != fewest)
      diag << " or " << most;
    return diag << " (one scale per " << block[dim] << " of the " << size
                << " elements of operand " << name << "), got " << count;
  }
  return success();
}

static LogicalResult verifyOrigin(Operation *op, OperandRange origin,
                                  unsigned count) {
  if (origin.empty() || origin.size() == count)
    return success();
  return op->emitOpError("expects an origin of ")
         << count << " values, got " << origin.size();
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

/// Passes are passes of a quantisation, slabs are turns of one.
static LogicalResult verifyConfigOfPass(Operation *op,
                                        QuantizeConfigAttr config) {
  if (!config)
    return success();
  if (config.getPasses() != 1)
    return op->emitOpError("expects config without passes, which is for "
                           "gq.quantize, got ")
           << config.getPasses();
  if (config.getSlabs() != 1)
    return op->emitOpError("expects config without slabs, which is for "
                           "gq.quantize, got ")
           << config.getSlabs();
  return success();
}

/// Tensor operands and results, or memref operands and no result; results have
/// the types of the inits (the interface verifier checks the latter).
static LogicalResult verifySemantics(Operation *op) {
  auto dst = cast<DestinationStyleOpInterface>(op);
  bool tensors = false, memrefs = false;
  for (Value operand : op->getOperands()) {
    tensors |= isa<TensorType>(operand.getType());
    memrefs |= isa<MemRefType>(operand.getType());
  }
  if (tensors && memrefs)
    return op->emitOpError("expects operands that are all tensors or all "
                           "memrefs, got both");
  unsigned expected = tensors ? dst.getNumDpsInits() : 0;
  if (op->getNumResults() != expected)
    return op->emitOpError("expects ")
           << expected << " results, got " << op->getNumResults();
  return success();
}

LogicalResult BlockAbsmaxOp::verify() {
  Operation *op = *this;
  if (failed(verifySemantics(op)) || failed(verifyRank2(op, "x", getX())) ||
      failed(verifyRank2(op, "init", getInit())) ||
      failed(verifyHighPrecision(op, "x", getX())) ||
      failed(verifyF32(op, "init", getInit())) ||
      failed(verifyBlock(op, "block", getBlock())) ||
      failed(verifyAmaxFloor(op, getAmaxFloor())) ||
      failed(verifyConfigOfPass(op, getConfigAttr())))
    return failure();
  return verifyScales(op, "init", getInit(), "x", getX(), getBlock(), false);
}

LogicalResult AbsmaxToScaleOp::verify() {
  Operation *op = *this;
  if (failed(verifySemantics(op)) ||
      failed(verifyRank2(op, "amax", getAmax())) ||
      failed(verifyRank2(op, "init", getInit())) ||
      failed(verifyF32(op, "amax", getAmax())) ||
      failed(verifyMadeScales(op, "init", getInit(), getPow2())))
    return failure();
  if (!isQuantized(getFormat()))
    return emitOpError("expects format f8E4M3FN, f8E5M2 or i8, got ")
           << getFormat();
  return verifySameShape(op, "init", getInit(), "amax", getAmax());
}

LogicalResult ScaledCastOp::verify() {
  Operation *op = *this;
  if (failed(verifySemantics(op)) || failed(verifyRank2(op, "x", getX())) ||
      failed(verifyRank2(op, "scales", getScales())) ||
      failed(verifyRank2(op, "init", getInit())) ||
      failed(verifyHighPrecision(op, "x", getX())) ||
      failed(verifyScaleType(op, "scales", getScales())) ||
      failed(verifyQuantized(op, "init", getInit())) ||
      failed(verifyBlock(op, "block", getBlock())) ||
      failed(verifyOrigin(op, getOrigin(), 2)) ||
      failed(verifyConfigOfPass(op, getConfigAttr())) ||
      failed(verifySameShape(op, "init", getInit(), "x", getX())))
    return failure();
  return verifyScales(op, "scales", getScales(), "x", getX(), getBlock(),
                      !getOrigin().empty());
}

LogicalResult DequantizeOp::verify() {
  Operation *op = *this;
  if (failed(verifySemantics(op)) || failed(verifyRank2(op, "q", getQ())) ||
      failed(verifyRank2(op, "scales", getScales())) ||
      failed(verifyRank2(op, "init", getInit())) ||
      failed(verifyQuantized(op, "q", getQ())) ||
      failed(verifyScaleType(op, "scales", getScales())) ||
      failed(verifyHighPrecision(op, "init", getInit())) ||
      failed(verifyBlock(op, "block", getBlock())) ||
      failed(verifyOrigin(op, getOrigin(), 2)) ||
      failed(verifySameShape(op, "init", getInit(), "q", getQ())))
    return failure();
  return verifyScales(op, "scales", getScales(), "q", getQ(), getBlock(),
                      !getOrigin().empty());
}

LogicalResult QuantizeOp::verify() {
  Operation *op = *this;
  if (failed(verifySemantics(op)) || failed(verifyRank2(op, "x", getX())) ||
      failed(verifyRank2(op, "init", getInit())) ||
      failed(verifyRank2(op, "scales_init", getScalesInit())) ||
      failed(verifyHighPrecision(op, "x", getX())) ||
      failed(verifyQuantized(op, "init", getInit())) ||
      failed(verifyMadeScales(op, "scales_init", getScalesInit(), getPow2())) ||
      failed(verifyBlock(op, "block", getBlock())) ||
      failed(verifyAmaxFloor(op, getAmaxFloor())) ||
      failed(verifySameShape(op, "init", getInit(), "x", getX())))
    return failure();
  return verifyScales(op, "scales_init", getScalesInit(), "x", getX(),
                      getBlock(), /*hasOrigin=*/false, getTransposedScales());
}

LogicalResult ScaledMatmulOp::verify() {
  Operation *op = *this;
  std::pair<StringRef, Value> operands[] = {{"a", getA()},
                                            {"b", getB()},
                                            {"a_scales", getAScales()},
                                            {"b_scales", getBScales()},
                                            {"init", getInit()}};
  if (failed(verifySemantics(op)))
    return failure();
  for (auto [name, value] : operands)
    if (failed(verifyRank2(op, name, value)))
      return failure();
  if (failed(verifyFp8(op, "a", getA())) ||
      failed(verifyFp8(op, "b", getB())) ||
      failed(verifyF32(op, "a_scales", getAScales())) ||
      failed(verifyF32(op, "b_scales", getBScales())) ||
      failed(verifyHighPrecision(op, "init", getInit())) ||
      failed(verifyBlock(op, "a_block", getABlock())) ||
      failed(verifyBlock(op, "b_block", getBBlock())) ||
      failed(verifyOrigin(op, getOrigin(), 3)))
    return failure();
  auto promote = static_cast<int64_t>(getPromote());
  if (promote <= 0 || promote % 32 != 0)
    return emitOpError("expects promote to be a positive multiple of 32, got ")
           << promote;
  if (failed(verifyDim(op, "b", getB(), 1, shaped(getA()).getDimSize(1),
                       "K, as operand a")) ||
      failed(verifyDim(op, "init", getInit(), 0, shaped(getA()).getDimSize(0),
                       "M, as dimension 0 of operand a")) ||
      failed(verifyDim(op, "init", getInit(), 1, shaped(getB()).getDimSize(0),
                       "N, as dimension 0 of operand b")))
    return failure();
  bool hasOrigin = !getOrigin().empty();
  if (failed(verifyScales(op, "a_scales", getAScales(), "a", getA(),
                          getABlock(), hasOrigin)))
    return failure();
  return verifyScales(op, "b_scales", getBScales(), "b", getB(), getBBlock(),
                      hasOrigin);
}
