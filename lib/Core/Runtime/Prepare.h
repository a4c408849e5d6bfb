//===- Prepare.h - what a call enqueues, but for addresses ------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_PREPARE_H
#define GQ_LIB_RUNTIME_PREPARE_H

#include "Operands.h"

namespace gridquant::runtime {

union ParamValue {
  cuda::TensorMap map;
  char *pointer;
  int32_t i32;
  int64_t i64;
  float f32;
};

/// A kernel with all that its launch says but the stream and the parameters.
struct PreparedLaunch {
  const Variant *variant;
  cuda::Kernel kernel;
  unsigned firstParam;
  /// Without its attributes, which are the ones below: the structure is copied.
  cuda::LaunchConfig config;
  cuda::LaunchAttribute attributes[2];
};

/// A parameter that depends on where a buffer lies: the address itself, or a
/// tensor map of what is there.
struct AddressParam {
  uint32_t param;  // of Prepared::values
  uint32_t buffer; // of Binding::buffers
  int32_t map;     // of Prepared::maps; -1: the address
};

/// Everything of all launches of a call. In arrays of fixed size, which a
/// launch has on the stack; large, so that it is not cleared.
struct Prepared {
  PreparedLaunch launches[limits::launches];
  ParamValue values[limits::params];
  AddressParam addresses[limits::params];
  /// Without addresses.
  TensorMapKey maps[limits::params];
  /// The operand that a map is of, which is not `buffer` if that has no
  /// elements: for messages.
  uint32_t mapOperands[limits::params];
  unsigned launchCount = 0, paramCount = 0, addressCount = 0, mapCount = 0;

  Prepared() {}
};

/// Needs bound inputs. Of each launch the first variant whose condition holds.
gq_status chooseVariants(Binding &binding);

/// Needs the variants and the sizes of all buffers; their addresses are not
/// looked at. Launches of no blocks are left out.
gq_status prepare(const Binding &binding, Prepared &out);

/// Enqueues one kernel. `params` points to its parameters, which are read
/// before the call returns.
gq_status enqueue(const Driver &driver, const PreparedLaunch &launch,
                  void **params, cuda::Stream stream);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_PREPARE_H
