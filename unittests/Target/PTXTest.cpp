//===- PTXTest.cpp - every instruction of the drawer, alone ---------------===//
//
// A kernel for each function of gq/Target/PTX/PTX.h: the op it makes, the PTX
// that comes out, and, where ptxas is, that it assembles. What an instruction
// does is for the device to show (test/GPU).
//
//===----------------------------------------------------------------------===//
#include "gq/Target/PTX/PTX.h"
#include "gq/Target/Serialize.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringSwitch.h"
#include "gtest/gtest.h"
#include <regex>

using namespace mlir;
using namespace mlir::gq;

namespace {

/// What kernels compute with: parameters, and what follows from them.
struct Operands {
  Value global, map;  ///< pointers
  Value shared, a, b; ///< i32
  Value x, y;         ///< f32
  Value when;         ///< i1
};

using Build =
    std::function<SmallVector<Value>(OpBuilder &, Location, const Operands &)>;

struct Case {
  const char *name;
  Build build;
  /// The text and constraints of the assembly, or the name of the op.
  const char *op, *constraints;
  /// A regular expression that finds the instruction in PTX.
  const char *ptx;
};

std::ostream &operator<<(std::ostream &stream, const Case &test) {
  return stream << test.name;
}

class PTX : public testing::TestWithParam<Case> {
protected:
  PTX() : context(registry()) { context.loadAllAvailableDialects(); }

  static DialectRegistry registry() {
    DialectRegistry registry;
    registry.insert<gpu::GPUDialect, LLVM::LLVMDialect, NVVM::NVVMDialect>();
    registerSerializeInterfaces(registry);
    return registry;
  }

  /// A kernel that computes what `build` does and stores it.
  OwningOpRef<ModuleOp> kernel(const Build &build) {
    OpBuilder b(&context);
    Location loc = b.getUnknownLoc();
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    b.setInsertionPointToStart(module->getBody());
    auto device = gpu::GPUModuleOp::create(b, loc, "kernels");
    device.setTargetsAttr(b.getArrayAttr(NVVM::NVVMTargetAttr::get(
        &context, 3, "nvptx64-nvidia-cuda", "sm_90a", "+ptx87")));
    b.setInsertionPointToStart(device.getBody());
    Type i32 = b.getI32Type(), f32 = b.getF32Type();
    Type global = LLVM::LLVMPointerType::get(&context, 1);
    Type types[] = {
        LLVM::LLVMPointerType::get(&context), global, i32, i32, i32, f32, f32};
    auto function = LLVM::LLVMFuncOp::create(
        b, loc, "k",
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&context), types));
    function->setAttr("nvvm.kernel", b.getUnitAttr());
    function->setAttr("nvvm.maxntid", b.getDenseI32ArrayAttr({128}));
    function.setArgAttr(
        0, "llvm.byval",
        TypeAttr::get(LLVM::LLVMArrayType::get(b.getI64Type(), 16)));
    function.setArgAttr(0, "nvvm.grid_constant", b.getUnitAttr());
    function.setArgAttr(0, "llvm.align", b.getI64IntegerAttr(64));
    Block *entry = function.addEntryBlock(b);
    b.setInsertionPointToStart(entry);
    Operands with;
    with.map = entry->getArgument(0);
    with.global = entry->getArgument(1);
    with.shared = entry->getArgument(2);
    with.a = entry->getArgument(3);
    with.b = entry->getArgument(4);
    with.x = entry->getArgument(5);
    with.y = entry->getArgument(6);
    with.when =
        LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, with.a, with.b);
    for (auto [i, value] : llvm::enumerate(build(b, loc, with))) {
      Value at =
          LLVM::GEPOp::create(b, loc, global, b.getI64Type(), with.global,
                              ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
      LLVM::StoreOp::create(b, loc, value, at);
    }
    LLVM::ReturnOp::create(b, loc, ValueRange());
    return module;
  }

  MLIRContext context;
};

TEST_P(PTX, Emits) {
  const Case &test = GetParam();
  OwningOpRef<ModuleOp> module = kernel(test.build);
  ASSERT_TRUE(succeeded(verify(*module)));

  bool found = false;
  std::string seen;
  module->walk([&](Operation *op) {
    auto assembly = dyn_cast<LLVM::InlineAsmOp>(op);
    if (assembly)
      seen +=
          (assembly.getAsmString() + " | " + assembly.getConstraints() + "\n")
              .str();
    else
      seen += op->getName().getStringRef().str() + "\n";
    if (!test.constraints)
      found |= op->getName().getStringRef() == test.op;
    else if (assembly)
      found |= assembly.getAsmString() == test.op &&
               assembly.getConstraints() == test.constraints &&
               assembly.getHasSideEffects() ==
                   StringRef(test.constraints).contains("~{memory}");
  });
  EXPECT_TRUE(found) << "expected " << test.op << " | "
                     << (test.constraints ? test.constraints : "") << ", got\n"
                     << seen;

  SerializeOptions options;
  auto device = *module->getOps<gpu::GPUModuleOp>().begin();
  FailureOr<KernelImage> image = serializeKernels(device, options);
  ASSERT_TRUE(succeeded(image));
  EXPECT_TRUE(std::regex_search(image->ptx, std::regex(test.ptx)))
      << "expected " << test.ptx << " in\n"
      << image->ptx;
  EXPECT_EQ(image->cubin.has_value(), findPtxas("").has_value());
}

