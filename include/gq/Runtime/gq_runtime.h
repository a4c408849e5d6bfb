/*===- gq_runtime.h - run kernel bundles ------------------------------------===
 *
 * The C interface of libgq_runtime. It needs no compiler and no CUDA toolkit:
 * the driver library is opened when the first bundle is loaded (the environment
 * variable GQ_LIBCUDA names another one).
 *
 *   gq_bundle *bundle;
 *   const gq_function *linear;
 *   gq_bundle_open("linear.gqb", &bundle);
 *   gq_bundle_load(bundle, 0);
 *   gq_bundle_function(bundle, "linear", &linear);
 *   gq_launch(linear, inputs, 2, outputs, 1, workspace, bytes, stream);
 *
 * Every function that can fail returns a status; gq_last_error() then has the
 * reason. A loaded bundle may be used by several threads at the same time. The
 * driver does not survive fork(): in a child of a process that has loaded a
 * bundle every call that needs it is GQ_DRIVER_ERROR.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GQ_RUNTIME_GQ_RUNTIME_H
#define GQ_RUNTIME_GQ_RUNTIME_H

#include "gq/Runtime/dlpack_abi.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define GQ_API __attribute__((visibility("default")))
#else
#define GQ_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when a program built against an older header must be rebuilt. */
#define GQ_RUNTIME_ABI_VERSION 1

typedef enum gq_status {
  GQ_OK = 0,
  GQ_INVALID_ARGUMENT = 1,   /* an operand or parameter; the message names it */
  GQ_INVALID_BUNDLE = 2,     /* not a bundle, damaged, or of a newer version */
  GQ_IO_ERROR = 3,           /* the file cannot be read */
  GQ_NOT_FOUND = 4,          /* no function of that name */
  GQ_NOT_LOADED = 5,         /* gq_bundle_load has not been called */
  GQ_NO_DRIVER = 6,          /* no CUDA driver, or one that is too old */
  GQ_UNSUPPORTED_DEVICE = 7, /* no such device, or one of the wrong kind */
  GQ_DRIVER_ERROR = 8,       /* a driver call failed */
  GQ_OUT_OF_MEMORY = 9,
  GQ_INTERNAL_ERROR = 10,
  GQ_NOT_PLANNED = 11 /* an object is no tensor as those of the plan */
} gq_status;

typedef enum gq_type {
  GQ_BF16 = 0,
  GQ_F16 = 1,
  GQ_F32 = 2,
  GQ_F64 = 3,
  GQ_I8 = 4,
  GQ_I32 = 5,
  GQ_I64 = 6,
  GQ_F8E4M3FN = 7,
  GQ_F8E5M2 = 8,
  GQ_F8E8M0FNU = 9,
  GQ_I16 = 10
} gq_type;

typedef struct gq_bundle gq_bundle;
typedef struct gq_function gq_function;
typedef struct gq_plan gq_plan;
typedef void *gq_stream; /* a CUstream or cudaStream_t; NULL: default stream */

typedef struct gq_tensor_info {
  const char *name;
  gq_type type;
  int32_t rank;
  const int64_t *shape; /* `rank` entries, -1 where it depends on the inputs */
} gq_tensor_info;

/* GQ_RUNTIME_ABI_VERSION of the library. */
GQ_API int gq_abi_version(void);
/* "invalid argument" and so on; never NULL. */
GQ_API const char *gq_status_string(gq_status status);
/* The message of the last failure in this thread; never NULL. It stays valid
 * until the next failure in this thread. */
GQ_API const char *gq_last_error(void);
/* The spelling of a type ("bf16", "f8E4M3FN"); never NULL. */
GQ_API const char *gq_type_name(gq_type type);

/*===- Bundles ----------------------------------------------------------===*/

/* Reads a bundle. Needs no driver: functions can be listed and shapes computed
 * on a machine without a GPU. */
