//===- GQGPUPartOps.td - tiles that thread blocks share -----*- tablegen -*-===//
//
// Thread blocks of a grid that each compute some of the steps of a tile.
// gq-stream-k writes combine_parts, gq-distribute spreads its tiles, and
// gq-expand-parts makes steps of it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUPARTOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUPARTOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_CombinePartsOp : GQGPU_Op<"combine_parts", [
    MemoryEffects<[MemRead, MemWrite]>,
    DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "adds up what thread blocks have computed of a tile that is cut";
  let description = [{
    Stands in a `gqgpu.tile_loop` that cuts tiles, behind the loop over steps,
    with the range, the end and the owner that this says. `values` are a tile, or
    the fragments that it has become: the sum of the thread block's own steps.

    A thread block that does not own the tile writes them to its row of `parts`,
    then says so by its `flags`; the results are unspecified. The owner waits for
    the flags of the ranges behind its own up to `end`, and adds their values to
    its own, in this order, which is that of K: one rounding in f32 for each;
    i32 is added modulo 2^32.

    `parts` has a row for each range; `flags` has four for each math group of each
    range, one for each warp, or more, and is zeros when the kernel begins.

    Example:
    ```mlir
    %sum = gqgpu.combine_parts %range to %end if %owns through %parts, %flags (%acc)
      : memref<132x16384xf32>, memref<1x4224xi32>, tensor<128x128xf32>
    ```
  }];
  let arguments = (ins Index:$range, Index:$end, I1:$owns,
    MemRefRankOf<[F32, I32], [2]>:$parts, MemRefRankOf<[I32], [2]>:$flags,
    Variadic<AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>>:$values);
  let results = (outs Variadic<AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>>:$results);
  let assemblyFormat = [{
    $range `to` $end `if` $owns `through` $parts `,` $flags `(` $values `)` attr-dict
    `:` type($parts) `,` type($flags) `,` type($values)
  }];
  let hasVerifier = 1;
}

def GQGPU_StorePartOp : GQGPU_Op<"store_part", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a fragment to global memory for another thread block";
  let description = [{
    To the row `range` of `parts`, from element `at` on, in an order of its own:
    vectors of four of all threads of the math group lie side by side. Only
    `add_part` of a fragment of the same type, by the group of the same number,
    knows it.

    Example: `gqgpu.store_part %sum into %parts[%range, %at] : !acc, memref<132x16384xf32>`
  }];
  let arguments = (ins GQGPU_FragmentType:$value, MemRefRankOf<[F32, I32], [2]>:$parts,
    Index:$range, Index:$at);
  let assemblyFormat = [{
    $value `into` $parts `[` $range `,` $at `]` attr-dict `:` type($value) `,` type($parts)
  }];
  let hasVerifier = 1;
}

def GQGPU_PublishPartOp : GQGPU_Op<"publish_part", [MemoryEffects<[MemWrite]>]> {
  let summary = "says that the parts that this group has stored are there";
  let description = [{
    Each warp of the math group sets its own of the four flags from `at` on, which
    were zeros. Whoever finds it set finds all that the warp has stored before.

    Example: `gqgpu.publish_part %flags[%at] : memref<1x4224xi32>`
  }];
  let arguments = (ins MemRefRankOf<[I32], [2]>:$flags, Index:$at);
  let assemblyFormat = "$flags `[` $at `]` attr-dict `:` type($flags)";
  let hasVerifier = 1;
}

def GQGPU_AwaitPartOp : GQGPU_Op<"await_part", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until another thread block has published its part";
  let description = [{
    Each warp of the math group waits for its own of the four flags from `at` on,
    those of row `range` of the parts.

    Example: `gqgpu.await_part %range by %flags[%at] : memref<1x4224xi32>`
  }];
  let arguments = (ins Index:$range, MemRefRankOf<[I32], [2]>:$flags, Index:$at);
  let assemblyFormat = "$range `by` $flags `[` $at `]` attr-dict `:` type($flags)";
  let hasVerifier = 1;
}

def GQGPU_AddPartOp : GQGPU_Op<"add_part", [MemoryEffects<[MemRead]>,
    AllTypesMatch<["value", "result"]>]> {
  let summary = "adds a part of another thread block to a fragment";
  let description = [{
    `value` plus what `store_part` has written there: one rounding in f32, or i32
    modulo 2^32.

    Example: `%more = gqgpu.add_part %sum, %parts[%range, %at] : !acc, memref<132x16384xf32>`
  }];
  let arguments = (ins GQGPU_FragmentType:$value, MemRefRankOf<[F32, I32], [2]>:$parts,
    Index:$range, Index:$at);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $value `,` $parts `[` $range `,` $at `]` attr-dict `:` type($value) `,` type($parts)
  }];
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUPARTOPS_TD