#define BUILD                                                                  \
  [](OpBuilder & b, Location loc, const Operands &in)->SmallVector<Value>
#define DO(call)                                                               \
  BUILD {                                                                      \
    (void)in;                                                                  \
    ptx::call;                                                                 \
    return {};                                                                 \
  }
#define GIVES(call)                                                            \
  BUILD { return {ptx::call}; }

SmallVector<Value> fourOf(Value value) { return {value, value, value, value}; }

const Case barriers[] = {
    {"syncBlock", DO(syncBlock(b, loc)), "nvvm.barrier", nullptr,
     R"(bar\w*\.sync(\.aligned)?\s+0;)"},
    {"syncWarp", DO(syncWarp(b, loc)), "nvvm.bar.warp.sync", nullptr,
     R"(bar\.warp\.sync\s+-1;)"},
    {"arriveCluster", DO(arriveCluster(b, loc)), "nvvm.cluster.arrive", nullptr,
     R"(barrier\.cluster\.arrive(\.release)?\.aligned;)"},
    {"waitCluster", BUILD{(void)in;
ptx::arriveCluster(b, loc);
ptx::waitCluster(b, loc);
return {};
} // namespace
, "nvvm.cluster.wait", nullptr,
    R"(barrier\.cluster\.wait(\.acquire)?\.aligned;)"
}
,
    {"waitForGrids", DO(waitForGrids(b, loc)), "griddepcontrol.wait;",
     "~{memory}", R"(griddepcontrol\.wait;)"},
    {"launchDependents", DO(launchDependents(b, loc)), "nvvm.griddepcontrol",
     nullptr, R"(griddepcontrol\.launch_dependents;)"},
    {"fenceAsyncShared", DO(fenceAsyncShared(b, loc)), "nvvm.fence.proxy",
     nullptr, R"(fence\.proxy\.async\.shared::cta;)"},
    {"fenceBlock", DO(fenceBlock(b, loc)), "nvvm.memory.barrier", nullptr,
     R"((membar|fence\.acq_rel)\.cta;)"},
    {"initBarrier", DO(initBarrier(b, loc, in.shared, 24, 33)),
     "mbarrier.init.shared::cta.b64 [$0+24], 33;", "r,~{memory}",
     R"(mbarrier\.init\.shared::cta\.b64 \[%r\d+\+24\], 33;)"},
    {"initBarrierGuarded", DO(initBarrier(b, loc, in.shared, 0, 8, in.when)),
     "@$1 mbarrier.init.shared::cta.b64 [$0], 8;", "r,b,~{memory}",
     R"(@%p\d+ mbarrier\.init\.shared::cta\.b64 \[%r\d+\], 8;)"},
    {"initBarrierComputed", DO(initBarrier(b, loc, in.shared, 8, in.a)),
     "mbarrier.init.shared::cta.b64 [$0+8], $1;", "r,r,~{memory}",
     R"(mbarrier\.init\.shared::cta\.b64 \[%r\d+\+8\], %r\d+;)"},
    {"initBarrierComputedGuarded",
     DO(initBarrier(b, loc, in.shared, 8, in.a, in.when)),
     "@$2 mbarrier.init.shared::cta.b64 [$0+8], $1;", "r,r,b,~{memory}",
     R"(@%p\d+ mbarrier\.init\.shared::cta\.b64 \[%r\d+\+8\], %r\d+;)"},
    {"fenceBarrierInit", DO(fenceBarrierInit(b, loc)),
     "nvvm.fence.mbarrier.init", nullptr,
     R"(fence\.mbarrier_init\.release\.cluster;)"},
    {"fenceBarrierInitGuarded", DO(fenceBarrierInit(b, loc, in.when)),
     "@$0 fence.mbarrier_init.release.cluster;", "b,~{memory}",
     R"(@%p\d+ fence\.mbarrier_init\.release\.cluster;)"},
    {"arriveBarrier", DO(arriveBarrier(b, loc, in.shared)),
     "mbarrier.arrive.shared::cta.b64 _, [$0];", "r,~{memory}",
     R"(mbarrier\.arrive\.shared::cta\.b64 _, \[%r\d+\];)"},
    {"arriveBarrierGuarded", DO(arriveBarrier(b, loc, in.shared, in.when)),
     "@$1 mbarrier.arrive.shared::cta.b64 _, [$0];", "r,b,~{memory}",
     R"(@%p\d+ mbarrier\.arrive\.shared::cta\.b64 _, \[%r\d+\];)"},
    {"arriveInCluster",
     DO(arriveInCluster(b, loc, ptx::mapToBlock(b, loc, in.shared, 0))),
     "mbarrier.arrive.shared::cluster.b64 _, [$0];", "r,~{memory}",
     R"(mbarrier\.arrive\.shared::cluster\.b64 _, \[%r\d+\];)"},
    {"arriveInClusterGuarded",
     DO(arriveInCluster(b, loc, ptx::mapToBlock(b, loc, in.shared, 0),
                        in.when)),
     "@$1 mbarrier.arrive.shared::cluster.b64 _, [$0];", "r,b,~{memory}",
     R"(@%p\d+ mbarrier\.arrive\.shared::cluster\.b64 _, \[%r\d+\];)"},
    {"arriveExpecting", DO(arriveExpecting(b, loc, in.shared, 49152)),
     "mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], 49152;", "r,~{memory}",
     R"(mbarrier\.arrive\.expect_tx\.shared::cta\.b64 _, \[%r\d+\], 49152;)"},
    {"waitForPhase",
     DO(waitForPhase(b, loc, in.shared,
                     ptx::arriveForPhase(b, loc, in.shared))),
     "{ .reg .pred P; WAIT: mbarrier.try_wait.shared::cta.b64 P, [$0], $1; @P "
     "bra DONE; bra WAIT; DONE: }",
     "r,l,~{memory}",
     R"(mbarrier\.arrive\.shared::cta\.b64 %rd\d+, \[%r\d+\];)"},
    {"waitForPhaseGuarded",
     DO(waitForPhase(b, loc, in.shared,
                     ptx::arriveForPhase(b, loc, in.shared, in.when), in.when)),
     "{ .reg .pred P; @!$2 bra DONE; WAIT: mbarrier.try_wait.shared::cta.b64 "
     "P, [$0], $1; @P bra DONE; bra WAIT; DONE: }",
     "r,l,b,~{memory}",
     R"(mov\.b64 %rd\d+, 0; @%p\d+ mbarrier\.arrive\.shared::cta\.b64)"},
    {"waitForPhaseOfBytes",
     DO(waitForPhase(b, loc, in.shared,
                     ptx::arriveForPhase(b, loc, in.shared, in.when, 512),
                     in.when)),
     "{ .reg .pred P; @!$2 bra DONE; WAIT: mbarrier.try_wait.shared::cta.b64 "
     "P, [$0], $1; @P bra DONE; bra WAIT; DONE: }",
     "r,l,b,~{memory}",
     R"(mbarrier\.arrive\.expect_tx\.shared::cta\.b64 %rd\d+, \[%r\d+\], 512; )"},
    {"waitBarrier", DO(waitBarrier(b, loc, in.shared, in.a)),
     "{ .reg .pred P; WAIT: mbarrier.try_wait.parity.shared::cta.b64 P, [$0], "
     "$1; @P bra DONE; bra WAIT; DONE: }",
     "r,r,~{memory}",
     R"(mbarrier\.try_wait\.parity\.shared::cta\.b64 P, \[%r\d+\], %r\d+;)"},
    {"pause", DO(pause(b, loc, in.shared, 2000, in.when)),
     "{ .reg .pred P; .reg .b64 T, E; @!$1 bra DONE; mov.u64 E, %globaltimer; "
     "add.u64 E, E, 2000; AGAIN: mbarrier.test_wait.parity.shared::cta.b64 P, "
     "[$0], 0; @P bra DONE; mov.u64 T, %globaltimer; setp.lt.u64 P, T, E; @P "
     "bra AGAIN; DONE: }",
     "r,b,~{memory}",
     R"(mbarrier\.test_wait\.parity\.shared::cta\.b64 P, \[%r\d+\], 0;)"},
    {"waitBarrierGuarded", DO(waitBarrier(b, loc, in.shared, in.a, in.when)),
     "{ .reg .pred P; @!$2 bra DONE; WAIT: "
     "mbarrier.try_wait.parity.shared::cta.b64 P, [$0], $1; @P bra DONE; bra "
     "WAIT; DONE: }",
     "r,r,b,~{memory}", R"(@!%p\d+ bra DONE; WAIT: mbarrier\.try_wait)"}
}
;

