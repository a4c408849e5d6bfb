//===- RuntimeValue.h - values of the reference executor --------*- C++ -*-===//
//
// What an SSA value holds while the reference executor runs: an integer, a
// float, or a tensor in row-major order.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_REFERENCE_RUNTIMEVALUE_H
#define GQ_REFERENCE_RUNTIMEVALUE_H

#include "gq/Support/ElementType.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Support/LLVM.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mlir::gq {

/// The numerics library's name for \p type; none for i1, index and the like.
std::optional<gridquant::ElementType> getNumericsType(Type type);

/// "128x8192"; "scalar" for rank 0.
std::string shapeToString(ArrayRef<int64_t> shape);

/// A dense tensor. Copies share their elements until one of them is written.
/// Elements occupy whole bytes: i1 is one byte of 0 or 1, index is 8 bytes.
class RuntimeTensor {
public:
  RuntimeTensor() = default;

  /// Elements are filled with a pattern that is NaN in every float type, so
  /// that a read of what was never written shows. None, and \p why, if the
  /// element type is not supported or there is not enough memory.
  static std::optional<RuntimeTensor>
  create(Type elementType, ArrayRef<int64_t> shape, std::string &why);

  /// Bytes per element; 0 for a type tensors cannot hold.
  static size_t getElementSize(Type elementType);

  Type getElementType() const { return elementType; }
  ArrayRef<int64_t> getShape() const { return shape; }
  int64_t getRank() const { return static_cast<int64_t>(shape.size()); }
  int64_t getDim(int64_t dim) const { return shape[dim]; }
  int64_t getNumElements() const { return numElements; }
  size_t getElementSize() const { return elementSize; }
  size_t getNumBytes() const {
    return elementSize * static_cast<size_t>(numElements);
  }

  const unsigned char *getData() const { return storage.get(); }
  /// For writing: makes the elements this tensor's own first. Null if there is
  /// no memory for that, or if there are no elements.
  unsigned char *getMutableData();

  /// The same elements with another shape of as many elements.
  RuntimeTensor reshape(ArrayRef<int64_t> newShape) const;

  /// True if \p type describes this tensor.
  bool hasType(RankedTensorType type) const;
  /// "tensor<128x64xf32>".
  std::string typeToString() const;

  /// For results of scaled matmuls, if asked for: sum |a| * |b| * |sa * sb| of
  /// each element, the yardstick for rounding errors. Lost on writing.
  std::shared_ptr<const std::vector<double>> sumAbs;
  /// With sumAbs: the elements in f64, before the rounding to the type of the
  /// result. Lost on writing.
  std::shared_ptr<const std::vector<double>> exact;
  /// Of what several ops write a part of each: the elements that none has
  /// written yet. Lost on other writing.
  std::shared_ptr<const std::vector<bool>> unwritten;

private:
  Type elementType;
  SmallVector<int64_t, 4> shape;
  int64_t numElements = 0;
  size_t elementSize = 0;
  std::shared_ptr<unsigned char> storage;
};

/// A value of a type that only an executor built on this one knows: a ring, a
/// fragment, a buffer in global memory. Copies of a value share the object.
class RuntimeObject {
public:
  virtual ~RuntimeObject();
  virtual bool hasType(Type type) const = 0;
  virtual std::string typeToString() const = 0;
};

/// An integer of up to 64 bits is held sign-extended (so i1 is 0 or -1), a
/// float of any type as the double of the same value.
class RuntimeValue {
public:
  RuntimeValue() = default;
  RuntimeValue(int64_t value) : held(value) {}
  RuntimeValue(double value) : held(value) {}
  RuntimeValue(RuntimeTensor value) : held(std::move(value)) {}
  RuntimeValue(std::shared_ptr<RuntimeObject> value) : held(std::move(value)) {}

  bool isInt() const { return std::holds_alternative<int64_t>(held); }
  bool isFloat() const { return std::holds_alternative<double>(held); }
  bool isTensor() const { return std::holds_alternative<RuntimeTensor>(held); }

  int64_t getInt() const { return std::get<int64_t>(held); }
  double getFloat() const { return std::get<double>(held); }
  const RuntimeTensor &getTensor() const {
    return std::get<RuntimeTensor>(held);
  }
  RuntimeTensor takeTensor() {
    return std::move(std::get<RuntimeTensor>(held));
  }
  /// Null if it is not an object.
  std::shared_ptr<RuntimeObject> getObject() const {
    auto *object = std::get_if<std::shared_ptr<RuntimeObject>>(&held);
    return object ? *object : nullptr;
  }

  /// True if \p type describes this value.
  bool hasType(Type type) const;
  /// Its type, as far as known, for diagnostics.
  std::string typeToString() const;

private:
  std::variant<std::monostate, int64_t, double, RuntimeTensor,
               std::shared_ptr<RuntimeObject>>
      held;
};

} // namespace mlir::gq

#endif // GQ_REFERENCE_RUNTIMEVALUE_H
