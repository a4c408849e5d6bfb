//===- Expr.h - integer expressions over shapes -----------------*- C++ -*-===//
//
// Grids, tensor-map extents and variant conditions are expressions over the
// dimensions of operands. They are parsed once; evaluation touches no heap and
// cannot fail in an undefined way: every overflow and division by zero is an
// error value.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BUNDLE_EXPR_H
#define GQ_BUNDLE_EXPR_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gridquant {

enum class ExprOp : uint8_t {
  Constant,
  Slot,
  Add,
  Sub,
  Mul,
  FloorDiv,
  CeilDiv,
  Mod,
  Min,
  Max,
  And,
  Or,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  Not,
};

/// The name in the metadata ("floordiv") of an operator.
const char *stringify(ExprOp op);
std::optional<ExprOp> parseExprOp(std::string_view name);

enum class ExprFault : uint8_t { None, DivisionByZero, Overflow, UnknownSlot };

const char *stringify(ExprFault fault);

struct ExprValue {
  int64_t value;
  ExprFault fault;
};

/// Refers to an expression of an ExprPool.
using ExprRef = uint32_t;

/// A slot that holds this value has no value yet: evaluation reports it.
constexpr int64_t unknownSlotValue = INT64_MIN;

class ExprPool {
public:
  /// Deeper nesting is refused when metadata is read, so that evaluation can
  /// recurse.
  static constexpr unsigned maxDepth = 64;

  ExprRef constant(int64_t value);
  ExprRef slot(uint32_t index, std::string name);
  ExprRef unary(ExprOp op, ExprRef a);
  ExprRef binary(ExprOp op, ExprRef a, ExprRef b);

  /// floordiv rounds to minus infinity, mod has the sign of the divisor. `and`
  /// and `or` do not evaluate their second operand when the first decides, so
  /// that one can guard a division. A launch evaluates dozens, most of which
  /// are a number or a slot.
  ExprValue evaluate(ExprRef ref, const int64_t *slots) const {
    const Node &node = nodes[ref];
    if (node.op == ExprOp::Constant)
      return {node.value, ExprFault::None};
    if (node.op != ExprOp::Slot)
      return evaluateOperation(node, slots);
    const int64_t value = slots[node.a];
    return {value, value == unknownSlotValue ? ExprFault::UnknownSlot
                                             : ExprFault::None};
  }

  std::optional<int64_t> asConstant(ExprRef ref) const;

  /// The slot, of an expression that is nothing else.
  std::optional<uint32_t> asSlot(ExprRef ref) const;

  /// Both sides, of an expression `eq`.
  std::optional<std::pair<ExprRef, ExprRef>> asEquality(ExprRef ref) const;

  /// Both sides, of an expression `le`.
  std::optional<std::pair<ExprRef, ExprRef>> asUpperBound(ExprRef ref) const;

  /// A readable form: "ceildiv(arg0.0, 128)".
  std::string print(ExprRef ref) const;

private:
  struct Node {
    ExprOp op;
    ExprRef a, b; // operands; for a slot `a` is its index, `b` its name
    int64_t value;
  };
  ExprRef push(Node node);
  ExprValue evaluateOperation(const Node &node, const int64_t *slots) const;
  std::optional<std::pair<ExprRef, ExprRef>> sidesOf(ExprOp op,
                                                     ExprRef ref) const;

  std::vector<Node> nodes;
  std::vector<std::string> names;
};

} // namespace gridquant

#endif // GQ_BUNDLE_EXPR_H
