//===- GQGPUInterfaces.td - what passes ask --------------*- tablegen -*-===//
//
// Verifiers, distribution, simulator and lowering ask the first two interfaces and
// know no layout and no instruction by name. The third is of ops: gq-verify-protocol
// and the simulator know the rules of shared memory by what they say.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUINTERFACES_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUINTERFACES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

def GQGPU_LayoutInterface : AttrInterface<"LayoutInterface"> {
  let cppNamespace = "::mlir::gqgpu";
  let description = [{
    Which thread holds which element of a fragment. The threads that hold a
    fragment are consecutive ones of a thread block, starting at a multiple of
    their number: a warp group, or all of the thread block. With a cluster the
    thread blocks divide the rows first.

    A thread holds a number of values that is the same for all of them. Where its
    first value lies depends on the thread (`getFirst`), where the others lie
    from there does not (`getOffset`).
  }];
  let methods = [
    InterfaceMethod<[{
        Whether a fragment of this shape, constant over blocks of `block` (each
        element for itself if that is empty), exists in the layout.
      }],
      "::llvm::LogicalResult", "verifyFragment",
      (ins "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError,
           "::llvm::ArrayRef<int64_t>":$shape, "::llvm::ArrayRef<int64_t>":$block)>,
    InterfaceMethod<"Threads of a thread block that hold a fragment together.",
      "int64_t", "getNumThreads">,
    InterfaceMethod<"Thread blocks that hold a fragment together.",
      "int64_t", "getCluster">,
    InterfaceMethod<[{
        Consecutive columns that a thread holds, as consecutive values. A fragment
        with a block has one value for all of them.
      }],
      "int64_t", "getChunk">,
    InterfaceMethod<[{
        Rows and columns that the threads of a thread block cover before the
        pattern of positions repeats.
      }],
      "::mlir::gqgpu::Position", "getPeriod">,
    InterfaceMethod<[{
        Rows of elements that a warp has to itself, as the 8 x 8 matrices that
        `stmatrix` stores; 0 where its elements lie in another way.
      }],
      "int64_t", "getMatrixRows">,
    InterfaceMethod<"Values of one thread.", "int64_t", "getNumValues",
      (ins "::llvm::ArrayRef<int64_t>":$shape, "::llvm::ArrayRef<int64_t>":$block)>,
    InterfaceMethod<[{
        How many threads hold each element of a fragment without a block: more
        than one for values that all users of a row or a column need.
      }],
      "int64_t", "getNumCopies", (ins "::llvm::ArrayRef<int64_t>":$shape)>,
    InterfaceMethod<[{
        Row and column of a thread's first value, as a function of
        `(thread, warp, lane, rank)`: the number of the thread among those that
        hold the fragment, its warp and lane (`thread / 32`, `thread % 32`, which
        kernels have at hand), and the rank of its thread block in the cluster.
        With a block, of the first element that the value stands for.
      }],
      "::mlir::AffineMap", "getFirst",
      (ins "::llvm::ArrayRef<int64_t>":$shape, "::llvm::ArrayRef<int64_t>":$block)>,
    InterfaceMethod<[{
        Row and column of value `i` from the thread's first; with a block, of the
        first element that the value stands for.
      }],
      "::mlir::gqgpu::Position", "getOffset",
      (ins "::llvm::ArrayRef<int64_t>":$shape, "::llvm::ArrayRef<int64_t>":$block,
           "int64_t":$i)>,
    InterfaceMethod<[{
        Neighbouring values of a thread that share a register, in ascending bits:
        one-byte elements as their conversion makes them, 16-bit floats as they
        are loaded, or as their instruction leaves them.
      }],
      "int64_t", "getValuesPerRegister",
      (ins "::mlir::Type":$elementType, "::llvm::ArrayRef<int64_t>":$block)>
  ];
}

def GQGPU_MmaInterface : AttrInterface<"MmaInterface"> {
  let cppNamespace = "::mlir::gqgpu";
  let description = [{
    A matrix instruction: `acc += A . B^T` on `m x n x k`, with `A` and `B` in
    shared memory, K along their rows.
  }];
  let methods = [
    InterfaceMethod<"Rows of the result.", "int64_t", "getM">,
    InterfaceMethod<"Columns of the result.", "int64_t", "getN">,
    InterfaceMethod<"Elements along K of one instruction.", "int64_t", "getK">,
    InterfaceMethod<"Element type of operand a.", "::mlir::Type", "getA">,
    InterfaceMethod<"Element type of operand b.", "::mlir::Type", "getB">,
    InterfaceMethod<"Element type of the result.", "::mlir::Type", "getAcc">,
    InterfaceMethod<"Warps that issue the instruction together.",
      "int64_t", "getNumWarps">,
    InterfaceMethod<[{
        What the instruction needs of the tile that operand `a` (0) or `b` (1) is
        read from.
      }],
      "::mlir::gqgpu::OperandTile", "getOperandTile", (ins "unsigned":$operand)>,
    InterfaceMethod<"Layout of the result in registers.",
      "::mlir::gqgpu::LayoutInterface", "getLayout">,
    InterfaceMethod<[{
        Layout in which the scales of rows and of columns stand beside a result:
        `promote` applies them to a sum of products, so they may change every `k`
        elements at the earliest.
      }],
      "::mlir::gqgpu::LayoutInterface", "getScaleLayout">
  ];
  let extraClassDeclaration = [{
    /// The fragment of a result.
    ::mlir::gqgpu::FragmentType getResultType() const;
    /// The fragment of f32 scales of a result's rows or columns, of which
    /// `block` in a row share one: a single value if all of them do, else a
    /// value for each row; for each block of columns where every thread needs
    /// all of these, else for each column.
    ::mlir::gqgpu::FragmentType getScaleType(::mlir::gqgpu::Dim dim,
                                             int64_t block) const;
  }];
}

def GQGPU_SharedMemoryOpInterface : OpInterface<"SharedMemoryOpInterface"> {
  let description = [{
    An op that reads or writes a `gqgpu.shared_alloc`. Verifier and simulator
    know the rules of shared memory by what these ops say of themselves.
  }];
  let cppNamespace = "::mlir::gqgpu";
  let methods = [InterfaceMethod<[{
      The buffer the op works on, what it does there, and which threads may meet
      in it.
    }], "::mlir::gqgpu::SharedAccess", "getSharedAccess">];
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUINTERFACES_TD
