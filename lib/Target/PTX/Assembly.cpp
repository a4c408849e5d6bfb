//===- Assembly.cpp - one inline-assembly op in the making ----------------===//
#include "Assembly.h"

using namespace mlir;
using namespace mlir::gq::ptx;

/// The kind of register that holds a type.
static char registerOf(Type type) {
  if (auto pointer = dyn_cast<LLVM::LLVMPointerType>(type))
    return pointer.getAddressSpace() == kSharedSpace ||
                   pointer.getAddressSpace() == kClusterSpace
               ? 'r'
               : 'l';
  if (type.isF32())
    return 'f';
  if (type.isF64())
    return 'd';
  int64_t bits = LLVM::isCompatibleVectorType(type)
                     ? LLVM::getPrimitiveTypeSizeInBits(type).getFixedValue()
                     : type.getIntOrFloatBitWidth();
  switch (bits) {
  case 1:
    return 'b';
  case 16:
    return 'h';
  case 32:
    return 'r';
  case 64:
    return 'l';
  }
  llvm_unreachable("no register holds this type");
}

std::string Assembly::next() {
  if (named != 0)
    constraints += ",";
  return "$" + std::to_string(named++);
}

std::string Assembly::result(Type type, bool early) {
  assert(values.empty() && "results come before operands");
  std::string name = next();
  constraints += early ? "=&" : "=";
  constraints += registerOf(type);
  types.push_back(type);
  return name;
}

std::string Assembly::operand(Value value) {
  if (value.getType().isInteger(8))
    value = LLVM::ZExtOp::create(b, loc, b.getI16Type(), value);
  std::string name = next();
  constraints += registerOf(value.getType());
  values.push_back(value);
  return name;
}

static std::string braced(ArrayRef<std::string> names) {
  std::string list = llvm::join(names, ", ");
  return names.size() == 1 ? list : "{" + list + "}";
}

std::string Assembly::results(Type type, int64_t count, bool early) {
  SmallVector<std::string> names;
  for (int64_t i = 0; i < count; ++i)
    names.push_back(result(type, early));
  return braced(names);
}

std::string Assembly::operands(ValueRange range) {
  SmallVector<std::string> names;
  for (Value value : range)
    names.push_back(operand(value));
  return braced(names);
}

std::string Assembly::tied(ValueRange range) {
  assert(types.empty() && "results are counted from the first");
  SmallVector<std::string> names;
  for (Value value : range)
    names.push_back(result(value.getType()));
  for (auto [i, value] : llvm::enumerate(range)) {
    next();
    constraints += std::to_string(i);
    values.push_back(value);
  }
  return braced(names);
}

std::string Assembly::guard(Value when) {
  return when ? "@" + operand(when) + " " : "";
}

Value Assembly::emit(const Twine &text, Effects effects) {
  if (effects == Effects::Yes)
    constraints += constraints.empty() ? "~{memory}" : ",~{memory}";
  Type type;
  if (types.size() == 1)
    type = types.front();
  else if (!types.empty())
    type = LLVM::LLVMStructType::getLiteral(b.getContext(), types);
  auto op = LLVM::InlineAsmOp::create(
      b, loc, type ? TypeRange(type) : TypeRange(), values, text.str(),
      constraints, /*has_side_effects=*/effects == Effects::Yes,
      /*is_align_stack=*/false, LLVM::TailCallKind::None,
      LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT),
      /*operand_attrs=*/ArrayAttr());
  return type ? op.getResult(0) : Value();
}

std::string mlir::gq::ptx::memoryAt(StringRef address, int64_t offset) {
  std::string text = "[" + address.str();
  if (offset != 0)
    text += "+" + std::to_string(offset); // ptxas wants "+-8"
  return text + "]";
}

std::string mlir::gq::ptx::wordSuffix(Type word, int64_t count) {
  std::string suffix =
      word.isF32() ? ".f32"
                   : ".b" + std::to_string(word.getIntOrFloatBitWidth());
  return count > 1 ? ".v" + std::to_string(count) + suffix : suffix;
}

Value mlir::gq::ptx::sharedPointer(OpBuilder &b, Location loc, Value address,
                                   unsigned space) {
  return LLVM::IntToPtrOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext(), space), address);
}

Value mlir::gq::ptx::constantInt(OpBuilder &b, Location loc, Type type,
                                 int64_t value) {
  return LLVM::ConstantOp::create(b, loc, type, b.getIntegerAttr(type, value));
}

SmallVector<Value> mlir::gq::ptx::membersOf(OpBuilder &b, Location loc,
                                            Value value) {
  auto type = dyn_cast<LLVM::LLVMStructType>(value.getType());
  if (!type)
    return {value};
  SmallVector<Value> members;
  for (int64_t i = 0, e = type.getBody().size(); i < e; ++i)
    members.push_back(LLVM::ExtractValueOp::create(b, loc, value, i));
  return members;
}
