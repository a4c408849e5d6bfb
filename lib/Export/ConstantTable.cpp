//===- ConstantTable.cpp - the constants of a bundle ----------------------===//
#include "ConstantTable.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/xxhash.h"
#include <cstring>

using namespace mlir;
using namespace mlir::gq;

/// The elements as they are in memory, row major; of a splat one.
static FailureOr<ArrayRef<char>> contentsOf(Operation *op, ElementsAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.getRawData();
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  if (!resource)
    return op->emitError(
        "constant is neither dense nor a dense_resource, which "
        "are what a bundle holds");
  const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob)
    return op->emitError("constant is the resource '")
           << resource.getRawHandle().getKey() << "', which has no data";
  return blob->getData();
}

FailureOr<ConstantTable::Entry> ConstantTable::add(Operation *op,
                                                   ElementsAttr value) {
  auto found = entries.find(value);
  if (found != entries.end())
    return found->second;
  FailureOr<ArrayRef<char>> bytes = contentsOf(op, value);
  if (failed(bytes))
    return failure();
  const size_t size =
      llvm::divideCeil(value.getShapedType().getElementTypeBitWidth(), 8);
  auto dense = dyn_cast<DenseElementsAttr>(value);
  bool splat = dense && dense.isSplat();
  const size_t needed = size * (splat ? 1 : value.getNumElements());
  if (bytes->size() != needed)
    return op->emitError("constant of type ")
           << value.getType() << " has " << bytes->size() << " bytes of data, "
           << needed << " are needed";

  // Each element is the one in front of it.
  if (bytes->size() > size &&
      !std::memcmp(bytes->data(), bytes->data() + size, bytes->size() - size)) {
    splat = true;
    *bytes = bytes->take_front(size);
  }
  StringRef text(bytes->data(), bytes->size());
  SmallVector<size_t, 1> &same = byHash[llvm::xxh3_64bits(text)];
  auto equal = llvm::find_if(
      same, [&](size_t image) { return images[image].bytes == text; });
  size_t image = images.size();
  if (equal != same.end()) {
    image = *equal;
  } else {
    images.push_back({gridquant::ImageKind::Data, "", text.str()});
    same.push_back(image);
  }
  return entries[value] = {image, splat};
}
