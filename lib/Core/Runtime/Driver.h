//===- Driver.h - the CUDA driver, opened at run time -----------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_DRIVER_H
#define GQ_LIB_RUNTIME_DRIVER_H

#include "CudaAbi.h"
#include "LastError.h"

namespace gridquant::runtime {

/// The driver's functions.
struct Driver {
  using Result = cuda::Result;
  using Device = cuda::Device;
  using DevicePtr = cuda::DevicePtr;
  using Context = cuda::Context;
  using Module = cuda::Module;
  using Kernel = cuda::Kernel;
  using Stream = cuda::Stream;
  using Event = cuda::Event;
  using LinkState = cuda::LinkState;
  using LaunchConfig = cuda::LaunchConfig;
  using TensorMap = cuda::TensorMap;
  using Graph = cuda::Graph;
  using GraphExec = cuda::GraphExec;
  using GraphNode = cuda::GraphNode;
  using GraphEdge = cuda::GraphEdge;

#define GQ_CUDA_SYMBOL(field, symbol, parameters) Result(*field) parameters;
#include "DriverSymbols.def"

  /// The driver, opened and initialised once; a failure is tried again on the
  /// next call, for a program that sets GQ_LIBCUDA after an error. Fails in a
  /// child process that was forked behind it.
  static gq_status get(const Driver *&out);

  /// Reports a failed call: "cuModuleLoadData failed: CUDA_ERROR_... (text)".
  gq_status failed(Result result, const char *call) const;
};

/// Checks a device number and turns it into a driver handle.
gq_status findDevice(const Driver &driver, int device, cuda::Device &out);

/// Makes a context current for as long as the scope lives. Does nothing when it
/// is current already, which is the usual case in a launch. Fails, as
/// Driver::get does, in a child process.
class ContextScope {
public:
  ContextScope() = default;
  ContextScope(const ContextScope &) = delete;
  ContextScope &operator=(const ContextScope &) = delete;
  ~ContextScope();

  gq_status enter(const Driver &driver, cuda::Context context);

private:
  const Driver *pushedOn = nullptr;
};

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_DRIVER_H
