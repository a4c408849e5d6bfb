//===- GQGPUOps.cpp - operations of the gqgpu dialect ---------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// `{ ... }`, behind `(%group)` where the role takes the group.
static ParseResult parseRoleBody(OpAsmParser &parser, Region &body) {
  SmallVector<OpAsmParser::Argument> args;
  if (parser.parseArgumentList(args, OpAsmParser::Delimiter::OptionalParen))
    return failure();
  for (OpAsmParser::Argument &arg : args)
    arg.type = parser.getBuilder().getIndexType();
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseRegion(body, args))
    return failure();
  RoleOp::ensureTerminator(body, parser.getBuilder(),
                           parser.getEncodedSourceLoc(loc));
  return success();
}

static void printRoleBody(OpAsmPrinter &printer, RoleOp, Region &body) {
  if (body.getNumArguments() != 0) {
    printer << '(';
    printer.printOperands(body.getArguments());
    printer << ") ";
  }
  printer.printRegion(body, /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/false);
}

static ParseResult parseReductionKind(OpAsmParser &parser,
                                      arith::AtomicRMWKindAttr &kind) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseKeyword(&word))
    return failure();
  std::optional<arith::AtomicRMWKind> parsed =
      arith::symbolizeAtomicRMWKind(word);
  if (!parsed)
    return parser.emitError(loc, "expects a kind of reduction, as addf or "
                                 "maximumf, got '")
           << word << "'";
  kind = arith::AtomicRMWKindAttr::get(parser.getContext(), *parsed);
  return success();
}
static void printReductionKind(OpAsmPrinter &printer, Operation *,
                               arith::AtomicRMWKindAttr kind) {
  printer << arith::stringifyAtomicRMWKind(kind.getValue());
}

/// `from` a type, where that is not the accumulator's.
static ParseResult parseSumType(OpAsmParser &parser, Type &sum, Type acc) {
  sum = acc;
  if (failed(parser.parseOptionalKeyword("from")))
    return success();
  FragmentType type;
  if (parser.parseCustomTypeWithFallback(type))
    return failure();
  sum = type;
  return success();
}

static void printSumType(OpAsmPrinter &printer, PromoteOp, Type sum, Type acc) {
  if (sum == acc)
    return;
  printer << "from ";
  printer.printStrippedAttrOrType(cast<FragmentType>(sum));
}

#define GET_OP_CLASSES
#include "gq/Dialect/GQGPU/IR/GQGPUOps.cpp.inc"

//===----------------------------------------------------------------------===//
// KernelOp
//===----------------------------------------------------------------------===//

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  auto buildType = [](Builder &builder, ArrayRef<Type> args,
                      ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(args, results);
  };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false,
      getFunctionTypeAttrName(result.name), buildType,
      getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void KernelOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(
      printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
      getArgAttrsAttrName(), getResAttrsAttrName());
}

//===----------------------------------------------------------------------===//
// YieldOp
//===----------------------------------------------------------------------===//

MutableOperandRange YieldOp::getMutableSuccessorOperands(RegionSuccessor) {
  return getValuesMutable();
}

// Not every op that ends in a yield says where control goes from there.
void YieldOp::getSuccessorRegions(ArrayRef<Attribute>,
                                  SmallVectorImpl<RegionSuccessor> &regions) {
  if (auto parent = dyn_cast<RegionBranchOpInterface>((*this)->getParentOp()))
    parent.getSuccessorRegions(
        cast<RegionBranchTerminatorOpInterface>(getOperation()), regions);
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static constexpr int64_t kWordBits = 32;

/// Bytes of codes that a thread loads at once: four words, of whole blocks or
/// of one, where rows of the source are of them, or else one.
static int64_t unitOfCodes(CopyLoadOp op) {
  constexpr int64_t kWordBytes = 4, kMostWords = 4, kCodes = 2;
  int64_t block = op.getBlock()->back();
  int64_t length = cast<MemRefType>(op.getSource().getType()).getShape().back();
  for (int64_t unit : {kMostWords * kWordBytes, kWordBytes}) {
    int64_t codes = unit * kCodes;
    if (op.getTileType().getShape().back() % codes == 0 &&
        (block % codes == 0 || codes % block == 0) &&
        (ShapedType::isDynamic(length) || length % unit == 0))
      return unit;
  }
  return 1;
}

TileType CopyLoadOp::getTileType() {
  return getRing().getType().getTiles()[getTile()];
}

int64_t CopyLoadOp::getUnit() {
  TileType tile = getTileType();
  if (getScales())
    return unitOfCodes(*this);
  int64_t perWord = kWordBits / tile.getElementType().getIntOrFloatBitWidth();
  return tile.getShape().back() % perWord == 0 ? perWord : 1;
}

int64_t StoreFragmentOp::getUnit() {
  auto type = cast<FragmentType>(getValue().getType());
  if (!type.getBlock().empty())
    return 1;
  if (!getTransposed())
    return type.getLayout().getChunk();
  // Of codes that are transposed gq-stage-stores makes a store_shared.
  auto layout = dyn_cast<MmaLayoutAttr>(type.getLayout());
  constexpr int64_t kTurnedBits = 16;
  return layout && layout.getPermuted() == 0 &&
                 type.getElementType().isIntOrFloat() &&
                 type.getElementType().getIntOrFloatBitWidth() == kTurnedBits
             ? kWordBits / kTurnedBits
             : 1;
}

std::optional<bool> CopyLoadOp::isByWords() {
  int64_t unit = getUnit();
  if (getTileType().getElementType().getIntOrFloatBitWidth() == kWordBits)
    return true;
  if (unit == 1 || getAligned().value_or(1) % unit != 0)
    return false;
  int64_t length = cast<MemRefType>(getSource().getType()).getShape().back();
  if (ShapedType::isDynamic(length))
    return std::nullopt;
  return length % unit == 0;
}
