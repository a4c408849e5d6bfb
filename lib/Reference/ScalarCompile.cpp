//===- ScalarCompile.cpp - from arith and math ops to instructions --------===//

#include "ScalarProgram.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// Float functions the C library does not have
//===----------------------------------------------------------------------===//

static double reciprocalSqrt(double x) { return 1.0 / std::sqrt(x); }
static double negate(double x) { return -x; }

/// NaN if either is NaN, and -0 < +0.
static double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::nan("");
  if (a == b)
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
static double minimum(double a, double b) { return -maximum(-a, -b); }
/// The other one if one is NaN.
static double maxNumber(double a, double b) {
  return std::isnan(a) ? b : std::isnan(b) ? a : maximum(a, b);
}
static double minNumber(double a, double b) {
  return std::isnan(a) ? b : std::isnan(b) ? a : minimum(a, b);
}

using UnaryFn = double (*)(double);
using BinaryFn = double (*)(double, double);

static UnaryFn getUnary(Operation *op) {
  return TypeSwitch<Operation *, UnaryFn>(op)
      .Case([](arith::NegFOp) -> UnaryFn { return negate; })
      .Case([](math::AbsFOp) -> UnaryFn { return std::fabs; })
      .Case([](math::AcosOp) -> UnaryFn { return std::acos; })
      .Case([](math::AcoshOp) -> UnaryFn { return std::acosh; })
      .Case([](math::AsinOp) -> UnaryFn { return std::asin; })
      .Case([](math::AsinhOp) -> UnaryFn { return std::asinh; })
      .Case([](math::AtanOp) -> UnaryFn { return std::atan; })
      .Case([](math::AtanhOp) -> UnaryFn { return std::atanh; })
      .Case([](math::CbrtOp) -> UnaryFn { return std::cbrt; })
      .Case([](math::CeilOp) -> UnaryFn { return std::ceil; })
      .Case([](math::CosOp) -> UnaryFn { return std::cos; })
      .Case([](math::CoshOp) -> UnaryFn { return std::cosh; })
      .Case([](math::ErfOp) -> UnaryFn { return std::erf; })
      .Case([](math::ErfcOp) -> UnaryFn { return std::erfc; })
      .Case([](math::ExpOp) -> UnaryFn { return std::exp; })
      .Case([](math::Exp2Op) -> UnaryFn { return std::exp2; })
      .Case([](math::ExpM1Op) -> UnaryFn { return std::expm1; })
      .Case([](math::FloorOp) -> UnaryFn { return std::floor; })
      .Case([](math::LogOp) -> UnaryFn { return std::log; })
      .Case([](math::Log10Op) -> UnaryFn { return std::log10; })
      .Case([](math::Log1pOp) -> UnaryFn { return std::log1p; })
      .Case([](math::Log2Op) -> UnaryFn { return std::log2; })
      .Case([](math::RoundOp) -> UnaryFn { return std::round; })
      .Case([](math::RoundEvenOp) -> UnaryFn { return std::nearbyint; })
      .Case([](math::RsqrtOp) -> UnaryFn { return reciprocalSqrt; })
      .Case([](math::SinOp) -> UnaryFn { return std::sin; })
      .Case([](math::SinhOp) -> UnaryFn { return std::sinh; })
      .Case([](math::SqrtOp) -> UnaryFn { return std::sqrt; })
      .Case([](math::TanOp) -> UnaryFn { return std::tan; })
      .Case([](math::TanhOp) -> UnaryFn { return std::tanh; })
      .Case([](math::TruncOp) -> UnaryFn { return std::trunc; })
      .Default([](Operation *) -> UnaryFn { return nullptr; });
}

