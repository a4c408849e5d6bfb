//===- BuildersTest.cpp - ops that make their destinations ----------------===//
#include "gq/Compile/Compile.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/InitAll.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {
constexpr int64_t any = ShapedType::kDynamic;

/// A function whose arguments ops are built on; at the end of each test it
/// returns what they gave and is held against all verifiers.
class Builders : public testing::Test {
protected:
  Builders() : context(makeRegistry()), b(UnknownLoc::get(&context), &context) {
    context.loadAllAvailableDialects();
    module = ModuleOp::create(b.getLoc());
  }
  static DialectRegistry makeRegistry() {
    DialectRegistry registry;
    gq::registerAllDialects(registry);
    return registry;
  }

  template <typename T> Type make() { return b.getType<T>(); }
  RankedTensorType tensor(ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  }

  Block::BlockArgListType begin(ArrayRef<Type> types) {
    b.setInsertionPointToEnd(module->getBody());
    function = func::FuncOp::create(b, "f", b.getFunctionType(types, {}));
    Block *body = function.addEntryBlock();
    b.setInsertionPointToStart(body);
    return body->getArguments();
  }

  /// The result types as text.
  std::vector<std::string> end(ValueRange results) {
    func::ReturnOp::create(b, results);
    function.setFunctionType(
        b.getFunctionType(function.getArgumentTypes(), results.getTypes()));
    EXPECT_TRUE(succeeded(verify(*module)));
    std::vector<std::string> texts;
    for (Type type : results.getTypes())
      llvm::raw_string_ostream(texts.emplace_back()) << type;
    return texts;
  }

  using Texts = std::vector<std::string>;

  MLIRContext context;
  ImplicitLocOpBuilder b;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};

TEST_F(Builders, Quantize) {
  auto args = begin({tensor({any, 1000}, b.getBF16Type())});
  auto plain = gq::QuantizeOp::create(b, args[0], ArrayRef<int64_t>{1, 128},
                                      make<Float8E4M3FNType>());
  auto turned = gq::QuantizeOp::create(b, args[0], ArrayRef<int64_t>{128, 128},
                                       b.getI8Type(), make<Float8E8M0FNUType>(),
                                       /*transposedScales=*/true);
  EXPECT_FALSE(plain.getPow2());
  EXPECT_TRUE(turned.getPow2());
  EXPECT_EQ(end({plain.getResult(0), plain.getResult(1), turned.getResult(0),
                 turned.getResult(1)}),
            (Texts{"tensor<?x1000xf8E4M3FN>", "tensor<?x8xf32>",
                   "tensor<?x1000xi8>", "tensor<8x?xf8E8M0FNU>"}));
}

TEST_F(Builders, QuantizePacked) {
  auto args = begin({tensor({any, 75}, b.getBF16Type())});
  const int64_t block[] = {1, 32};
  auto op = gq::QuantizeOp::create(b, args[0], block, make<Float4E2M1FNType>(),
                                   make<Float8E8M0FNUType>());
  auto cast = gq::ScaledCastOp::create(b, args[0], op.getResult(1), block,
                                       b.getIntegerType(4));
  EXPECT_TRUE(isa<Float4E2M1FNType>(*op.getPacked()));
  EXPECT_TRUE(cast.getFormat().isInteger(4));
  EXPECT_EQ(
      end({op.getResult(0), op.getResult(1), cast.getResult(0)}),
      (Texts{"tensor<?x38xi8>", "tensor<?x3xf8E8M0FNU>", "tensor<?x38xi8>"}));
}

TEST_F(Builders, QuantizeOfABatch) {
  auto args = begin({tensor({4, any, 256}, b.getBF16Type())});
  auto op = gq::QuantizeOp::create(b, args[0], ArrayRef<int64_t>{1, 128},
                                   make<Float8E4M3FNType>());
  EXPECT_EQ(end(op.getResults()),
            (Texts{"tensor<4x?x256xf8E4M3FN>", "tensor<4x?x2xf32>"}));
}

TEST_F(Builders, ThreeStepsAndBack) {
  auto args = begin({tensor({64, 512}, b.getF32Type())});
  const int64_t block[] = {1, 128};
  Value amax = gq::BlockAbsmaxOp::create(b, args[0], block).getResult(0);
  Value scales = gq::AbsmaxToScaleOp::create(b, amax, make<Float8E5M2Type>(),
                                             make<Float8E8M0FNUType>())
                     .getResult(0);
  Value codes = gq::ScaledCastOp::create(b, args[0], scales, block,
                                         make<Float8E5M2Type>())
                    .getResult(0);
  Value back =
      gq::DequantizeOp::create(b, codes, scales, block, b.getBF16Type())
          .getResult(0);
  Value copy = gq::CopyOp::create(b, back).getResult(0);
  EXPECT_EQ(end({amax, scales, codes, back, copy}),
            (Texts{"tensor<64x4xf32>", "tensor<64x4xf8E8M0FNU>",
                   "tensor<64x512xf8E5M2>", "tensor<64x512xbf16>",
                   "tensor<64x512xbf16>"}));
}

