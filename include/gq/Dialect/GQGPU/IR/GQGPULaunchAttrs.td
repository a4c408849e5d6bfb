//===- GQGPULaunchAttrs.td - how a kernel is launched ------*- tablegen -*-===//
//
// What the compiler tells whoever launches a kernel: as many thread blocks as
// the sizes of its operands ask for, and what each parameter is made from.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPULAUNCHATTRS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPULAUNCHATTRS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def GQGPU_SizeAttr : AttrDef<GQGPU_Dialect, "Size"> {
  let mnemonic = "size";
  let summary = "a dimension of an operand of a kernel";
  let description = [{
    Dimension `dim` of the kernel's operand number `operand`; as a parameter of
    a kernel, its value as i32.

    Example: `#gqgpu.size<2[0]>`: how many rows operand 2 has.
  }];
  let parameters = (ins "int64_t":$operand, "int64_t":$dim);
  let assemblyFormat = "`<` $operand `[` $dim `]` `>`";
  let genVerifyDecl = 1;
}

def GQGPU_PointerAttr : AttrDef<GQGPU_Dialect, "Pointer"> {
  let mnemonic = "pointer";
  let summary = "a parameter: the address of an operand";
  let parameters = (ins "int64_t":$operand);
  let assemblyFormat = "`<` $operand `>`";
  let genVerifyDecl = 1;
}

def GQGPU_PitchAttr : AttrDef<GQGPU_Dialect, "Pitch"> {
  let mnemonic = "pitch";
  let summary = "a parameter: how far apart the rows of an operand are";
  let description = [{
    In elements, as i32. Of operands that are `gq.pitched`.

    Example: `#gqgpu.pitch<0>`
  }];
  let parameters = (ins "int64_t":$operand);
  let assemblyFormat = "`<` $operand `>`";
  let genVerifyDecl = 1;
}

def GQGPU_TmaElement : I32EnumAttr<"TmaElement",
    "element types that the copy engine knows", [
    I32EnumAttrCase<"U8", 0, "u8">,
    I32EnumAttrCase<"BF16", 1, "bf16">,
    I32EnumAttrCase<"F16", 2, "f16">,
    I32EnumAttrCase<"F32", 3, "f32">
  ]> {
  let cppNamespace = "::mlir::gqgpu";
  let genSpecializedAttr = 0;
}

def GQGPU_TensorMapAttr : AttrDef<GQGPU_Dialect, "TensorMap"> {
  let mnemonic = "tensor_map";
  let summary = "a parameter: how the copy engine moves an operand";
  let description = [{
    A tensor map of the whole operand, which is row-major, without gaps unless it
    is `gq.pitched`. `box` is what one copy moves, in elements, innermost dimension first; `swizzle` and
    `l2promotion` are bytes. With `permuted g` the rows of a matrix arrive permuted
    in groups of `g`, as `!gqgpu.tile` says: the map then has five dimensions, of K,
    `e`, `q`, `j` and the groups, and so do boxes and coordinates.

    Examples: `#gqgpu.tensor_map<0 as u8 box [128, 256] swizzle 128>`,
    `#gqgpu.tensor_map<1 as u8 box [128, 128] swizzle 128 permuted 32>`
  }];
  let parameters = (ins "int64_t":$operand, EnumParameter<GQGPU_TmaElement>:$element,
    ArrayRefParameter<"int64_t">:$box,
    DefaultValuedParameter<"int64_t", "0">:$swizzle,
    DefaultValuedParameter<"int64_t", "0">:$permuted,
    DefaultValuedParameter<"int64_t", "256">:$l2promotion);
  let assemblyFormat = [{
    `<` $operand `as` $element `box` ` ` `[` $box `]` (`swizzle` $swizzle^)?
    (`permuted` $permuted^)? (`l2promotion` $l2promotion^)? `>`
  }];
  let genVerifyDecl = 1;
}

def GQGPU_GridAttr : AttrDef<GQGPU_Dialect, "Grid"> {
  let mnemonic = "grid";
  let summary = "how many clusters of thread blocks a kernel wants";
  let description = [{
    The smallest of the results of `map`, whose symbol `s<i>` is `sizes[i]`; with
    `persistent` no more than the GPU has room for, with a multiprocessor for
    each thread block, with `persistent 2` one for two of them. A kernel without
    clusters counts thread blocks.

    Example: `#gqgpu.grid<[0[0], 1[0]] -> ((s0 ceildiv 256) * (s1 ceildiv 128)), persistent>`
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::gqgpu::SizeAttr">:$sizes,
    "::mlir::AffineMap":$map,
    // Thread blocks for each multiprocessor; 0: as many as there are tiles.
    "int64_t":$persistent);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def GQGPU_LaunchAttr : AttrDef<GQGPU_Dialect, "Launch"> {
  let mnemonic = "launch";
  let summary = "how a compiled kernel is launched";
  let description = [{
    On the `llvm.func` of a kernel as `gqgpu.launch`, and in the kernel's
    metadata in a `gpu.binary`. `threads` are those of a thread block, `cluster`
    is its number of thread blocks, `shared_memory` its dynamic shared memory in
    bytes. One that is `dependent` waits for the kernel in front of it by itself,
    so that it may be launched before that has completed. There is one of `params` for each argument of the function:
    `#gqgpu.tensor_map`, `#gqgpu.pointer`, `#gqgpu.size` or `#gqgpu.pitch`.

    Example:
    ```mlir
    #gqgpu.launch<threads = 384, cluster = 1, shared_memory = 217664,
      grid = <[0[0]] -> ((s0 ceildiv 256) * 8), persistent>,
      params = [#gqgpu.tensor_map<0 as u8 box [128, 256] swizzle 128>,
                #gqgpu.pointer<0>, #gqgpu.size<0[0]>]>
    ```
  }];
  let parameters = (ins "int64_t":$threads, "int64_t":$cluster, "int64_t":$shared_memory,
    "::mlir::gqgpu::GridAttr":$grid, OptionalArrayRefParameter<"::mlir::Attribute">:$params,
    DefaultValuedParameter<"bool", "false">:$dependent);
  let assemblyFormat = [{
    `<` `threads` `=` $threads `,` `cluster` `=` $cluster `,`
    `shared_memory` `=` $shared_memory `,` `grid` `=` $grid `,`
    `params` `=` custom<Params>($params) `` custom<Dependent>($dependent) `>`
  }];
  let genVerifyDecl = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPULAUNCHATTRS_TD
