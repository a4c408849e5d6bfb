//===- GQGPUBase.td - the gqgpu dialect, its attributes and types ---------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUBASE_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUBASE_TD

include "gq/Support/KnownAttributes.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def GQGPU_Dialect : Dialect {
  let name = "gqgpu";
  let cppNamespace = "::mlir::gqgpu";
  let summary = "kernels as tiles, rings, roles and fragments";
  let description = [{
    What lies between tiled tensor code and NVVM. A kernel goes through three
    forms, each of which is ordinary IR that can be written by hand:

    1. *tiles*: `gqgpu.kernel` with a `gqgpu.tile_loop`, `gqgpu.load` and
       `gqgpu.store` at the edges, and gq, linalg and scf ops on tile tensors
       between them (after `gq-outline-kernels`);
    2. *rings and roles*: loads go through a ring of shared-memory slots, filled
       and emptied by warps with different jobs (after `gq-pipeline-stages`,
       `gq-warp-specialize` and `gq-split-copies`);
    3. *fragments*: tiles are spread over the registers of threads (after
       `gq-distribute`); what threads tell one another then becomes ops as well
       (`gq-expand-reductions`, `gq-stage-stores`), and gets its place
       (`gq-allocate-shared-memory`).

    ### Roles

    A `gqgpu.warp_specialize` holds the roles of a kernel, each a `gqgpu.role`
    with a name, a kind, warps and registers. Warps are numbered in the order of
    the roles. A kernel has the warps of its roles, rounded up to whole warp
    groups of four; those that no role wants have nothing to do.

    | kind | which of its threads run the region | may |
    |---|---|---|
    | `math` | all of each group; the argument is the group's number | read slots, multiply, store; fill a ring into which nothing is loaded |
    | `tma` | one elected thread | `tma_load` |
    | `copy` | all | `copy_load` |
    | `fill` | before `gq-split-copies`: a `tma` and a `copy` role in one | both |

    ### The ring protocol

    A ring has a fixed number of slots; a slot holds one tile per operand. A
    *cursor* is a position in the ring and the parity of the round it is in;
    every role starts with a fresh cursor and advances it once per slot.

    | a role that fills | meaning | a role that consumes | meaning |
    |---|---|---|---|
    | `acquire` | wait until the slot is empty | `wait` | wait until it is full |
    | `tma_load`, `copy_load` | start filling a tile | `slot_read`, `read_scales`, `mma_async` | use a tile |
    | `put`, in a math role | write a sum into a tile | `add_put` | add it to one |
    | `commit` | this role's part is there once its loads land | `release` | this group is done with it |

    What makes a slot full or empty is written on `ring_create`: who fills and
    who consumes it, how many arrivals complete it, and how many bytes the copy
    engine brings. An arrival is one of

    | kind | arrives |
    |---|---|
    | `math` | once for each warp of each group, when it releases |
    | `tma` | once, when it acquires, and says how many bytes will come: all of the ring, or, where several such roles fill it, its own |
    | `copy` | once for each thread, when its copies have landed |
    | `fill` | once, when all of it has landed |

    `gq-verify-protocol` compares the numbers with the roles and their loads;
    simulator and lowering read them.

    ### Clusters

    The thread blocks of a cluster share a tile, whose fragments then lie over all
    of them, or have tiles of their own (`cluster_tiles` of the kernel). Of those
    each has roles and rings of its own, and one thread block may load for all:

    - `tma_load` with `multicast = n` is done by thread block `n`, into the slots
      of all; each of them expects the bytes;
    - `release` with `peers [n]` arrives there as well, and `in_cluster` of
      `ring_create` counts that;
    - a `gqgpu.barrier cluster` comes before, when all rings are there, and
      another one at the end.

    Or each computes a part of the sums of all of them, and they add these up
    (`sum_over_peers`): each has an inbox in its shared memory, into which the
    others write what they have for it (`push`), and adds that up (`sum_pushed`). It
    offers the inbox before (`offer`), and nobody writes earlier (`await_offers`)
    or reads before all has come (`await_pushes`). Nothing else waits: a thread
    block that has all its parts is done with the others.

    ### Shared memory

    A `gqgpu.shared_alloc` is a tile in the shared memory of a thread block. Its
    place is its own for as long as the kernel runs; what it holds goes from
    thread to thread under three rules, which `gq-verify-protocol` and the
    simulator check:

    - between two accesses, of which one writes, there is a `gqgpu.barrier` of
      all threads that they may meet in: a warp, a thread block or a cluster.
      Only maxima that are reduced into words (`atomic_max`) need none between
      them;
    - what is read has been written, and was not taken (`unpark`) before;
      `atomic_max` finds words that were cleared after their last reading;
    - the copy engine reads what was written before a `proxy_fence` and a
      barrier, and `tma_store_wait` and a barrier come before the next writing.

    All threads that a barrier names take part in it: `block` and `cluster`, and
    whatever works with all threads of a thread block, stand outside of roles.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerTypesAndAttributes();
    /// The #gqgpu.launch of a compiled kernel, on its function and in the
    /// metadata of its gpu.binary.
    static constexpr ::llvm::StringLiteral getLaunchAttrName() {
      return "gqgpu.launch";
    }
  }];
}

