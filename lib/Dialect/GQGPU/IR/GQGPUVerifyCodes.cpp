//===- GQGPUVerifyCodes.cpp - verifiers of ops on codes and scales --------===//
//
// What makes codes and encoded scales of fragments, and values of codes.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"

using namespace mlir;
using namespace mlir::gqgpu;

static FragmentType fragment(Value value) {
  return cast<FragmentType>(value.getType());
}

/// `bytes` of i8 hold codes of four bits of the elements of `wide`, by the same
/// threads: those of two neighbouring columns each.
static bool holdsCodesOf(FragmentType bytes, FragmentType wide) {
  auto narrow = dyn_cast<BlockedLayoutAttr>(bytes.getLayout());
  auto layout = dyn_cast<BlockedLayoutAttr>(wide.getLayout());
  ArrayRef<int64_t> shape = bytes.getShape();
  return narrow && layout && bytes.getElementType().isSignlessInteger(8) &&
         bytes.getBlock().empty() && wide.getBlock().empty() &&
         layout.getThreads() == narrow.getThreads() &&
         layout.getCluster() == narrow.getCluster() &&
         layout.getChunk() == 2 * narrow.getChunk() &&
         wide.getShape() == ArrayRef<int64_t>{shape[0], 2 * shape[1]};
}

static bool isFourBits(Type format) {
  return format.isSignlessInteger(4) || isa<Float4E2M1FNType>(format);
}

LogicalResult ScaledCastOp::verify() {
  FragmentType value = fragment(getValue()), scales = fragment(getScales()),
               result = fragment(getResult());
  if (!isWideFloat(value))
    return emitOpError("expects an f32, bf16 or f16 operand without a block, "
                       "got ")
           << value;
  if (failed(verifyElementPositions(*this, "operand value", value)))
    return failure();
  if (scales.getShape() != value.getShape() ||
      scales.getLayout() != value.getLayout() || scales.getBlock().empty() ||
      !scales.getElementType().isF32())
    return emitOpError(
               "expects f32 scales of the operand's shape and layout with "
               "a block, got ")
           << scales;
  if (std::optional<Type> packed = getPacked()) {
    if (!isFourBits(*packed))
      return emitOpError("expects packed to be i4 or f4E2M1FN, got ")
             << *packed;
    if (!holdsCodesOf(result, value))
      return emitOpError("expects a result of i8 in a blocked layout, of half "
                         "the operand's columns in chunks of half the length, "
                         "with packed, got ")
             << result << " of " << value;
  } else if (result.getShape() != value.getShape() ||
             result.getLayout() != value.getLayout() ||
             !result.getBlock().empty() ||
             (!isa<Float8E4M3FNType, Float8E5M2Type>(result.getElementType()) &&
              !result.getElementType().isSignlessInteger(8)))
    return emitOpError("expects a result of the operand's shape and layout and "
                       "element type f8E4M3FN, f8E5M2 or i8, got ")
           << result;
  if (getDivide() && getNormal())
    return emitOpError("divides by its scales, expects no normal, which is of "
                       "their reciprocals");
  return success();
}

LogicalResult EncodeScalesOp::verify() {
  FragmentType scales = fragment(getScales()), result = fragment(getResult());
  if (scales.getBlock().empty() || !scales.getElementType().isF32())
    return emitOpError("expects an f32 operand with a block, got ") << scales;
  if (!isa<Float8E8M0FNUType>(result.getElementType()) ||
      result != scales.cloneWith(result.getElementType()))
    return emitOpError("expects a result of the operand's shape, layout and "
                       "block and element type f8E8M0FNU, got ")
           << result;
  return success();
}

LogicalResult UnpackOp::verify() {
  FragmentType bytes = fragment(getBytes()), result = fragment(getResult());
  if (Type format = getFormat(); !isFourBits(format))
    return emitOpError("expects format i4 or f4E2M1FN, got ") << format;
  if (!bytes.getElementType().isSignlessInteger(8) ||
      !bytes.getBlock().empty() || !isa<BlockedLayoutAttr>(bytes.getLayout()))
    return emitOpError("expects an operand of i8 in a blocked layout without a "
                       "block, got ")
           << bytes;
  ArrayRef<int64_t> shape = bytes.getShape();
  if (!holdsCodesOf(bytes, result) || !result.getElementType().isF32())
    return emitOpError("expects a result of ")
           << shape[0] << "x" << 2 * shape[1] << "xf32 whose chunks are twice "
           << "as long as those of the operand, without a block, got "
           << result;
  return success();
}
