//===- ConstantTable.h - the constants of a bundle --------------*- C++ -*-===//
#ifndef GQ_LIB_EXPORT_CONSTANTTABLE_H
#define GQ_LIB_EXPORT_CONSTANTTABLE_H

#include "gq/Bundle/Container.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::gq {

/// The images that hold the contents of constants; equal contents are one.
class ConstantTable {
public:
  /// Behind the images of kernels.
  explicit ConstantTable(std::vector<gridquant::Image> kernels)
      : images(std::move(kernels)) {}

  struct Entry {
    size_t image;
    bool splat; ///< the image is one element
  };
  /// Failure with an error at `op`, which has the constant as its value.
  FailureOr<Entry> add(Operation *op, ElementsAttr value);

  const std::vector<gridquant::Image> &getImages() const { return images; }

private:
  std::vector<gridquant::Image> images;
  DenseMap<ElementsAttr, Entry> entries;
  /// The images with a hash.
  DenseMap<uint64_t, SmallVector<size_t, 1>> byHash;
};

} // namespace mlir::gq

#endif // GQ_LIB_EXPORT_CONSTANTTABLE_H
