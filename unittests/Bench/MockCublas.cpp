//===- MockCublas.cpp - a cuBLASLt that checks what it is asked for -------===//
#include "CublasAbi.h"

#include <cstdlib>
#include <cstring>
#include <map>

using namespace gridquant::cublas;

namespace {
struct MockDesc {
  std::map<int, int64_t> attributes; // pointers are kept as numbers
};
struct MockLayout {
  int type;
  uint64_t rows, cols;
};
constexpr Result InvalidValue = 7, NotSupported = 15;
} // namespace

// The handles of the real library are pointers to types it does not declare.
template <typename To, typename From> static To *as(From *pointer) {
  return reinterpret_cast<To *>(pointer);
}
template <typename To, typename From> static void give(To *to, From *from) {
  *to = reinterpret_cast<To>(from);
}

extern "C" {
int mockCublasLaunches = 0, mockCublasLive = 0;

int cublasLtCreate(Handle *handle) {
  ++mockCublasLive;
  give(handle, new char);
  return 0;
}
int cublasLtDestroy(Handle handle) {
  --mockCublasLive;
  delete as<char>(handle);
  return 0;
}
int cublasLtMatmulDescCreate(Desc *desc, int compute, int scale) {
  if (compute != Compute32F || scale != Real32F)
    return InvalidValue;
  ++mockCublasLive;
  give(desc, new MockDesc);
  return 0;
}
int cublasLtMatmulDescDestroy(Desc desc) {
  --mockCublasLive;
  delete as<MockDesc>(desc);
  return 0;
}
int cublasLtMatmulDescSetAttribute(Desc desc, int attribute, const void *value,
                                   size_t size) {
  const size_t needed =
      attribute == FastAccum                                     ? 1
      : attribute == AScalePointer || attribute == BScalePointer ? 8
                                                                 : 4;
  if (size != needed)
    return InvalidValue;
  int64_t number = 0;
  std::memcpy(&number, value, size);
  as<MockDesc>(desc)->attributes[attribute] = number;
  return 0;
}
int cublasLtMatrixLayoutCreate(Layout *layout, int type, uint64_t rows,
                               uint64_t cols, int64_t stride) {
  if (stride != static_cast<int64_t>(rows))
    return InvalidValue;
  ++mockCublasLive;
  give(layout, new MockLayout{type, rows, cols});
  return 0;
}
int cublasLtMatrixLayoutDestroy(Layout layout) {
  --mockCublasLive;
  delete as<MockLayout>(layout);
  return 0;
}
int cublasLtMatmulPreferenceCreate(Preference *preference) {
  ++mockCublasLive;
  give(preference, new char);
  return 0;
}
int cublasLtMatmulPreferenceDestroy(Preference preference) {
  --mockCublasLive;
  delete as<char>(preference);
  return 0;
}
int cublasLtMatmulPreferenceSetAttribute(Preference, int attribute,
                                         const void *, size_t size) {
  return attribute == MaxWorkspaceBytes && size == 8 ? 0 : InvalidValue;
}
int cublasLtMatmulAlgoGetHeuristic(Handle, Desc desc, Layout a, Layout b,
                                   Layout c, Layout d, Preference, int wanted,
                                   Heuristic *out, int *found) {
  auto &attributes = as<MockDesc>(desc)->attributes;
  const auto &[typeA, k, n] = *as<MockLayout>(a);
  const auto &[typeB, kB, m] = *as<MockLayout>(b);
  const auto &[typeD, rows, cols] = *as<MockLayout>(d);
  *found = 0;
  // The only form of FP8: the first operand transposed, types as here.
  if (wanted != 1 || c != d || attributes[TransA] != OpT ||
      attributes[TransB] != OpN || typeA != typeB ||
      (typeD != Real16BF && typeD != Real32F) || kB != k || rows != n ||
      cols != m)
    return NotSupported;
  std::memset(&out->algo, 0x5a, sizeof(out->algo));
  if (typeA == Real16BF) {
    // It has no scales, and refuses some.
    *found = attributes.size() == 2 && typeD == Real16BF;
    return *found ? 0 : NotSupported;
  }
  if (typeA != Real8FE4M3 || !attributes[AScalePointer] ||
      !attributes[BScalePointer])
    return NotSupported;
  const bool blocks = attributes.count(AScaleMode) != 0;
  if (blocks && std::getenv("MOCK_CUBLAS_NO_BLOCKS"))
    return NotSupported;
  if (blocks ? attributes[AScaleMode] != ScaleBlk128x128 ||
                   attributes[BScaleMode] != ScaleVec128 ||
                   attributes[FastAccum] != 0
             : attributes[FastAccum] != 1)
    return NotSupported;
  *found = 1;
  return 0;
}
int cublasLtMatmul(Handle, Desc, const void *alpha, const void *a, Layout,
                   const void *b, Layout, const void *beta, const void *c,
                   Layout, void *d, Layout layoutD, const Algo *algo,
                   void *workspace, size_t bytes, void *stream) {
  // Only to f32 is anything added.
  const bool adds = as<MockLayout>(layoutD)->type == Real32F;
  const bool good = *static_cast<const float *>(alpha) == 1 &&
                    *static_cast<const float *>(beta) == (adds ? 1 : 0) && a &&
                    b && a != b && c == d && workspace && bytes && !stream &&
                    algo->data[0] == 0x5a5a5a5a5a5a5a5a;
  if (good)
    ++mockCublasLaunches;
  return good ? 0 : InvalidValue;
}
}
