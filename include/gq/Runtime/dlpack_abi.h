/*===- dlpack_abi.h - the tensor structure of DLPack ------------------------===
 *
 * The part of the public DLPack v1 layout that the runtime uses. If the real
 * <dlpack/dlpack.h> was included before, its definitions are used; include it
 * first when you need both.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GQ_RUNTIME_DLPACK_ABI_H
#define GQ_RUNTIME_DLPACK_ABI_H

#ifndef DLPACK_DLPACK_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* device_type: 2 is CUDA, 13 CUDA managed memory. An enum in DLPack. */
typedef struct DLDevice {
  int32_t device_type;
  int32_t device_id;
} DLDevice;

/* code: 0 int, 1 uint, 2 float, 4 bfloat, 10 float8_e4m3fn, 12 float8_e5m2. */
typedef struct DLDataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} DLDataType;

typedef struct DLTensor {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides; /* in elements; NULL: contiguous, row major */
  uint64_t byte_offset;
} DLTensor;

#ifdef __cplusplus
}
#endif

#endif /* DLPACK_DLPACK_H_ */

#endif /* GQ_RUNTIME_DLPACK_ABI_H */
