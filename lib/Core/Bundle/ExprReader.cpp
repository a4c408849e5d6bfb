//===- ExprReader.cpp - expressions from JSON -----------------------------===//
#include "ManifestReader.h"

namespace gridquant {

ExprRef readExpr(const JsonCursor &json, ExprPool &pool,
                 const FunctionScope &scope, unsigned depth) {
  if (depth > ExprPool::maxDepth) {
    json.fail("expression is nested deeper than " +
              std::to_string(ExprPool::maxDepth) + " levels");
    return pool.constant(0);
  }
  if (json.isString()) {
    std::string name = json.string();
    auto found = scope.slots.find(name);
    if (found != scope.slots.end())
      return pool.slot(found->second, name);
    json.fail("'" + name +
              "' is not a dimension that is known here, nor num_sms");
    return pool.constant(0);
  }
  if (!json.isArray())
    return pool.constant(json.integer());

  std::vector<JsonCursor> items = json.items();
  if (items.empty()) {
    json.fail("expression is an empty array");
    return pool.constant(0);
  }
  std::string name = items[0].string();
  std::optional<ExprOp> op = parseExprOp(name);
  if (!op) {
    items[0].fail("unknown operator '" + name + "'");
    return pool.constant(0);
  }
  size_t arity = *op == ExprOp::Not ? 1 : 2;
  if (items.size() != arity + 1) {
    json.fail("operator '" + name + "' has " +
              std::to_string(items.size() - 1) + " operands, " +
              std::to_string(arity) + (arity == 1 ? " is" : " are") +
              " needed");
    return pool.constant(0);
  }
  ExprRef a = readExpr(items[1], pool, scope, depth + 1);
  if (arity == 1)
    return pool.unary(*op, a);
  return pool.binary(*op, a, readExpr(items[2], pool, scope, depth + 1));
}

} // namespace gridquant
