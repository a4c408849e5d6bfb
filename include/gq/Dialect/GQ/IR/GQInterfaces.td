//===- GQInterfaces.td - what gq ops say about themselves --*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQINTERFACES_TD
#define GQ_DIALECT_GQ_IR_GQINTERFACES_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def GQ_StrategyAttrInterface : AttrInterface<"StrategyAttrInterface"> {
  let cppNamespace = "::mlir::gq";
  let description = [{
    A config: the strategy that a kernel is compiled with, as far as passes need
    it that do not care what the kernel computes.
  }];
  let methods = [
    InterfaceMethod<"Sizes along the loops of the op, see BlockOpInterface.",
      "::llvm::ArrayRef<int64_t>", "getTile">,
    InterfaceMethod<"Tile rows visited per column before the next column.",
      "int64_t", "getRaster">,
    InterfaceMethod<"Threads of a thread block; none if the roles of the "
      "kernel decide.", "::std::optional<int64_t>", "getLaunchThreads">,
    InterfaceMethod<"Thread blocks of a cluster; none if the roles of the "
      "kernel decide.", "::std::optional<int64_t>", "getLaunchCluster">,
    InterfaceMethod<"Tiles that a cluster takes at once, one for each of its "
      "thread blocks, along the last loops; empty: its thread blocks share one.",
      "::llvm::SmallVector<int64_t>", "getClusterTiles">,
    InterfaceMethod<"Parts of the sums of a tile, one for each thread block of a "
      "cluster; 1: sums are not divided.",
      "int64_t", "getParts">,
    InterfaceMethod<"Those of these thread blocks that store, each as many of the "
      "columns: all, or only the first one.",
      "int64_t", "getSharers">,
    InterfaceMethod<"Thread blocks that a multiprocessor has room for at once; "
      "none: nobody asks for more than one.",
      "::std::optional<int64_t>", "getOccupancy">,
    InterfaceMethod<"The place of this config among those the compiler weighed; "
      "none if a person wrote it.",
      "::std::optional<int64_t>", "getCandidate">,
    InterfaceMethod<"What gq-apply-config makes of the op before it is tiled, as "
      "'two passes'; empty: nothing.", "::llvm::StringRef", "getRewriting">
  ];
}

