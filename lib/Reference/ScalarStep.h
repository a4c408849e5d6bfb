//===- ScalarStep.h - one instruction over the lanes ------------*- C++ -*-===//

#ifndef GQ_LIB_REFERENCE_SCALARSTEP_H
#define GQ_LIB_REFERENCE_SCALARSTEP_H

#include "ScalarProgram.h"

namespace mlir::gq {

/// One instruction on its way over the lanes.
struct Step {
  const Instruction &instruction;
  Lanes &to;
  const Lanes &a, &b, &c;
  int64_t count;

  template <typename Fn> void floats(Fn fn) {
    if (instruction.kind.bank == ScalarKind::F64) {
      for (int64_t i = 0; i < count; ++i)
        to.d[i] = fn(a.d[i], b.d[i]);
      return;
    }
    for (int64_t i = 0; i < count; ++i)
      to.f[i] = fn(a.f[i], b.f[i]);
    roundLanes(instruction.kind, to, count);
  }

  /// \p fn computes on 64 bits; the result is cut to the width.
  template <typename Fn> void integers(Fn fn) {
    unsigned width = instruction.kind.width;
    for (int64_t i = 0; i < count; ++i)
      to.i[i] = signExtend(static_cast<uint64_t>(fn(a.i[i], b.i[i])), width);
  }
  template <typename Fn> void unsignedIntegers(Fn fn) {
    unsigned width = instruction.from.width;
    integers([&](int64_t x, int64_t y) {
      return fn(zeroExtend(x, width), zeroExtend(y, width));
    });
  }

  void unary();
  void binary();
  void fma();
  void clamp();
  void powFI();
  void roundInMode();
  void classify();
  void compareFloats();
  void compareIntegers();
  void multiplyHigh(bool isSigned);
  void countBits();
  bool power(std::string &why);
  void select();
  void convert(bool isSigned);
  void bitcast();
  bool divide(std::string &why);
  bool shift(std::string &why);
};

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_SCALARSTEP_H
