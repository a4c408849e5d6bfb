//===- GQGPULayouts.td - layouts and matrix instructions ---*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPULAYOUTS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPULAYOUTS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUInterfaces.td"

def GQGPU_MmaLayoutAttr : AttrDef<GQGPU_Dialect, "MmaLayout", [
    DeclareAttrInterfaceMethods<GQGPU_LayoutInterface>]> {
  let mnemonic = "mma";
  let summary = "the accumulator layout of wgmma";
  let description = [{
    A fragment of 64 x N elements over the 128 threads of a warp group, as
    `wgmma.mma_async.m64nNk32` leaves it (PTX ISA, "Register Fragments for
    wgmma"): thread `t` (warp `w = t / 32`, lane `l = t % 32`) holds, for every
    group of 8 columns `j`, the elements `(16w + l/4 + 8h, 8j + 2(l%4) + e)` for
    `h, e` in {0, 1}, in the order `4j + 2h + e`.

    What belongs to rows or columns stands where elements of these are. A fragment
    of 64 x 1 holds the two rows `16w + l/4 + 8h`; of 1 x N, for every group of 8
    columns `j`, the columns `8j + 2(l%4) + e`, in the order `2j + e`. With a
    `block = [1, b]`, `b` a multiple of 8, it holds a value for each `b` columns,
    the same in every thread, as one of 1 x 1 its only value.

    With `permuted = g` (16 or 32) the product's tile `b` has its rows in that
    order (see `!gqgpu.tile`), and so a thread has `g / 4` columns side by side of
    each group of `g`: of group `j` the elements `(16w + l/4 + 8h, gj + (l%4) g/4 + x)`
    for `x` from 0 to `g/4 - 1`, in the order `(2j + h) g/4 + x`. These move between
    registers and memory at once. What is said of 8 columns above is so of `g`.
    Then a fragment of 64 x N may have a `block = [1, b]` as well: a value for each
    run of `g/4` columns, in the order of these, equal in those of one block.

    Examples: `#gqgpu.mma`, `#gqgpu.mma<permuted = 32>`
  }];
  let parameters = (ins DefaultValuedParameter<"int64_t", "0">:$permuted);
  let assemblyFormat = "(`<` `permuted` `=` $permuted^ `>`)?";
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins CArg<"int64_t", "0">:$permuted), [{
    return $_get($_ctxt, permuted);
  }]>];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Where the instruction leaves value `i` of a thread's elements: the number
    /// of its register, or of the half of one.
    int64_t getRegister(int64_t i) const;
  }];
}

def GQGPU_BlockedLayoutAttr : AttrDef<GQGPU_Dialect, "BlockedLayout", [
    DeclareAttrInterfaceMethods<GQGPU_LayoutInterface>]> {
  let mnemonic = "blocked";
  let summary = "rectangles of chunks over the threads of a block";
  let description = [{
    Threads form a grid of `threads[0] x threads[1]`, row-major; each holds
    *chunks* of `chunk` consecutive columns. Thread `(tr, tc)` holds the chunks
    that start at `(tr + i * threads[0], (tc + j * threads[1]) * chunk)` for all
    `i`, `j` that lie in the shape, in row-major order of `(i, j)`.

    With `cluster = n` the rows of the shape are divided between the `n` thread
    blocks of a cluster first.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$threads,
                        "int64_t":$chunk,
                        DefaultValuedParameter<"int64_t", "1">:$cluster);
  let assemblyFormat = [{
    `<` `[` $threads `]` `,` `chunk` `=` $chunk (`,` `cluster` `=` $cluster^)? `>`
  }];
  let genVerifyDecl = 1;
}

def GQGPU_WgmmaAttr : AttrDef<GQGPU_Dialect, "Wgmma", [
    DeclareAttrInterfaceMethods<GQGPU_MmaInterface>]> {
  let mnemonic = "wgmma";
  let summary = "the matrix instruction of Hopper";
  let description = [{
    `wgmma.mma_async` (PTX ISA): the 4 warps of a group multiply 64 rows of `a`
    with `n` rows of `b`, 32 bytes along K. Both tiles have rows of 128 bytes and
    a 128-byte swizzle. Operands are FP8 in any mix, or both f16, bf16 or i8; the
    result is f32, of FP8 and f16 also f16, of i8 i32.

    With `permuted = g` the rows of `b` are permuted in groups of `g`, as its tile
    says, and the result is in the layout `#gqgpu.mma<permuted = g>`.

    Example: `#gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>`
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$k,
                        "::mlir::Type":$a, "::mlir::Type":$b, "::mlir::Type":$acc,
                        DefaultValuedParameter<"int64_t", "0">:$permuted);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The instruction that multiplies tiles of these element types and `n` rows
    /// of b, `permuted` in groups of so many; null, with an error, if there is none.
    static WgmmaAttr choose(::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError,
                            ::mlir::Type a, ::mlir::Type b, int64_t n,
                            int64_t permuted = 0);
  }];
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPULAYOUTS_TD
