//===- CudaAbiTest.cpp - our declarations against cuda.h ------------------===//
//
// Compiling is the test. A function whose type differs, or whose name has
// another version suffix, does not convert.
//
//===----------------------------------------------------------------------===//
#include <cuda.h>

#include "CudaAbi.h"

#include <cstddef>
#include <type_traits>

using namespace gridquant;

#define GQ_SAME(ours, theirs)                                                  \
  static_assert(static_cast<int>(ours) == static_cast<int>(theirs), #theirs)
GQ_SAME(cuda::OutOfMemory, CUDA_ERROR_OUT_OF_MEMORY);
GQ_SAME(cuda::NoDevice, CUDA_ERROR_NO_DEVICE);
GQ_SAME(cuda::InvalidDevice, CUDA_ERROR_INVALID_DEVICE);
GQ_SAME(cuda::InvalidImage, CUDA_ERROR_INVALID_IMAGE);
GQ_SAME(cuda::NoBinaryForGpu, CUDA_ERROR_NO_BINARY_FOR_GPU);
GQ_SAME(cuda::InvalidPtx, CUDA_ERROR_INVALID_PTX);
GQ_SAME(cuda::UnsupportedPtxVersion, CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
GQ_SAME(cuda::NotFound, CUDA_ERROR_NOT_FOUND);
GQ_SAME(cuda::MultiprocessorCount, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
GQ_SAME(cuda::L2CacheSize, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
GQ_SAME(cuda::CapabilityMajor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
GQ_SAME(cuda::CapabilityMinor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
GQ_SAME(cuda::MaxSharedMemoryPerBlockOptin,
        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
GQ_SAME(cuda::MaxDynamicSharedSizeBytes,
        CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
GQ_SAME(cuda::ErrorLogBuffer, CU_JIT_ERROR_LOG_BUFFER);
GQ_SAME(cuda::ErrorLogBufferSizeBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
GQ_SAME(cuda::JitTarget, CU_JIT_TARGET);
GQ_SAME(cuda::AcceleratedTargetBase + 90, CU_TARGET_COMPUTE_90A);
GQ_SAME(cuda::JitInputPtx, CU_JIT_INPUT_PTX);
GQ_SAME(cuda::EventDefault, CU_EVENT_DEFAULT);
GQ_SAME(cuda::StreamNonBlocking, CU_STREAM_NON_BLOCKING);
GQ_SAME(cuda::CaptureRelaxed, CU_STREAM_CAPTURE_MODE_RELAXED);
GQ_SAME(cuda::ProgrammaticDependency, CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC);
GQ_SAME(cuda::ClusterDimension, CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION);
GQ_SAME(cuda::ProgrammaticStreamSerialization,
        CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION);

#define GQ_OFFSET(ours, field, theirs, member)                                 \
  static_assert(offsetof(ours, field) == offsetof(theirs, member), #member)
static_assert(sizeof(cuda::LaunchAttribute) == sizeof(CUlaunchAttribute));
GQ_OFFSET(cuda::LaunchAttribute, id, CUlaunchAttribute, id);
GQ_OFFSET(cuda::LaunchAttribute, value, CUlaunchAttribute, value);
static_assert(sizeof(cuda::LaunchConfig) == sizeof(CUlaunchConfig));
GQ_OFFSET(cuda::LaunchConfig, block, CUlaunchConfig, blockDimX);
GQ_OFFSET(cuda::LaunchConfig, sharedBytes, CUlaunchConfig, sharedMemBytes);
GQ_OFFSET(cuda::LaunchConfig, stream, CUlaunchConfig, hStream);
GQ_OFFSET(cuda::LaunchConfig, attributes, CUlaunchConfig, attrs);
GQ_OFFSET(cuda::LaunchConfig, attributeCount, CUlaunchConfig, numAttrs);
static_assert(sizeof(cuda::GraphEdge) == sizeof(CUgraphEdgeData));
GQ_OFFSET(cuda::GraphEdge, type, CUgraphEdgeData, type);
static_assert(sizeof(cuda::TensorMap) == sizeof(CUtensorMap));
static_assert(alignof(cuda::TensorMap) >= alignof(CUtensorMap));
static_assert(sizeof(cuda::DevicePtr) == sizeof(CUdeviceptr));
static_assert(CU_TENSOR_MAP_DATA_TYPE_UINT8 == 0 &&
              CU_TENSOR_MAP_DATA_TYPE_FLOAT16 == 6 &&
              CU_TENSOR_MAP_DATA_TYPE_FLOAT32 == 7 &&
              CU_TENSOR_MAP_DATA_TYPE_BFLOAT16 == 9);
static_assert(CU_TENSOR_MAP_SWIZZLE_128B == 3 &&
              CU_TENSOR_MAP_L2_PROMOTION_L2_256B == 3);

/// The number of parameters of every function; the headers differ in the names
/// of the types by design.
template <typename... Params> constexpr size_t arity(CUresult (*)(Params...)) {
  return sizeof...(Params);
}
template <typename... Params>
constexpr size_t ourArity(cuda::Result (*)(Params...)) {
  return sizeof...(Params);
}
template <size_t... Sizes> struct SizeList {};
template <typename... Params>
constexpr SizeList<sizeof(Params)...> sizes(CUresult (*)(Params...));
template <typename... Params>
constexpr SizeList<sizeof(Params)...> ourSizes(cuda::Result (*)(Params...));

namespace gridquant::cuda {
#define GQ_CUDA_SYMBOL(field, symbol, parameters)                              \
  using type_##field = Result(*) parameters;                                   \
  static_assert(ourArity(type_##field(nullptr)) == arity(&::symbol), #symbol); \
  static_assert(std::is_same_v<decltype(ourSizes(type_##field(nullptr))),      \
                               decltype(sizes(&::symbol))>,                    \
                #symbol);
#include "DriverSymbols.def"
} // namespace gridquant::cuda
