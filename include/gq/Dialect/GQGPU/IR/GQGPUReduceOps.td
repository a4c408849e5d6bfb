//===- GQGPUReduceOps.td - reductions, step by step --------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUREDUCEOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUREDUCEOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_ThreadAbsmaxOp : GQGPU_Op<"thread_absmax", [Pure]> {
  let summary = "largest magnitude of what each thread holds of a block";
  let description = [{
    The first step of a reduction: no thread needs another. NaN loses against
    numbers; of NaN alone the maximum is NaN.

    With `rounded`, that of f32 values once they are rounded to bf16 or f16, to nearest
    even. Rounding keeps their order, so the maximum is rounded, and not each value.

    Example:
    ```mlir
    %p = gqgpu.thread_absmax %x : !gqgpu.fragment<16x512xbf16, #layout>
           -> !gqgpu.partial<<16x512xf32, #layout, block = [1, 128]>, lanes = 1>
    %r = gqgpu.thread_absmax %y rounded bf16 : !gqgpu.fragment<16x512xf32, #layout>
           -> !gqgpu.partial<<16x512xf32, #layout, block = [1, 128]>, lanes = 1>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$value, OptionalAttr<TypeAttr>:$rounded);
  let results = (outs GQGPU_PartialType:$result);
  let builders = [OpBuilder<(ins "PartialType":$result, "::mlir::Value":$value), [{
    build($_builder, $_state, result, value, ::mlir::TypeAttr());
  }]>];
  let assemblyFormat = [{
    $value (`rounded` $rounded^)? attr-dict `:` type($value) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_PartialMaxOp : GQGPU_Op<"partial_max", [Pure]> {
  let summary = "the larger of partial maxima, and of a floor";
  let description = [{
    Of the slabs of a tile, whose blocks are as high as all of them. The result
    is a number: NaN loses against `floor`, which is not negative, so that
    maxima compare as their bits do.

    Example: `%m = gqgpu.partial_max %top, %bottom floor 1.0e-6 : !partial, !partial -> !partial`
  }];
  let arguments = (ins Variadic<GQGPU_PartialType>:$values, F32Attr:$floor);
  let results = (outs GQGPU_PartialType:$result);
  let assemblyFormat = [{
    $values `floor` $floor attr-dict `:` type($values) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_LaneReduction : I32EnumAttr<"LaneReduction", "how lanes are reduced", [
    I32EnumAttrCase<"Shuffle", 0, "shuffle">, I32EnumAttrCase<"Redux", 1, "redux">]> {
  let cppNamespace = "::mlir::gqgpu";
}

def GQGPU_LaneMaxOp : GQGPU_Op<"lane_max", [Pure]> {
  let summary = "the largest of the partial maxima of neighbouring lanes";
  let description = [{
    Every lane of an aligned group of as many lanes as the result says gets the
    maximum of the group: by butterflies (`shuffle`), or by one instruction for
    the whole warp (`redux`), since the bits of numbers that are not negative
    compare as integers.

    Example: `%w = gqgpu.lane_max shuffle %p : !one -> !gqgpu.partial<!f, lanes = 8>`
  }];
  let arguments = (ins GQGPU_LaneReduction:$by, GQGPU_PartialType:$value);
  let results = (outs GQGPU_PartialType:$result);
  let assemblyFormat = "$by $value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_WholeBlocksOp : GQGPU_Op<"whole_blocks", [Pure]> {
  let summary = "partial maxima of all lanes that share a block";
  let description = [{
    They are the maxima of the blocks: no thread of another group holds any of a
    block.

    Example: `%m = gqgpu.whole_blocks %w : !gqgpu.partial<!blocks, lanes = 8> -> !blocks`
  }];
  let arguments = (ins GQGPU_PartialType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_AtomicMaxOp : GQGPU_Op<"atomic_max", [
    MemoryEffects<[MemRead, MemWrite]>,
    DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>]> {
  let summary = "reduces partial maxima into words of shared memory";
  let description = [{
    One lane of each group of reduced lanes adds its maxima to the word of their
    block: to that of its thread block (`block`), or to those of all thread
    blocks of its cluster (`cluster`), so that each reads its own.

    Example: `gqgpu.atomic_max cluster %p into %words : !partial, !gqgpu.tile<1x4xf32>`
  }];
  let arguments = (ins GQGPU_Scope:$scope, GQGPU_PartialType:$value, GQGPU_TileType:$words);
  let assemblyFormat = [{
    $scope $value `into` $words attr-dict `:` type($value) `,` type($words)
  }];
  let hasVerifier = 1;
}

def GQGPU_ReadBlocksOp : GQGPU_Op<"read_blocks", [MemoryEffects<[MemRead]>,
    DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>]> {
  let summary = "one word of shared memory for each block";
  let description = [{
    Every thread reads the words of the blocks that it holds elements of.

    Example: `%m = gqgpu.read_blocks %words : !gqgpu.tile<1x4xf32> -> !blocks`
  }];
  let arguments = (ins GQGPU_TileType:$words);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$words attr-dict `:` type($words) `->` type($result)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Other reductions than the largest magnitude
//===----------------------------------------------------------------------===//

// arith's AtomicRMWKindAttr: with its definition, that would be generated again
// among the enums of this dialect.
def GQGPU_ReductionKind : Attr<
    CPred<"::llvm::isa<::mlir::arith::AtomicRMWKindAttr>($_self)">, "a kind of reduction"> {
  let storageType = "::mlir::arith::AtomicRMWKindAttr";
  let returnType = "::mlir::arith::AtomicRMWKind";
  let convertFromStorage = "$_self.getValue()";
  let constBuilderCall =
    "::mlir::arith::AtomicRMWKindAttr::get($_builder.getContext(), $0)";
}

def GQGPU_BlockReduceOp : GQGPU_Op<"block_reduce", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "sum, product, maximum or minimum of each block of a fragment";
  let description = [{
    `gq.block_reduce` on a fragment of f32, bf16 or f16 with a result of f32, or
    on one of i32. `gq-expand-reductions` writes how threads do it, in an order
    that the layout decides: every run gives the same bits. All threads of the
    thread block take part, so it stands outside of roles.

    Example:
    ```mlir
    %s = gqgpu.block_reduce addf %x : !gqgpu.fragment<1x4096xf32, #layout>
           -> !gqgpu.fragment<1x4096xf32, #layout, block = [1, 4096]>
    ```
  }];
  let arguments = (ins GQGPU_ReductionKind:$kind, GQGPU_FragmentType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "custom<ReductionKind>($kind) $value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_ThreadReduceOp : GQGPU_Op<"thread_reduce", [Pure]> {
  let summary = "what each thread holds of a block, reduced";
  let description = [{
    Neighbouring values first, then neighbouring pairs, and so on.

    Example:
    ```mlir
    %p = gqgpu.thread_reduce addf %x : !gqgpu.fragment<1x4096xf32, #layout>
           -> !gqgpu.partial<<1x4096xf32, #layout, block = [1, 4096]>, lanes = 1>
    ```
  }];
  let arguments = (ins GQGPU_ReductionKind:$kind, GQGPU_FragmentType:$value);
  let results = (outs GQGPU_PartialType:$result);
  let assemblyFormat = "custom<ReductionKind>($kind) $value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_LaneReduceOp : GQGPU_Op<"lane_reduce", [Pure]> {
  let summary = "the partial values of neighbouring lanes, reduced";
  let description = [{
    Every lane of an aligned group of as many lanes as the result says gets the
    same value, by butterflies: halves of the group first.

    Example: `%w = gqgpu.lane_reduce addf %p : !one -> !gqgpu.partial<!f, lanes = 32>`
  }];
  let arguments = (ins GQGPU_ReductionKind:$kind, GQGPU_PartialType:$value);
  let results = (outs GQGPU_PartialType:$result);
  let assemblyFormat = "custom<ReductionKind>($kind) $value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_WritePartialsOp : GQGPU_Op<"write_partials", [MemoryEffects<[MemWrite]>,
    DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>]> {
  let summary = "partial values into words of shared memory, one of each group of lanes";
  let description = [{
    One lane of each group of reduced lanes writes what it has of its `i`-th
    block to row `i` of the words, in the column of its group.

    Example: `gqgpu.write_partials %w into %words : !partial, !gqgpu.tile<1x8xf32>`
  }];
  let arguments = (ins GQGPU_PartialType:$value, GQGPU_TileType:$words);
  let assemblyFormat = "$value `into` $words attr-dict `:` type($value) `,` type($words)";
  let hasVerifier = 1;
}

def GQGPU_ReadPartialsOp : GQGPU_Op<"read_partials", [MemoryEffects<[MemRead]>,
    DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>]> {
  let summary = "the values of blocks from the partial ones of all groups of lanes";
  let description = [{
    Every thread reads what `write_partials` has written of the blocks that it
    holds elements of, by all groups of `lanes` lanes that share them, and
    reduces these in the order of the groups: neighbours first, as
    `thread_reduce`.

    Example: `%s = gqgpu.read_partials addf %words lanes 32 : !gqgpu.tile<1x8xf32> -> !blocks`
  }];
  let arguments = (ins GQGPU_ReductionKind:$kind, GQGPU_TileType:$words, I64Attr:$lanes);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    custom<ReductionKind>($kind) $words `lanes` $lanes attr-dict `:` type($words) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUREDUCEOPS_TD
