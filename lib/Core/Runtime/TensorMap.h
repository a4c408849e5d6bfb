//===- TensorMap.h - tensor maps of launch parameters -----------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_TENSORMAP_H
#define GQ_LIB_RUNTIME_TENSORMAP_H

#include "Operands.h"

namespace gridquant::runtime {

/// Evaluates and encodes the tensor map of a parameter. What TMA cannot do, and
/// what would lie outside of the operand, is refused with its reason: the
/// driver would only say "invalid value".
gq_status encodeTensorMap(const Binding &binding, const Variant &variant,
                          const Param &param, cuda::TensorMap &out);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_TENSORMAP_H
