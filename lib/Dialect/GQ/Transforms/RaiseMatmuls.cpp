//===- RaiseMatmuls.cpp - gq.scaled_matmul from linalg products -----------===//
//
// In:  linalg.matmul and whatever else multiplies two matrices, in any order
//      of their dimensions.
// Out: products without scales of operands with K last. One that lies the other
//      way round is read transposed by an elementwise op, once.
//
// Tensor cores multiply no f32. An f32 is the sum of three bf16 but for its
// last bits, and the six largest of their nine products are as exact as sums in
// f32 are: right, and slow.
//
//===----------------------------------------------------------------------===//
#include "RaiseMatmuls.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-raise-reductions";

namespace {
/// Which dimension of an operand each of its two loops is.
struct Product {
  Value a, b;
  /// K is the first dimension, not the last.
  bool turnA = false, turnB = false;
};
} // namespace

/// What `op` multiplies; or why it is none that can be raised, in `refusal`.
static std::optional<Product> match(linalg::LinalgOp op, std::string &refusal) {
  auto refuse = [&](const Twine &why) {
    refusal = why.str();
    return std::nullopt;
  };
  FailureOr<linalg::ContractionDimensions> dims =
      linalg::inferContractionDims(op);
  if (failed(dims) || dims->m.size() != 1 || dims->n.size() != 1 ||
      dims->k.size() != 1 || dims->batch.size() > 1)
    return refuse("is no product of two matrices");
  MLIRContext *context = op.getContext();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto mapOf = [&](unsigned first, unsigned second) {
    SmallVector<AffineExpr> exprs;
    if (!dims->batch.empty())
      exprs.push_back(getAffineDimExpr(dims->batch[0], context));
    exprs.push_back(getAffineDimExpr(first, context));
    exprs.push_back(getAffineDimExpr(second, context));
    return AffineMap::get(op.getNumLoops(), 0, exprs, context);
  };
  unsigned m = dims->m[0], n = dims->n[0], k = dims->k[0];
  Product product{op.getDpsInputOperand(0)->get(),
                  op.getDpsInputOperand(1)->get()};
  product.turnA = maps[0] == mapOf(k, m);
  product.turnB = maps[1] == mapOf(k, n);
  if (maps[2] == mapOf(n, m)) {
    std::swap(product.a, product.b);
    product.turnA = maps[1] == mapOf(k, n);
    product.turnB = maps[0] == mapOf(k, m);
    std::swap(m, n);
    std::swap(maps[0], maps[1]);
  }
  if (maps[2] != mapOf(m, n) || (!product.turnA && maps[0] != mapOf(m, k)) ||
      (!product.turnB && maps[1] != mapOf(n, k)))
    return refuse("reads or writes through maps that repeat elements");
  if (!dims->batch.empty() && (product.turnA || product.turnB))
    return refuse("is a batch of operands that do not have K last; expects "
                  "batches of M x K and of N x K");
  return product;
}

/// An elementwise op on `x`, read transposed if `turn` says so, into `type`.
static Value compute(RewriterBase &b, Location loc, Value x, bool turn,
                     Type type,
                     function_ref<Value(OpBuilder &, Location, Value)> body) {
  MLIRContext *context = b.getContext();
  auto rank =
      static_cast<unsigned>(cast<RankedTensorType>(x.getType()).getRank());
  AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, context);
  AffineMap from =
      turn ? AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0}, context)
           : identity;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, x);
  if (turn)
    std::swap(sizes[0], sizes[1]);
  Value empty = tensor::EmptyOp::create(b, loc, sizes, type);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, empty.getType(), x, empty,
             ArrayRef<AffineMap>{from, identity}, loops,
             [&](OpBuilder &inner, Location at, ValueRange arguments) {
               linalg::YieldOp::create(inner, at,
                                       body(inner, at, arguments[0]));
             })
      .getResult(0);
}

static Value widen(OpBuilder &b, Location loc, Value value) {
  if (value.getType().isF32())
    return value;
  return arith::ExtFOp::create(b, loc, b.getF32Type(), value);
}

/// bf16 tensors whose sum is `x`, the largest first, with K last.
static SmallVector<Value> partsOf(RewriterBase &b, Location loc, Value x,
                                  bool turn) {
  Type bf16 = b.getBF16Type();
  constexpr unsigned kParts = 3;
  unsigned count = getElementTypeOrSelf(x).isBF16() ? 1 : kParts;
  SmallVector<Value> parts;
  for (unsigned part = 0; part < count; ++part)
    parts.push_back(compute(
        b, loc, x, turn, bf16,
        [&](OpBuilder &inner, Location at, Value value) -> Value {
          if (value.getType() == bf16)
            return value;
          Value rest = widen(inner, at, value);
          for (unsigned before = 0;; ++before) {
            Value rounded = arith::TruncFOp::create(inner, at, bf16, rest);
            if (before == part)
              return rounded;
            rest = arith::SubFOp::create(inner, at, rest,
                                         widen(inner, at, rounded));
          }
        }));
  return parts;
}

