//===- GQGPUTypes.cpp - types and attributes of the gqgpu dialect ---------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Support/Limits.h"
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
ParseResult parseDependent(AsmParser &parser, bool &dependent);
void printDependent(AsmPrinter &printer, bool dependent);
} // namespace mlir::gqgpu

#include "gq/Dialect/GQGPU/IR/GQGPUEnums.cpp.inc"
#include "gq/Dialect/GQGPU/IR/GQGPUInterfaces.cpp.inc"
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
  int64_t swizzle = 0, band = 0, permuted = 0;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType))
    return {};
  // Each at most once, in the order in which they are printed.
  std::pair<StringRef, int64_t *> keys[] = {
      {"swizzle", &swizzle}, {"band", &band}, {"permuted", &permuted}};
  for (size_t next = 0; succeeded(parser.parseOptionalComma()); ++next) {
    while (next < std::size(keys) &&
           failed(parser.parseOptionalKeyword(keys[next].first)))
      ++next;
    if (next == std::size(keys))
      return parser.emitError(parser.getCurrentLocation(),
                              "expected 'swizzle', 'band' or 'permuted'"),
             Type();
    if (parser.parseEqual() || parser.parseInteger(*keys[next].second))
      return {};
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<TileType>(loc, parser.getContext(),
                                     ArrayRef<int64_t>(shape), elementType,
                                     swizzle, band, permuted);
}

void TileType::print(AsmPrinter &printer) const {
  printer << '<';
  printer.printDimensionList(getShape());
  printer << 'x' << getElementType();
  if (getSwizzle())
    printer << ", swizzle = " << getSwizzle();
  if (getBand())
    printer << ", band = " << getBand();
  if (getPermuted())
    printer << ", permuted = " << getPermuted();
  printer << '>';
}

LogicalResult TileType::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> shape, Type elementType,
                               int64_t swizzle, int64_t band,
                               int64_t permuted) {
  if (shape.empty())
    return emitError() << "expects a tile of rank 1 or more";
  for (int64_t size : shape)
    if (size <= 0)
      return emitError() << "expects positive tile sizes, got " << size;
  if (!elementType.isIntOrFloat() || elementType.getIntOrFloatBitWidth() % 8)
    return emitError() << "expects a tile element type of whole bytes, got "
                       << elementType;
  int64_t elements = gq::saturatingProduct(shape);
  if (int64_t bytes = gq::saturatingProduct(
          {elements, elementType.getIntOrFloatBitWidth() / 8});
      bytes > gq::kMostExtent)
    return emitError() << "expects a tile of at most " << gq::kMostExtent
                       << " bytes, got " << elements << " elements of "
                       << elementType;
  if (!isPermutation(permuted) ||
      (permuted &&
       (band != 0 || shape.size() != 2 || shape[0] % permuted != 0)))
    return emitError() << "expects rows permuted in groups of 16 or 32 that "
                          "divide the rows of a tile of rank 2 without bands, "
                          "got "
                       << permuted;
  if (band != 0) {
    if ((band != 4 && band != 8 && band != 16) || shape.size() != 2 ||
        elementType.getIntOrFloatBitWidth() != 8 || swizzle != 0)
      return emitError() << "expects bands of 4, 8 or 16 rows in a tile of "
                            "rank 2 and one-byte elements, got "
                         << band;
    return success();
  }
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

int64_t TileType::getRowBytes() const {
  int64_t bytes =
      getShape().back() * getElementType().getIntOrFloatBitWidth() / 8;
  return getBand() ? llvm::alignTo(bytes, 16) : bytes;
}

int64_t TileType::getNumBytes() const {
  return llvm::product_of(getShape().drop_back()) * getRowBytes();
}

int64_t TileType::getAlignment() const { return getSwizzle() ? 1024 : 16; }

LogicalResult RingType::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t stages, ArrayRef<TileType> tiles) {
  if (stages <= 0)
    return emitError() << "expects a ring of at least 1 stage, got " << stages;
  if (stages > gq::kMostStages)
    return emitError() << "expects a ring of at most " << gq::kMostStages
                       << " stages, got " << stages;
  int64_t slot = 0;
  for (TileType tile : tiles)
    slot = std::min(slot + tile.getNumBytes(), gq::kMostExtent + 1);
  if (slot * stages > gq::kMostExtent)
    return emitError() << "expects a ring of at most " << gq::kMostExtent
                       << " bytes, got " << stages << " slots of "
                       << (slot > gq::kMostExtent ? "more than " : "")
                       << std::min(slot, gq::kMostExtent);
  for (TileType tile : tiles)
    if (tile.getBand())
      return emitError() << "expects tiles without bands in a ring, got "
                         << tile;
  return success();
}

