/*===- CHeaderTest.c - the public headers are C, and stay -----------------===*/
#include "gq/Runtime/gq_device.h"
#include "gq/Runtime/gq_runtime.h"

#include <string.h>

/* What programs were compiled with: layouts and numbers of ABI version 1. */
_Static_assert(GQ_RUNTIME_ABI_VERSION == 1, "give the new layouts below");
_Static_assert(sizeof(gq_tensor_info) == 24 &&
                   offsetof(gq_tensor_info, name) == 0 &&
                   offsetof(gq_tensor_info, type) == 8 &&
                   offsetof(gq_tensor_info, rank) == 12 &&
                   offsetof(gq_tensor_info, shape) == 16,
               "layout of gq_tensor_info");
_Static_assert(sizeof(DLTensor) == 48 && offsetof(DLTensor, ndim) == 16 &&
                   offsetof(DLTensor, dtype) == 20 &&
                   offsetof(DLTensor, shape) == 24 &&
                   offsetof(DLTensor, byte_offset) == 40,
               "layout of DLTensor");
_Static_assert(GQ_INVALID_ARGUMENT == 1 && GQ_INVALID_BUNDLE == 2 &&
                   GQ_IO_ERROR == 3 && GQ_NOT_FOUND == 4 &&
                   GQ_NOT_LOADED == 5 && GQ_NO_DRIVER == 6 &&
                   GQ_UNSUPPORTED_DEVICE == 7 && GQ_DRIVER_ERROR == 8 &&
                   GQ_OUT_OF_MEMORY == 9 && GQ_INTERNAL_ERROR == 10,
               "numbers of gq_status");
_Static_assert(GQ_BF16 == 0 && GQ_F16 == 1 && GQ_F32 == 2 && GQ_F64 == 3 &&
                   GQ_I8 == 4 && GQ_I32 == 5 && GQ_I64 == 6 &&
                   GQ_F8E4M3FN == 7 && GQ_F8E5M2 == 8 && GQ_F8E8M0FNU == 9 &&
                   GQ_I16 == 10,
               "numbers of gq_type");

int main(void) {
  gq_bundle *bundle = NULL;
  if (gq_abi_version() != GQ_RUNTIME_ABI_VERSION)
    return 1;
  if (gq_bundle_open_memory("abc", 3, &bundle) != GQ_INVALID_BUNDLE || bundle)
    return 2;
  if (strcmp(gq_last_error(),
             "not a gridquant bundle: the magic number does not match") != 0)
    return 3;
  return 0;
}
