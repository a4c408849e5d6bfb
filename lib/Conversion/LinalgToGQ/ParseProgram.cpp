//===- ParseProgram.cpp - a program as it is written ----------------------===//
//
// What tools do with a file before the first pass, so that all of them take the
// same files and call arguments by the same names.
//
//===----------------------------------------------------------------------===//
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::gq;

/// Whether a person has thought of `name`, which printers make of numbers.
static bool isOwnName(StringRef name) {
  name.consume_front("arg");
  return !llvm::all_of(name, llvm::isDigit);
}

/// Writes the names that `state` has seen to the arguments of `function` that
/// have none; those that are there already are obeyed.
static void nameArguments(func::FuncOp function, const AsmParserState &state) {
  if (function.isExternal())
    return;
  const AsmParserState::BlockDefinition *body =
      state.getBlockDef(&function.front());
  if (!body)
    return;
  llvm::StringSet<> taken;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    taken.insert(argumentName(function, i));
  for (auto [i, definition] : llvm::enumerate(body->arguments)) {
    SMRange range = definition.loc;
    if (!range.isValid() || !argumentName(function, i).empty())
      continue;
    StringRef name(range.Start.getPointer(),
                   range.End.getPointer() - range.Start.getPointer());
    if (name.consume_front("%") && isOwnName(name) && taken.insert(name).second)
      function.setArgAttr(i, kNameAttr,
                          StringAttr::get(function.getContext(), name));
  }
}

static OwningOpRef<ModuleOp> parseText(MLIRContext &context,
                                       const llvm::SourceMgr &sources) {
  Block block;
  AsmParserState state;
  if (failed(
          parseAsmSourceFile(sources, &block, ParserConfig(&context), &state)))
    return {};
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  auto start =
      FileLineColLoc::get(&context, buffer->getBufferIdentifier(), 0, 0);
  OwningOpRef<ModuleOp> module =
      mlir::detail::constructContainerOpForParserIfNecessary<ModuleOp>(
          &block, &context, start);
  if (module)
    module->walk(
        [&](func::FuncOp function) { nameArguments(function, state); });
  return module;
}

OwningOpRef<ModuleOp> mlir::gq::parseProgram(MLIRContext &context,
                                             StringRef text, StringRef name) {
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBuffer(text, name,
                                       /*RequiresNullTerminator=*/false),
      llvm::SMLoc());
  bool allowed = context.allowsUnregisteredDialects();
  // The ops that calls become, and those that make their destinations.
  context.loadDialect<GQDialect, affine::AffineDialect, arith::ArithDialect,
                      linalg::LinalgDialect, tensor::TensorDialect>();
  context.allowUnregisteredDialects(true);
  // Bytecode has no names.
  bool isText = !isBytecode(*sources.getMemoryBuffer(sources.getMainFileID()));
  OwningOpRef<ModuleOp> module =
      isText ? parseText(context, sources)
             : parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  context.allowUnregisteredDialects(allowed);
  if (!module || failed(raiseCustomCalls(*module)))
    return {};
  expandScaling(*module);
  if (allowed)
    return module;
  WalkResult walk = module->walk([&](Operation *op) {
    if (op->isRegistered())
      return WalkResult::advance();
    op->emitOpError("is of a dialect that is not known, expects ops of gq, of "
                    "MLIR's own dialects, or a stablehlo.custom_call of a "
                    "target that begins with gq.");
    return WalkResult::interrupt();
  });
  return walk.wasInterrupted() ? OwningOpRef<ModuleOp>() : std::move(module);
}