const Case copies[] = {
    {"prefetchTensorMap", DO(prefetchTensorMap(b, loc, in.map)),
     "nvvm.prefetch", nullptr,
     R"(prefetch(\.param)?\.tensormap\s+\[%rd\d+\];)"},
    {"prefetchTensorMapGuarded", DO(prefetchTensorMap(b, loc, in.map, in.when)),
     "@$1 prefetch.tensormap [$0];", "l,b,~{memory}",
     R"(@%p\d+ prefetch\.tensormap \[%rd\d+\];)"},
    {"prefetchToL2", DO(prefetchToL2(b, loc, in.global, in.when)),
     "@$1 prefetch.global.L2 [$0];", "l,b,~{memory}",
     R"(@%p\d+ prefetch\.global\.L2 \[%rd\d+\];)"},
    {"loadTensor",
     DO(loadTensor(b, loc, in.shared, in.map, {in.a, in.b}, in.shared,
                   ptx::CachePolicy::EvictFirst)),
     "nvvm.cp.async.bulk.tensor.shared.cluster.global", nullptr,
     R"(mov\.b64\s+(%rd\d+), 1364590687093260288;[^]*cp\.async\.bulk\.tensor\.2d\.shared::cluster\.global(\.tile)?\.mbarrier::complete_tx::bytes\.L2::cache_hint\s+\[%r\d+\], \[%rd\d+, \{%r\d+, %r\d+\}\], \[%r\d+\], \1;)"},
    {"loadTensorMulticast",
     DO(loadTensor(b, loc, in.shared, in.map, {in.a, in.b}, in.shared,
                   ptx::CachePolicy::EvictNormal, /*blocks=*/2)),
     "nvvm.cp.async.bulk.tensor.shared.cluster.global", nullptr,
     R"(mov\.b16\s+(%rs\d+), 3;[^]*cp\.async\.bulk\.tensor\.2d\.shared::cluster\.global(\.tile)?\.mbarrier::complete_tx::bytes\.multicast::cluster\.L2::cache_hint\s+\[%r\d+\], \[%rd\d+, \{%r\d+, %r\d+\}\], \[%r\d+\], \1, %rd\d+;)"},
    {"storeTensor", DO(storeTensor(b, loc, in.map, {in.a, in.b}, in.shared)),
     "nvvm.cp.async.bulk.tensor.global.shared.cta", nullptr,
     R"(cp\.async\.bulk\.tensor\.2d\.global\.shared::cta(\.tile)?\.bulk_group\s+\[%rd\d+, \{%r\d+, %r\d+\}\], \[%r\d+\];)"},
    {"storeTensorGuarded",
     DO(storeTensor(b, loc, in.map, {in.a, in.b}, in.shared, in.when)),
     "@$4 cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [$0, {$1, "
     "$2}], [$3];",
     "l,r,r,r,b,~{memory}",
     R"(@%p\d+ cp\.async\.bulk\.tensor\.2d\.global\.shared::cta\.bulk_group \[%rd\d+, \{%r\d+, %r\d+\}\], \[%r\d+\];)"},
    {"commitBulk", DO(commitBulk(b, loc)), "nvvm.cp.async.bulk.commit.group",
     nullptr, R"(cp\.async\.bulk\.commit_group;)"},
    {"commitBulkGuarded", DO(commitBulk(b, loc, in.when)),
     "@$0 cp.async.bulk.commit_group;", "b,~{memory}",
     R"(@%p\d+ cp\.async\.bulk\.commit_group;)"},
    {"waitForCopies", DO(waitForCopies(b, loc)), "nvvm.cp.async.wait.group",
     nullptr, R"(cp\.async\.wait_group\s+0;)"},
    {"waitBulk", DO(waitBulk(b, loc, /*read=*/false)),
     "nvvm.cp.async.bulk.wait_group", nullptr,
     R"(cp\.async\.bulk\.wait_group\s+0;)"},
    {"waitBulkRead", DO(waitBulk(b, loc, /*read=*/true)),
     "nvvm.cp.async.bulk.wait_group", nullptr,
     R"(cp\.async\.bulk\.wait_group\.read\s+0;)"},
    {"copyWord", DO(copyWord(b, loc, in.shared, in.global, in.a)),
     "nvvm.cp.async.shared.global", nullptr,
     R"(cp\.async\.ca\.shared\.global\s+\[%r\d+\], \[%rd\d+\], 4, %r\d+;)"},
    {"copyWordGuarded",
     DO(copyWord(b, loc, in.shared, in.global, in.a, in.when)),
     "@$3 cp.async.ca.shared.global [$0], [$1], 4, $2;", "r,l,r,b,~{memory}",
     R"(@%p\d+ cp\.async\.ca\.shared\.global \[%r\d+\], \[%rd\d+\], 4, %r\d+;)"},
    {"arriveWhenCopied", DO(arriveWhenCopied(b, loc, in.shared)),
     "nvvm.cp.async.mbarrier.arrive", nullptr,
     R"(cp\.async\.mbarrier\.arrive\.noinc\.shared[\w:]*\.b64\s+\[%r\d+\];)"},
    {"arriveWhenCopiedExtra",
     DO(arriveWhenCopied(b, loc, in.shared, /*extra=*/true)),
     "nvvm.cp.async.mbarrier.arrive", nullptr,
     R"(cp\.async\.mbarrier\.arrive\.shared[\w:]*\.b64\s+\[%r\d+\];)"}};