GQ_API gq_status gq_bundle_open(const char *path, gq_bundle **out);
/* The same from memory, which is copied. */
GQ_API gq_status gq_bundle_open_memory(const void *data, size_t size,
                                       gq_bundle **out);
/* Opens a bundle once more, to load it on another device. What was read is not
 * read again and not copied; either bundle may be closed first. */
GQ_API gq_status gq_bundle_share(const gq_bundle *bundle, gq_bundle **out);
/* Loads the constants and the kernels on a device: cubins when they fit it,
 * else PTX, whose compiled form is kept in $GQ_CACHE_DIR,
 * $XDG_CACHE_HOME/gridquant or ~/.cache/gridquant. A context of the device that
 * is current in the calling thread is used, else the primary context. Repeating
 * the call is harmless; one bundle object serves one device, gq_bundle_share
 * gives one for another. Must not run at the same time as other calls with this
 * bundle, nor while a stream is captured: it copies the constants. */
GQ_API gq_status gq_bundle_load(gq_bundle *bundle, int device);
/* Unloads and frees. Launched kernels must have ended. NULL is allowed. */
GQ_API void gq_bundle_close(gq_bundle *bundle);

GQ_API size_t gq_bundle_function_count(const gq_bundle *bundle);
/* Functions belong to the bundle and live as long. */
GQ_API gq_status gq_bundle_function_at(const gq_bundle *bundle, size_t index,
                                       const gq_function **out);
GQ_API gq_status gq_bundle_function(const gq_bundle *bundle, const char *name,
                                    const gq_function **out);

/*===- Functions --------------------------------------------------------===*/

GQ_API const char *gq_function_name(const gq_function *function);
GQ_API size_t gq_function_input_count(const gq_function *function);
GQ_API size_t gq_function_output_count(const gq_function *function);
GQ_API gq_status gq_function_input(const gq_function *function, size_t index,
                                   gq_tensor_info *out);
GQ_API gq_status gq_function_output(const gq_function *function, size_t index,
                                    gq_tensor_info *out);
/* What the program calls input `index` ("x" for %x), as messages do; empty
 * where it does not say or there is no such input, never NULL. Belongs to the
 * bundle. gq_tensor_info has the name that the bundle gives: "arg0". */
GQ_API const char *gq_function_input_label(const gq_function *function,
                                           size_t index);

/* The shape of output `index` for these inputs, of which only shapes and types
 * are looked at. `shape` has room for `capacity` entries, the rank of the
 * output at least. */
GQ_API gq_status gq_function_output_shape(const gq_function *function,
                                          const DLTensor *const *inputs,
                                          size_t input_count, size_t index,
                                          int64_t *shape, size_t capacity);

/* The bytes of workspace a launch with these inputs needs; may be 0. Smaller
 * tensors may need more, where other kernels run. Expressions that depend on
 * the device need a loaded bundle. */
GQ_API gq_status gq_function_workspace_size(const gq_function *function,
                                            const DLTensor *const *inputs,
                                            size_t input_count, size_t *bytes);

/* How many kernels a call of the function launches, if none is empty. */
GQ_API size_t gq_function_launch_count(const gq_function *function);
/* Which kernels a call with these inputs takes: for each launch the number of
 * its variant. `variants` has room for `capacity` entries, as many as launches
 * at least. Shapes and types of the inputs are looked at only; conditions that
 * depend on the device need a loaded bundle. */
GQ_API gq_status gq_function_variants(const gq_function *function,
                                      const DLTensor *const *inputs,
                                      size_t input_count, size_t *variants,
                                      size_t capacity);

/* Enqueues the kernels of a function on `stream`.
 *
 * Tensors are contiguous, row major and aligned to 16 bytes, on the device of
 * the bundle; rows of an input that the program has as gq.pitched may be a
 * multiple of 16 bytes apart. fp8 and E8M0 tensors may be declared as uint8.
 * Results share no memory with one another or with the workspace, nor with a
 * part of an input; a result may be exactly an input where the function adds to
 * that input, and nowhere else, which is not checked. The workspace is aligned
 * to 256 bytes; NULL if none is needed. Everything is validated before the
 * first kernel is enqueued. The call neither allocates nor synchronises, so
 * that it can be captured into a CUDA graph. */
