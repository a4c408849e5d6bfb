//===- TensorCheck.h - one DLPack tensor against its description ----------===//
#ifndef GQ_LIB_RUNTIME_TENSORCHECK_H
#define GQ_LIB_RUNTIME_TENSORCHECK_H

#include "LastError.h"
#include "gq/Support/ElementType.h"

namespace gridquant::runtime {

/// What a tensor must be.
struct TensorRequirement {
  const char *role; // "operand" or "result"
  const char *name;
  ElementType type;
  const int64_t *shape; // -1: any extent
  size_t rank;
  bool pitched = false; // a matrix that may have gaps between rows
  int64_t pitch = -1;   // of a plan, the elements to the next row; -1: any
};

/// Type, rank and extents.
gq_status checkShape(const TensorRequirement &need, const DLTensor *tensor);

/// Device and strides. Needs a checked shape; gives the size.
gq_status checkStorage(const TensorRequirement &need, const DLTensor &tensor,
                       int device, uint64_t &bytes);

/// Elements from a row to the next. Needs checked storage.
int64_t rowPitch(const DLTensor &matrix);

/// Where a tensor that is not empty lies. `name` and `role` are for messages.
gq_status checkAddress(const char *role, const char *name, const void *data);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_TENSORCHECK_H
