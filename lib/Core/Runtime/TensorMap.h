//===- TensorMap.h - tensor maps of launch parameters -----------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_TENSORMAP_H
#define GQ_LIB_RUNTIME_TENSORMAP_H

#include "Operands.h"

namespace gridquant::runtime {

/// Evaluates the tensor map of a parameter, all but its address, which is that
/// of `buffer`. What TMA cannot do, and what would lie outside of the operand,
/// is refused with its reason: the driver would only say "invalid value".
gq_status resolveTensorMap(const Binding &binding, const Variant &variant,
                           const Param &param, TensorMapKey &key,
                           uint32_t &buffer);

/// Encodes a map, or takes it from the cache. `name` is its operand's.
gq_status encodeTensorMap(const Program &program, const TensorMapKey &key,
                          const char *name, cuda::TensorMap &out);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_TENSORMAP_H