/// A value of 8 or 16 bits.
Value narrow(OpBuilder &b, Location loc, Value value, unsigned bits) {
  return LLVM::TruncOp::create(b, loc, b.getIntegerType(bits), value);
}

const Case memory[] = {
    {"loadGlobal",
     GIVES(loadGlobal(b, loc, in.global, 16, b.getI32Type(), 1, in.when)[0]),
     "{ mov.b32 $0, 0; @$2 ld.global.nc.b32 $0, [$1+16]; }", "=&r,l,b",
     R"(mov\.b32 (%r\d+), 0; @%p\d+ ld\.global\.nc\.b32 \1, \[%rd\d+\+16\];)"},
    {"loadGlobalVector", BUILD{return ptx::loadGlobal(
                             b, loc, in.global, 0, b.getI32Type(), 4, in.when,
                             {/*readOnly=*/true, ptx::CachePolicy::EvictLast});
}
,
    "{ mov.b32 $0, 0; mov.b32 $1, 0; mov.b32 $2, 0; mov.b32 $3, 0; @$5 "
    "ld.global.nc.L2::cache_hint.v4.b32 {$0, $1, $2, $3}, [$4], $6; }",
    "=&r,=&r,=&r,=&r,l,b,l",
    R"(mov\.b64\s+(%rd\d+), 1508705875169116160;[^]*ld\.global\.nc\.L2::cache_hint\.v4\.b32 \{%r\d+, %r\d+, %r\d+, %r\d+\}, \[%rd\d+\], \1;)"
}
, {"loadGlobalInOrder",
   BUILD{return ptx::loadGlobal(b, loc, in.global, -8, b.getI16Type(), 1,
                                in.when, {/*readOnly=*/false, std::nullopt});
}
, "{ mov.b16 $0, 0; @$2 ld.global.b16 $0, [$1+-8]; }", "=&h,l,b,~{memory}",
    R"(@%p\d+ ld\.global\.b16 %rs\d+, \[%rd\d+\+-8\];)"
}
,
    {"loadGlobalByte",
     GIVES(loadGlobal(b, loc, in.global, 0, b.getI8Type(), 1, in.when)[0]),
     "{ mov.b16 $0, 0; @$2 ld.global.nc.b8 $0, [$1]; }", "=&h,l,b",
     R"(mov\.b16 (%rs\d+), 0; @%p\d+ ld\.global\.nc\.b8 \1,)"},
    {"storeGlobal", DO(storeGlobal(b, loc, in.global, 4, in.a)),
     "st.global.b32 [$0+4], $1;", "l,r,~{memory}",
     R"(st\.global\.b32 \[%rd\d+\+4\], %r\d+;)"},
    {"storeGlobalVector",
     DO(storeGlobal(b, loc, in.global, 0, {in.a, in.b}, in.when)),
     "@$3 st.global.v2.b32 [$0], {$1, $2};", "l,r,r,b,~{memory}",
     R"(@%p\d+ st\.global\.v2\.b32 \[%rd\d+\], \{%r\d+, %r\d+\};)"},
    {"storeGlobalFloat", DO(storeGlobal(b, loc, in.global, 0, in.x)),
     "st.global.b32 [$0], $1;", "l,f,~{memory}",
     R"(st\.global\.b32 \[%rd\d+\], %(f|r)\d+;)"},
    {"storeGlobalByte",
     DO(storeGlobal(b, loc, in.global, 3, narrow(b, loc, in.a, 8), in.when)),
     "@$2 st.global.b8 [$0+3], $1;", "l,h,b,~{memory}",
     R"(@%p\d+ st\.global\.b8 \[%rd\d+\+3\], %rs\d+;)"},
    {"storeRelease", DO(storeRelease(b, loc, in.global, in.a, in.when)),
     "@$2 st.release.gpu.global.b32 [$0], $1;", "l,r,b,~{memory}",
     R"(@%p\d+ st\.release\.gpu\.global\.b32 \[%rd\d+\], %r\d+;)"},
    {"waitNonZero", DO(waitNonZero(b, loc, in.global)),
     "{ .reg .pred P; .reg .b32 W; WAIT: ld.acquire.gpu.global.b32 W, [$0]; "
     "setp.ne.b32 P, W, 0; @P bra DONE; bra WAIT; DONE: }",
     "l,~{memory}", R"(ld\.acquire\.gpu\.global\.b32 W, \[%rd\d+\];)"},
    {"storeLowByte", DO(storeLowByte(b, loc, in.global, 3, in.a, in.when)),
     "@$2 st.global.b8 [$0+3], $1;", "l,r,b,~{memory}",
     R"(@%p\d+ st\.global\.b8 \[%rd\d+\+3\], %r\d+;)"},
    {"loadShared", GIVES(loadShared(b, loc, in.shared, b.getF32Type())),
     "ld.shared.f32 $0, [$1];", "=f,r,~{memory}",
     R"(ld\.shared\.f32 %(f|r)\d+, \[%r\d+\];)"},
    {"loadSharedVector",
     BUILD{return ptx::loadShared(b, loc, in.shared, 32, b.getI32Type(), 2);
}
, "ld.shared.v2.b32 {$0, $1}, [$2+32];", "=r,=r,r,~{memory}",
    R"(ld\.shared\.v2\.b32 \{%r\d+, %r\d+\}, \[%r\d+\+32\];)"
}
,
    {"loadSharedByte", GIVES(loadShared(b, loc, in.shared, b.getI8Type())),
     "ld.shared.b8 $0, [$1];", "=h,r,~{memory}",
     R"(ld\.shared\.b8 %rs\d+, \[%r\d+\];)"},
    {"storeAsync",
     DO(storeAsync(b, loc, ptx::mapToBlock(b, loc, in.shared, in.a), 64,
                   fourOf(in.a), ptx::mapToBlock(b, loc, in.shared, 1))),
     "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 "
     "[$0+64], {$1, $2, $3, $4}, [$5];",
     "r,r,r,r,r,r,~{memory}",
     R"(st\.async\.weak\.shared::cluster\.mbarrier::complete_tx::bytes\.v4\.b32 \[%r\d+\+64\], \{.*\}, \[%r\d+\];)"},
    {"storeShared", DO(storeShared(b, loc, in.shared, 8, fourOf(in.a))),
     "st.shared.v4.b32 [$0+8], {$1, $2, $3, $4};", "r,r,r,r,r,~{memory}",
     R"(st\.shared\.v4\.b32 \[%r\d+\+8\], \{%r\d+, %r\d+, %r\d+, %r\d+\};)"},
    {"storeSharedGuarded",
     DO(storeShared(b, loc, in.shared, 0, narrow(b, loc, in.a, 16), in.when)),
     "@$2 st.shared.b16 [$0], $1;", "r,h,b,~{memory}",
     R"(@%p\d+ st\.shared\.b16 \[%r\d+\], %rs\d+;)"},
    {"maxShared", DO(maxShared(b, loc, in.shared, in.a)),
     "red.shared.max.u32 [$0], $1;", "r,r,~{memory}",
     R"(red\.shared\.max\.u32 \[%r\d+\], %r\d+;)"},
    {"maxSharedGuarded", DO(maxShared(b, loc, in.shared, in.a, in.when)),
     "@$2 red.shared.max.u32 [$0], $1;", "r,r,b,~{memory}",
     R"(@%p\d+ red\.shared\.max\.u32 \[%r\d+\], %r\d+;)"},
    {"maxCluster", DO(maxCluster(b, loc, in.shared, in.a, in.when)),
     "@$2 red.shared::cluster.max.u32 [$0], $1;", "r,r,b,~{memory}",
     R"(@%p\d+ red\.shared::cluster\.max\.u32 \[%r\d+\], %r\d+;)"},
    {"mapToBlock", GIVES(mapToBlock(b, loc, in.shared, 3)), "nvvm.mapa",
     nullptr, R"(mapa\.shared::cluster\.u32\s+%r\d+, %r\d+, 3;)"},
    {"storeMatrices", DO(storeMatrices(b, loc, in.shared, fourOf(in.a))),
     "nvvm.stmatrix", nullptr,
     R"(stmatrix\.sync\.aligned\.m8n8\.x4\.shared\.b16\s+\[%r\d+\], \{%r\d+, %r\d+, %r\d+, %r\d+\};)"}
}
;

