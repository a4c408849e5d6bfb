/*===- CHeaderTest.c - the public headers are C
 * ------------------------------===*/
#include "gq/Runtime/gq_device.h"
#include "gq/Runtime/gq_runtime.h"

#include <string.h>

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
