//===- GQTarget.td - the GPU that a module is compiled for -*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQTARGET_TD
#define GQ_DIALECT_GQ_IR_GQTARGET_TD

include "gq/Dialect/GQ/IR/GQBase.td"
include "gq/Target/TargetInterface.td"

def GQ_TargetModel : AttrOrTypeParameter<"::mlir::gq::TargetModel",
    "the GPU", "const ::mlir::gq::TargetModel &"> {
  let allocator = "$_dst = $_self.copyInto($_allocator);";
}

def GQ_TargetAttr : AttrDef<GQ_Dialect, "Target", [GQ_TargetAttrInterface]> {
  let mnemonic = "target";
  let summary = "the GPU that a module is compiled for";
  let description = [{
    Stands on a module as `gq.target`, written by `gq-set-target` or by hand.
    Tiles, budgets and launches follow from it; every pass and verifier asks the
    nearest module around its op. Without it a module is compiled for `h100`.

    A description with a name, then what is different:

    | key | meaning | `h100` | `h200` | `h20` | `gh200` |
    |---|---|---|---|---|---|
    | `multiprocessors` | streaming multiprocessors | 132 | 132 | 78 | 132 |
    | `memory_rate` | GB/s of memory | 3350 | 4800 | 4000 | 4000 |
    | `fp8_rate` | dense TFLOP/s of FP8 | 1979 | 1979 | 296 | 1979 |
    | `bf16_rate` | dense TFLOP/s of bf16 | 989 | 989 | 148 | 989 |
    | `l2` | bytes of L2 | 50 MB | 60 MB | 60 MB | 60 MB |
    | `shared_memory` | bytes that a thread block may have | 232448 | 232448 | 232448 | 232448 |

    All of them run code for `sm_90a`, whose limits are those of the chip and not
    keys.

    Example:
    ```mlir
    module attributes {gq.target = #gq.target<h200>} { ... }
    // The GH200 with 144 GB, and a part of an H100.
    #gq.target<gh200, memory_rate = 4900>
    #gq.target<h100, multiprocessors = 60, memory_rate = 1675>
    ```
  }];
  let parameters = (ins GQ_TargetModel:$model);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // GQ_DIALECT_GQ_IR_GQTARGET_TD