const Case warps[] = {
    {"shuffleXor", GIVES(shuffleXor(b, loc, in.x, 4)), "nvvm.shfl.sync",
     nullptr, R"(shfl\.sync\.bfly\.b32\s+%\w+(\|%p\d+)?, %\w+, 4, 31, -1;)"},
    {"broadcast", GIVES(broadcast(b, loc, in.a)), "nvvm.shfl.sync", nullptr,
     R"(shfl\.sync\.idx\.b32\s+%\w+(\|%p\d+)?, %\w+, 0, 31, -1;)"},
    {"transposeMatrix", GIVES(transposeMatrix(b, loc, in.a)),
     "movmatrix.sync.aligned.m8n8.trans.b16 $0, $1;", "=r,r,~{memory}",
     R"(movmatrix\.sync\.aligned\.m8n8\.trans\.b16 %r\d+, %r\d+;)"},
    {"maxOfWarp", GIVES(maxOfWarp(b, loc, in.a)), "nvvm.redux.sync", nullptr,
     R"(redux\.sync\.max\.u32\s+%r\d+, %r\d+, (-1|%r\d+);)"},
    {"elect",
     BUILD{ptx::storeGlobal(b, loc, in.global, 0, in.a, ptx::elect(b, loc));
return {};
}
, "nvvm.elect.sync", nullptr,
    R"(elect\.sync\s+%r\d+\|(%p\d+), -1;[^]*@\1 st\.global)"
}
}
;

