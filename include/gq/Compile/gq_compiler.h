/*===- gq_compiler.h - compile programs from C ------------------------------===
 *
 * The C interface of libgq_compiler: MLIR text (or bytecode) in, what the
 * runtime loads (gq_runtime.h) out, in memory. Nothing of MLIR shows; programs
 * that use MLIR's own C interface find more in gq_mlir.h.
 *
 *   gq_output *bundle;
 *   if (gq_compile(text, size, "linear.mlir", NULL, print, stderr, &bundle))
 *     return 1;
 *   gq_bundle_open_memory(gq_output_data(bundle), gq_output_size(bundle), ...);
 *   gq_output_destroy(bundle);
 *
 * Every function that can fail returns a status; gq_compiler_last_error() then
 * has the reason. Any number of threads may compile at the same time; an object
 * of options is read by a compilation and not changed. Running out of memory
 * ends the process, as everywhere in LLVM.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GQ_COMPILE_GQ_COMPILER_H
#define GQ_COMPILE_GQ_COMPILER_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define GQ_COMPILER_API __attribute__((visibility("default")))
#else
#define GQ_COMPILER_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when a program built against an older header must be rebuilt. */
#define GQ_COMPILER_ABI_VERSION 1

typedef enum gq_compiler_status {
  GQ_COMPILER_OK = 0,
  GQ_COMPILER_INVALID_ARGUMENT = 1, /* a parameter, or the name or value of an
                                       option; no diagnostic */
  GQ_COMPILER_INVALID_PROGRAM = 2,  /* does not parse, or breaks a rule of an op
                                       of its own; diagnostics say where */
  GQ_COMPILER_REFUSED = 3           /* a program that this compiler has no
                                       kernels for, or that failed on the way;
                                       diagnostics say where */
} gq_compiler_status;

typedef enum gq_severity {
  GQ_SEVERITY_NOTE = 0, /* belongs to the diagnostic before it */
  GQ_SEVERITY_WARNING = 1,
  GQ_SEVERITY_ERROR = 2,
  GQ_SEVERITY_REMARK = 3
} gq_severity;

/* Fields may be added behind these. */
typedef struct gq_diagnostic {
  gq_severity severity;
  const char *file; /* never NULL; empty where the place is not known */
  uint32_t line;    /* from 1; 0 where the place is not known */
  uint32_t column;  /* from 1, in bytes */
  const char *message;
} gq_diagnostic;

/* Called in the thread that compiles, in order; the diagnostic is valid during
 * the call. Must not call gq_compile with the same MLIR context. */
typedef void (*gq_diagnostic_handler)(const gq_diagnostic *diagnostic,
                                      void *user);

typedef struct gq_compile_options gq_compile_options;
typedef struct gq_output gq_output;

/* GQ_COMPILER_ABI_VERSION of the library. */
GQ_COMPILER_API int gq_compiler_abi_version(void);
/* "gridquant 0.1.0 (0123456789ab)"; never NULL. */
GQ_COMPILER_API const char *gq_compiler_version(void);
/* "invalid argument" and so on; never NULL. */
GQ_COMPILER_API const char *
gq_compiler_status_string(gq_compiler_status status);
/* The reason of the last failure in this thread, of a compilation its first
 * error as "file:line:column: message"; never NULL. It stays valid until the
 * next failure in this thread. */
GQ_COMPILER_API const char *gq_compiler_last_error(void);

/*===- Options ----------------------------------------------------------===*/

/* What gq-compile does without an option; freed by the destroy function. */
GQ_COMPILER_API gq_compile_options *gq_compile_options_create(void);
GQ_COMPILER_API void gq_compile_options_destroy(gq_compile_options *options);
/* Sets an option of gq-compile, by its name without the dashes, to a value as
 * on the command line: "emit" ("bundle", "ptx", "cubin", "llvm" or "nvvm"),
 * "target" ("h200"), "max-variants" ("4"), "batch-invariant" ("true"),
 * "coarsen-scales" ("128"), "dependent-launch", "tuned" (a file), "schedule",
 * "ptxas" (a file), "allow-spills" and "opt-level" ("none", "light", "O2" or
 * "O3"). What a value must be for the program, a target that exists say, is
 * found out when it is compiled. */
GQ_COMPILER_API gq_compiler_status gq_compile_options_set(
    gq_compile_options *options, const char *name, const char *value);

/*===- Compilation ------------------------------------------------------===*/

/* Compiles `size` bytes of MLIR. `name` stands in locations; `options` and
 * `handler` may be NULL. `*out` is NULL after a failure. */
GQ_COMPILER_API gq_compiler_status gq_compile(const char *text, size_t size,
                                              const char *name,
                                              const gq_compile_options *options,
                                              gq_diagnostic_handler handler,
                                              void *user, gq_output **out);

/* The bytes, which belong to the output; of a text without a zero at its end.
 */
GQ_COMPILER_API const void *gq_output_data(const gq_output *output);
GQ_COMPILER_API size_t gq_output_size(const gq_output *output);
/* NULL is allowed. */
GQ_COMPILER_API void gq_output_destroy(gq_output *output);

#ifdef __cplusplus
}
#endif

#endif /* GQ_COMPILE_GQ_COMPILER_H */
