//===- Passes.td - passes that make and shape kernels ------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_TRANSFORMS_PASSES_TD
#define GQ_DIALECT_GQGPU_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def OutlineKernelsPass : Pass<"gq-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Move loops over tiles into kernels";
  let description = [{
    Every `scf.forall` with a `#gpu.block` mapping becomes a `gqgpu.kernel` in a
    `gpu.module` and a `gqgpu.launch`. Slices of tensors from outside become
    `gqgpu.load` and `gqgpu.store`; tiles get the static size that bounds them,
    and elements past the end of a tensor are zero. A slice that is not shown to
    end with its tensor ends before: `ends` of the store, zeros in what a reduction
    sees, an error along the K of a product unless it is whole steps. Sizes are the
    same if they are one value, or if a `cf.assert` in front of the loop says so.
    `tensor.extract` of an operand is a `gqgpu.load_scalar`. Arguments of the
    function that are `gq.pitched` are so in the kernel. A quantisation by
    blocks of several rows behind a product becomes maxima, scales and a cast.
    ```mlir
    %r = scf.forall (%i, %j) = (0, 0) to (%m, 8192) step (256, 128) shared_outs(%o = %d) {
      %a = tensor.extract_slice %x[%i, 0] ...
    ==>
    gqgpu.kernel @f_matmul(%x: memref<?x8192xf8E4M3FN>, ...) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 128] raster 7 persistent {
        %a = gqgpu.load %x[%i, %c0] : ... -> tensor<256x8192xf8E4M3FN>
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::gpu::GPUDialect",
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
}

def SumRowsPass : Pass<"gq-sum-rows", "::mlir::ModuleOp"> {
  let summary = "Sums of the rows of what a product with zero points multiplies";
  let description = [{
    They are added up in its loop over K, of the same tiles; an elementwise op
    behind the loop subtracts what zero points make of them. A step of K that is
    alone becomes a loop. The product has `zero_points_apart`.
    ```mlir
    %p = scf.for %k = ... iter_args(%acc = %zeros) {
      %a = gqgpu.load ...
      %b = gqgpu.load ...
      %z = gqgpu.load ... -> tensor<128xi32>
      %s = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<128xi32>) outs(%acc : ...) ...
    ==>
    %start = gqgpu.zero_sums cols : tensor<256x1xi32>
    %p, %rows = scf.for %k = ... iter_args(%acc = %zeros, %before = %start) {
      %a = gqgpu.load ...
      %b = gqgpu.load ...
      %s = gq.scaled_matmul %a, %b outs(%acc : ...) ...
      %r = gqgpu.add_row_sums cols %b into %before : ...
    }
    %each = gqgpu.spread_sums cols %rows : tensor<256x1xi32> -> tensor<128x256xi32>
    %z = gqgpu.load ... -> tensor<128xi32>
    %d = linalg.generic ... ins(%p, %each, %z : ...) { p - z * each }
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def StreamKPass : Pass<"gq-stream-k", "::mlir::ModuleOp"> {
  let summary = "Thread blocks divide the steps of the last tiles between them";
  let description = [{
    Of kernels whose product has a config with `schedule = streamk`. The loop over
    tiles cuts them among as many thread blocks as the target has multiprocessors,
    the loop over K goes through the steps that it says, what thread blocks have
    computed of one tile is added up behind it, and the rest of the body is for the
    owner of the tile. The kernel gets two more results: memory for a part of each
    thread block, and flags that say which are there. A launch of their own in
    front of it, of a kernel that this pass makes, clears the flags; the branches
    that variants are share it.

    The sums must start from zeros, and the number of steps be known.
    ```mlir
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [128, 128] persistent {
      %sum = scf.for %k = %c0 to %c8192 step %c128 iter_args(%acc = %zeros) ...
      gqgpu.store %sum, %d[%i, %j] : ...
    }
    %d = gqgpu.launch @k::@matmul ins(...) outs(%e : !d) -> !d
    ==>
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [128, 128] persistent
        cut (%first, %last, %range, %end, %owns) of 64 among 132 {
      %from = arith.muli %first, %c128 : index
      %to = arith.muli %last, %c128 : index
      %part = scf.for %k = %from to %to step %c128 iter_args(%acc = %zeros) ...
      %sum = gqgpu.combine_parts %range to %end if %owns through %parts, %flags (%part) : ...
      scf.if %owns {
        gqgpu.store %sum, %d[%i, %j] : ...
      }
    }
    %clear = gqgpu.launch @k::@matmul_flags outs(%f : tensor<1x4224xi32>) -> tensor<1x4224xi32>
    %d:3 = gqgpu.launch @k::@matmul ins(...) outs(%e, %p, %clear : !d, ...) -> ...
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def MarkDependentPass : Pass<"gq-mark-dependent", "::mlir::ModuleOp"> {
  let summary = "Launches that begin before the one in front has completed";
  let description = [{
    Obeys `gq.dependent_launch` of functions; `dependent-launch` is for those that
    do not say. `within`: launches with one of the function in front of them become
    `dependent`, on whatever way through its branches; `callers`: all of them do.
    Arguments of kernels that are `gq.constant` arguments of the function at each
    of their launches become that as well. With `none` nothing changes.
    ```mlir
    func.func @f(%x: !x, %w: !w {gq.constant}) -> !y attributes {gq.dependent_launch = "within"} {
      %q = gqgpu.launch @k::@quantize ins(%x : !x) outs(%e : !q) -> !q
      %y = gqgpu.launch @k::@matmul ins(%q, %w : !q, !w) outs(%d : !y) -> !y
    ==>
      %y = gqgpu.launch dependent @k::@matmul ins(%q, %w : !q, !w) outs(%d : !y) -> !y
    ```
  }];
  let options = [
    Option<"launch", "dependent-launch", "std::string", "\"none\"",
           "Of functions that do not say: none, within or callers">
  ];
}

def PromoteTmaPass : Pass<"gq-promote-tma"> {
  let summary = "Choose how each tile travels";
  let description = [{
    Operands of a tensor-core product must come by TMA into a 128-byte swizzled
    tile; of shorter rows the load brings what lies behind as well, and a
    `tensor.extract_slice` has their columns. Scales come by plain copies, which take any row pitch. A remark says
    where a step has less than a word of them in a row: these go through
    registers.
    Results go by TMA where their row pitch allows it. Writes `path`,
    `swizzle` and `evict` on `gqgpu.load` and `path` on `gqgpu.store`. Where a
    static row pitch is none that TMA can take, or tiles are not known to start at
    a multiple of 16 bytes in a row, or the config says `pitch = any` of a dynamic
    pitch, warps copy an operand to where TMA would put it, and threads store a
    result; a remark says why. What is written there already is obeyed, or refused where the
    hardware cannot do it.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect"];
}

def PipelineStagesPass : Pass<"gq-pipeline-stages"> {
  let summary = "Route the loads of the K loop through a ring of slots";
  let description = [{
    The `gqgpu.load`s in the innermost `scf.for` of a tile loop become fills of a
    ring slot (acquire, loads, commit) and reads of it (wait, reads, release). The
    number of slots is the `stages` of the config of the matmul in the loop.
    Cursors are carried through the K loop and the tile loop.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::scf::SCFDialect"];
}

def WarpSpecializePass : Pass<"gq-warp-specialize"> {
  let summary = "Give filling and computing to different warps";
  let description = [{
    Splits a kernel with a ring into roles, as the `schedule` of the matmul's
    config says: a `fill` role, which keeps the fills and what they depend on,
    and `math_groups` groups of a `math` role, which keep the rest. Each gets a
    copy of the loops; the ring learns who fills and who consumes it, and how
    many arrivals that makes.

    With `k_groups = 2` each group has a `math` role, a ring and a `fill` role of
    its own, and takes every second step of the loop over K. The sums of the second
    one start from zeros; a ring with one slot hands them to the first one, which
    adds them to its own and goes on alone:
    ```mlir
    gqgpu.role "math_0" ... {
      gqgpu.tile_loop ... {
        %sum = scf.for ... step %two_steps ...
        %full = gqgpu.wait %sums[%cursor] : !sums -> !gqgpu.slot
        %all = gqgpu.add_put %sum, %sums[%full] tile 0 : tensor<64x16xf32>, !sums
        gqgpu.release %sums[%full] : !sums
        gqgpu.store %all, ...
      }
    }
    gqgpu.role "math_1" ... {
      gqgpu.tile_loop ... {
        %sum = scf.for ... step %two_steps ...
        %slot = gqgpu.acquire %sums[%cursor] : !sums -> !gqgpu.slot
        gqgpu.put %sum to %sums[%slot] tile 0 : tensor<64x16xf32>, !sums
        gqgpu.commit %sums[%slot] : !sums
      }
    }
    ```

    Maxima of blocks of several rows behind the loop over K go through a ring that
    the math role fills and consumes, as sums of rows of b do (a quantisation by
    such blocks becomes maxima, scales and a cast first):
    ```mlir
      %max = gq.block_absmax %sum block [128, 128] ...
    ==>
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.put_maxima %sum to %ring[%slot] tile 0 : tensor<128x256xf32>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %max = gqgpu.read_maxima %ring[%full] tile 0 block [128, 128] floor 0.0 : ...
      gqgpu.release %ring[%full] : !ring
    ```

    Where the thread blocks of a cluster have tiles of their own (`cluster_tiles`
    of the kernel), tma_loads that are the same for all get `multicast = 0`:
    thread block 0 loads for all of them. All release the slot to it as well,
    and meet in a barrier of the cluster before the roles start and once they
    have ended.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def SplitCopiesPass : Pass<"gq-split-copies"> {
  let summary = "Give TMA loads and copies to different warps";
  let description = [{
    A `fill` role becomes a `tma` role, whose one thread drives the copy engine,
    and a `copy` role, whose lanes copy elements; each keeps its loads and its
    copy of the loops, and arrives at the rings for itself. Without copies the
    role becomes a `tma` role, without TMA loads a `copy` role.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect"];
}

def DistributePass : Pass<"gq-distribute"> {
  let summary = "Spread tiles over the registers of threads";
  let description = [{
    A conversion of tile tensors to fragments: one for each slab of a tile, or one
    of values per block. Inside a math role the rows of the accumulator are
    divided between the groups, 64 at a time: `gq.scaled_matmul` becomes
    `mma_async`, `mma_wait` and `promote`. In a quantisation kernel the tile is
    spread over a thread block or a cluster as its config says, whole or in slabs
    that are taken in turns. Elementwise `linalg` ops become `gqgpu.elementwise`
    in either layout, loops carry fragments, and a tile in memory is loaded by
    whoever reads it, through the map of that op.
    ```mlir
    %t = gqgpu.load %x[%i, %j] : memref<?x512xf32> -> tensor<16x256xf32>
    %y = linalg.exp ins(%t : tensor<16x256xf32>) outs(%e : tensor<16x256xf32>) -> tensor<16x256xf32>
    ==>
    %f = gqgpu.load_fragment %x[%i, %j] map #id : memref<?x512xf32> -> !fragment
    %y = gqgpu.elementwise(%f) { ... math.exp ... } : (!fragment) -> !fragment
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def ExpandReductionsPass : Pass<"gq-expand-reductions"> {
  let summary = "Reduce blocks step by step";
  let description = [{
    A `gqgpu.block_absmax` becomes the largest magnitude of what each thread
    holds, then reductions over lanes, and through words of shared memory over
    warps and the thread blocks of a cluster, with the barriers in between: as
    many of these steps as the layout asks for. Where a group of lanes has all of
    a block, no shared memory is needed.
    ```mlir
    %a = gqgpu.block_absmax %x {amax_floor = 0.0 : f32} : !x -> !blocks
    ==>
    gqgpu.barrier block
    gqgpu.clear %words : !gqgpu.tile<1x1xf32>
    gqgpu.barrier block
    %p = gqgpu.thread_absmax %x : !x -> !gqgpu.partial<!blocks, lanes = 1>
    %m = gqgpu.partial_max %p floor 0.0 : ...
    %w = gqgpu.lane_max redux %m : ... -> !gqgpu.partial<!blocks, lanes = 32>
    gqgpu.atomic_max block %w into %words : ...
    gqgpu.barrier block
    %r = gqgpu.read_blocks %words : !gqgpu.tile<1x1xf32> -> !blocks
    %a = gqgpu.elementwise(%r) { ... arith.minnumf ... }
    ```
    Of several slabs each is reduced where it is computed, and the loads of the
    third and later ones wait (`after`) for the slab two before: more slabs than
    two are not in registers at a time.

    A `gqgpu.block_reduce` becomes reductions over what each thread holds and over
    lanes; where others share a block, every group of lanes writes its value to a
    word of shared memory, and after a barrier all threads reduce these in the
    same order.
    ```mlir
    %s = gqgpu.block_reduce addf %x : !x -> !blocks
    ==>
    %p = gqgpu.thread_reduce addf %x : !x -> !gqgpu.partial<!blocks, lanes = 1>
    %w = gqgpu.lane_reduce addf %p : ... -> !gqgpu.partial<!blocks, lanes = 32>
    gqgpu.write_partials %w into %words : ..., !gqgpu.tile<1x8xf32>
    gqgpu.barrier block
    %s = gqgpu.read_partials addf %words lanes 32 : !gqgpu.tile<1x8xf32> -> !blocks
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect"];
}

def KeepNarrowPass : Pass<"gq-keep-narrow"> {
  let summary = "Let 16-bit floats, not f32 of them, wait for a barrier";
  let description = [{
    An elementwise op behind a barrier of the thread block that extends 16-bit
    floats from in front of it does so anew, of their `gqgpu.forget`: two of them
    wait in a register, whatever was computed of them before. An elementwise op
    that does nothing but extend is computed behind the barrier again.
    ```mlir
    %sq = gqgpu.elementwise(%x) { ... arith.extf ... }
    %s = (reduction of %sq, with a barrier)
    %y = gqgpu.elementwise(%x, %s) { ... arith.extf ... }
    ==>
    %sq = gqgpu.elementwise(%x) { ... arith.extf ... }
    %s = (reduction of %sq, with a barrier)
    %again = gqgpu.forget %x : !x
    %y = gqgpu.elementwise(%again, %s) { ... arith.extf ... }
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect"];
}

def ExpandPartsPass : Pass<"gq-expand-parts"> {
  let summary = "Add up the parts of a tile through global memory";
  let description = [{
    A `gqgpu.combine_parts` on fragments becomes steps. A thread block that does
    not own the tile stores its part and publishes it; the owner awaits one part
    after the other, in the order of K, and adds each.
    ```mlir
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags (%acc) : ...
    ==>
    scf.if %other {
      gqgpu.store_part %acc into %parts[%range, %at] : ...
      gqgpu.publish_part %flags[%own] : ...
    }
    %s = scf.for %r = %next to %end step %c1 iter_args(%sum = %acc) ... {
      gqgpu.await_part %r by %flags[%its] : ...
      %more = gqgpu.add_part %sum, %parts[%r, %at] : ...
      scf.yield %more : ...
    }
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect"];
}

def ExpandPeersPass : Pass<"gq-expand-peers"> {
  let summary = "Sums and maxima over a cluster, through shared memory";
  let description = [{
    A `gqgpu.sum_over_peers` on fragments becomes steps: every thread block offers
    an inbox at the start of a tile, long before anybody has a part for it; pushes
    its part of what the others store into theirs; and adds up what has come to its
    own. The sums of one tile have an inbox in common, with a tile for each, and so
    have the `gqgpu.max_over_peers`, of which each pushes its values
    (`push_maxima`) and takes the largest (`max_pushed`). Only the roles that have
    an inbox wait until those of the other thread blocks are there; where all meet
    in front of the roles anyway (`gqgpu.barrier cluster`), nobody waits again.
    ```mlir
    gqgpu.role "math" ... {
      gqgpu.tile_loop ... {
        ...
        %s = gqgpu.sum_over_peers %part from %init : !part, !columns
        gqgpu.store_fragment %s, ...
      }
    }
    ==>
    %x = gqgpu.inbox_create of "math" arrivals 8 : !gqgpu.inbox<<128x64xf32>>
    gqgpu.arrive_cluster
    gqgpu.role "math" ... {
      gqgpu.await_cluster
      gqgpu.tile_loop ... {
        gqgpu.offer %x : !inbox
        ...
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %init : !inbox, !part, !columns
        gqgpu.store_fragment %s, ...
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect"];
}

def StageStoresPass : Pass<"gq-stage-stores"> {
  let summary = "Take stores apart that go through shared memory";
  let description = [{
    Three kinds of `gqgpu.store_fragment` become an allocation, a writing of the
    staging, a barrier, and a store from there:

    - a product with path `tma`: box by box of at most 16 rows by 128 bytes, in
      a part of the staging that each warp has for itself, by the copy engine;
    - one-byte codes that are stored `transposed` by all threads of the thread
      block;
    - scales of a tile, if at least 64 of them leave together and some are
      neighbours in memory: as whole sectors.

    The others stay: the threads store what they hold.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect"];
}

def AllocateSharedMemoryPass : Pass<"gq-allocate-shared-memory"> {
  let summary = "Give everything in shared memory its place";
  let description = [{
    Writes `offset` on every `gqgpu.shared_alloc` and `gqgpu.ring_create`, and
    how much shared memory the kernel has. An offset that is there already is
    kept, and the others come behind it. What is written is verified with the
    kernel: no two overlap, and everything lies within.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect"];
}

def ScheduleMathPass : Pass<"gq-schedule-math"> {
  let summary = "Overlap waiting for the next slot with the product in flight";
  let description = [{
    Rotates the K loop of the math groups: the wait for the next slot and the
    reads of its scales move between the last `mma_async` of an iteration and
    its `mma_wait`, so that their latency hides behind the tensor cores.
    Measured to save 3 to 8 % of the clocks of an FP8 GEMM. A wait that is `late`
    stays where it is; in every loop the slot is released as soon as all that
    reads it is done, before the promotion. What is not understood is not moved,
    and a remark says why.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect"];
}

def DeferStoresPass : Pass<"gq-defer-stores"> {
  let summary = "Store a tile under the first product of the next one";
  let description = [{
    Moves the stores that are `deferred`, and what they need of all else that is
    behind the K loop of a tile loop, into the first step of K of the next tile,
    between a `mma_async` and its `mma_wait`; the last tile is stored behind the tile
    loop, which carries the sums and the place of a tile until then. Maxima that
    warps put into slots are put and read where they were: the loop carries what was
    read (`gqgpu.read_maxima`). The first step stands in front of
    the K loop, and its promotions set the sums. Sums from zero start at -0, to which
    adding changes nothing. Sums of what a `gqgpu.load_fragment` loads (an `outs` that
    is added to) take it there as well: each load moves behind the stores of its own
    slab, so it needs no registers beside the sums of the last tile. Tiles are computed
    in any order, so it reads nothing that a store of the last tile writes. A barrier
    of the warp keeps several loads in front of the promotions.

    So the tensor cores run while a tile leaves, and no register is taken for it.
    It needs a K loop that is known to have a step, and sums that start at zero or at
    what is loaded in front of the loop for nothing else.
    What is not understood stays, and a remark says why.
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def AnnotateAlignmentPass : Pass<"gq-annotate-alignment"> {
  let summary = "Say which accesses may take whole chunks, and copies whole words";
  let description = [{
    Writes `aligned = n` on a `gqgpu.load_fragment`, `gqgpu.store_fragment` or
    `gqgpu.copy_load` whose last index is provably a multiple of the `n` elements
    that move at once: a chunk of the layout, a band of rows of a transposed
    store, or the elements of a word. The
    proof goes through index arithmetic, loops and what they carry. An `aligned`
    that is there already stays. Where an access remains one element at a time a
    remark says why.
    ```mlir
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [8, 512] {
      %x = gqgpu.load_fragment %X[%i, %j] map #id : memref<?x?xf32> -> !chunks_of_16
    ==>
      %x = gqgpu.load_fragment %X[%i, %j] map #id {aligned = 16 : i64} : ...
    ```
  }];
}

def SplitConstantsPass : Pass<"gq-split-constants", "::mlir::ModuleOp"> {
  let summary = "A role for loads that need not wait for the kernel in front";
  let description = [{
    In kernels that are launched `dependent`, the loads of a `tma` role from
    arguments that are `gq.constant` become a role of their own, in a warp that
    nothing else wants: that role does not wait for the kernel in front, and fills
    its part of all slots before that has completed. Both say the `bytes` that they
    bring where they acquire. Kernels without a warp to spare, with multicast, or of
    which nothing else is loaded stay as they are.
    ```mlir
    %r = gqgpu.ring_create bytes 49152 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      ... gqgpu.acquire %r[%c] ... gqgpu.tma_load %a ... gqgpu.tma_load %b ...
    ==>
    %r = gqgpu.ring_create bytes 49152 filled_by ["tma", "constants"] arrivals 2 consumed_by ["math"] arrivals 8 : !ring
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      ... gqgpu.acquire %r[%c] bytes 32768 ... gqgpu.tma_load %a ...
    }
    gqgpu.role "constants" kind tma warps 1 registers 40 {
      ... gqgpu.acquire %r[%c] bytes 16384 ... gqgpu.tma_load %b ...
    ```
  }];
}

def PlaceDependencyPass : Pass<"gq-place-dependency", "::mlir::ModuleOp"> {
  let summary = "Where a kernel waits for the one in front of it";
  let description = [{
    A kernel that is launched `dependent` becomes `dependent` itself and gets a
    `gqgpu.dependency_wait` before the first of its ops that reads or writes global
    memory; with roles, each role gets one that does. Loads of arguments that are
    `gq.constant` need none. A kernel that may have a dependent launch behind it
    gets a `gqgpu.dependency_trigger`, first of all. A kernel that is `dependent`
    already stays as it is; `gq-verify-protocol` checks it.
    ```mlir
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [128, 128] { ... gqgpu.tma_load ...
    ==>
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      gqgpu.dependency_wait
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [128, 128] { ... gqgpu.tma_load ...
    ```
  }];
}

def ExpandMathPass : Pass<"gq-expand-math"> {
  let summary = "Functions in instructions that exist";
  let description = [{
    What a `gqgpu.elementwise` computes becomes ops of which each is an
    instruction or a few: `math.exp` a product and `math.exp2`, other functions
    formulas of f32 (some with a step in f64), functions of bf16 and f16 and
    everything of one byte f32 and one rounding, rounding modes of
    `arith.truncf` a step of the bits. Fast-math and overflow flags are dropped.
    What has no such form is refused: ops of other dialects, `arith.remf`,
    functions of f64.

    In f32 a function is off by at most 2^-16 of the result and 2^-140. Sines,
    cosines and tangents are NaN from 2^48 on.
    ```mlir
    %y = math.exp %x : f32
    ==>
    %s = arith.mulf %x, %log2e : f32
    %y = math.exp2 %s : f32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"];
}

def ExpandTileLoopsPass : Pass<"gq-expand-tile-loops"> {
  let summary = "Tile loops as loops over tile numbers";
  let description = [{
    A `gqgpu.tile_loop` becomes an `scf.for` from the number of the thread block
    (cluster) in steps of the grid, which finds the tile of a number. The number
    of thread blocks that the loop asks for goes to the kernel as `grid`. All
    tile loops of a kernel must go over the same tiles. With `cluster_tiles` the
    numbers are those of groups of tiles, and the thread block's number in its
    cluster says which is its own.
    ```mlir
    gqgpu.kernel @k(%x: memref<?x128xf32>) {
      gqgpu.tile_loop (%i) to (%m) step [8] persistent { ... }
    ==>
    gqgpu.kernel @k(%x: memref<?x128xf32>) attributes {
        grid = #gqgpu.grid<[0[0]] -> (s0 ceildiv 8), persistent>} {
      %b = gpu.block_id x
      %g = gpu.grid_dim x
      scf.for %t = %b to %tiles step %g {
        %i = arith.muli %t, %c8 : index
    ```
  }];
  let dependentDialects = ["::mlir::gqgpu::GQGPUDialect", "::mlir::arith::ArithDialect",
    "::mlir::gpu::GPUDialect", "::mlir::scf::SCFDialect"];
}

def VerifyProtocolPass : Pass<"gq-verify-protocol"> {
  let summary = "Check rings, shared memory and budgets of a kernel";
  let description = [{
    Changes nothing; an error stands at the op that breaks the protocol, with a
    note at the other party. Checked in every form of a kernel, from
    `gq-pipeline-stages` on and written by hand:

    - a slot is committed (released) exactly once and not used afterwards; every
      tile that is read is filled, once;
    - slots and cursors stay with their ring, cursors advance once per slot and
      are carried from iteration to iteration;
    - roles do what their kind says; a ring's arrivals and bytes are those of the
      roles it names and of their loads;
    - the roles of a ring start at the same place, agree on how many slots there
      are, and go through the same tiles; none waits for ever;
    - products are waited for before they are read and before their slot is
      released;
    - what is in shared memory was written, with a barrier between, when it is
      read, and was read when it is overwritten; the copy engine is waited for;
    - what a kernel that is `dependent` reads and writes in global memory is behind
      a `gqgpu.dependency_wait` of the same threads, except for loads of constants;
      and no kernel writes an argument that is `gq.constant`;
    - the inboxes of a cluster count the warps that come and are there before; they
      are written when they are offered, and read when all has come;
    - fragments are spread over the threads that the kernel has;
    - shared memory, registers and threads suffice.

    What is not provably wrong is not reported: a wait under a condition that is
    not understood, or a trip count that is not known, passes.
  }];
}

#endif // GQ_DIALECT_GQGPU_TRANSFORMS_PASSES_TD
