//===- GQGPUReduceOps.td - maxima of blocks, step by step --*- tablegen -*-===//
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

    Example:
    ```mlir
    %p = gqgpu.thread_absmax %x : !gqgpu.fragment<16x512xbf16, #layout>
           -> !gqgpu.partial<<16x512xf32, #layout, block = [1, 128]>, lanes = 1>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$value);
  let results = (outs GQGPU_PartialType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
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

#endif // GQ_DIALECT_GQGPU_IR_GQGPUREDUCEOPS_TD
