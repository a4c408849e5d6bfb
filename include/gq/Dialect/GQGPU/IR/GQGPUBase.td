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
       by a producer and emptied by math groups (after `gq-pipeline-stages` and
       `gq-warp-specialize`);
    3. *fragments*: tiles are spread over the registers of threads (after
       `gq-distribute`).

    ### The ring protocol

    A ring has a fixed number of slots; a slot holds one tile per operand. A
    *cursor* is a position in the ring and the parity of the round it is in;
    both roles start with a fresh cursor and advance it once per slot.

    | producer | meaning | math groups | meaning |
    |---|---|---|---|
    | `acquire` | wait until the slot is empty | `wait` | wait until it is full |
    | `tma_load`, `copy_load` | start filling a tile | `slot_read`, `read_scales`, `mma_async` | use a tile |
    | `commit` | the slot is full once its loads land | `release` | this group is done with it |

    A slot is empty again when every math group has released it.
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

    Example: `!gqgpu.tile<256x128xf8E4M3FN, swizzle = 128>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType,
                        DefaultValuedParameter<"int64_t", "0">:$swizzle);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getNumBytes() const;
  }];
}

def GQGPU_RingType : GQGPU_Type<"Ring", "ring"> {
  let summary = "slots of tiles in shared memory, shared by a producer and consumers";
  let description = [{
    Example: `!gqgpu.ring<4, !gqgpu.tile<256x128xf8E4M3FN, swizzle = 128>, !gqgpu.tile<256x1xf32>>`
  }];
  let parameters = (ins "int64_t":$stages, ArrayRefParameter<"::mlir::gqgpu::TileType">:$tiles);
  let assemblyFormat = "`<` $stages `,` $tiles `>`";
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
    is constant over blocks of that size (the scales of a quantised tile) and a
    thread holds one value per chunk instead of one per element.

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

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

class GQGPU_Op<string mnemonic, list<Trait> traits = []>
    : Op<GQGPU_Dialect, mnemonic, !listconcat([GQ_KnownAttributes], traits)>;

#endif // GQ_DIALECT_GQGPU_IR_GQGPUBASE_TD