TEST_F(Builders, DequantizePacked) {
  auto args = begin({tensor({any, 256}, b.getI8Type()),
                     tensor({any, 16}, make<Float8E8M0FNUType>())});
  auto op =
      gq::DequantizeOp::create(b, args[0], args[1], ArrayRef<int64_t>{1, 32},
                               b.getBF16Type(), make<Float4E2M1FNType>());
  EXPECT_EQ(end(op.getResults()), (Texts{"tensor<?x512xbf16>"}));
}

TEST_F(Builders, Reduce) {
  auto args = begin({tensor({any, 512}, b.getBF16Type()),
                     tensor({any, 512}, b.getI32Type())});
  const int64_t rows[] = {1, 512};
  auto sum =
      gq::BlockReduceOp::create(b, arith::AtomicRMWKind::addf, args[0], rows);
  auto most =
      gq::BlockReduceOp::create(b, arith::AtomicRMWKind::maxs, args[1], rows);
  EXPECT_EQ(end({sum.getResult(0), most.getResult(0)}),
            (Texts{"tensor<?x1xf32>", "tensor<?x1xi32>"}));
}

TEST_F(Builders, Matmul) {
  Type fp8 = make<Float8E4M3FNType>();
  auto args =
      begin({tensor({any, 512}, fp8), tensor({256, 512}, fp8),
             tensor({any, 4}, b.getF32Type()), tensor({2, 4}, b.getF32Type()),
             tensor({8, any, 512}, b.getBF16Type()),
             tensor({256, 512}, b.getBF16Type()),
             tensor({8, 64, 512}, b.getBF16Type())});
  auto scaled = gq::ScaledMatmulOp::create(
      b, args[0], args[1], args[2], args[3], ArrayRef<int64_t>{1, 128},
      ArrayRef<int64_t>{128, 128}, b.getBF16Type());
  auto batch = gq::ScaledMatmulOp::create(b, args[4], args[5], b.getF32Type());
  auto weights =
      gq::ScaledMatmulOp::create(b, args[5], args[6], b.getF32Type());
  EXPECT_EQ(
      end({scaled.getResult(0), batch.getResult(0), weights.getResult(0)}),
      (Texts{"tensor<?x256xbf16>", "tensor<8x?x256xf32>",
             "tensor<8x256x64xf32>"}));
}

/// What cannot be is made, and refused by the verifier in the words of the op.
TEST_F(Builders, BlocksThatCannotBe) {
  std::string said;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    said += diagnostic.str() + "\n";
    return success();
  });
  auto args = begin({tensor({any, 512}, b.getBF16Type())});
  auto zero = gq::QuantizeOp::create(b, args[0], ArrayRef<int64_t>{1, 0},
                                     make<Float8E4M3FNType>());
  EXPECT_TRUE(failed(verify(zero)));
  auto three =
      gq::BlockAbsmaxOp::create(b, args[0], ArrayRef<int64_t>{1, 1, 128});
  EXPECT_TRUE(failed(verify(three)));
  EXPECT_NE(said.find("block"), std::string::npos) << said;
}

TEST_F(Builders, CompilesToABundle) {
  auto args = begin({tensor({any, 512}, b.getBF16Type()),
                     tensor({256, 512}, make<Float8E4M3FNType>()),
                     tensor({2, 4}, b.getF32Type())});
  auto x = gq::QuantizeOp::create(b, args[0], ArrayRef<int64_t>{1, 128},
                                  make<Float8E4M3FNType>());
  auto y = gq::ScaledMatmulOp::create(
      b, x.getResult(0), args[1], x.getResult(1), args[2],
      ArrayRef<int64_t>{1, 128}, ArrayRef<int64_t>{128, 128}, b.getBF16Type());
  end(y.getResults());
  gq::CompileOptions options;
  options.maxVariants = 1;
  FailureOr<std::string> ptx =
      gq::compile(*module, gq::OutputKind::PTX, options);
  ASSERT_TRUE(succeeded(ptx));
  EXPECT_NE(ptx->find("wgmma"), std::string::npos);
}
} // namespace