//===----------------------------------------------------------------------===//
// Fragments
//===----------------------------------------------------------------------===//

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
  auto threads = dyn_cast<LayoutInterface>(layout);
  if (!threads) {
    parser.emitError(loc) << "expects a layout such as #gqgpu.mma or "
                             "#gqgpu.blocked, got "
                          << layout;
    return {};
  }
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
                                         threads, ArrayRef<int64_t>(block));
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
                                   LayoutInterface layout,
                                   ArrayRef<int64_t> block) {
  if (shape.size() != 2)
    return emitError() << "expects a fragment of rank 2, got rank "
                       << shape.size();
  for (int64_t size : shape)
    if (size <= 0)
      return emitError() << "expects positive fragment sizes, got " << size;
  for (int64_t size : shape)
    if (size > gq::kMostExtent)
      return emitError() << "expects fragment sizes of at most "
                         << gq::kMostExtent << ", got " << size;
  if (!elementType.isIntOrFloat())
    return emitError() << "expects an integer or float element type, got "
                       << elementType;
  if (failed(layout.verifyFragment(emitError, shape, block)))
    return failure();
  int64_t values = layout.getNumValues(shape, block);
  if (values > gq::kMostValues)
    return emitError() << "expects at most " << gq::kMostValues
                       << " values in each thread, got " << values << " of "
                       << shape[0] << "x" << shape[1];
  return success();
}

int64_t FragmentType::getNumValues() const {
  return getLayout().getNumValues(getShape(), getBlock());
}

AffineMap FragmentType::getFirst() const {
  return getLayout().getFirst(getShape(), getBlock());
}

Position FragmentType::getOffset(int64_t i) const {
  return getLayout().getOffset(getShape(), getBlock(), i);
}

int64_t FragmentType::getValuesPerRegister() const {
  int64_t shared =
      getLayout().getValuesPerRegister(getElementType(), getBlock());
  // A value that has no neighbours has a register of its own.
  return getNumValues() % shared == 0 ? shared : 1;
}

bool FragmentType::isSpread() const {
  return getLayout().getNumCopies(getShape()) == 1;
}

FragmentType FragmentType::cloneWith(Type elementType) const {
  return FragmentType::get(getContext(), getShape(), elementType, getLayout(),
                           getBlock());
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

FragmentType MmaInterface::getResultType() const {
  return FragmentType::get(getContext(), {getM(), getN()}, getAcc(),
                           getLayout(), {});
}

FragmentType MmaInterface::getScaleType(Dim dim, int64_t block) const {
  LayoutInterface layout = getScaleLayout();
  int64_t count = dim == Dim::Rows ? getM() : getN();
  SmallVector<int64_t> shape{1, 1}, blocks;
  if (block % count != 0) {
    shape[dim == Dim::Rows ? 0 : 1] = count;
    if (dim == Dim::Cols && count % block == 0 &&
        block % layout.getPeriod().column == 0)
      blocks = {1, block};
  }
  return FragmentType::get(getContext(), shape, Float32Type::get(getContext()),
                           layout, blocks);
}