static BinaryFn getBinary(Operation *op) {
  return TypeSwitch<Operation *, BinaryFn>(op)
      .Case([](arith::MaximumFOp) -> BinaryFn { return maximum; })
      .Case([](arith::MinimumFOp) -> BinaryFn { return minimum; })
      .Case([](arith::MaxNumFOp) -> BinaryFn { return maxNumber; })
      .Case([](arith::MinNumFOp) -> BinaryFn { return minNumber; })
      .Case([](arith::RemFOp) -> BinaryFn { return std::fmod; })
      .Case([](math::Atan2Op) -> BinaryFn { return std::atan2; })
      .Case([](math::CopySignOp) -> BinaryFn { return std::copysign; })
      .Case([](math::PowFOp) -> BinaryFn { return std::pow; })
      .Default([](Operation *) -> BinaryFn { return nullptr; });
}

//===----------------------------------------------------------------------===//
// Opcodes
//===----------------------------------------------------------------------===//

/// The opcode and immediate of \p op; false for an op that has none.
static bool select(Operation *op, Instruction &to) {
  if ((to.unary = getUnary(op))) {
    to.opcode = Opcode::UnaryF;
    return true;
  }
  if ((to.binary = getBinary(op))) {
    to.opcode = Opcode::BinaryF;
    return true;
  }
  auto set = [&](Opcode opcode, int64_t immediate = 0) {
    to.opcode = opcode;
    to.immediate = immediate;
    return true;
  };
  return TypeSwitch<Operation *, bool>(op)
      .Case([&](arith::AddFOp) { return set(Opcode::AddF); })
      .Case([&](arith::SubFOp) { return set(Opcode::SubF); })
      .Case([&](arith::MulFOp) { return set(Opcode::MulF); })
      .Case([&](arith::DivFOp) { return set(Opcode::DivF); })
      .Case([&](math::FmaOp) { return set(Opcode::FmaF); })
      .Case([&](math::ClampFOp) { return set(Opcode::ClampF); })
      .Case([&](math::FPowIOp) { return set(Opcode::PowFI); })
      .Case([&](math::IPowIOp) { return set(Opcode::PowI); })
      .Case(
          [&](math::CountLeadingZerosOp) { return set(Opcode::LeadingZeros); })
      .Case([&](math::CountTrailingZerosOp) {
        return set(Opcode::TrailingZeros);
      })
      .Case([&](math::CtPopOp) { return set(Opcode::CountOnes); })
      .Case([&](arith::CmpFOp cmp) {
        return set(Opcode::CmpF, static_cast<int64_t>(cmp.getPredicate()));
      })
      .Case([&](math::IsNaNOp) { return set(Opcode::ClassifyF, 0); })
      .Case([&](math::IsInfOp) { return set(Opcode::ClassifyF, 1); })
      .Case([&](math::IsFiniteOp) { return set(Opcode::ClassifyF, 2); })
      .Case([&](math::IsNormalOp) { return set(Opcode::ClassifyF, 3); })
      .Case([&](arith::AddIOp) { return set(Opcode::AddI); })
      .Case([&](arith::SubIOp) { return set(Opcode::SubI); })
      .Case([&](arith::MulIOp) { return set(Opcode::MulI); })
      .Case([&](arith::DivSIOp) { return set(Opcode::DivS); })
      .Case([&](arith::DivUIOp) { return set(Opcode::DivU); })
      .Case([&](arith::RemSIOp) { return set(Opcode::RemS); })
      .Case([&](arith::RemUIOp) { return set(Opcode::RemU); })
      .Case([&](arith::CeilDivSIOp) { return set(Opcode::CeilDivS); })
      .Case([&](arith::CeilDivUIOp) { return set(Opcode::CeilDivU); })
      .Case([&](arith::FloorDivSIOp) { return set(Opcode::FloorDivS); })
      .Case([&](arith::AndIOp) { return set(Opcode::And); })
      .Case([&](arith::OrIOp) { return set(Opcode::Or); })
      .Case([&](arith::XOrIOp) { return set(Opcode::Xor); })
      .Case([&](arith::ShLIOp) { return set(Opcode::ShL); })
      .Case([&](arith::ShRSIOp) { return set(Opcode::ShRS); })
      .Case([&](arith::ShRUIOp) { return set(Opcode::ShRU); })
      .Case([&](arith::MaxSIOp) { return set(Opcode::MaxS); })
      .Case([&](arith::MaxUIOp) { return set(Opcode::MaxU); })
      .Case([&](arith::MinSIOp) { return set(Opcode::MinS); })
      .Case([&](arith::MinUIOp) { return set(Opcode::MinU); })
      .Case([&](math::AbsIOp) { return set(Opcode::AbsI); })
      .Case([&](arith::CmpIOp cmp) {
        return set(Opcode::CmpI, static_cast<int64_t>(cmp.getPredicate()));
      })
      .Case([&](arith::SelectOp) { return set(Opcode::Select); })
      .Case([&](arith::TruncFOp truncate) {
        // To nearest even is what conversions do without a mode, but for
        // f8E8M0FNU, of which the default is the next power of two.
        std::optional<arith::RoundingMode> mode = truncate.getRoundingmode();
        if (!mode)
          return set(Opcode::ConvertS);
        Type type = getElementTypeOrSelf(truncate.getType());
        return !isa<Float8E8M0FNUType>(type) &&
               set(Opcode::RoundF, static_cast<int64_t>(*mode));
      })
      .Case<arith::ExtFOp, arith::SIToFPOp, arith::FPToSIOp, arith::ExtSIOp,
            arith::TruncIOp, arith::IndexCastOp>(
          [&](auto) { return set(Opcode::ConvertS); })
      .Case<arith::UIToFPOp, arith::FPToUIOp, arith::ExtUIOp,
            arith::IndexCastUIOp>([&](auto) { return set(Opcode::ConvertU); })
      .Case([&](arith::BitcastOp) { return set(Opcode::Bitcast); })
      .Default([](Operation *) { return false; });
}

