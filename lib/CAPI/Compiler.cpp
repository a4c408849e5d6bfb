//===- Compiler.cpp - gq_compiler.h and gq_mlir.h -------------------------===//
#include "Objects.h"
#include "gq/Compile/gq_mlir.h"
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/InitAll.h"
#include "gq/Pipelines/Pipelines.h"
#include "gq/Support/Version.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Pass.h"
#include "mlir/CAPI/Registration.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::gq;

int gq_compiler_abi_version(void) { return GQ_COMPILER_ABI_VERSION; }

const char *gq_compiler_version(void) { return gridquant::versionText(); }

const char *gq_compiler_status_string(gq_compiler_status status) {
  switch (status) {
  case GQ_COMPILER_OK:
    return "ok";
  case GQ_COMPILER_INVALID_ARGUMENT:
    return "invalid argument";
  case GQ_COMPILER_INVALID_PROGRAM:
    return "invalid program";
  case GQ_COMPILER_REFUSED:
    return "refused";
  }
  return "unknown status";
}

static gq_compiler_status compileModule(ModuleOp module,
                                        const gq_compile_options *options,
                                        const capi::Diagnostics &diagnostics,
                                        gq_output **out) {
  const gq_compile_options defaults;
  const gq_compile_options &used = options ? *options : defaults;
  FailureOr<std::string> bytes = gq::compile(module, used.emit, used.compile);
  if (failed(bytes))
    return diagnostics.fail(GQ_COMPILER_REFUSED);
  *out = new gq_output{std::move(*bytes)};
  return GQ_COMPILER_OK;
}

gq_compiler_status gq_compile(const char *text, size_t size, const char *name,
                              const gq_compile_options *options,
                              gq_diagnostic_handler handler, void *user,
                              gq_output **out) {
  if (!out)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      "place for the output is null");
  *out = nullptr;
  if (!text || !name)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      text ? "name of the program is null"
                           : "text of the program is null");
  DialectRegistry registry;
  gq::registerAllDialects(registry);
  // A thread pool takes longer to start than the passes take to run.
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  capi::Diagnostics diagnostics(&context, handler, user);
  OwningOpRef<ModuleOp> module =
      parseProgram(context, StringRef(text, size), name);
  if (!module)
    return diagnostics.fail(GQ_COMPILER_INVALID_PROGRAM);
  return compileModule(*module, options, diagnostics, out);
}

const void *gq_output_data(const gq_output *output) {
  return output ? output->bytes.data() : nullptr;
}

size_t gq_output_size(const gq_output *output) {
  return output ? output->bytes.size() : 0;
}

void gq_output_destroy(gq_output *output) { delete output; }

//===----------------------------------------------------------------------===//
// gq_mlir.h
//===----------------------------------------------------------------------===//

MLIR_DEFINE_CAPI_DIALECT_REGISTRATION(GQ, gq, mlir::gq::GQDialect)
MLIR_DEFINE_CAPI_DIALECT_REGISTRATION(GQGPU, gqgpu, mlir::gqgpu::GQGPUDialect)

void gq_mlir_register_dialects(MlirDialectRegistry registry) {
  gq::registerAllDialects(*unwrap(registry));
}

void gq_mlir_register_passes(void) {
  gq::registerAllPasses();
  gq::registerAllPipelines();
}

static gq_compiler_status
extend(gq_compile_options *options, const char *stage,
       gq_mlir_extension extension, void *user,
       LogicalResult (PipelineExtensions::*at)(StringRef,
                                               PipelineExtensions::Callback)) {
  if (!options || !stage || !extension)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      !options ? "options are null"
                      : !stage ? "name of the stage is null"
                               : "function that adds passes is null");
  if (succeeded(
          (options->compile.extensions.*at)(stage, [=](OpPassManager &passes) {
            extension(wrap(&passes), user);
          })))
    return GQ_COMPILER_OK;
  return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                    llvm::Twine("no stage '") + stage + "', expects one of " +
                        llvm::join(PipelineExtensions::getStages(), ", "));
}

gq_compiler_status gq_mlir_options_before(gq_compile_options *options,
                                          const char *stage,
                                          gq_mlir_extension extension,
                                          void *user) {
  return extend(options, stage, extension, user, &PipelineExtensions::before);
}

gq_compiler_status gq_mlir_options_after(gq_compile_options *options,
                                         const char *stage,
                                         gq_mlir_extension extension,
                                         void *user) {
  return extend(options, stage, extension, user, &PipelineExtensions::after);
}

gq_compiler_status gq_mlir_build_pipeline(MlirOpPassManager manager,
                                          const gq_compile_options *options) {
  OpPassManager *passes = unwrap(manager);
  if (!passes)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT, "pass manager is null");
  if (passes->getOpAnchorName() != ModuleOp::getOperationName())
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      "pass manager is on " + passes->getOpAnchorName() +
                          ", builtin.module is needed");
  GQToNVVMOptions pipeline;
  setPipelineOptions(pipeline, options ? options->compile : CompileOptions());
  gq::buildGQToNVVMPipeline(*passes, pipeline);
  return GQ_COMPILER_OK;
}

gq_compiler_status gq_mlir_compile(MlirModule module,
                                   const gq_compile_options *options,
                                   gq_diagnostic_handler handler, void *user,
                                   gq_output **out) {
  if (!out)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      "place for the output is null");
  *out = nullptr;
  if (!module.ptr)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT, "module is null");
  capi::Diagnostics diagnostics(unwrap(module).getContext(), handler, user);
  return compileModule(unwrap(module), options, diagnostics, out);
}
