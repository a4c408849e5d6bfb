//===- ConstantLoader.h - constants on a device -----------------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_CONSTANTLOADER_H
#define GQ_LIB_RUNTIME_CONSTANTLOADER_H

#include "Objects.h"

namespace gridquant::runtime {

/// Allocates and fills the constants of all functions, those of equal contents
/// once, in the current context. `addresses` has a vector for each function of
/// the bundle; constants without elements are null. On a failure nothing is
/// left.
gq_status loadConstants(const Driver &driver, const Contents &contents,
                        cuda::DevicePtr &memory,
                        std::vector<std::vector<char *>> &addresses);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_CONSTANTLOADER_H
