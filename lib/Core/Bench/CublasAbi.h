//===- CublasAbi.h - the part of the cuBLASLt ABI in use --------*- C++ -*-===//
//
// Declared here so that building needs no CUDA toolkit. A test compares it with
// cublasLt.h where that is installed.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_BENCH_CUBLASABI_H
#define GQ_LIB_BENCH_CUBLASABI_H

#include <cstddef>
#include <cstdint>

namespace gridquant::cublas {

using Result = int; // 0: success
using Handle = struct HandleOpaque *;
using Desc = struct DescOpaque *;
using Layout = struct LayoutOpaque *;
using Preference = struct PreferenceOpaque *;

enum ComputeType : int { Compute32F = 68 };
enum DataType : int { Real32F = 0, Real16BF = 14, Real8FE4M3 = 28 };
enum Operation : int { OpN = 0, OpT = 1 };

enum DescAttribute : int {
  TransA = 3,
  TransB = 4,
  AScalePointer = 17,
  BScalePointer = 18,
  FastAccum = 25,
  AScaleMode = 31,
  BScaleMode = 32,
};

enum ScaleMode : int { ScaleVec128 = 4, ScaleBlk128x128 = 5 };

enum PreferenceAttribute : int { MaxWorkspaceBytes = 1 };

struct Algo {
  uint64_t data[8];
};

struct Heuristic {
  Algo algo;
  size_t workspaceSize;
  Result state;
  float wavesCount;
  int reserved[4];
};

} // namespace gridquant::cublas

#endif // GQ_LIB_BENCH_CUBLASABI_H
