//===- Constants.h - what constants of a bundle are made of -----*- C++ -*-===//
#ifndef GQ_BUNDLE_CONSTANTS_H
#define GQ_BUNDLE_CONSTANTS_H

#include "gq/Bundle/Container.h"
#include "gq/Bundle/Manifest.h"

namespace gridquant {

/// Metadata and images are read apart. Whether every constant has an image, of
/// its size, is the one thing that takes both.
Status checkConstants(const Manifest &manifest,
                      const std::vector<Image> &images);

} // namespace gridquant

#endif // GQ_BUNDLE_CONSTANTS_H
