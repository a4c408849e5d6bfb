//===- GQGPUVerifyCodes.cpp - verifiers of ops on codes and scales --------===//
//
// What makes codes and encoded scales of fragments, and values of codes, those
// that are decoded on their way to a slot among them.
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

/// What is decoded on the way into a tile of `element`s, or nothing.
template <typename OpTy>
static LogicalResult verifyDecodedTile(OpTy op, ArrayRef<int64_t> tile,
                                       Type element) {
  constexpr int64_t kAtOnce = 8; // codes of a word, of one scale
  if (!op.getScales()) {
    if (op.getPacked() || op.getBlock() || !op.getScaleIndices().empty())
      return op.emitOpError("expects operand scales beside packed, block and "
                            "scale_indices, got none");
    return success();
  }
  if (!op.getPacked() || !op.getBlock())
    return op.emitOpError("expects packed and block beside operand scales");
  if (Type codes = *op.getPacked();
      !codes.isSignlessInteger(4) && !isa<Float4E2M1FNType>(codes))
    return op.emitOpError("expects codes of i4 or f4E2M1FN, got ")
           << *op.getPacked();
  auto source = cast<MemRefType>(op.getSource().getType()),
       scales = cast<MemRefType>(op.getScales().getType());
  if (!source.getElementType().isSignlessInteger(8))
    return op.emitOpError("expects operand source of element type i8, bytes of "
                          "two codes, got ")
           << source.getElementType();
  if (Type type = scales.getElementType(); !type.isF32() && !type.isBF16() &&
                                           !type.isF16() &&
                                           !isa<Float8E8M0FNUType>(type))
    return op.emitOpError("expects operand scales of element type f32, bf16, "
                          "f16 or f8E8M0FNU, got ")
           << type;
  if (!element.isBF16())
    return op.emitOpError("decodes to bf16, got a tile of ") << element;
  if (failed(verifyIndices(op, "scales", scales, op.getScaleIndices().size())))
    return failure();
  ArrayRef<int64_t> block = *op.getBlock();
  if (tile.size() != 2 || scales.getRank() != 2 || block.size() != 2)
    return op.emitOpError("expects a tile, operand scales and a block of rank "
                          "2, got ")
           << tile.size() << ", " << scales.getRank() << " and "
           << block.size();
  if (block[0] < 1 || block[1] < 1 || block[1] % kAtOnce != 0)
    return op.emitOpError("expects blocks of at least 1 row and of a multiple "
                          "of ")
           << kAtOnce << " columns, got " << block[0] << "x" << block[1];
  for (int64_t dim : {0, 1})
    if (tile[dim] % block[dim] != 0 && block[dim] % tile[dim] != 0)
      return op.emitOpError("expects a tile of whole blocks along dimension ")
             << dim << ", or in one, got " << tile[dim]
             << " elements and blocks of " << block[dim];
  return success();
}

LogicalResult mlir::gqgpu::verifyDecoded(LoadOp op) {
  auto tile = cast<RankedTensorType>(op.getResult().getType());
  if (failed(verifyDecodedTile(op, tile.getShape(), tile.getElementType())))
    return failure();
  if (op.getScales() && (op.getPath() == Path::Tma || op.getPermuted() != 0))
    return op.emitOpError("is decoded by the threads that copy it: expects "
                          "path copy and rows in order");
  return success();
}

LogicalResult mlir::gqgpu::verifyDecoded(CopyLoadOp op) {
  TileType tile = op.getTileType();
  if (failed(verifyDecodedTile(op, tile.getShape(), tile.getElementType())))
    return failure();
  if (op.getScales() && tile.getSwizzle() == 0)
    return op.emitOpError("decodes an operand of a product, expects a tile "
                          "with a swizzle, got ")
           << tile;
  return success();
}
