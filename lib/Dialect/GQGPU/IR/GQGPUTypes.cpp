//===- GQGPUTypes.cpp - types and attributes of the gqgpu dialect ---------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace mlir::gqgpu {
// In GQGPULaunchAttrs.cpp.
ParseResult parseParams(AsmParser &parser, SmallVector<Attribute> &params);
void printParams(AsmPrinter &printer, ArrayRef<Attribute> params);
} // namespace mlir::gqgpu

#include "gq/Dialect/GQGPU/IR/GQGPUEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "gq/Dialect/GQGPU/IR/GQGPUAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "gq/Dialect/GQGPU/IR/GQGPUTypes.cpp.inc"

void GQGPUDialect::registerTypesAndAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "gq/Dialect/GQGPU/IR/GQGPUAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "gq/Dialect/GQGPU/IR/GQGPUTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

Type TileType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape;
  Type elementType;
  int64_t swizzle = 0;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType))
    return {};
  if (succeeded(parser.parseOptionalComma()))
    if (parser.parseKeyword("swizzle") || parser.parseEqual() ||
        parser.parseInteger(swizzle))
      return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<TileType>(
      loc, parser.getContext(), ArrayRef<int64_t>(shape), elementType, swizzle);
}

void TileType::print(AsmPrinter &printer) const {
  printer << '<';
  printer.printDimensionList(getShape());
  printer << 'x' << getElementType();
  if (getSwizzle())
    printer << ", swizzle = " << getSwizzle();
  printer << '>';
}

LogicalResult TileType::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> shape, Type elementType,
                               int64_t swizzle) {
  if (shape.empty())
    return emitError() << "expects a tile of rank 1 or more";
  for (int64_t size : shape)
    if (size <= 0)
      return emitError() << "expects positive tile sizes, got " << size;
  if (!elementType.isIntOrFloat() || elementType.getIntOrFloatBitWidth() % 8)
    return emitError() << "expects a tile element type of whole bytes, got "
                       << elementType;
  if (swizzle == 0)
    return success();
  if (swizzle != 32 && swizzle != 64 && swizzle != 128)
    return emitError() << "expects a swizzle of 0, 32, 64 or 128 bytes, got "
                       << swizzle;
  int64_t row = shape.back() * elementType.getIntOrFloatBitWidth() / 8;
  if (row != swizzle)
    return emitError() << "expects rows of " << swizzle
                       << " bytes in a tile swizzled by " << swizzle
                       << ", got rows of " << row;
  return success();
}

int64_t TileType::getNumBytes() const {
  return llvm::product_of(getShape()) *
         getElementType().getIntOrFloatBitWidth() / 8;
}

LogicalResult RingType::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t stages, ArrayRef<TileType> tiles) {
  if (stages <= 0)
    return emitError() << "expects a ring of at least 1 stage, got " << stages;
  // More than any shared memory holds; sums of bytes stay far from overflow.
  if (stages > 4096)
    return emitError() << "expects a ring of at most 4096 stages, got "
                       << stages;
  if (tiles.empty())
    return emitError() << "expects a ring of at least 1 tile per slot";
  return success();
}

//===----------------------------------------------------------------------===//
// Fragments
//===----------------------------------------------------------------------===//

LogicalResult
BlockedLayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          ArrayRef<int64_t> threads, int64_t chunk,
                          int64_t cluster) {
  if (threads.size() != 2 || threads[0] <= 0 || threads[1] <= 0)
    return emitError() << "expects a blocked layout over 2 positive numbers of "
                          "threads";
  if (chunk <= 0 || !llvm::isPowerOf2_64(chunk) || chunk > 16)
    return emitError() << "expects chunks of 1, 2, 4, 8 or 16 elements, got "
                       << chunk;
  if (cluster <= 0 || cluster > 8)
    return emitError() << "expects a cluster of 1 to 8 thread blocks, got "
                       << cluster;
  return success();
}

Type FragmentType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape, block;
  Type elementType;
  Attribute layout;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType) || parser.parseComma() ||
      parser.parseAttribute(layout))
    return {};
  if (succeeded(parser.parseOptionalComma())) {
    if (parser.parseKeyword("block") || parser.parseEqual() ||
        parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          return parser.parseInteger(block.emplace_back());
        }))
      return {};
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<FragmentType>(loc, parser.getContext(),
                                         ArrayRef<int64_t>(shape), elementType,
                                         layout, ArrayRef<int64_t>(block));
}

void FragmentType::print(AsmPrinter &printer) const {
  printer << '<';
  printer.printDimensionList(getShape());
  printer << 'x' << getElementType() << ", " << getLayout();
  if (!getBlock().empty()) {
    printer << ", block = [";
    llvm::interleaveComma(getBlock(), printer);
    printer << ']';
  }
  printer << '>';
}

LogicalResult FragmentType::verify(function_ref<InFlightDiagnostic()> emitError,
                                   ArrayRef<int64_t> shape, Type elementType,
                                   Attribute layout, ArrayRef<int64_t> block) {
  if (shape.size() != 2)
    return emitError() << "expects a fragment of rank 2, got rank "
                       << shape.size();
  for (int64_t size : shape)
    if (size <= 0)
      return emitError() << "expects positive fragment sizes, got " << size;
  if (!elementType.isIntOrFloat())
    return emitError() << "expects an integer or float element type, got "
                       << elementType;
  if (isa<MmaLayoutAttr>(layout)) {
    if (!block.empty())
      return emitError() << "expects no block in the mma layout";
    if (shape[0] != 64 && shape[0] != 1)
      return emitError() << "expects 64 rows (or 1) in the mma layout, got "
                         << shape[0];
    if (shape[0] == 64 && shape[1] != 1 && shape[1] % 8 != 0)
      return emitError() << "expects a multiple of 8 columns (or 1) in the mma "
                            "layout, got "
                         << shape[1];
    return success();
  }
  auto blocked = dyn_cast<BlockedLayoutAttr>(layout);
  if (!blocked)
    return emitError() << "expects layout #gqgpu.mma or #gqgpu.blocked, got "
                       << layout;
  int64_t rows = blocked.getThreads()[0] * blocked.getCluster();
  int64_t cols = blocked.getThreads()[1] * blocked.getChunk();
  if (shape[0] % rows != 0 || shape[1] % cols != 0)
    return emitError() << "expects a shape that is a multiple of the layout's "
                       << rows << "x" << cols << ", got " << shape[0] << "x"
                       << shape[1];
  if (!block.empty() && (block.size() != 2 || block[0] <= 0 || block[1] <= 0))
    return emitError() << "expects a block of 2 positive sizes";
  return success();
}

int64_t FragmentType::getNumValues() const {
  ArrayRef<int64_t> shape = getShape();
  if (isa<MmaLayoutAttr>(getLayout())) {
    if (shape[0] == 1)
      return shape[1];
    return shape[1] == 1 ? 2 : shape[1] / 2;
  }
  auto blocked = cast<BlockedLayoutAttr>(getLayout());
  int64_t elements = shape[0] * shape[1] / blocked.getThreads()[0] /
                     blocked.getThreads()[1] / blocked.getCluster();
  return getBlock().empty() ? elements : elements / blocked.getChunk();
}

FragmentType FragmentType::cloneWith(Type elementType) const {
  return FragmentType::get(getContext(), getShape(), elementType, getLayout(),
                           getBlock());
}
