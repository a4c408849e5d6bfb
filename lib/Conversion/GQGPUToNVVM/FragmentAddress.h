//===- FragmentAddress.h - elements of a fragment in memory -----*- C++ -*-===//
//
// One address for the first element of a thread, and constants from there on
// wherever the strides are static: an address of its own for each chunk would
// take two registers.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_FRAGMENTADDRESS_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_FRAGMENTADDRESS_H

#include "Patterns.h"

namespace mlir::gqgpu {

/// The rows of `memref` are whole vectors of `elements`; nullopt when that is
/// known only once the kernel runs.
std::optional<bool> hasWholeVectors(Value memref, int64_t elements);

/// `access(elements)` where rows of `memref` are whole vectors of `elements`, a
/// power of two, else `access(1)`; both, with a choice, where that is not known
/// yet. `result`: the type of what both return, if they return anything.
Value accessByVectors(Emitter &e, const KernelAbi &abi, Value memref,
                      int64_t elements, Type result,
                      function_ref<Value(int64_t)> access);

/// For each dimension of `memref` the index before which an access ends: its
/// size, or of `ends`, for the dimensions `dims`, what is less.
SmallVector<Value> endsOf(Emitter &e, const KernelAbi &abi, Value memref,
                          ValueRange ends = {}, ArrayRef<int64_t> dims = {});

/// The address of one element of a matrix of `bytes` each, and whether it lies
/// before `ends`.
std::pair<Value, Value> elementAt(Emitter &e, const KernelAbi &abi,
                                  Value memref, ArrayRef<Value> ends, Value row,
                                  Value column, int64_t bytes);

class FragmentAddress {
public:
  /// The thread's first element is at `indices`, moved by `row` and `column`:
  /// `follows[i]` is 0 where the row moves index i, 1 where the column does, -1
  /// where neither does. Inside is what lies before `ends`.
  FragmentAddress(Emitter &e, const KernelAbi &abi, Value memref,
                  ArrayRef<Value> ends, ValueRange indices,
                  ArrayRef<int> follows, Value row, Value column);

  struct Element {
    Value address;
    int64_t bytes; ///< from there
    Value inside;  ///< before the ends, an i1
  };
  /// So many rows and columns from the first element.
  Element at(Emitter &e, int64_t row, int64_t column);

private:
  struct Index {
    Value first, size, end;
    /// Elements to the next value of the index, if static, and as an i64.
    std::optional<int64_t> stride;
    Value dynamicStride;
    int follows;
  };
  SmallVector<Index> indices;
  int64_t elementBytes;
  Value base;
  DenseMap<std::pair<unsigned, int64_t>, Value> insides;
  DenseMap<std::pair<int64_t, int64_t>, Value> addresses;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_FRAGMENTADDRESS_H
