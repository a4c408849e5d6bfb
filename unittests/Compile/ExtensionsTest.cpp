//===- ExtensionsTest.cpp - passes of others between the stages -----------===//
#include "gq/Compile/Compile.h"
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/InitAll.h"
#include "gq/Pipelines/Pipelines.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {
/// Calls a function on the module.
struct Look : PassWrapper<Look, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Look)
  explicit Look(std::function<void(ModuleOp)> look) : look(std::move(look)) {}
  void runOnOperation() override { look(getOperation()); }
  std::function<void(ModuleOp)> look;
};

class Extensions : public testing::Test {
protected:
  Extensions() : context(makeRegistry()) { context.loadAllAvailableDialects(); }
  static DialectRegistry makeRegistry() {
    DialectRegistry registry;
    gq::registerAllDialects(registry);
    return registry;
  }

  OwningOpRef<ModuleOp> parse() {
    constexpr StringLiteral text = R"(
      func.func @f(%x: tensor<64x256xbf16>) -> (tensor<64x256xf8E4M3FN>, tensor<64x2xf32>) {
        %q = tensor.empty() : tensor<64x256xf8E4M3FN>
        %s = tensor.empty() : tensor<64x2xf32>
        %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>)
            : tensor<64x256xbf16> -> tensor<64x256xf8E4M3FN>, tensor<64x2xf32>
        return %r#0, %r#1 : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>
      })";
    return gq::parseProgram(context, text, "f.mlir");
  }

  gq::PipelineExtensions::Callback note(std::string what) {
    return [this, what](OpPassManager &pm) {
      EXPECT_EQ(pm.getOpAnchorName(), ModuleOp::getOperationName());
      pm.addPass(std::make_unique<Look>([this, what](ModuleOp module) {
        notes.push_back(what);
        auto count = [&](auto isOne) {
          int found = 0;
          module.walk([&](Operation *op) { found += isOne(op); });
          return found;
        };
        seen.push_back(
            {count([](Operation *op) { return isa<gq::QuantizeOp>(op); }),
             count([](Operation *op) { return isa<scf::ForallOp>(op); }),
             count([](Operation *op) { return isa<gqgpu::KernelOp>(op); }),
             count([](Operation *op) { return isa<LLVM::LLVMFuncOp>(op); }),
             count([](Operation *op) { return isa<gpu::BinaryOp>(op); })});
      }));
    };
  }

  MLIRContext context;
  gq::CompileOptions options;
  std::vector<std::string> notes;
  struct Counts {
    int quantise, loops, kernels, functions, binaries;
  };
  std::vector<Counts> seen;
};

TEST_F(Extensions, EveryStageInOrder) {
  std::vector<std::string> expected;
  SmallVector<StringRef> stages = gq::PipelineExtensions::getStages();
  for (StringRef stage : stages) {
    ASSERT_TRUE(
        succeeded(options.extensions.before(stage, note("<" + stage.str()))));
    ASSERT_TRUE(
        succeeded(options.extensions.after(stage, note(stage.str() + ">"))));
  }
  OwningOpRef<ModuleOp> module = parse();
  ASSERT_TRUE(succeeded(gq::compile(*module, gq::OutputKind::PTX, options)));
  // Each once, and each level around its passes: it was added before them.
  EXPECT_EQ(notes.size(), 2 * stages.size());
  auto place = [&](const std::string &what) {
    auto at = llvm::find(notes, what);
    EXPECT_NE(at, notes.end()) << what;
    return at - notes.begin();
  };
  SmallVector<StringRef> levels = {"tensors", "strategy", "tiles",
                                   "kernels", "machine",  "bundle"};
  for (auto [one, next] : llvm::zip(levels, ArrayRef(levels).drop_front()))
    EXPECT_LT(place(one.str() + ">"), place("<" + next.str()));
  SmallVector<StringRef> passes(ArrayRef(stages).drop_front(levels.size()));
  for (auto [one, next] : llvm::zip(passes, ArrayRef(passes).drop_front()))
    EXPECT_LT(place(one.str() + ">"), place("<" + next.str()));
  EXPECT_EQ(notes.front(), "<tensors");
}

TEST_F(Extensions, LevelsAreWhatTheyAreCalled) {
  for (StringRef level :
       {"tensors", "strategy", "tiles", "kernels", "machine", "bundle"})
    ASSERT_TRUE(succeeded(options.extensions.after(level, note(level.str()))));
  OwningOpRef<ModuleOp> module = parse();
  ASSERT_TRUE(succeeded(gq::compile(*module, gq::OutputKind::PTX, options)));
  ASSERT_EQ(seen.size(), 6u);
  EXPECT_EQ(seen[0].quantise, 1);
  EXPECT_EQ(seen[0].loops, 0);
  EXPECT_EQ(seen[1].loops, 0);
  EXPECT_EQ(seen[2].loops, 1);
  EXPECT_EQ(seen[2].kernels, 0);
  EXPECT_EQ(seen[3].kernels, 1);
  EXPECT_EQ(seen[3].functions, 0);
  EXPECT_EQ(seen[4].kernels, 0);
  EXPECT_EQ(seen[4].functions, 1);
  EXPECT_EQ(seen[5].binaries, 1);
}

/// A pass in between decides what the next ones obey.
TEST_F(Extensions, AConfigOfTheCallers) {
  auto config = cast<gq::QuantizeConfigAttr>(parseAttribute(
      "#gq.quantize_config<tile = [32, 256], threads = 128>", &context));
  ASSERT_TRUE(succeeded(
      options.extensions.before("gq-select-config", [&](OpPassManager &pm) {
        pm.addPass(std::make_unique<Look>([&](ModuleOp module) {
          module.walk([&](gq::QuantizeOp op) { op.setConfigAttr(config); });
        }));
      })));
  OwningOpRef<ModuleOp> module = parse();
  FailureOr<std::string> ptx =
      gq::compile(*module, gq::OutputKind::PTX, options);
  ASSERT_TRUE(succeeded(ptx));
  EXPECT_NE(ptx->find(".maxntid 128"), std::string::npos);
}

TEST_F(Extensions, OfAPipelineInParts) {
  gq::GQToNVVMOptions pipeline;
  ASSERT_TRUE(succeeded(pipeline.extensions.after("gq-tile", note("tile"))));
  ASSERT_TRUE(succeeded(
      pipeline.extensions.before("gq-outline-kernels", note("outline"))));
  PassManager pm(&context, ModuleOp::getOperationName());
  gq::buildPipelinePart(pm, pipeline, gq::Part::Tiles);
  OwningOpRef<ModuleOp> module = parse();
  ASSERT_TRUE(succeeded(pm.run(*module)));
  EXPECT_EQ(notes, std::vector<std::string>{"tile"});
}

TEST_F(Extensions, NoSuchStage) {
  auto nothing = [](OpPassManager &) {};
  EXPECT_TRUE(failed(options.extensions.before("gq-title", nothing)));
  EXPECT_TRUE(failed(options.extensions.after("Tiles", nothing)));
}
} // namespace
