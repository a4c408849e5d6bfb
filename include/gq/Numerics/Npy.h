//===- Npy.h - tensors in .npy files ----------------------------*- C++ -*-===//
//
// Reads and writes NumPy's .npy format, versions 1 to 3, little-endian, in C
// order. NumPy has no bf16 and no fp8 of its own, so these are stored as raw
// bytes; what NumPy writes with the ml_dtypes package is read as well:
//
//   type              written   also read
//   f32, f64, f16     <f4 <f8 <f2
//   i8                |i1
//   i16, i32, i64     <i2 <i4 <i8
//   bf16              <V2       |V2, <u2
//   f8E4M3FN, f8E8M0FNU  |V1    <V1, |u1
//   f8E5M2            |V1       <V1, |u1, <f1, |f1
//
// A file does not tell the 8-bit types apart, nor bf16 from any other two
// bytes, so the reader is told the element type to expect.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_NPY_H
#define GQ_NUMERICS_NPY_H

#include "gq/Support/ElementType.h"
#include "gq/Support/Status.h"

#include <vector>

namespace gridquant {

struct NpyArray {
  ElementType type = ElementType::f32;
  std::vector<int64_t> shape;
  std::vector<unsigned char> data;
};

/// Reads \p path, whose elements must be of \p type. \p rank = -1 accepts any
/// rank. A file that is truncated, has bytes to spare, or is no .npy file at
/// all is refused, and \p array is left alone.
Status readNpy(const std::string &path, ElementType type, int rank,
               NpyArray &array);

/// Writes a contiguous array. The file appears under its name when complete:
/// it is written beside it and renamed.
Status writeNpy(const std::string &path, ElementType type,
                const std::vector<int64_t> &shape, const void *data);

} // namespace gridquant

#endif // GQ_NUMERICS_NPY_H
