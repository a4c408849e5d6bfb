//===- GQGPULaunchAttrs.cpp - how a kernel is launched --------------------===//
//
// Verifiers and text of the attributes in GQGPULaunchAttrs.td. What an operand
// number or a dimension must be is known where there are operands: at the
// function of a kernel, whose parameters are counted here, and at its launch.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace mlir::gqgpu;

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyOperandNumber(EmitError emitError, int64_t operand) {
  if (operand >= 0)
    return success();
  return emitError() << "expects an operand number that is not negative, got "
                     << operand;
}

LogicalResult SizeAttr::verify(EmitError emitError, int64_t operand,
                               int64_t dim) {
  if (dim < 0)
    return emitError() << "expects a dimension that is not negative, got "
                       << dim;
  return verifyOperandNumber(emitError, operand);
}

LogicalResult PointerAttr::verify(EmitError emitError, int64_t operand) {
  return verifyOperandNumber(emitError, operand);
}

LogicalResult PitchAttr::verify(EmitError emitError, int64_t operand) {
  return verifyOperandNumber(emitError, operand);
}

LogicalResult TensorMapAttr::verify(EmitError emitError, int64_t operand,
                                    TmaElement, ArrayRef<int64_t> box,
                                    int64_t swizzle, int64_t permuted,
                                    int64_t l2promotion) {
  if (box.empty())
    return emitError() << "expects a box of at least 1 extent";
  for (int64_t extent : box)
    if (extent <= 0)
      return emitError() << "expects positive extents of a box, got " << extent;
  if (!llvm::is_contained<int64_t>({0, 32, 64, 128}, swizzle))
    return emitError() << "expects a swizzle of 0, 32, 64 or 128 bytes, got "
                       << swizzle;
  if (!isPermutation(permuted) ||
      (permuted && (box.size() != 2 || box[1] % permuted != 0)))
    return emitError() << "expects rows permuted in groups of 16 or 32 that "
                          "divide those of a box of 2 extents, got "
                       << permuted;
  if (!llvm::is_contained<int64_t>({0, 64, 128, 256}, l2promotion))
    return emitError() << "expects an l2promotion of 0, 64, 128 or 256 bytes, "
                          "got "
                       << l2promotion;
  return verifyOperandNumber(emitError, operand);
}

//===----------------------------------------------------------------------===//
// GridAttr
//===----------------------------------------------------------------------===//

LogicalResult GridAttr::verify(EmitError emitError, ArrayRef<SizeAttr> sizes,
                               AffineMap map, int64_t persistent) {
  if (persistent < 0)
    return emitError() << "expects a positive number of thread blocks for each "
                          "multiprocessor, got "
                       << persistent;
  if (map.getNumDims() != 0 || map.getNumSymbols() != sizes.size())
    return emitError() << "expects a map of " << sizes.size()
                       << " symbols, one per size, got " << map.getNumDims()
                       << " dims and " << map.getNumSymbols() << " symbols";
  if (map.getNumResults() == 0)
    return emitError() << "expects at least 1 expression";
  return success();
}

// <[0[0], 2[1]] -> (s0 ceildiv 8, s1), persistent>
Attribute GridAttr::parse(AsmParser &parser, Type) {
  MLIRContext *context = parser.getContext();
  llvm::SMLoc loc = parser.getCurrentLocation();
  SmallVector<SizeAttr> sizes;
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square,
          [&] {
            int64_t operand, dim;
            llvm::SMLoc at = parser.getCurrentLocation();
            if (parser.parseInteger(operand) || parser.parseLSquare() ||
                parser.parseInteger(dim) || parser.parseRSquare())
              return failure();
            sizes.push_back(
                parser.getChecked<SizeAttr>(at, context, operand, dim));
            return success(sizes.back() != nullptr);
          }) ||
      parser.parseArrow())
    return {};
  SmallVector<std::string> names;
  SmallVector<std::pair<StringRef, AffineExpr>> symbols;
  for (size_t i = 0; i < sizes.size(); ++i)
    names.push_back("s" + std::to_string(i));
  for (auto [i, name] : llvm::enumerate(names))
    symbols.emplace_back(name, getAffineSymbolExpr(i, context));
  SmallVector<AffineExpr> results;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&] {
        return parser.parseAffineExpr(symbols, results.emplace_back());
      }))
    return {};
  int64_t persistent = 0;
  if (succeeded(parser.parseOptionalComma())) {
    if (parser.parseKeyword("persistent"))
      return {};
    persistent = 1;
    llvm::SMLoc at = parser.getCurrentLocation();
    OptionalParseResult number = parser.parseOptionalInteger(persistent);
    if (number.has_value() && failed(*number))
      return {};
    if (persistent <= 0) {
      parser.emitError(at, "expects a positive number of thread blocks for "
                           "each multiprocessor, got ")
          << persistent;
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<GridAttr>(
      loc, context, ArrayRef(sizes),
      AffineMap::get(0, sizes.size(), results, context), persistent);
}

void GridAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getSizes(), printer, [&](SizeAttr size) {
    printer << size.getOperand() << '[' << size.getDim() << ']';
  });
  printer << "] -> (";
  llvm::interleaveComma(getMap().getResults(), printer,
                        [&](AffineExpr expr) { printer.getStream() << expr; });
  printer << ')';
  if (getPersistent())
    printer << ", persistent";
  if (getPersistent() > 1)
    printer << ' ' << getPersistent();
  printer << '>';
}