bool ScalarProgram::isScalarOp(Operation *op) {
  Instruction instruction;
  return op->getNumResults() == 1 && select(op, instruction);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static LogicalResult unsupportedType(Operation *op, Type type) {
  return op->emitOpError("of type ")
         << type << " is not supported by the reference executor";
}

static std::optional<RuntimeValue> getConstant(TypedAttr attr) {
  if (auto integer = dyn_cast<IntegerAttr>(attr)) {
    if (integer.getValue().getBitWidth() > 64)
      return std::nullopt;
    return RuntimeValue(integer.getValue().getSExtValue());
  }
  if (auto real = dyn_cast<FloatAttr>(attr)) {
    llvm::APFloat value = real.getValue();
    bool lossy;
    value.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &lossy);
    return RuntimeValue(value.convertToDouble());
  }
  return std::nullopt;
}

LogicalResult ScalarProgram::addOperands(Operation *op,
                                         Instruction &instruction) {
  unsigned *slots[] = {&instruction.a, &instruction.b, &instruction.c};
  for (auto [operand, slot] : llvm::zip(op->getOperands(), slots))
    *slot = registerOf.lookup(operand);
  return success();
}

LogicalResult ScalarProgram::addOp(Operation *op) {
  Instruction instruction;
  instruction.source = op;
  instruction.opcode = Opcode::Constant;
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    std::optional<RuntimeValue> value = getConstant(constant.getValue());
    if (!value)
      return unsupportedType(op, constant.getType());
    instruction.constant = *value;
  } else if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    instruction.opcode = Opcode::Index;
    instruction.immediate = static_cast<int64_t>(index.getDim());
  } else if (op->getNumResults() == 2) {
    return addPair(op);
  } else if (op->getNumResults() != 1 || !select(op, instruction)) {
    return op->emitOpError("is not supported by the reference executor");
  }
  Type type = getElementTypeOrSelf(op->getResult(0).getType());
  std::optional<ScalarKind> kind = ScalarKind::get(type);
  if (!kind)
    return unsupportedType(op, type);
  instruction.kind = instruction.from = *kind;
  if (op->getNumOperands() > 0) {
    Type from = getElementTypeOrSelf(op->getOperand(0).getType());
    if (isa<arith::SelectOp>(op))
      from = type;
    std::optional<ScalarKind> fromKind = ScalarKind::get(from);
    if (!fromKind)
      return unsupportedType(op, from);
    instruction.from = *fromKind;
  }
  if (failed(addOperands(op, instruction)))
    return failure();
  instruction.result = numRegisters++;
  registerOf[op->getResult(0)] = instruction.result;
  instructions.push_back(std::move(instruction));
  return success();
}