//===----------------------------------------------------------------------===//
// Enums and attributes
//===----------------------------------------------------------------------===//

def GQGPU_Path : I32EnumAttr<"Path", "how a tile travels between memories", [
    I32EnumAttrCase<"Tma", 0, "tma">,
    I32EnumAttrCase<"Copy", 1, "copy">
  ]> {
  let cppNamespace = "::mlir::gqgpu";
  let genSpecializedAttr = 0;
}
def GQGPU_PathAttr : EnumAttr<GQGPU_Dialect, GQGPU_Path, "path"> {
  let assemblyFormat = "`<` $value `>`";
}

def GQGPU_Eviction : I32EnumAttr<"Eviction", "L2 eviction priority of a load", [
    I32EnumAttrCase<"Normal", 0, "normal">,
    I32EnumAttrCase<"First", 1, "first">,
    I32EnumAttrCase<"Last", 2, "last">
  ]> {
  let cppNamespace = "::mlir::gqgpu";
  let genSpecializedAttr = 0;
}
def GQGPU_EvictionAttr : EnumAttr<GQGPU_Dialect, GQGPU_Eviction, "evict"> {
  let assemblyFormat = "`<` $value `>`";
}

def GQGPU_RoleKind : I32EnumAttr<"RoleKind", "what the warps of a role do", [
    I32EnumAttrCase<"Fill", 0, "fill">,
    I32EnumAttrCase<"Tma", 1, "tma">,
    I32EnumAttrCase<"Copy", 2, "copy">,
    I32EnumAttrCase<"Math", 3, "math">
  ]> {
  let cppNamespace = "::mlir::gqgpu";
}