const Case arithmetic[] = {
    {"convertToE4M3",
     GIVES(convertToF8(b, loc, in.x, in.y,
                       Float8E4M3FNType::get(b.getContext()))),
     "nvvm.convert.f32x2.to.f8x2", nullptr,
     R"(ld\.param\.b32\s+(%\w+), \[k_param_5\];[^]*cvt\.rn\.satfinite\.e4m3x2\.f32\s+%rs\d+, \1, )"},
    {"convertToE5M2",
     GIVES(
         convertToF8(b, loc, in.x, in.y, Float8E5M2Type::get(b.getContext()))),
     "nvvm.convert.f32x2.to.f8x2", nullptr,
     R"(cvt\.rn\.satfinite\.e5m2x2\.f32\s+%rs\d+, )"},
    {"convertToInt", GIVES(convertToInt(b, loc, in.x)),
     "cvt.rni.s32.f32 $0, $1;", "=r,f",
     R"(cvt\.rni\.s32\.f32 %r\d+, %(f|r)\d+;)"},
    {"truncateToInt", GIVES(truncateToInt(b, loc, in.x)),
     "cvt.rzi.s32.f32 $0, $1;", "=r,f",
     R"(cvt\.rzi\.s32\.f32 %r\d+, %(f|r)\d+;)"},
    {"convertFromF8",
     GIVES(convertFromF8(b, loc, narrow(b, loc, in.a, 8),
                         Float8E4M3FNType::get(b.getContext()))),
     "nvvm.convert.f8x2.to.f16x2", nullptr,
     R"(cvt\.rn\.f16x2\.e4m3x2\s+%r\d+, %rs\d+;)"},
    {"packInt8", GIVES(packInt8(b, loc, in.a, in.b, in.a)),
     "cvt.pack.sat.s8.s32.b32 $0, $1, $2, $3;", "=r,r,r,r",
     R"(cvt\.pack\.sat\.s8\.s32\.b32 %r\d+, (%r\d+), (%r\d+), \1;)"},
    {"exp2Approx", GIVES(exp2Approx(b, loc, in.x)), "ex2.approx.f32 $0, $1;",
     "=f,f", R"(ex2\.approx\.f32 %(f|r)\d+, %(f|r)\d+;)"},
    {"exp2ApproxFlush", GIVES(exp2Approx(b, loc, in.x, true)),
     "ex2.approx.ftz.f32 $0, $1;", "=f,f",
     R"(ex2\.approx\.ftz\.f32 %(f|r)\d+, %(f|r)\d+;)"},
    {"maxOfPairsBF16", GIVES(maxOfPairs(b, loc, in.a, in.b, b.getBF16Type())),
     "max.bf16x2 $0, $1, $2;", "=r,r,r", R"(max\.bf16x2 %r\d+, %r\d+, %r\d+;)"},
    {"maxOfPairsF16", GIVES(maxOfPairs(b, loc, in.a, in.b, b.getF16Type())),
     "max.f16x2 $0, $1, $2;", "=r,r,r", R"(max\.f16x2 %r\d+, %r\d+, %r\d+;)"},
    {"permuteBytes", GIVES(permuteBytes(b, loc, in.a, in.b, 0x5140)),
     "nvvm.prmt", nullptr,
     R"(prmt\.b32\s+%r\d+, %r\d+, %r\d+, (0x5140|20800)U?;)"},
    {"addBytes", GIVES(addBytes(b, loc, in.a, in.b)),
     "nvvm.dot.accumulate.4way", nullptr,
     R"(mov\.b32\s+(%r\d+), 16843009;\s+dp4a\.s32\.s32\s+%r\d+, %r\d+, \1, %r\d+;)"},
    {"permuteBytesByRegister", GIVES(permuteBytes(b, loc, in.a, in.b, in.b)),
     "nvvm.prmt", nullptr, R"(prmt\.b32\s+%r\d+, %r\d+, (%r\d+), \1;)"},
    {"multiplyPairs", GIVES(multiplyPairs(b, loc, in.a, in.b)),
     "mul.rn.bf16x2 $0, $1, $2;", "=r,r,r",
     R"(mul\.rn\.bf16x2 %r\d+, %r\d+, %r\d+;)"},
    {"subtractPairs", GIVES(subtractPairs(b, loc, in.a, in.b)),
     "sub.rn.bf16x2 $0, $1, $2;", "=r,r,r",
     R"(sub\.rn\.bf16x2 %r\d+, %r\d+, %r\d+;)"},
    {"exceeds", BUILD{ptx::storeGlobal(b, loc, in.global, 0, in.b,
                                       ptx::exceeds(b, loc, in.a, 12));
return {};
}
, "setp.gt.s32 $0, $1, 12;", "=b,r,~{memory}",
    R"(setp\.gt\.s32 (%p\d+), %r\d+, 12;[^]*@\1 st\.global)"
}
, {"below", BUILD{ptx::storeGlobal(b, loc, in.global, 0, in.b,
                                   ptx::below(b, loc, in.a, 1024));
return {};
}
, "setp.lt.u32 $0, $1, 1024;", "=b,r,~{memory}",
    R"(setp\.lt\.u32 (%p\d+), %r\d+, 1024;[^]*@\1 st\.global)"
}
,
    {"forget", GIVES(forget(b, loc, in.a)), "mov.b32 $0, $1;", "=r,r,~{memory}",
     R"(mov\.b32 %r\d+, %r\d+;)"},
    {"indexAfter", GIVES(indexAfter(b, loc, in.a, in.x)),
     "{ .reg .b32 t; mov.b32 t, $2; shr.u32 t, t, 31; add.u32 $0, $1, t; }",
     "=r,r,f,~{memory}", R"(add\.u32 %r\d+, %r\d+, t;)"}
}
;