//===----------------------------------------------------------------------===//
// LaunchAttr
//===----------------------------------------------------------------------===//

LogicalResult LaunchAttr::verify(EmitError emitError, int64_t threads,
                                 int64_t cluster, int64_t sharedMemory,
                                 GridAttr, ArrayRef<Attribute> params, bool) {
  if (threads <= 0)
    return emitError() << "expects a positive number of threads, got "
                       << threads;
  if (cluster <= 0)
    return emitError() << "expects a positive cluster, got " << cluster;
  if (sharedMemory < 0)
    return emitError() << "expects bytes of shared memory that are not "
                          "negative, got "
                       << sharedMemory;
  for (auto [i, param] : llvm::enumerate(params))
    if (!isa<TensorMapAttr, PointerAttr, SizeAttr, PitchAttr>(param))
      return emitError() << "expects parameter " << i
                         << " to be #gqgpu.tensor_map, #gqgpu.pointer, "
                            "#gqgpu.size or #gqgpu.pitch, got "
                         << param;
  return success();
}

namespace mlir::gqgpu {

ParseResult parseParams(AsmParser &parser, SmallVector<Attribute> &params) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
    return parser.parseAttribute(params.emplace_back());
  });
}

void printParams(AsmPrinter &printer, ArrayRef<Attribute> params) {
  printer << '[';
  llvm::interleaveComma(params, printer);
  printer << ']';
}

/// `, dependent`, or nothing.
ParseResult parseDependent(AsmParser &parser, bool &dependent) {
  dependent = succeeded(parser.parseOptionalComma());
  return dependent ? parser.parseKeyword("dependent") : success();
}

void printDependent(AsmPrinter &printer, bool dependent) {
  if (dependent)
    printer << ", dependent";
}

} // namespace mlir::gqgpu

//===----------------------------------------------------------------------===//
// On functions
//===----------------------------------------------------------------------===//

/// The type of the function's argument that a parameter goes to.
static bool takes(Type argument, Attribute param) {
  auto pointer = dyn_cast<LLVM::LLVMPointerType>(argument);
  if (isa<SizeAttr, PitchAttr>(param))
    return argument.isInteger(32);
  return pointer &&
         pointer.getAddressSpace() == (isa<PointerAttr>(param) ? 1u : 0u);
}

LogicalResult GQGPUDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attr) {
  if (attr.getName() != getLaunchAttrName())
    return success();
  auto launch = dyn_cast<LaunchAttr>(attr.getValue());
  if (!launch)
    return op->emitOpError("expects gqgpu.launch to be #gqgpu.launch, got ")
           << attr.getValue();
  auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
  if (!function)
    return op->emitOpError("has gqgpu.launch, which belongs on an llvm.func");
  ArrayRef<Type> arguments = function.getArgumentTypes();
  if (arguments.size() != launch.getParams().size())
    return op->emitOpError("expects a parameter in gqgpu.launch for each of "
                           "its ")
           << arguments.size() << " arguments, got "
           << launch.getParams().size();
  for (auto [i, type, param] : llvm::enumerate(arguments, launch.getParams()))
    if (!takes(type, param))
      return op->emitOpError("expects argument ")
             << i << " to take parameter " << param << " of gqgpu.launch, got "
             << type;
  return success();
}
