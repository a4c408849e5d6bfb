//===- GQDialect.cpp - registration of the gq dialect ---------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;

#include "gq/Dialect/GQ/IR/GQDialect.cpp.inc"

//===----------------------------------------------------------------------===//
// Text forms of parameters (GQBase.td)
//===----------------------------------------------------------------------===//

namespace mlir::gq {
static FailureOr<SmallVector<int64_t>> parseList(AsmParser &parser) {
  SmallVector<int64_t> list;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(list.emplace_back());
      }))
    return failure();
  return list;
}

static void printList(AsmPrinter &printer, ArrayRef<int64_t> list) {
  printer << '[';
  llvm::interleaveComma(list, printer);
  printer << ']';
}

static FailureOr<bool> parseFlag(AsmParser &parser) {
  StringRef value;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&value))
    return failure();
  if (value != "true" && value != "false")
    return parser.emitError(loc, "expects true or false, got ") << value;
  return value == "true";
}

static FailureOr<std::optional<bool>> parseOptionalFlag(AsmParser &parser) {
  FailureOr<bool> flag = parseFlag(parser);
  if (failed(flag))
    return failure();
  return std::optional(*flag);
}

static FailureOr<std::optional<int64_t>>
parseOptionalNumber(AsmParser &parser) {
  int64_t number;
  if (parser.parseInteger(number))
    return failure();
  return std::optional(number);
}
} // namespace mlir::gq

#define GET_ATTRDEF_CLASSES
#include "gq/Dialect/GQ/IR/GQAttrs.cpp.inc"

void GQDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "gq/Dialect/GQ/IR/GQOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "gq/Dialect/GQ/IR/GQAttrs.cpp.inc"
      >();
}

float mlir::gq::formatMax(Type type) {
  if (isa<Float8E4M3FNType>(type))
    return 448.0f;
  if (isa<Float8E5M2Type>(type))
    return 57344.0f;
  if (type.isSignlessInteger(8))
    return 127.0f;
  return 0.0f;
}

bool mlir::gq::isFp8(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(type);
}