Type typeOf(OpBuilder &b, StringRef name) {
  return llvm::StringSwitch<Type>(name)
      .Case("e4m3", Float8E4M3FNType::get(b.getContext()))
      .Case("e5m2", Float8E5M2Type::get(b.getContext()))
      .Case("bf16", b.getBF16Type())
      .Case("f16", b.getF16Type())
      .Case("f32", b.getF32Type())
      .Case("s8", b.getI8Type())
      .Case("s32", b.getI32Type());
}

SmallVector<Value> members(OpBuilder &b, Location loc, Value aggregate) {
  auto type = cast<LLVM::LLVMStructType>(aggregate.getType());
  SmallVector<Value> values;
  for (int64_t i = 0, e = type.getBody().size(); i < e; ++i)
    values.push_back(LLVM::ExtractValueOp::create(b, loc, aggregate, i));
  return values;
}

/// A product of 64 x 8 by names of types, and what waits for it.
Value product(OpBuilder &b, Location loc, const Operands &in, StringRef acc,
              StringRef typeA, StringRef typeB, int64_t end, ValueRange reuse,
              bool accumulate = false) {
  return ptx::multiply(
      b, loc, {8, typeOf(b, typeA), typeOf(b, typeB), typeOf(b, acc), 0, end},
      in.a, in.b, reuse, accumulate);
}
SmallVector<Value> waited(OpBuilder &b, Location loc, Value accumulators) {
  return members(b, loc,
                 ptx::waitProducts(b, loc, members(b, loc, accumulators)));
}

#define WGMMA_START                                                            \
  "{ .reg .b64 da, db; .reg .b32 hi, la, lb; .reg .pred no, yes; mov.b32 hi, " \
  "0x40000040; setp.ne.b32 no, hi, hi; setp.eq.b32 yes, hi, hi; "              \
  "wgmma.fence.sync.aligned; "
