//===- ScalarProgram.h - scalar code as a register machine ------*- C++ -*-===//
//
// The body of an elementwise op, or a single arith or math op, compiled once
// into a list of instructions on registers, then run for many elements.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_REFERENCE_SCALARPROGRAM_H
#define GQ_LIB_REFERENCE_SCALARPROGRAM_H

#include "Lanes.h"
#include "mlir/IR/Operation.h"

namespace mlir::gq {

enum class Opcode : uint8_t {
  Constant,
  Index,
  // Floats.
  AddF,
  SubF,
  MulF,
  DivF,
  FmaF,
  ClampF,
  PowFI,
  CmpF,
  UnaryF,
  BinaryF,
  ClassifyF,
  // Integers.
  AddI,
  SubI,
  MulI,
  DivS,
  DivU,
  RemS,
  RemU,
  CeilDivS,
  CeilDivU,
  FloorDivS,
  And,
  Or,
  Xor,
  ShL,
  ShRS,
  ShRU,
  MaxS,
  MaxU,
  MinS,
  MinU,
  MulHighS,
  MulHighU,
  PowI,
  LeadingZeros,
  TrailingZeros,
  CountOnes,
  AbsI,
  CmpI,
  // Both.
  Select,
  ConvertS, // integers are signed
  ConvertU,
  RoundF, // to a narrower float, in a mode
  Bitcast,
};

struct Instruction {
  Opcode opcode;
  /// Of the result, and of the operands where that is another one.
  ScalarKind kind, from;
  unsigned result = 0, a = 0, b = 0, c = 0;
  /// A predicate, a loop number, a rounding mode, or the class of a ClassifyF.
  int64_t immediate = 0;
  double (*unary)(double) = nullptr;
  double (*binary)(double, double) = nullptr;
  RuntimeValue constant;
  Operation *source = nullptr;
};

struct ScalarError {
  Operation *op = nullptr;
  std::string message;
};

/// Where in a loop nest the lanes are, for linalg.index.
struct LoopPoint {
  ArrayRef<int64_t> ivs;
  /// The loop the lanes run along, or -1.
  int64_t laneLoop = -1;
};

class ScalarProgram {
public:
  /// True for the ops compile() takes one by one.
  static bool isScalarOp(Operation *op);

  /// The arguments of the program are those of \p block, the results the
  /// operands of its terminator.
  LogicalResult compile(Block &block);
  /// The arguments are the operands of \p op.
  LogicalResult compile(Operation *op);

  ArrayRef<ScalarKind> getArguments() const { return arguments; }
  /// Values defined outside, held in the registers after the arguments.
  ArrayRef<std::pair<Value, ScalarKind>> getCaptures() const {
    return captures;
  }
  /// Results: register and kind.
  ArrayRef<std::pair<unsigned, ScalarKind>> getResults() const {
    return results;
  }
  unsigned getNumRegisters() const { return numRegisters; }
  unsigned getCaptureRegister(unsigned index) const {
    return static_cast<unsigned>(arguments.size()) + index;
  }

  /// Computes lanes [0, count). Constants must have been set up once before.
  void setUp(MutableArrayRef<Lanes> registers) const;
  /// False if \p error says what went wrong.
  bool run(MutableArrayRef<Lanes> registers, int64_t count,
           const LoopPoint &point, ScalarError &error) const;

private:
  LogicalResult addOp(Operation *op);
  /// Instructions of an op with two results, one each.
  LogicalResult addPair(Operation *op);
  LogicalResult addOperands(Operation *op, Instruction &instruction);

  SmallVector<ScalarKind> arguments;
  SmallVector<std::pair<Value, ScalarKind>> captures;
  SmallVector<std::pair<unsigned, ScalarKind>> results;
  std::vector<Instruction> instructions;
  DenseMap<Value, unsigned> registerOf;
  unsigned numRegisters = 0;
};

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_SCALARPROGRAM_H
