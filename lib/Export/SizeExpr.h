//===- SizeExpr.h - expressions over shapes, for the metadata ---*- C++ -*-===//
#ifndef GQ_LIB_EXPORT_SIZEEXPR_H
#define GQ_LIB_EXPORT_SIZEEXPR_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/JSON.h"
#include <optional>

namespace mlir {
namespace gq {

/// An expression of Schema.md. It is a tree, made from IR that is a graph, so
/// depth and size are bounded.
class SizeExpr {
public:
  static SizeExpr constant(int64_t value);
  /// Dimension `dim` of input `buffer`.
  static SizeExpr dim(StringRef buffer, int64_t dim);
  /// Elements from a row of input `buffer`, a matrix, to the next.
  static SizeExpr pitch(StringRef buffer);
  static SizeExpr numSMs();
  /// Applies an operator of Schema.md; constants are folded. Nothing if the
  /// result is too deep or too large to be read again.
  static std::optional<SizeExpr> make(StringRef op, const SizeExpr &a,
                                      const SizeExpr &b);

  std::optional<int64_t> asConstant() const { return json.getAsInteger(); }
  /// True only if the value cannot be negative: signed and unsigned, truncating
  /// and flooring operations then agree.
  bool isNonNegative() const { return nonNegative; }
  const llvm::json::Value &toJson() const { return json; }

private:
  SizeExpr(llvm::json::Value json, bool nonNegative)
      : json(std::move(json)), nonNegative(nonNegative) {}

  llvm::json::Value json;
  bool nonNegative;
  unsigned depth = 0, size = 1;
};

} // namespace gq
} // namespace mlir

#endif // GQ_LIB_EXPORT_SIZEEXPR_H
