//===- MockCuda.h - a driver that records calls -----------------*- C++ -*-===//
//
// The tests link the mock, and the runtime opens the same file as its driver.
// Modules are any bytes; a module has the kernels whose names occur in it. A
// cubin starts with "CUBIN", which is also what the mock's linker puts in front
// of PTX.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_UNITTESTS_RUNTIME_MOCKCUDA_H
#define GQ_UNITTESTS_RUNTIME_MOCKCUDA_H

#include "CudaAbi.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

struct MockTensorMap {
  int type;
  unsigned rank;
  void *address;
  std::vector<uint64_t> dims, strides;
  std::vector<uint32_t> box, elementStrides;
  int interleave, swizzle, l2Promotion, oobFill;
};

struct MockLaunch {
  std::string kernel;
  unsigned grid[3], block[3], sharedBytes;
  void *stream;
  std::vector<gridquant::cuda::LaunchAttribute> attributes;
  std::vector<std::string> params;  // raw bytes
  gridquant::cuda::Context context; // that was current
};

struct MockCuda {
  // How to behave.
  int deviceCount = 1, major = 9, minor = 0, numSMs = 132;
  int sharedLimit = 232448;
  int cubinResult = 0, linkResult = 0, launchResult = 0, mapResult = 0;
  int allocResult = 0, copyResult = 0, captureResult = 0, graphResult = 0;
  int l2Bytes = 50 << 20;
  bool loadsPtx = false; // cuModuleLoadDataEx compiles
  std::string linkLog;
  std::vector<size_t> paramSizes; // of all kernels to be launched
  /// What kernels do; addresses on the device are addresses here.
  std::function<void(const std::string &kernel, void **params)> onLaunch;
  /// What kernels of a graph do that may begin early, before the one in front
  /// does anything.
  std::function<void(const std::string &kernel, void **params)> onEarly;
  /// Sizes of the parameters of a kernel: of one that is captured, and where
  /// there are none of all.
  std::map<std::string, std::vector<size_t>> kernelParams;

  // What happened.
  std::vector<std::string> loaded; // images
  std::vector<MockTensorMap> maps;
  std::vector<MockLaunch> launches;
  std::vector<std::pair<std::string, int>> sharedMemory; // cuFuncSetAttribute
  int64_t linkTarget = 0;
  int links = 0, liveModules = 0, primaryReferences = 0, liveEvents = 0;
  int liveStreams = 0, liveGraphs = 0, liveMemory = 0, replays = 0;
  int yes = 0, contextDepth = 0, pushes = 0, synchronisations = 0,
      allocations = 0;

  static MockCuda &get();
  /// To the state above; the context stack of the thread is emptied too.
  static void reset();
};

gridquant::cuda::Context mockPrimaryContext(int device);
/// A context other than the primary one, to make current.
gridquant::cuda::Context mockOtherContext();

extern "C" int cuCtxPushCurrent_v2(gridquant::cuda::Context);
extern "C" int cuCtxPopCurrent_v2(gridquant::cuda::Context *);

#endif // GQ_UNITTESTS_RUNTIME_MOCKCUDA_H
