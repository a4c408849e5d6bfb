//===- GQOpBase.td - what the ops of the gq dialect share --*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQOPBASE_TD
#define GQ_DIALECT_GQ_IR_GQOPBASE_TD

include "gq/Dialect/GQ/IR/GQBase.td"
include "gq/Support/KnownAttributes.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/TilingInterface.td"

def GQ_Matrix : AnyTypeOf<[AnyRankedTensor, AnyMemRef],
    "a ranked tensor or a memref">;

// What every op of the dialect is: destination style (tensor results alias the
// `outs` operands; on memrefs there are no results), tileable, and with shapes
// that can be derived from its operands. Most follows from what the op says as a
// BlockOpInterface; BlockOp.cpp and BlockOpTiling.cpp have it for all.
class GQ_Op<string mnemonic, list<Trait> traits = []>
    : Op<GQ_Dialect, mnemonic, !listconcat([
        GQ_KnownAttributes,
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<GQ_BlockOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        ConditionallySpeculatable,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
          ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<TilingInterface,
          ["getLoopIteratorTypes", "getIterationDomain",
           "getTiledImplementation", "getResultTilePosition",
           "generateResultTileValue"]>], traits)> {
  let hasVerifier = 1;
  // The inits are the shaped operands from number `firstInit` on, or where that
  // depends on which there are, `init` alone.
  int firstInit = 0;
  int numInits = 1;
  code speculatability = [{
    ::mlir::Speculation::Speculatability getSpeculatability() {
      return hasPureTensorSemantics() ? ::mlir::Speculation::Speculatable
                                      : ::mlir::Speculation::NotSpeculatable;
    }
  }];
  code destination = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), }]
      # !cast<string>(firstInit) # ", " # !cast<string>(numInits) # [{);
    }
  }] # speculatability;
  code initAlone = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }] # speculatability;
  let extraClassDeclaration = destination;
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      detail::getEffects(*this, effects);
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &b, ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return detail::reifyShapes(*this, b, shapes);
    }
    ::llvm::SmallVector<::mlir::utils::IteratorType>
    $cppClass::getLoopIteratorTypes() {
      return detail::getIteratorTypes(*this);
    }
    ::llvm::SmallVector<::mlir::Range>
    $cppClass::getIterationDomain(::mlir::OpBuilder &b) {
      return detail::getIterationDomain(*this, b);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &b, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::tile(*this, b, offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &b, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      return detail::getResultTile(*this, b, number, offsets, sizes,
                                   resultOffsets, resultSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &b, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::tileOfResult(*this, b, number, offsets, sizes);
    }
  }];
}

// One that takes a single `block`.
class GQ_OneBlockOp<string mnemonic> : GQ_Op<mnemonic> {
  // Of an op with `packed` that makes codes.
  code codeFormat = [{
    /// What codes are: the element type of init, or what is packed in it.
    ::mlir::Type getFormat() {
      return getPacked().value_or(::mlir::getElementTypeOrSelf(getInit()));
    }
  }];
  code oneBlock = destination # [{
    ::llvm::SmallVector<::mlir::gq::NamedBlock> getBlocks() {
      return {{"block", getBlock()}};
    }
  }];
  let extraClassDeclaration = oneBlock;
}

#endif // GQ_DIALECT_GQ_IR_GQOPBASE_TD
