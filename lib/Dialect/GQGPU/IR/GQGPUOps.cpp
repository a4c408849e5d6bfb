//===- GQGPUOps.cpp - text forms and builders of the gqgpu ops ------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace mlir::gqgpu;

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
// TileLoopOp
//===----------------------------------------------------------------------===//

void TileLoopOp::build(OpBuilder &builder, OperationState &state,
                       ValueRange ubs, ArrayRef<int64_t> steps, int64_t raster,
                       bool persistent, ValueRange inits) {
  state.addOperands(ubs);
  state.addOperands(inits);
  Properties &props = state.getOrAddProperties<Properties>();
  props.operandSegmentSizes = {static_cast<int32_t>(ubs.size()),
                               static_cast<int32_t>(inits.size())};
  props.steps = builder.getDenseI64ArrayAttr(steps);
  if (raster != 1)
    props.raster = builder.getI64IntegerAttr(raster);
  if (persistent)
    props.persistent = builder.getUnitAttr();
  state.addTypes(inits.getTypes());
  Region *region = state.addRegion();
  Block *block = new Block();
  region->push_back(block);
  for (size_t i = 0; i < ubs.size(); ++i)
    block->addArgument(builder.getIndexType(), state.location);
  for (Value init : inits)
    block->addArgument(init.getType(), state.location);
}

// gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 128] raster 8 persistent
//     iter_args(%c = %c0) -> (!gqgpu.cursor) { ... }
ParseResult TileLoopOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<OpAsmParser::UnresolvedOperand> ubs, inits;
  SmallVector<int64_t> steps;
  Properties &props = result.getOrAddProperties<Properties>();
  if (parser.parseArgumentList(args, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("to"))
    return failure();
  llvm::SMLoc ubLoc = parser.getCurrentLocation();
  if (parser.parseOperandList(ubs, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("step") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(steps.emplace_back());
      }))
    return failure();
  if (args.size() != ubs.size())
    return parser.emitError(ubLoc,
                            "expects one upper bound per tile index, got ")
           << ubs.size() << " for " << args.size();
  for (OpAsmParser::Argument &arg : args)
    arg.type = builder.getIndexType();
  props.steps = builder.getDenseI64ArrayAttr(steps);
  if (succeeded(parser.parseOptionalKeyword("raster"))) {
    int64_t raster;
    if (parser.parseInteger(raster))
      return failure();
    props.raster = builder.getI64IntegerAttr(raster);
  }
  if (succeeded(parser.parseOptionalKeyword("persistent")))
    props.persistent = builder.getUnitAttr();
  SmallVector<Type> types;
  if (succeeded(parser.parseOptionalKeyword("iter_args"))) {
    SmallVector<OpAsmParser::Argument> iterArgs;
    llvm::SMLoc loc = parser.getCurrentLocation();
    if (parser.parseAssignmentList(iterArgs, inits) ||
        parser.parseArrowTypeList(types))
      return failure();
    if (types.size() != inits.size())
      return parser.emitError(loc,
                              "expects one type per loop-carried value, got ")
             << types.size() << " for " << inits.size();
    for (auto [arg, type] : llvm::zip(iterArgs, types)) {
      arg.type = type;
      args.push_back(arg);
    }
  }
  props.operandSegmentSizes = {static_cast<int32_t>(ubs.size()),
                               static_cast<int32_t>(inits.size())};
  if (parser.resolveOperands(ubs, builder.getIndexType(), result.operands) ||
      parser.resolveOperands(inits, types, ubLoc, result.operands))
    return failure();
  result.addTypes(types);
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, args) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  ensureTerminator(*body, builder, result.location);
  return success();
}

void TileLoopOp::print(OpAsmPrinter &printer) {
  printer << " (";
  llvm::interleaveComma(getInductionVars(), printer);
  printer << ") to (" << getUbs() << ") step [";
  llvm::interleaveComma(getSteps(), printer);
  printer << ']';
  if (getRaster() != 1)
    printer << " raster " << getRaster();
  if (getPersistent())
    printer << " persistent";
  if (!getInits().empty()) {
    printer << " iter_args(";
    llvm::interleaveComma(
        llvm::zip(getIterArgs(), getInits()), printer, [&](auto pair) {
          printer << std::get<0>(pair) << " = " << std::get<1>(pair);
        });
    printer << ") -> (" << getInits().getTypes() << ')';
  }
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/!getInits().empty());
  printer.printOptionalAttrDict(
      (*this)->getAttrs(),
      {"steps", "raster", "persistent", "operandSegmentSizes"});
}
