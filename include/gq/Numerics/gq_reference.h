/*===- gq_reference.h - C interface of the reference numerics -----*- C -*-===*\
|*                                                                            *|
|* The reference for quantisation and scaled matmul as plain C functions on   *|
|* memory of the caller. gq/Numerics/Quantize.h and ScaledMatmul.h define     *|
|* what is computed; the names of types are those of MLIR ("bf16",            *|
|* "f8E4M3FN", ...).                                                          *|
|*                                                                            *|
|* Every function returns 0 on success. On failure it returns 1 and           *|
|* gq_ref_last_error() says why; outputs are untouched unless memory ran out  *|
|* half way. threads = 0 stands for one thread per processor. All matrices    *|
|* are row-major and contiguous.                                              *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef GQ_NUMERICS_GQ_REFERENCE_H
#define GQ_NUMERICS_GQ_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define GQ_REF_API
#elif defined(GQ_REF_BUILDING)
#define GQ_REF_API __attribute__((visibility("default")))
#else
#define GQ_REF_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when a program built against an older header must be rebuilt. */
#define GQ_REFERENCE_ABI_VERSION 1

/* Flags. */
#define GQ_REF_TRANSPOSED_SCALES 1u   /* scales stored column-major */
#define GQ_REF_POWER_OF_TWO_SCALES 2u /* round scales up to powers of two */
#define GQ_REF_DIVIDE 4u              /* x / scale, not x * (1 / scale) */
#define GQ_REF_BF16_SCALES 8u         /* round scales to what bf16 holds */

/* The message of the last failure on this thread; "" if there was none. Valid
   until the next call on this thread. */
GQ_REF_API const char *gq_ref_last_error(void);

/* The shape of the scales of a rows x cols matrix. */
GQ_REF_API int gq_ref_scale_shape(int64_t rows, int64_t cols,
                                  int64_t block_rows, int64_t block_cols,
                                  int64_t *scale_rows, int64_t *scale_cols);

/* x: bf16, f16 or f32. q: f8E4M3FN, f8E5M2 or i8. */
GQ_REF_API int gq_ref_quantize(const void *x, const char *x_type, int64_t rows,
                               int64_t cols, int64_t block_rows,
                               int64_t block_cols, const char *q_type,
                               unsigned flags, float amax_floor, void *q,
                               float *scales, unsigned threads);

/* The two halves of quantisation: amax per block, and the cast by given
   scales. Of the flags, only GQ_REF_TRANSPOSED_SCALES applies. */
GQ_REF_API int gq_ref_block_absmax(const void *x, const char *x_type,
                                   int64_t rows, int64_t cols,
                                   int64_t block_rows, int64_t block_cols,
                                   unsigned flags, float *amax,
                                   unsigned threads);
GQ_REF_API int gq_ref_scaled_cast(const void *x, const char *x_type,
                                  int64_t rows, int64_t cols,
                                  int64_t block_rows, int64_t block_cols,
                                  unsigned flags, const float *scales,
                                  const char *q_type, void *q,
                                  unsigned threads);

/* x: bf16, f16 or f32. */
GQ_REF_API int gq_ref_dequantize(const void *q, const char *q_type,
                                 int64_t rows, int64_t cols, int64_t block_rows,
                                 int64_t block_cols, unsigned flags,
                                 const float *scales, const char *x_type,
                                 void *x, unsigned threads);

typedef struct gq_ref_operand {
  const void *data;
  const char *type;
  int64_t block_rows;  /* along M or N */
  int64_t block_cols;  /* along K */
  unsigned flags;      /* GQ_REF_TRANSPOSED_SCALES */
  const float *scales; /* NULL: all ones */
} gq_ref_operand;

typedef struct gq_ref_matmul_args {
  size_t struct_size;  /* sizeof(gq_ref_matmul_args) */
  gq_ref_operand a, b; /* [m, k] and [n, k] */
  int64_t m, n, k;
  int64_t origin_m, origin_n, origin_k;
  const char *accumulation; /* "f64" or "f32" */
  int64_t promote;          /* f32 only; 0: the default, 128 */
  const char *output_type;  /* "f64" or "f32": type of the next three */
  void *d;
  const void *init; /* NULL: zeros; may be d */
  void *sum_abs;    /* NULL: not wanted */
  unsigned threads;
} gq_ref_matmul_args;

GQ_REF_API int gq_ref_scaled_matmul(const gq_ref_matmul_args *args);

/* Converts count elements between any two types, by way of f32. */
GQ_REF_API int gq_ref_convert(const void *from, const char *from_type,
                              int64_t count, const char *to_type, void *to);

/* Seeded data; distribution is "normal", "outliers", "zeros", "special",
   "pow2", "uniform" or "codes". p0 and p1 are mean and deviation, or the bounds
   of "uniform". */
GQ_REF_API int gq_ref_generate(const char *distribution, uint64_t seed,
                               double p0, double p1, const char *type,
                               int64_t count, void *data, unsigned threads);

#ifdef __cplusplus
}
#endif

#endif /* GQ_NUMERICS_GQ_REFERENCE_H */
