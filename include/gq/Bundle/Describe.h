//===- Describe.h - bundles as text, and the gq-bundle tool -----*- C++ -*-===//
#ifndef GQ_BUNDLE_DESCRIBE_H
#define GQ_BUNDLE_DESCRIBE_H

#include "gq/Bundle/Container.h"
#include "gq/Bundle/Manifest.h"

#include <string>
#include <vector>

namespace gridquant {

/// Functions, tensors, launches and images, for a person to read.
std::string describe(const Manifest &manifest,
                     const std::vector<Image> &images);

/// The gq-bundle command line. `out` and `err` receive what it prints; the
/// result is the exit status: 0, 1 for a failure, 2 for wrong usage.
int runBundleTool(const std::vector<std::string> &args, std::string &out,
                  std::string &err);

} // namespace gridquant

#endif // GQ_BUNDLE_DESCRIBE_H