def GQGPU_Scope : I32EnumAttr<"Scope", "threads that meet", [
    I32EnumAttrCase<"Warp", 0, "warp">,
    I32EnumAttrCase<"Block", 1, "block">,
    I32EnumAttrCase<"Cluster", 2, "cluster">
  ]> {
  let cppNamespace = "::mlir::gqgpu";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

class GQGPU_Type<string name, string typeMnemonic> : TypeDef<GQGPU_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def GQGPU_TileType : GQGPU_Type<"Tile", "tile"> {
  let summary = "a tile in shared memory";
  let description = [{
    Shape, element type and the swizzle of its 16-byte chunks in bytes (0: none,
    row-major; 128: the layout that TMA writes and wgmma reads).

    With `band = n` (4, 8 or 16; one-byte elements) rows are padded to multiples
    of 16 bytes, and the 16-byte chunks of a row are permuted by the number of
    its band of `n` rows, so that threads that read columns of different bands
    meet different banks.

    With `permuted = g` (16 or 32; rank 2) rows lie in another order in each group
    of `g`: at place `8j + 2q + e` (e < 2, q < 4) is row `(g / 4) q + 2j + e`. As
    operand `b` of a product they become columns, and a thread gets `g / 4` of these
    side by side (`#gqgpu.mma<permuted = g>`). Only the copy engine fills it.

    Examples: `!gqgpu.tile<256x128xf8E4M3FN, swizzle = 128>`,
    `!gqgpu.tile<64x128xi8, band = 16>`,
    `!gqgpu.tile<128x128xf8E4M3FN, swizzle = 128, permuted = 32>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType,
                        DefaultValuedParameter<"int64_t", "0">:$swizzle,
                        DefaultValuedParameter<"int64_t", "0">:$band,
                        DefaultValuedParameter<"int64_t", "0">:$permuted);
  let skipDefaultBuilders = 1;
  let builders = [TypeBuilder<(ins "::llvm::ArrayRef<int64_t>":$shape,
      "::mlir::Type":$elementType, CArg<"int64_t", "0">:$swizzle,
      CArg<"int64_t", "0">:$band, CArg<"int64_t", "0">:$permuted), [{
    return $_get($_ctxt, shape, elementType, swizzle, band, permuted);
  }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getNumBytes() const;
    /// Bytes from one row to the next.
    int64_t getRowBytes() const;
    /// Of its first byte in shared memory: a swizzle is a pattern of addresses.
    int64_t getAlignment() const;
  }];
}

def GQGPU_RingType : GQGPU_Type<"Ring", "ring"> {
  let summary = "slots of tiles in shared memory, shared by roles";
  let description = [{
    Slots without tiles hold nothing: that one is full means that who fills it has
    come to a place of its code, and may go on once who consumes it has come to
    one of its own. So math roles take turns.

    Example: `!gqgpu.ring<4, !gqgpu.tile<256x128xf8E4M3FN, swizzle = 128>, !gqgpu.tile<256x1xf32>>`,
    `!gqgpu.ring<1>`
  }];
  let parameters = (ins "int64_t":$stages,
    OptionalArrayRefParameter<"::mlir::gqgpu::TileType">:$tiles);
  let assemblyFormat = "`<` $stages (`,` $tiles^)? `>`";
  let genVerifyDecl = 1;
}

def GQGPU_CursorType : GQGPU_Type<"Cursor", "cursor"> {
  let summary = "a position in a ring and the parity of its round";
}
def GQGPU_SlotType : GQGPU_Type<"Slot", "slot"> {
  let summary = "a slot of a ring that may be filled (acquire) or read (wait)";
}

def GQGPU_FragmentType : GQGPU_Type<"Fragment", "fragment"> {
  let summary = "a tile spread over the registers of threads";
  let description = [{
    Which thread holds which element is the layout's. With a `block` the value
    is constant over blocks of that size (the scales of a quantised tile, or of
    the columns of a product) and a thread holds fewer values: in the blocked
    layout one per chunk instead of one per element, in the mma layout one per
    block.

    Example: `!gqgpu.fragment<64x128xf32, #gqgpu.mma>`,
    `!gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 128]>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType,
                        "::mlir::gqgpu::LayoutInterface":$layout,
                        OptionalArrayRefParameter<"int64_t">:$block);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Values each thread holds.
    int64_t getNumValues() const;
    /// Row and column of a thread's first value, as the layout's `getFirst`.
    ::mlir::AffineMap getFirst() const;
    /// The row and column of value `i`, from the thread's first.
    ::mlir::gqgpu::Position getOffset(int64_t i) const;
    /// Neighbouring values that share a register.
    int64_t getValuesPerRegister() const;
    /// Each element lies in one thread: not so for the scales of rows and
    /// columns that several threads share.
    bool isSpread() const;
    /// This type with another element type.
    FragmentType cloneWith(::mlir::Type elementType) const;
  }];
}

def GQGPU_PartialType : GQGPU_Type<"Partial", "partial"> {
  let summary = "values of blocks that are still to be reduced";
  let description = [{
    For every block that a thread has elements of: the largest magnitude (the
    sum, or another reduction) of what it, and with `lanes` lanes reduced the
    other lanes of its aligned group of so many, have of it. The fragment of f32
    or i32 that all of it becomes is constant over blocks. All lanes of a group
    lie in one block.

    Example: `!gqgpu.partial<<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 128]>, lanes = 8>`
  }];
  let parameters = (ins "::mlir::gqgpu::FragmentType":$fragment, "int64_t":$lanes);
  let assemblyFormat = "`<` $fragment `,` `lanes` `=` $lanes `>`";
  let genVerifyDecl = 1;
}

def GQGPU_ParkedType : GQGPU_Type<"Parked", "parked"> {
  let summary = "a fragment that waits in shared memory";
  let description = [{
    Every thread has a copy of its own elements there, and reads it back once.

    Example: `!gqgpu.parked<<128x256xf32, #gqgpu.blocked<[16, 32], chunk = 8>>>`
  }];
  let parameters = (ins "::mlir::gqgpu::FragmentType":$fragment);
  let assemblyFormat = "`<` $fragment `>`";
}

def GQGPU_InboxType : GQGPU_Type<"Inbox", "inbox"> {
  let summary = "tiles in shared memory that other thread blocks of a cluster write";
  let description = [{
    Rows of f32. A tile holds what all other thread blocks have for this one, each
    so many columns.

    Example: `!gqgpu.inbox<<128x64xf32>, <128x64xf32>>`
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::gqgpu::TileType">:$tiles);
  let assemblyFormat = "`<` $tiles `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// What comes to it for each tile of a kernel.
    int64_t getNumBytes() const;
  }];
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

class GQGPU_Op<string mnemonic, list<Trait> traits = []>
    : Op<GQGPU_Dialect, mnemonic, !listconcat([GQ_KnownAttributes], traits)>;

#endif // GQ_DIALECT_GQGPU_IR_GQGPUBASE_TD
