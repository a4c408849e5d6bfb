//===- GQTarget.cpp - text form and checks of #gq.target ------------------===//
//
// The name of a known description comes first; a key gives a number anew. Only
// what differs from the description is printed.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace mlir::gq;

static ParseResult parseField(AsmParser &parser, TargetModel &model,
                              SmallVectorImpl<StringRef> &seen) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef key;
  if (parser.parseKeyword(&key) || parser.parseEqual())
    return failure();
  if (llvm::is_contained(seen, key))
    return parser.emitError(loc, "duplicate key '") << key << "' in gq.target";
  seen.push_back(key);
  for (const TargetField &field : getTargetFields())
    if (field.key == key)
      return parser.parseInteger(model.*field.value);
  InFlightDiagnostic error = parser.emitError(loc, "unknown key '")
                             << key << "' in gq.target, expects one of ";
  llvm::interleaveComma(getTargetFields(), error,
                        [&](const TargetField &field) { error << field.key; });
  return error;
}

Attribute TargetAttr::parse(AsmParser &parser, Type) {
  llvm::SMLoc start = parser.getCurrentLocation();
  StringRef name;
  if (parser.parseLess() || parser.parseKeyword(&name))
    return {};
  const TargetModel *known = lookupTarget(name);
  if (!known)
    return parser.emitError(start, unknownTarget(name)), Attribute();
  TargetModel model = *known;
  SmallVector<StringRef> seen;
  while (succeeded(parser.parseOptionalComma()))
    if (parseField(parser, model, seen))
      return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<TargetAttr>(start, parser.getContext(), model);
}

void TargetAttr::print(AsmPrinter &printer) const {
  printer << '<' << toString(getModel()) << '>';
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 TargetModel model) {
  const TargetModel *known = lookupTarget(model.name);
  if (!known)
    return emitError() << unknownTarget(model.name);
  if (model.chip != known->chip)
    return emitError() << "expects chip " << known->chip << " for "
                       << model.name << ", got " << model.chip;
  for (const TargetField &field : getTargetFields())
    if (int64_t value = model.*field.value;
        value < field.least || value > field.most)
      return emitError() << "expects " << field.key << " between "
                         << field.least << " and " << field.most << ", got "
                         << value;
  return success();
}