static Value multiply(RewriterBase &rewriter, Location loc, Value a, Value b,
                      Value init) {
  return ScaledMatmulOp::create(
             rewriter, loc, TypeRange(init.getType()), a, b,
             /*a_scales=*/Value(), /*b_scales=*/Value(),
             /*a_zero_points=*/Value(), /*b_zero_points=*/Value(), init,
             ValueRange(), /*a_block=*/DenseI64ArrayAttr(),
             /*b_block=*/DenseI64ArrayAttr(), /*promote=*/IntegerAttr(),
             /*batch_invariant=*/UnitAttr(), /*config=*/Attribute(),
             /*transposed_a_scales=*/UnitAttr(),
             /*transposed_b_scales=*/UnitAttr(), /*padded_a_scales=*/UnitAttr(),
             /*padded_b_scales=*/UnitAttr(),
             /*zero_points_apart=*/UnitAttr())
      .getResult(0);
}

/// `a`, or its transpose.
static Value upright(RewriterBase &rewriter, Location loc, Value a, bool turn) {
  if (!turn)
    return a;
  return compute(rewriter, loc, a, turn, getElementTypeOrSelf(a),
                 [](OpBuilder &, Location, Value value) { return value; });
}

/// The sum of products of the parts of both, from the smallest on.
static Value multiplyParts(RewriterBase &rewriter, Location loc,
                           const Product &product, Value init) {
  SmallVector<Value> a = partsOf(rewriter, loc, product.a, product.turnA),
                     b = partsOf(rewriter, loc, product.b, product.turnB);
  // Of parts i and j a product has about 2^-8(i+j) of the whole.
  constexpr size_t kLast = 2;
  Type type = getElementTypeOrSelf(init), f32 = rewriter.getF32Type();
  Value sum = init;
  if (!type.isF32()) {
    if (auto fill = init.getDefiningOp<linalg::FillOp>()) {
      Value empty = tensor::EmptyOp::create(
          rewriter, loc, tensor::getMixedSizes(rewriter, loc, init), f32);
      sum = linalg::FillOp::create(
                rewriter, loc, widen(rewriter, loc, fill.getInputs()[0]), empty)
                .getResult(0);
    } else {
      sum = compute(rewriter, loc, init, false, f32, widen);
    }
  }
  for (size_t order = kLast + 1; order-- > 0;)
    for (size_t i = 0; i < a.size(); ++i)
      for (size_t j = 0; j < b.size(); ++j)
        if (i + j == order)
          sum = multiply(rewriter, loc, a[i], b[j], sum);
  if (type.isF32())
    return sum;
  return compute(rewriter, loc, sum, false, type,
                 [&](OpBuilder &b, Location at, Value value) -> Value {
                   return arith::TruncFOp::create(b, at, type, value);
                 });
}

/// Both operands go to the tensor cores as they are.
static bool isDirect(Type a, Type b) {
  return a.isInteger() || (a == b && isHalf(a));
}

/// The same with the types of elements.
static std::optional<Product> matchWithTypes(linalg::LinalgOp op,
                                             std::string &refusal) {
  std::optional<Product> product = match(op, refusal);
  if (!product)
    return std::nullopt;
  Type a = getElementTypeOrSelf(product->a),
       b = getElementTypeOrSelf(product->b),
       result = getElementTypeOrSelf(op->getResult(0));
  auto isFloat = [](Type type) { return isHalf(type) || type.isF32(); };
  auto isInteger = [](Type type) { return type.isSignlessInteger(8); };
  bool floats = isFloat(a) && isFloat(b) && isFloat(result);
  bool integers = isInteger(a) && isInteger(b) && result.isSignlessInteger(32);
  llvm::raw_string_ostream text(refusal);
  if (!floats && !integers)
    text << "multiplies " << a << " by " << b << " into " << result
         << ", expects f32, bf16 or f16, or i8 by i8 into i32";
  else if (cast<RankedTensorType>(op->getResult(0).getType()).getRank() == 3 &&
           !isDirect(a, b))
    text << "is a batch of f32; expects bf16 or f16";
  else
    return product;
  return std::nullopt;
}

std::optional<std::string> mlir::gq::refuseMatmul(linalg::LinalgOp op) {
  std::string refusal;
  if (matchWithTypes(op, refusal))
    return std::nullopt;
  return refusal;
}

LogicalResult mlir::gq::raiseMatmul(RewriterBase &rewriter,
                                    linalg::LinalgOp op) {
  std::string refusal;
  std::optional<Product> product = matchWithTypes(op, refusal);
  if (!product) {
    remarkMissed(op, kPass, "product", "stays as it is: it " + refusal);
    return failure();
  }
  rewriter.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value init = op.getDpsInitOperand(0)->get();
  if (isDirect(getElementTypeOrSelf(product->a),
               getElementTypeOrSelf(product->b))) {
    remarkDecision(op, kPass, "product",
                   "is a gq.scaled_matmul without scales");
    rewriter.replaceOp(
        op, multiply(rewriter, loc,
                     upright(rewriter, loc, product->a, product->turnA),
                     upright(rewriter, loc, product->b, product->turnB), init));
    return success();
  }
  remarkMissed(
      op, kPass, "product",
      "is several products of bf16, as exact as f32 and some ten times "
      "as slow as one: tensor cores multiply no f32");
  rewriter.replaceOp(op, multiplyParts(rewriter, loc, *product, init));
  return success();
}