def GQ_BlockOpInterface : OpInterface<"BlockOpInterface",
                                         [DestinationStyleOpInterface]> {
  let cppNamespace = "::mlir::gq";
  let description = [{
    A destination-style op on matrices that are quantised block by block. What
    it says about its operands is all that verification, shape checks, tiling,
    shape inference, bufferization, kernel building, the reference executor and
    gq-run need to know; the numerics are elsewhere.

    The op is a nest of loops over elements: R and C for a quantisation, M, N and
    K for a product. A loop that no init runs along is a reduction. See
    BlockOp.h for the description of an operand.
  }];
  let methods = [
    InterfaceMethod<[{
        The shaped operands in order. May only be called when getBlocks() has
        two sizes each.
      }], "::llvm::SmallVector<::mlir::gq::OperandSpec>", "getOperandSpecs">,
    InterfaceMethod<"The blocks as written, with the names of their attributes.",
      "::llvm::SmallVector<::mlir::gq::NamedBlock>", "getBlocks", (ins), [{}],
      [{ return {}; }]>,
    InterfaceMethod<"What messages call the loops, as M, N and K; none if they "
      "are the dimensions of a matrix.",
      "::llvm::ArrayRef<::llvm::StringLiteral>", "getLoopNames", (ins), [{}],
      [{ return {}; }]>,
    InterfaceMethod<"Where in its blocks the op starts, a value per loop; empty: "
      "at a block.",
      "::mlir::OperandRange", "getOrigin", (ins), [{}],
      [{ return $_op->getOperands().take_back(0); }]>,
    InterfaceMethod<"The same, to be changed.",
      "::mlir::MutableOperandRange", "getOriginMutable", (ins), [{}],
      [{ return ::mlir::MutableOperandRange($_op, $_op->getNumOperands(), 0); }]>,
    InterfaceMethod<"The op adds to its init instead of overwriting it.",
      "bool", "readsInit", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<"What elements outside of the tensor have to be where several "
      "go into one value of a result; null: zeros.",
      "::mlir::TypedAttr", "getNeutral", (ins), [{}], [{ return {}; }]>,
    InterfaceMethod<"Every executor computes the same bits.",
      "bool", "pinsBits", (ins), [{}], [{ return true; }]>,
    InterfaceMethod<[{
        A word for the kernels that are made for this op, as "matmul": the op
        has a config and decides how its kernel is tiled and launched. Empty for
        an op that is only compiled as a part of another's kernel.
      }], "::llvm::StringRef", "getKernelWord", (ins), [{}], [{ return ""; }]>,
    InterfaceMethod<"Thread blocks of the kernel take one tile after another.",
      "bool", "isPersistent", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<"Every row of the result has the same bits, however many "
      "rows there are: one config for all.",
      "bool", "isBatchInvariant", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<"Elements along a sum after which it is scaled at the latest; "
      "none if only its end matters.",
      "::std::optional<int64_t>", "getPromotionStep", (ins), [{}],
      [{ return std::nullopt; }]>,
    InterfaceMethod<"What gq-expand takes apart before it can be tiled; empty: "
      "nothing.", "::llvm::StringRef", "getUnexpanded", (ins), [{}],
      [{ return ""; }]>,
    InterfaceMethod<"Makes it a part of an op that has this step, which its own "
      "sizes need not tell.", "void", "keepPromotionStep",
      (ins "::std::optional<int64_t>":$step), [{}], [{ return; }]>,
    InterfaceMethod<"Makes it an op on slices of what it reads, whose rows are not "
      "padded.", "void", "dropPadding", (ins), [{}], [{ return; }]>
  ];
  let extraSharedClassDeclaration = [{
    /// The `config` of the op; null if there is none, or the op takes none.
    ::mlir::gq::StrategyAttrInterface getStrategy() {
      return ::llvm::dyn_cast_or_null<::mlir::gq::StrategyAttrInterface>(
          $_op->getInherentAttr("config").value_or(::mlir::Attribute()));
    }
    void setStrategy(::mlir::gq::StrategyAttrInterface config) {
      $_op->setAttr("config", config);
    }
  }];
  let extraClassDeclaration = [{
    unsigned getNumLoops();
    /// One per loop.
    ::llvm::SmallVector<::mlir::utils::IteratorType> getIteratorTypes();
    /// A loop is a reduction: the kernel of the op is one of products that go
    /// through a ring, and its config a #gq.matmul_config. Others are passes over
    /// elements by threads, with a #gq.quantize_config.
    bool isSum();
    /// What sizes of operands must be: those that are equal first.
    ::llvm::SmallVector<::mlir::gq::ShapeRule> getShapeRules();
    /// The operand and dimension that counts the elements along `loop`.
    std::pair<unsigned, unsigned> getExtent(unsigned loop);
    /// Some operand has one value per block.
    bool hasBlocks();
    /// Elements along each loop that share a value; 1 where each has its own.
    ::llvm::SmallVector<int64_t> getLoopBlocks();
    /// Sizes of an operand when the loops have those of `tile`: of values per
    /// block as many as it may touch, wherever the op's origin is.
    ::llvm::SmallVector<int64_t> getTileShape(unsigned operand,
                                              ::llvm::ArrayRef<int64_t> tile);
    /// The sizes of a block as a tile of this op sees it: where a tile has one
    /// value along a loop it is one block there, wherever in a larger one it
    /// lies. So it is for an op that has no values per block.
    ::llvm::SmallVector<int64_t> getBlockInTile();
    /// Fails with an error if the op is on memrefs, for a pass that is on tensors.
    ::mlir::LogicalResult requireTensors();
  }];
  let verify = [{ return ::mlir::gq::detail::verifyBlockOp($_op); }];
}

#endif // GQ_DIALECT_GQ_IR_GQINTERFACES_TD
