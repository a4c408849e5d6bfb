//===- RuntimeValue.cpp - values of the reference executor ----------------===//

#include "gq/Reference/RuntimeValue.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

using namespace mlir;
using namespace mlir::gq;

std::optional<gridquant::ElementType> mlir::gq::getNumericsType(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return gridquant::parseElementType(text);
}

std::string mlir::gq::shapeToString(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(
      llvm::map_range(shape, [](int64_t size) { return std::to_string(size); }),
      "x");
}

/// More than the machine has is refused up front: the allocator would hand it
/// out, and the process would be killed when it is filled.
static uint64_t physicalMemory() {
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || size <= 0)
    return UINT64_C(1) << 36;
  return static_cast<uint64_t>(pages) * static_cast<uint64_t>(size);
}

static std::shared_ptr<unsigned char> allocate(size_t bytes) {
  static const uint64_t limit = physicalMemory();
  void *memory =
      bytes > limit ? nullptr : std::malloc(std::max(bytes, size_t(1)));
  if (!memory)
    return nullptr;
  return std::shared_ptr<unsigned char>(static_cast<unsigned char *>(memory),
                                        std::free);
}

size_t RuntimeTensor::getElementSize(Type elementType) {
  if (isa<IndexType>(elementType))
    return 8;
  if (!elementType.isIntOrFloat())
    return 0;
  unsigned bits = elementType.getIntOrFloatBitWidth();
  if (isa<FloatType>(elementType) && !getNumericsType(elementType))
    return 0;
  return bits == 0 || bits > 64 ? 0 : llvm::PowerOf2Ceil((bits + 7) / 8);
}

std::optional<RuntimeTensor> RuntimeTensor::create(Type elementType,
                                                   ArrayRef<int64_t> shape,
                                                   std::string &why) {
  RuntimeTensor tensor;
  tensor.elementType = elementType;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.elementSize = getElementSize(elementType);
  if (tensor.elementSize == 0) {
    why = "has an element type that is not supported by the reference executor";
    return std::nullopt;
  }
  int64_t bytes = static_cast<int64_t>(tensor.elementSize);
  bool overflow = false, empty = false;
  for (int64_t size : shape) {
    if (size < 0) {
      why = "has a negative size, " + shapeToString(shape);
      return std::nullopt;
    }
    empty |= size == 0;
    overflow |= llvm::MulOverflow(bytes, size, bytes);
  }
  if (empty)
    bytes = 0;
  if (!overflow || empty)
    tensor.storage = allocate(static_cast<size_t>(bytes));
  if (!tensor.storage) {
    why = "needs more memory than there is, shape " + shapeToString(shape);
    return std::nullopt;
  }
  std::memset(tensor.storage.get(), 0xff, static_cast<size_t>(bytes));
  tensor.numElements = bytes / static_cast<int64_t>(tensor.elementSize);
  return tensor;
}

unsigned char *RuntimeTensor::getMutableData() {
  sumAbs.reset();
  exact.reset();
  unwritten.reset();
  if (storage.use_count() != 1) {
    std::shared_ptr<unsigned char> own = allocate(getNumBytes());
    if (!own)
      return nullptr;
    std::memcpy(own.get(), storage.get(), getNumBytes());
    storage = std::move(own);
  }
  return storage.get();
}

RuntimeTensor RuntimeTensor::reshape(ArrayRef<int64_t> newShape) const {
  RuntimeTensor result = *this;
  result.shape.assign(newShape.begin(), newShape.end());
  return result;
}

bool RuntimeTensor::hasType(RankedTensorType type) const {
  if (type.getElementType() != elementType || type.getRank() != getRank())
    return false;
  return llvm::all_of(llvm::zip_equal(type.getShape(), shape), [](auto pair) {
    auto [expected, size] = pair;
    return ShapedType::isDynamic(expected) || expected == size;
  });
}

std::string RuntimeTensor::typeToString() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "tensor<";
  for (int64_t size : shape)
    os << size << "x";
  os << elementType << ">";
  return text;
}

RuntimeObject::~RuntimeObject() = default;

bool RuntimeValue::hasType(Type type) const {
  if (std::shared_ptr<RuntimeObject> object = getObject())
    return object->hasType(type);
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return isTensor() && getTensor().hasType(tensor);
  if (type.isIntOrIndex())
    return isInt();
  return isa<FloatType>(type) && isFloat();
}

std::string RuntimeValue::typeToString() const {
  if (std::shared_ptr<RuntimeObject> object = getObject())
    return object->typeToString();
  if (isTensor())
    return getTensor().typeToString();
  return isInt() ? "an integer" : isFloat() ? "a float" : "nothing";
}