GQ_API gq_status gq_launch(const gq_function *function,
                           const DLTensor *const *inputs, size_t input_count,
                           const DLTensor *const *outputs, size_t output_count,
                           void *workspace, size_t workspace_bytes,
                           gq_stream stream);

/*===- Plans ------------------------------------------------------------===*/

/* Decides once what gq_launch decides in each call: all checks but those of
 * addresses, which kernels run with which grids, where temporaries lie, and
 * all of the tensor maps but addresses. The bundle must be loaded, and outlive
 * the plan.
 *
 * Of `inputs` the shapes, types, strides and devices are looked at, not the
 * data. So it is with `outputs`, unless they are NULL and `output_count` is 0:
 * then results are what gq_function_output_shape says. */
GQ_API gq_status gq_plan_create(const gq_function *function,
                                const DLTensor *const *inputs,
                                size_t input_count,
                                const DLTensor *const *outputs,
                                size_t output_count, gq_plan **out);

/* The bytes of workspace that a launch needs; may be 0. */
GQ_API size_t gq_plan_workspace_size(const gq_plan *plan);

/* gq_launch with tensors of the shapes of the plan, of which only the addresses
 * of the first elements are passed: as many inputs and outputs as the function
 * has, on the device of its bundle, and the workspace of at least
 * gq_plan_workspace_size bytes. Addresses are held against the rules of
 * gq_launch (not NULL, aligned, no overlap); whether there is as much memory is
 * up to the caller.
 *
 * Several threads may launch one plan at the same time, on the same stream or
 * on others. What follows from addresses is made again for those only that were
 * others in the call before. */
GQ_API gq_status gq_plan_launch(gq_plan *plan, void *const *inputs,
                                void *const *outputs, void *workspace,
                                gq_stream stream);

/* How an interpreter shows its tensors, for bindings that pay for each argument
 * that they convert: two functions for a tuple, two of DLPack's exchange API
 * (version 1), and two that let other threads of the interpreter run. In Python
 * these are PyTuple_Size, PyTuple_GetItem, PyEval_SaveThread and
 * PyEval_RestoreThread. */
typedef struct gq_object_api {
  intptr_t (*count)(void *tuple);
  void *(*item)(void *tuple, intptr_t index);
  int (*view)(void *object, DLTensor *out); /* not 0: it is no tensor */
  int (*current_stream)(int32_t device_type, int32_t device_id, void **out);
  void *(*unlock)(void);
  void (*lock)(void *state);
} gq_object_api;

/* For gq_plan_launch_objects; before any launch. The table is copied. */
GQ_API gq_status gq_plan_use_objects(gq_plan *plan, const gq_object_api *api);

/* The stream that the framework works on. */
#define GQ_CURRENT_STREAM ((gq_stream)(intptr_t)-1)

/* gq_plan_launch for a thread that has the lock of the interpreter. `tuple` has
 * the inputs, the results and, unless none is needed, the workspace. Their
 * tensors are held against the plan: GQ_NOT_PLANNED is a call without an
 * effect, for which there may be another plan. An exception that one of the
 * functions has raised is not taken back. The lock is given up for the launch
 * itself, which may wait for the device. */
GQ_API gq_status gq_plan_launch_objects(gq_plan *plan, void *tuple,
                                        gq_stream stream);

/* Launches of the plan must have returned; their kernels may still run. NULL is
 * allowed. */
GQ_API void gq_plan_destroy(gq_plan *plan);

#ifdef __cplusplus
}
#endif

#endif /* GQ_RUNTIME_GQ_RUNTIME_H */
