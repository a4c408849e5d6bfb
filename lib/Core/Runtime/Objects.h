//===- Objects.h - what the opaque handles of the C API hold ----*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_OBJECTS_H
#define GQ_LIB_RUNTIME_OBJECTS_H

#include "Driver.h"
#include "TensorMapCache.h"
#include "gq/Bundle/Container.h"
#include "gq/Bundle/Manifest.h"

#include <memory>
#include <vector>

namespace gridquant::runtime {

/// What is in a bundle, the same for every device.
struct Contents {
  Manifest manifest;
  std::vector<Image> images;
};

/// The kernels of a bundle on a device. Constant once loaded but for the cache,
/// so that launches need no lock.
struct Program {
  const Driver *driver = nullptr; // null: not loaded
  int device = -1;                // as the caller counts
  cuda::Device handle = -1;
  cuda::Context context = nullptr;
  bool retained = false; // we hold a reference to the primary context
  int numSMs = 0;
  std::vector<cuda::Module> modules;
  std::unique_ptr<TensorMapCache> maps; // null: no kernel has any
  /// All constants are in one allocation; 0: there are none.
  cuda::DevicePtr constants = 0;
};

} // namespace gridquant::runtime

struct gq_function {
  const gridquant::Function *spec;
  const gridquant::runtime::Program *program;
  /// kernels[launch][variant], filled by gq_bundle_load.
  std::vector<std::vector<gridquant::cuda::Kernel>> kernels;
  /// Where its constants are, filled by gq_bundle_load.
  std::vector<char *> constants;
  /// Shapes of the outputs with -1 for what is not constant.
  std::vector<std::vector<int64_t>> outputShapes;
};

struct gq_bundle {
  std::shared_ptr<const gridquant::runtime::Contents> contents;
  std::vector<gq_function> functions;
  gridquant::runtime::Program program;
};

#endif // GQ_LIB_RUNTIME_OBJECTS_H
