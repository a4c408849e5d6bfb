//===- CodeSteps.h - codes of values that are rounded -----------*- C++ -*-===//
//
// A value that is computed may lie where two codes meet, and the order of a sum
// in front of it decides which of the two it becomes. Both are right: what is
// here says how far apart such codes may be, and what a product of them.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_RUN_CODESTEPS_H
#define GQ_LIB_RUN_CODESTEPS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Reference/RuntimeValue.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <vector>

namespace mlir::gq {

/// Of so many codes one may be another.
inline constexpr int64_t kCodesPerStep = 32;

/// What computed values may be off by, as a part of the largest of their row.
inline constexpr double kOfRow = 0x1p-7;

/// Elements that say how large their row is: of narrower rows, as a column has,
/// several are taken together.
inline constexpr size_t kTogether = 64;

/// Of what is finite.
double normOf(ArrayRef<double> values);

/// For each of `values` the largest finite magnitude of its row.
std::vector<double> largestOfRows(ArrayRef<double> values, int64_t columns);

/// Codes that computed values were rounded to, against the reference's, as rows
/// of \p columns. Of bytes of two codes, all codes count.
struct CodesReport {
  int64_t count = 0;
  /// Of these `beyond` by more than a step and more than the values in front
  /// may be off by.
  int64_t different = 0, beyond = 0;
  /// The first that is beyond, or the first that differs.
  int64_t first = -1;
  double got = 0, expected = 0; ///< there
};
CodesReport compareCodes(const RuntimeTensor &result,
                         const RuntimeTensor &reference, int64_t columns,
                         std::optional<gridquant::FourBits> packed);

/// A product of codes that computed values were rounded to.
class ProductSteps {
public:
  /// One operand.
  struct Side {
    RuntimeTensor codes;
    /// In f32; none of an operand without scales.
    std::vector<float> scales;
    SmallVector<int64_t> scalesShape, block;
    bool transposed = false;
    /// Whether the codes are of computed values.
    bool rounded = false;

    /// What element (row, k) of matrix `number` of a batch stands for, and what
    /// one step of its code changes.
    struct Element {
      double value, step;
    };
    Element at(int64_t number, int64_t row, int64_t k) const;
  };

  ProductSteps(Side a, Side b) : a(std::move(a)), b(std::move(b)) {}

  /// The root of the sum of squares of what a step of each code makes of
  /// element \p index: as far as steps go that have nothing to do with each
  /// other.
  double rootAt(int64_t index) const;
  /// Of all elements.
  double norm() const;
  /// The same, as a part of the norm of what the product is.
  double relativeNorm(const RuntimeTensor &product) const;

private:
  Side a, b;
};

/// What codes of computed values let a result be off by.
struct ResultSteps {
  /// Of a result that is a product of such codes.
  std::optional<ProductSteps> product;
  /// The norm of the steps of such a product that the result is, or is computed
  /// from, as a part of the norm of the product: the largest.
  double relative = 0;
};

/// The products of such codes that \p value is computed from, or is.
SmallVector<ScaledMatmulOp> getProductsOfRoundedCodes(Value value);

/// Whether \p op is \p value itself.
bool isProduct(ScaledMatmulOp op, Value value);

/// What such a product reads and makes, and its steps by the values of these.
SmallVector<Value> getReadCodes(ScaledMatmulOp op);
ProductSteps makeProductSteps(ScaledMatmulOp op, ArrayRef<RuntimeValue> read);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_CODESTEPS_H