#define WGMMA_STEP(form, registers, a, b, step, accumulate)                    \
  "add.s32 la, " a ", " step "; add.s32 lb, " b ", " step                      \
  "; mov.b64 da, {la, hi}; mov.b64 db, {lb, hi}; "                             \
  "wgmma.mma_async.sync.aligned.m64n8" form " " registers                      \
  ", da, db, " accumulate "; "
#define WGMMA_END "wgmma.commit_group.sync.aligned; }"

// Two instructions, 32 bytes apart. `registers` are those of the accumulators,
// `la` and `lb` the placeholders behind them.
#define WGMMA(acc, a, b_, k, immediates, registers, la, lb, constraints)       \
  {"wgmma_" acc "_" a "_" b_,                                                  \
   BUILD{return waited(b, loc, product(b, loc, in, acc, a, b_, 2 * k, {}));    \
  }                                                                            \
  ,                                                                            \
      WGMMA_START WGMMA_STEP("k" #k "." acc "." a "." b_, registers, la, lb,   \
                             "0", "no" immediates)                             \
          WGMMA_STEP("k" #k "." acc "." a "." b_, registers, la, lb, "2",      \
                     "yes" immediates) WGMMA_END,                              \
      constraints,                                                             \
      "wgmma\\.mma_async\\.sync\\.aligned\\.m64n8k" #k "\\." acc "\\." a       \
      "\\." b_ " \\{%\\w+(, %\\w+)+\\}, da, db, no" immediates ";"             \
  }
#define WGMMA_F32(a, b_, k, immediates)                                        \
  WGMMA("f32", a, b_, k, immediates, "{$0, $1, $2, $3}", "$4", "$5",           \
        "=f,=f,=f,=f,r,r,~{memory}")
#define WGMMA_F16(a, b_, k, immediates)                                        \
  WGMMA("f16", a, b_, k, immediates, "{$0, $1}", "$2", "$3",                   \
        "=r,=r,r,r,~{memory}")

const Case products[] = {
    WGMMA_F32("e4m3", "e4m3", 32, ", 1, 1"),
    WGMMA_F32("e4m3", "e5m2", 32, ", 1, 1"),
    WGMMA_F32("e5m2", "e4m3", 32, ", 1, 1"),
    WGMMA_F32("e5m2", "e5m2", 32, ", 1, 1"),
    WGMMA_F32("f16", "f16", 16, ", 1, 1, 0, 0"),
    WGMMA_F32("bf16", "bf16", 16, ", 1, 1, 0, 0"),
    WGMMA_F16("e4m3", "e4m3", 32, ", 1, 1"),
    WGMMA_F16("e4m3", "e5m2", 32, ", 1, 1"),
    WGMMA_F16("e5m2", "e4m3", 32, ", 1, 1"),
    WGMMA_F16("e5m2", "e5m2", 32, ", 1, 1"),
    WGMMA_F16("f16", "f16", 16, ", 1, 1, 0, 0"),
    WGMMA("s32", "s8", "s8", 32, "", "{$0, $1, $2, $3}", "$4", "$5",
          "=r,=r,=r,=r,r,r,~{memory}"),
    {"multiplyInPlace",
     BUILD{Value first = product(b, loc, in, "s32", "s8", "s8", 32, {});
SmallVector<Value> old = waited(b, loc, first);
return waited(b, loc, product(b, loc, in, "s32", "s8", "s8", 32, old));
}
,
    WGMMA_START WGMMA_STEP("k32.s32.s8.s8", "{$0, $1, $2, $3}", "$8", "$9", "0",
                           "no") WGMMA_END,
    "=r,=r,=r,=r,0,1,2,3,r,r,~{memory}",
    R"(wgmma\.commit_group\.sync\.aligned;)"
}
, {"multiplyOnto",
   BUILD{Value first = product(b, loc, in, "s32", "s8", "s8", 32, {});
SmallVector<Value> flying = members(b, loc, first);
return waited(b, loc, product(b, loc, in, "s32", "s8", "s8", 32, flying, true));
}
,
    WGMMA_START WGMMA_STEP("k32.s32.s8.s8", "{$0, $1, $2, $3}", "$8", "$9", "0",
                           "yes") WGMMA_END,
    "=r,=r,=r,=r,0,1,2,3,r,r,~{memory}",
    R"(wgmma\.commit_group\.sync\.aligned;)"
}
, {"waitProducts",
   BUILD{return waited(b, loc,
                       product(b, loc, in, "f32", "e4m3", "e5m2", 32, {}));
}
, "wgmma.wait_group.sync.aligned 0;", "=f,=f,=f,=f,0,1,2,3,~{memory}",
    R"(wgmma\.wait_group\.sync\.aligned 0;)"
}
}
;

std::string nameOf(const testing::TestParamInfo<Case> &info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Barriers, PTX, testing::ValuesIn(barriers), nameOf);
INSTANTIATE_TEST_SUITE_P(Copies, PTX, testing::ValuesIn(copies), nameOf);
INSTANTIATE_TEST_SUITE_P(Memory, PTX, testing::ValuesIn(memory), nameOf);
INSTANTIATE_TEST_SUITE_P(Warps, PTX, testing::ValuesIn(warps), nameOf);
INSTANTIATE_TEST_SUITE_P(Arithmetic, PTX, testing::ValuesIn(arithmetic),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Products, PTX, testing::ValuesIn(products), nameOf);

} // namespace
