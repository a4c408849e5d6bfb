//===- Data.h - random operands ---------------------------------*- C++ -*-===//
#ifndef GQ_LIB_BENCH_DATA_H
#define GQ_LIB_BENCH_DATA_H

#include "gq/Bench/Candidate.h"

namespace gridquant::bench {

struct DataSpec {
  std::string distribution;
  uint64_t seed;
  const char *type; // of the elements, as MLIR spells it
  bool scales;      // uniform from 0.5 to 1.5 instead
};

/// What input `input` of a function is filled with: beside fp8 codes, f32
/// matrices are scales, of the size of one.
DataSpec dataOf(const Function &function, size_t input, const Method &method);

/// Fills a tensor with seeded values. The power that a kernel draws, and with
/// it its clock, depends on the data, so that it must not be zeros. Large
/// tensors repeat a part: nothing reads as slowly as a host makes numbers.
Status fillTensor(int device, const DeviceTensor &tensor, size_t elementBytes,
                  const DataSpec &data);

/// Fills `to` with the elements of `from`, which is as large, in the same order
/// but from another one on: those of copy `number`, other values in each place.
Status fillCopy(int device, const DeviceTensor &from, const DeviceTensor &to,
                size_t elementBytes, size_t number);

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_DATA_H
