//===- Loader.h - from images to kernels on a device ------------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_LOADER_H
#define GQ_LIB_RUNTIME_LOADER_H

#include "Objects.h"

namespace gridquant::runtime {

/// Loads the images of a bundle and resolves the kernels of its functions. On a
/// failure the bundle is as before.
gq_status loadProgram(gq_bundle &bundle, int device);

void unloadProgram(gq_bundle &bundle);

/// Loads PTX through the disk cache. `major` and `minor` are those of the
/// device whose context is current.
gq_status loadPtx(const Driver &driver, const Image &image, int major,
                  int minor, cuda::Module &out);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_LOADER_H
