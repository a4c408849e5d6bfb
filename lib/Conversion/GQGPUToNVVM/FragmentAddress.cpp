//===- FragmentAddress.cpp - elements of a fragment in memory -------------===//
#include "FragmentAddress.h"

using namespace mlir;
using namespace mlir::gqgpu;

std::optional<bool> mlir::gqgpu::hasWholeVectors(Value memref,
                                                 int64_t elements) {
  if (elements == 1)
    return true;
  int64_t last = cast<MemRefType>(memref.getType()).getShape().back();
  if (ShapedType::isDynamic(last))
    return std::nullopt;
  return last % elements == 0;
}

Value mlir::gqgpu::accessByVectors(Emitter &e, const KernelAbi &abi,
                                   Value memref, int64_t elements, Type result,
                                   function_ref<Value(int64_t)> access) {
  if (std::optional<bool> whole = hasWholeVectors(memref, elements))
    return access(*whole ? elements : 1);
  unsigned last = cast<MemRefType>(memref.getType()).getRank() - 1;
  Value whole = e.eq(e.bitAnd(abi.dim(memref, last), elements - 1), 0);
  return e.choose(
      whole, result, [&] { return access(elements); },
      [&] { return access(1); });
}

SmallVector<Value> mlir::gqgpu::endsOf(Emitter &e, const KernelAbi &abi,
                                       Value memref, ValueRange ends,
                                       ArrayRef<int64_t> dims) {
  SmallVector<Value> all;
  for (int64_t i = 0, rank = cast<MemRefType>(memref.getType()).getRank();
       i < rank; ++i)
    all.push_back(abi.dim(memref, i));
  for (auto [end, dim] : llvm::zip_equal(ends, dims))
    all[dim] = e.select(e.ult(end, all[dim]), end, all[dim]);
  return all;
}

std::pair<Value, Value> mlir::gqgpu::elementAt(Emitter &e, const KernelAbi &abi,
                                               Value memref,
                                               ArrayRef<Value> ends, Value row,
                                               Value column, int64_t bytes) {
  Value inside = e.both(e.ult(row, ends[0]), e.ult(column, ends[1]));
  Value linear =
      e.add(e.mul(e.zext(e.i64(), row), e.zext(e.i64(), abi.pitch(memref))),
            e.zext(e.i64(), column));
  return {e.globalAddress(abi.pointer(memref), linear, bytes), inside};
}

FragmentAddress::FragmentAddress(Emitter &e, const KernelAbi &abi, Value memref,
                                 ArrayRef<Value> ends, ValueRange starts,
                                 ArrayRef<int> follows, Value row,
                                 Value column) {
  auto type = cast<MemRefType>(memref.getType());
  elementBytes = type.getElementType().getIntOrFloatBitWidth() / 8;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    Value first = starts[i];
    if (follows[i] >= 0)
      first = e.add(first, follows[i] == 0 ? row : column);
    indices.push_back(
        {first, abi.dim(memref, i), ends[i], 1, Value(), follows[i]});
  }
  for (int64_t i = type.getRank() - 2; i >= 0; --i) {
    const Index &inner = indices[i + 1];
    int64_t size = type.getDimSize(i + 1);
    if (inner.stride && !ShapedType::isDynamic(size) &&
        !abi.isPitched(memref)) {
      indices[i].stride = *inner.stride * size;
      continue;
    }
    Value stride =
        e.zext(e.i64(), abi.isPitched(memref) ? abi.pitch(memref) : inner.size);
    if (!inner.stride)
      stride = e.mul(stride, inner.dynamicStride);
    else
      stride = e.mul(stride, *inner.stride);
    indices[i].stride.reset();
    indices[i].dynamicStride = stride;
  }
  Value linear = e.c64(0);
  for (Index &index : indices) {
    Value wide = e.zext(e.i64(), index.first);
    wide = index.stride ? e.mul(wide, *index.stride)
                        : e.mul(wide, index.dynamicStride);
    linear = e.add(linear, wide);
  }
  base = e.globalAddress(abi.pointer(memref), linear, elementBytes);
}

FragmentAddress::Element FragmentAddress::at(Emitter &e, int64_t row,
                                             int64_t column) {
  Element element{base, 0, Value()};
  // What has a dynamic stride, and the rows and columns that it depends on.
  Value dynamic;
  std::pair<int64_t, int64_t> moved;
  for (auto [i, index] : llvm::enumerate(indices)) {
    int64_t offset = index.follows == 0 ? row : index.follows == 1 ? column : 0;
    Value &inside = insides[{i, offset}];
    if (!inside)
      inside = e.ult(e.add(index.first, offset), index.end);
    element.inside = element.inside ? e.both(element.inside, inside) : inside;
    if (index.stride)
      element.bytes += offset * *index.stride * elementBytes;
    else if (offset != 0) {
      Value part = e.mul(index.dynamicStride, offset);
      dynamic = dynamic ? e.add(dynamic, part) : part;
      (index.follows == 0 ? moved.first : moved.second) = offset;
    }
  }
  if (!element.inside)
    element.inside = e.constant(e.i1(), 1);
  if (dynamic) {
    Value &address = addresses[moved];
    if (!address)
      address = e.globalAddress(base, dynamic, elementBytes);
    element.address = address;
  }
  return element;
}
