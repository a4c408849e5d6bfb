//===- Handler.h - what XLA calls -----------------------------------------===//
//
// The target "gridquant" of XLA's custom calls, in version 1 of its typed FFI:
//   attributes  bundle    i64, a key of gq_jax_register
//               function  the name of a function
//   operands    its inputs, in row-major order
//   results     its outputs, then bytes of workspace if it needs any: 255 more
//               than it does, as XLA aligns to less
//
//===----------------------------------------------------------------------===//
#ifndef GRIDQUANT_JAX_HANDLER_H
#define GRIDQUANT_JAX_HANDLER_H

#include "gq/Runtime/gq_runtime.h"

#include "xla/ffi/api/c_api.h"

extern "C" {
/* On CUDA, in two stages: "initialize" loads the bundle and makes the plan,
 * "execute" enqueues the kernels on the stream of the call and does nothing
 * else, so that XLA may capture it. No Python, and no lock of it. */
GQ_API XLA_FFI_Error *gq_jax_cuda(XLA_FFI_CallFrame *frame);
/* On a CPU, where a bundle has nothing to run: says so. */
GQ_API XLA_FFI_Error *gq_jax_cpu(XLA_FFI_CallFrame *frame);
}

#endif // GRIDQUANT_JAX_HANDLER_H
