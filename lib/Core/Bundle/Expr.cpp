//===- Expr.cpp - integer expressions over shapes -------------------------===//
#include "gq/Bundle/Expr.h"

#include <algorithm>

namespace gridquant {

// Indexed by ExprOp. The first two have no spelling in the metadata.
static constexpr const char *opNames[] = {
    "constant", "slot", "add", "sub", "mul", "floordiv", "ceildiv",
    "mod",      "min",  "max", "and", "or",  "eq",       "ne",
    "lt",       "le",   "gt",  "ge",  "not",
};

const char *stringify(ExprOp op) { return opNames[static_cast<unsigned>(op)]; }

std::optional<ExprOp> parseExprOp(std::string_view name) {
  for (auto op = static_cast<unsigned>(ExprOp::Add);
       op <= static_cast<unsigned>(ExprOp::Not); ++op)
    if (name == opNames[op])
      return static_cast<ExprOp>(op);
  return std::nullopt;
}

const char *stringify(ExprFault fault) {
  switch (fault) {
  case ExprFault::None:
    return "no fault";
  case ExprFault::DivisionByZero:
    return "division by zero";
  case ExprFault::Overflow:
    return "overflow of 64 bits";
  case ExprFault::UnknownSlot:
    return "num_sms is not known before the bundle is loaded on a device";
  }
  return "unknown fault";
}

ExprRef ExprPool::push(Node node) {
  nodes.push_back(node);
  return static_cast<ExprRef>(nodes.size() - 1);
}

ExprRef ExprPool::constant(int64_t value) {
  return push({ExprOp::Constant, 0, 0, value});
}

ExprRef ExprPool::slot(uint32_t index, std::string name) {
  names.push_back(std::move(name));
  return push({ExprOp::Slot, index, static_cast<ExprRef>(names.size() - 1), 0});
}

ExprRef ExprPool::unary(ExprOp op, ExprRef a) { return push({op, a, a, 0}); }

ExprRef ExprPool::binary(ExprOp op, ExprRef a, ExprRef b) {
  return push({op, a, b, 0});
}

static ExprValue good(int64_t value) { return {value, ExprFault::None}; }

static ExprValue divide(ExprOp op, int64_t a, int64_t b) {
  if (b == 0)
    return {0, ExprFault::DivisionByZero};
  // The one quotient that does not fit; its remainder would trap as well.
  if (a == INT64_MIN && b == -1)
    return op == ExprOp::Mod ? good(0) : ExprValue{0, ExprFault::Overflow};
  int64_t quotient = a / b, remainder = a % b;
  bool sameSign = (remainder < 0) == (b < 0);
  if (op == ExprOp::Mod)
    return good(remainder != 0 && !sameSign ? remainder + b : remainder);
  if (op == ExprOp::FloorDiv)
    return good(quotient - (remainder != 0 && !sameSign ? 1 : 0));
  return good(quotient + (remainder != 0 && sameSign ? 1 : 0));
}

static ExprValue apply(ExprOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflow = false;
  switch (op) {
  case ExprOp::Add:
    overflow = __builtin_add_overflow(a, b, &result);
    break;
  case ExprOp::Sub:
    overflow = __builtin_sub_overflow(a, b, &result);
    break;
  case ExprOp::Mul:
    overflow = __builtin_mul_overflow(a, b, &result);
    break;
  case ExprOp::FloorDiv:
  case ExprOp::CeilDiv:
  case ExprOp::Mod:
    return divide(op, a, b);
  case ExprOp::Min:
    return good(std::min(a, b));
  case ExprOp::Max:
    return good(std::max(a, b));
  case ExprOp::Eq:
    return good(a == b);
  case ExprOp::Ne:
    return good(a != b);
  case ExprOp::Lt:
    return good(a < b);
  case ExprOp::Le:
    return good(a <= b);
  case ExprOp::Gt:
    return good(a > b);
  case ExprOp::Ge:
    return good(a >= b);
  case ExprOp::And:
  case ExprOp::Or:
    return good(b != 0); // the first operand has not decided
  case ExprOp::Constant:
  case ExprOp::Slot:
  case ExprOp::Not:
    break; // handled before
  }
  return {result, overflow ? ExprFault::Overflow : ExprFault::None};
}

ExprValue ExprPool::evaluateOperation(const Node &node,
                                      const int64_t *slots) const {
  ExprValue a = evaluate(node.a, slots);
  if (a.fault != ExprFault::None)
    return a;
  if (node.op == ExprOp::Not)
    return good(a.value == 0);
  if (node.op == ExprOp::And && a.value == 0)
    return good(0);
  if (node.op == ExprOp::Or && a.value != 0)
    return good(1);
  ExprValue b = evaluate(node.b, slots);
  if (b.fault != ExprFault::None)
    return b;
  return apply(node.op, a.value, b.value);
}

std::optional<int64_t> ExprPool::asConstant(ExprRef ref) const {
  if (nodes[ref].op != ExprOp::Constant)
    return std::nullopt;
  return nodes[ref].value;
}

std::optional<uint32_t> ExprPool::asSlot(ExprRef ref) const {
  if (nodes[ref].op != ExprOp::Slot)
    return std::nullopt;
  return nodes[ref].a;
}

std::optional<std::pair<ExprRef, ExprRef>>
ExprPool::sidesOf(ExprOp op, ExprRef ref) const {
  if (nodes[ref].op != op)
    return std::nullopt;
  return std::make_pair(nodes[ref].a, nodes[ref].b);
}

std::optional<std::pair<ExprRef, ExprRef>>
ExprPool::asEquality(ExprRef ref) const {
  return sidesOf(ExprOp::Eq, ref);
}

std::optional<std::pair<ExprRef, ExprRef>>
ExprPool::asUpperBound(ExprRef ref) const {
  return sidesOf(ExprOp::Le, ref);
}

std::string ExprPool::print(ExprRef ref) const {
  const Node &node = nodes[ref];
  if (node.op == ExprOp::Constant)
    return std::to_string(node.value);
  if (node.op == ExprOp::Slot)
    return names[node.b];
  std::string text = std::string(stringify(node.op)) + "(" + print(node.a);
  if (node.op != ExprOp::Not)
    text += ", " + print(node.b);
  return text + ")";
}

} // namespace gridquant
