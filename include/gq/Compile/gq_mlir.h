/*===- gq_mlir.h - the compiler for programs of MLIR's C API ----------------===
 *
 * More of libgq_compiler: dialects, passes and the pipeline as objects of
 * mlir-c. The program and this library must share one libMLIR.so; the functions
 * of mlir-c themselves the program links (MLIRCAPIIR), this library has none.
 * A program that links the static libraries of C++ (GQ::GQCompile) has these
 * dialects already and must not load this library as well.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GQ_COMPILE_GQ_MLIR_H
#define GQ_COMPILE_GQ_MLIR_H

#include "gq/Compile/gq_compiler.h"
#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The dialects by themselves, for mlirDialectHandleLoadDialect and others. */
GQ_COMPILER_API MlirDialectHandle mlirGetDialectHandle__gq__(void);
GQ_COMPILER_API MlirDialectHandle mlirGetDialectHandle__gqgpu__(void);

/* Adds both, the upstream dialects that programs use with them, and the
 * interfaces that passes ask for; what gq_mlir_compile needs. */
GQ_COMPILER_API void gq_mlir_register_dialects(MlirDialectRegistry registry);

/* Registers the passes and pipelines by their names, for the textual form of
 * pass pipelines (mlirOpPassManagerAddPipeline). Once in a process. */
GQ_COMPILER_API void gq_mlir_register_passes(void);

/* Adds passes of the program's to `passes`, which is on builtin.module. */
typedef void (*gq_mlir_extension)(MlirOpPassManager passes, void *user);

/* Calls `extension` wherever a compilation with these options, or a pipeline
 * that is built with them, comes to a stage: a pass by its name ("gq-tile"), or
 * a level of docs/architecture.md: "tensors", "strategy", "tiles", "kernels",
 * "machine" or "bundle". It adds what is to run in front of the stage, or
 * behind it (mlirOpPassManagerAddOwnedPass); stages of a program whose kernels
 * are compiled again come again. `user` belongs to the caller and must live as
 * long as the options. */
GQ_COMPILER_API gq_compiler_status
gq_mlir_options_before(gq_compile_options *options, const char *stage,
                       gq_mlir_extension extension, void *user);
GQ_COMPILER_API gq_compiler_status
gq_mlir_options_after(gq_compile_options *options, const char *stage,
                      gq_mlir_extension extension, void *user);

/* Adds the passes from a program to kernels in the llvm and nvvm dialects,
 * those of "gq-lower-to-nvvm", to a pass manager on builtin.module
 * (mlirPassManagerCreateOnOperation; mlirPassManagerCreate makes one on any
 * op). */
GQ_COMPILER_API gq_compiler_status gq_mlir_build_pipeline(
    MlirOpPassManager manager, const gq_compile_options *options);

/* Compiles a module of any level, which is changed. Its context must have the
 * dialects of gq_mlir_register_dialects. */
GQ_COMPILER_API gq_compiler_status
gq_mlir_compile(MlirModule module, const gq_compile_options *options,
                gq_diagnostic_handler handler, void *user, gq_output **out);

#ifdef __cplusplus
}
#endif

#endif /* GQ_COMPILE_GQ_MLIR_H */
