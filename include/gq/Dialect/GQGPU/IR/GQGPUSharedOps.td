//===- GQGPUSharedOps.td - shared memory, and who waits ----*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUSHAREDOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUSHAREDOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class GQGPU_SharedOp<string mnemonic, list<Trait> traits>
    : GQGPU_Op<mnemonic, traits # [
        DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>]> {
  let hasVerifier = 1;
}

def GQGPU_SharedAllocOp : GQGPU_Op<"shared_alloc", [MemoryEffects<[MemAlloc]>]> {
  let summary = "a tile in the shared memory of a thread block";
  let description = [{
    Its memory holds anything at first. It is there for as long as the kernel
    runs, at `offset` bytes from the start of the kernel's shared memory, which
    `gq-allocate-shared-memory` writes.

    Example: `%w = gqgpu.shared_alloc at 1024 : !gqgpu.tile<1x4xf32>`
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$offset);
  let results = (outs GQGPU_TileType:$buffer);
  let assemblyFormat = "(`at` $offset^)? attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def GQGPU_BarrierOp : GQGPU_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "all threads of a warp, a thread block or a cluster wait for one another";
  let description = [{
    What they have written to shared memory before is there for all of them
    afterwards. `block` and `cluster` want all threads of the kernel, and stand
    outside of roles.

    Example: `gqgpu.barrier block`
  }];
  let arguments = (ins GQGPU_Scope:$scope);
  let assemblyFormat = "$scope attr-dict";
  let hasVerifier = 1;
}

def GQGPU_ClearOp : GQGPU_SharedOp<"clear", [MemoryEffects<[MemWrite]>]> {
  let summary = "zeros in shared memory";
  let description = [{
    Written by all threads of the thread block; elements of 4 bytes.

    Example: `gqgpu.clear %words : !gqgpu.tile<1x4xf32>`
  }];
  let arguments = (ins GQGPU_TileType:$buffer);
  let assemblyFormat = "$buffer attr-dict `:` type($buffer)";
}

//===----------------------------------------------------------------------===//
// Parking
//===----------------------------------------------------------------------===//

def GQGPU_ParkOp : GQGPU_SharedOp<"park", [MemoryEffects<[MemWrite]>]> {
  let summary = "a copy of a fragment in shared memory, to have its registers";
  let description = [{
    Every thread writes its own elements, and reads only those: no barrier is
    needed. The buffer holds the elements of one thread block, in an order of its
    own: chunks of all threads lie side by side.

    Example:
    ```mlir
    %p = gqgpu.park %x in %buffer : !slab, !gqgpu.tile<128x256xf32> -> !gqgpu.parked<!slab>
    // ... registers are used for something else
    %y = gqgpu.unpark %p : !gqgpu.parked<!slab>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$value, GQGPU_TileType:$buffer);
  let results = (outs GQGPU_ParkedType:$result);
  let assemblyFormat = [{
    $value `in` $buffer attr-dict `:` type($value) `,` type($buffer) `->` type($result)
  }];
}

def GQGPU_UnparkOp : GQGPU_SharedOp<"unpark", [MemoryEffects<[MemRead]>]> {
  let summary = "a parked fragment, back in registers";
  let description = [{
    A fragment is read back once; its place in the buffer is free from then on.
  }];
  let arguments = (ins GQGPU_ParkedType:$parked);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$parked attr-dict `:` type($parked) `->` type($result)";
}

//===----------------------------------------------------------------------===//
// Staging
//===----------------------------------------------------------------------===//

def GQGPU_StageOp : GQGPU_SharedOp<"stage", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a fragment into shared memory, on its way to global memory";
  let description = [{
    By kind of fragment:

    - constant over blocks: one element per block into a tile of the grid of
      blocks, or, `transposed`, of the transpose of that grid. By the thread that
      holds the block's first element; one thread block;
    - one-byte codes: the rows of this thread block of a
      cluster, into a tile of so many rows with bands;
    - a product: columns from `column` on, as many as the swizzled tile has. The
      tile is `warps x 16 x columns`; each warp writes its own 16 rows into its
      own part, so that warps need not wait for one another.

    Example: `gqgpu.stage %s into %t {transposed} : !scales, !gqgpu.tile<8x64xf32>`
  }];
  let arguments = (ins GQGPU_FragmentType:$value, GQGPU_TileType:$buffer,
    DefaultValuedAttr<I64Attr, "0">:$column, UnitAttr:$transposed);
  let assemblyFormat = [{
    $value `into` $buffer (`column` $column^)? attr-dict `:` type($value) `,` type($buffer)
  }];
  let extraClassDeclaration = [{
    /// Each warp stages rows of its own, and not codes that are turned.
    bool isProduct();
  }];
}

def GQGPU_StoreSharedOp : GQGPU_SharedOp<"store_shared", [
    MemoryEffects<[MemRead, MemWrite]>, AttrSizedOperandSegments]> {
  let summary = "writes a tile from shared to global memory";
  let description = [{
    By all threads of the thread block, neighbours next to one another. Element
    `(r, c)` goes to `indices + (r, c)`; of a tile with bands, `transposed`, to
    `indices + (c, r)`. Elements outside the memref are not written, nor those at
    or past one of the `ends`, as in `store`. The thread blocks of a cluster have
    the rows of their tiles above one another.
    `aligned` as in `load_fragment`: bands that start at multiples of their height
    may leave as whole vectors.

    Example: `gqgpu.store_shared %t, %S[%i, %j] : !gqgpu.tile<8x64xf32>, memref<8x?xf32>`
  }];
  let arguments = (ins GQGPU_TileType:$buffer, AnyMemRef:$dest, Variadic<Index>:$indices,
    Variadic<Index>:$ends, DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$end_dims,
    UnitAttr:$transposed, OptionalAttr<I64Attr>:$aligned);
  let assemblyFormat = [{
    $buffer `,` $dest `[` $indices `]` (`ends` $end_dims `(` $ends^ `)`)? attr-dict
    `:` type($buffer) `,` type($dest)
  }];
}

def GQGPU_ProxyFenceOp : GQGPU_Op<"proxy_fence", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "what this thread has written to shared memory is there for the copy engine";
  let description = [{
    Before the barrier after which one thread starts a `tma_store`
    (`fence.proxy.async`).
  }];
  let assemblyFormat = "attr-dict";
}

def GQGPU_TmaStoreOp : GQGPU_SharedOp<"tma_store", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "the copy engine writes staged rows of a product to global memory";
  let description = [{
    One thread of each warp starts a TMA store of the warp's 16 rows of the
    buffer: part `w` of a group of four warps to row `indices[0] + 16 w`.
    Elements outside the memref are not written. The last index is a multiple of
    16 bytes, as for `tma_load`. The thread's stores so far are what
    `tma_store_wait` waits for.

    Example: `gqgpu.tma_store %t, %D[%i, %j] : !gqgpu.tile<8x16x64xbf16, swizzle = 128>, memref<?x?xbf16>`
  }];
  let arguments = (ins GQGPU_TileType:$buffer, AnyMemRef:$dest, Variadic<Index>:$indices);
  let assemblyFormat = [{
    $buffer `,` $dest `[` $indices `]` attr-dict `:` type($buffer) `,` type($dest)
  }];
}

def GQGPU_TmaStoreWaitOp : GQGPU_Op<"tma_store_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait for TMA stores";
  let description = [{
    Until the TMA stores that this thread has started have written global memory,
    or, `read`, have at least read shared memory. A kernel must not end before.
  }];
  let arguments = (ins UnitAttr:$read);
  let assemblyFormat = "(`read` $read^)? attr-dict";
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUSHAREDOPS_TD