LogicalResult ScalarProgram::addPair(Operation *op) {
  Type type = op->getOperand(0).getType();
  std::optional<ScalarKind> kind = ScalarKind::get(type);
  if (!kind)
    return unsupportedType(op, type);
  auto add = [&](unsigned result, Opcode opcode) -> Instruction & {
    Instruction instruction;
    instruction.source = op;
    instruction.opcode = opcode;
    instruction.kind = instruction.from = *kind;
    instruction.a = registerOf.lookup(op->getOperand(0));
    instruction.b = registerOf.lookup(op->getOperands().back());
    instruction.result = numRegisters++;
    registerOf[op->getResult(result)] = instruction.result;
    instructions.push_back(std::move(instruction));
    return instructions.back();
  };
  if (isa<math::SincosOp>(op)) {
    add(0, Opcode::UnaryF).unary = std::sin;
    add(1, Opcode::UnaryF).unary = std::cos;
  } else if (isa<arith::AddUIExtendedOp>(op)) {
    unsigned sum = add(0, Opcode::AddI).result;
    Instruction &overflow = add(1, Opcode::CmpI);
    overflow.immediate = static_cast<int64_t>(arith::CmpIPredicate::ult);
    overflow.kind = *ScalarKind::get(op->getResult(1).getType());
    overflow.b = overflow.a;
    overflow.a = sum;
  } else if (isa<arith::MulSIExtendedOp, arith::MulUIExtendedOp>(op)) {
    add(0, Opcode::MulI);
    add(1,
        isa<arith::MulSIExtendedOp>(op) ? Opcode::MulHighS : Opcode::MulHighU);
  } else {
    return op->emitOpError("is not supported by the reference executor");
  }
  return success();
}

LogicalResult ScalarProgram::compile(Block &block) {
  Operation *terminator = block.getTerminator();
  for (BlockArgument argument : block.getArguments()) {
    std::optional<ScalarKind> kind = ScalarKind::get(argument.getType());
    if (!kind)
      return unsupportedType(block.getParentOp(), argument.getType());
    registerOf[argument] = numRegisters++;
    arguments.push_back(*kind);
  }
  auto capture = [&](Operation *op) -> LogicalResult {
    for (Value operand : op->getOperands()) {
      if (operand.getParentBlock() == &block || registerOf.contains(operand))
        continue;
      std::optional<ScalarKind> kind = ScalarKind::get(operand.getType());
      if (!kind)
        return unsupportedType(op, operand.getType());
      registerOf[operand] = numRegisters++;
      captures.push_back({operand, *kind});
    }
    return success();
  };
  for (Operation &op : block)
    if (failed(capture(&op)))
      return failure();
  for (Operation &op : block.without_terminator())
    if (failed(addOp(&op)))
      return failure();
  for (Value value : terminator->getOperands()) {
    std::optional<ScalarKind> kind = ScalarKind::get(value.getType());
    if (!kind)
      return unsupportedType(terminator, value.getType());
    results.push_back({registerOf.lookup(value), *kind});
  }
  return success();
}

LogicalResult ScalarProgram::compile(Operation *op) {
  // An operand used twice gets two registers; the instruction reads the last.
  for (Value operand : op->getOperands()) {
    Type type = getElementTypeOrSelf(operand.getType());
    std::optional<ScalarKind> kind = ScalarKind::get(type);
    if (!kind)
      return unsupportedType(op, type);
    registerOf[operand] = numRegisters++;
    arguments.push_back(*kind);
  }
  if (failed(addOp(op)))
    return failure();
  results.push_back({instructions.back().result, instructions.back().kind});
  return success();
}
