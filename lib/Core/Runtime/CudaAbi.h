//===- CudaAbi.h - the part of the CUDA driver ABI in use -------*- C++ -*-===//
//
// Declared here so that neither building nor running needs a CUDA toolkit.
// Names differ from those of cuda.h so that a test can include both and
// compare.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_RUNTIME_CUDAABI_H
#define GQ_LIB_RUNTIME_CUDAABI_H

#include <cstddef>
#include <cstdint>

namespace gridquant::cuda {

using Result = int;
using Device = int;
using DevicePtr = uint64_t;
using Context = struct ContextOpaque *;
using Module = struct ModuleOpaque *;
using Kernel = struct KernelOpaque *;
using Stream = struct StreamOpaque *;
using Event = struct EventOpaque *;
using LinkState = struct LinkStateOpaque *;
using Graph = struct GraphOpaque *;
using GraphExec = struct GraphExecOpaque *;
using GraphNode = struct GraphNodeOpaque *;

enum : Result {
  Success = 0,
  OutOfMemory = 2,
  NoDevice = 100,
  InvalidDevice = 101,
  InvalidImage = 200,
  NoBinaryForGpu = 209,
  InvalidPtx = 218,
  UnsupportedPtxVersion = 222,
  NotFound = 500,
};

enum DeviceAttribute : int {
  MultiprocessorCount = 16,
  L2CacheSize = 38,
  CapabilityMajor = 75,
  CapabilityMinor = 76,
  MaxSharedMemoryPerBlockOptin = 97,
};

enum FunctionAttribute : int { MaxDynamicSharedSizeBytes = 8 };

enum JitOption : int {
  ErrorLogBuffer = 5,
  ErrorLogBufferSizeBytes = 6,
  JitTarget = 9,
};

/// Added to the number of a capability for code that is bound to it ("sm_90a").
enum JitTargets : unsigned { AcceleratedTargetBase = 0x10000 };

enum JitInputType : int { JitInputPtx = 1 };

enum EventFlags : unsigned { EventDefault = 0 };

enum StreamFlags : unsigned { StreamNonBlocking = 1 };

enum CaptureMode : int { CaptureRelaxed = 2 };

enum GraphDependency : unsigned char { ProgrammaticDependency = 1 };

struct GraphEdge {
  unsigned char fromPort, toPort, type, reserved[5];
};

enum LaunchAttributeId : int {
  ClusterDimension = 4,
  ProgrammaticStreamSerialization = 6,
};

struct LaunchAttribute {
  int id;
  char padding[4];
  union {
    unsigned clusterDim[3];
    int programmaticStreamSerializationAllowed;
    char bytes[64];
  } value;
};

struct LaunchConfig {
  unsigned grid[3];
  unsigned block[3];
  unsigned sharedBytes;
  Stream stream;
  LaunchAttribute *attributes;
  unsigned attributeCount;
};

/// Headers before CUDA 13 ask for an alignment of 64 only.
struct alignas(128) TensorMap {
  uint64_t opaque[16];
};

} // namespace gridquant::cuda

#endif // GQ_LIB_RUNTIME_CUDAABI_H
