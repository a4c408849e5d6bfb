//===- Operands.h - tensors checked against a function ----------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_OPERANDS_H
#define GQ_LIB_RUNTIME_OPERANDS_H

#include "Objects.h"
#include "gq/Bundle/Workspace.h"

namespace gridquant::runtime {

constexpr uint64_t operandAlignment = 16;

struct Buffer {
  char *data;
  uint64_t bytes;
};

/// What a launch knows about its operands. Lives on the stack and is filled
/// step by step; large, so that it is not cleared.
struct Binding {
  const gq_function &function;
  int64_t slots[limits::slots];
  Buffer buffers[limits::tensors]; // in the order of Param::buffer
  uint64_t workspaceBytes;
  /// Of each launch, once chooseVariants() has chosen.
  size_t variants[limits::launches];

  explicit Binding(const gq_function &function);

  /// Evaluates, and on a fault reports it as of `what`.
  gq_status evaluate(ExprRef ref, const char *what, int64_t &out) const {
    const ExprValue result = function.spec->exprs.evaluate(ref, slots);
    out = result.value;
    return result.fault == ExprFault::None ? GQ_OK
                                           : report(ref, what, result.fault);
  }

private:
  gq_status report(ExprRef ref, const char *what, ExprFault fault) const;
};

/// Launches need a device.
gq_status checkLoaded(const gq_function &function);

/// A query looks at shapes and types only, a plan at all but the addresses.
enum class Purpose { Query, Plan, Launch };

/// Checks inputs, computes the shapes of outputs into the slots, runs the
/// checks of the function.
gq_status bindInputs(Binding &binding, const DLTensor *const *inputs,
                     size_t count, Purpose purpose);

/// Needs bound inputs.
gq_status bindOutputs(Binding &binding, const DLTensor *const *outputs,
                      size_t count, Purpose purpose);

/// Needs bound inputs. The sizes of outputs of which there are no tensors yet.
gq_status sizeOutputs(Binding &binding);

/// Computes the extents of an output or temporary.
gq_status evaluateShape(const Binding &binding, const DerivedTensor &tensor,
                        int64_t *shape);

/// Far below the range of the type, so that a sum of as many as there can be,
/// each rounded up, cannot wrap.
gq_status sizeInBytes(const Function &spec, const char *role,
                      const DerivedTensor &tensor, const int64_t *shape,
                      uint64_t &bytes);

/// Needs a loaded bundle.
void bindConstants(Binding &binding);

/// Refuses memory that is written and used otherwise too: results and the
/// workspace share none with one another, and with inputs only a result that is
/// exactly one of them and is not constant, which is read before a launch in
/// front has completed. `buffers` are the inputs and the outputs.
gq_status checkOverlap(const Function &spec, const Buffer *buffers,
                       Buffer workspace);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_OPERANDS_H
