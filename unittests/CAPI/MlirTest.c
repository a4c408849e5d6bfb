/*===- MlirTest.c - with MLIR's own C interface --------------------------===*/
#include "Check.h"
#include "gq/Compile/gq_mlir.h"

static void print_nothing(MlirStringRef text, void *user) {
  *(size_t *)user += text.length;
}

int main(void) {
  MlirDialectHandle handle = mlirGetDialectHandle__gq__();
  CHECK(mlirStringRefEqual(mlirDialectHandleGetNamespace(handle),
                           mlirStringRefCreateFromCString("gq")));
  CHECK(mlirStringRefEqual(
      mlirDialectHandleGetNamespace(mlirGetDialectHandle__gqgpu__()),
      mlirStringRefCreateFromCString("gqgpu")));

  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  gq_mlir_register_dialects(registry);
  MlirContext context = mlirContextCreateWithRegistry(registry, false);
  mlirContextLoadAllAvailableDialects(context);

  /* A module to a bundle. */
  MlirModule module =
      mlirModuleCreateParse(context, mlirStringRefCreateFromCString(quantize));
  CHECK(!mlirModuleIsNull(module));
  seen all = {0};
  gq_output *bundle = NULL;
  CHECK(gq_mlir_compile(module, NULL, see, &all, &bundle) == GQ_COMPILER_OK);
  CHECK(gq_output_size(bundle) > 1000);
  gq_output_destroy(bundle);
  mlirModuleDestroy(module);

  /* What is refused is a diagnostic of the context. */
  module =
      mlirModuleCreateParse(context, mlirStringRefCreateFromCString(quantize));
  gq_compile_options *options = gq_compile_options_create();
  CHECK(gq_compile_options_set(options, "target", "sm_80") == GQ_COMPILER_OK);
  memset(&all, 0, sizeof all);
  CHECK(gq_mlir_compile(module, options, see, &all, &bundle) ==
        GQ_COMPILER_REFUSED);
  CHECK(!bundle && all.count >= 1 && all.severity[0] == GQ_SEVERITY_ERROR);
  CHECK(strstr(all.message[0], "unknown target 'sm_80'"));
  gq_compile_options_destroy(options);
  mlirModuleDestroy(module);

  /* The pipeline in a pass manager of the program, and by its name. */
  gq_mlir_register_passes();
  for (int named = 0; named < 2; ++named) {
    module = mlirModuleCreateParse(context,
                                   mlirStringRefCreateFromCString(quantize));
    MlirPassManager manager = mlirPassManagerCreateOnOperation(
        context, mlirStringRefCreateFromCString("builtin.module"));
    MlirOpPassManager passes = mlirPassManagerGetAsOpPassManager(manager);
    size_t printed = 0;
    if (named)
      CHECK(mlirLogicalResultIsSuccess(mlirOpPassManagerAddPipeline(
          passes, mlirStringRefCreateFromCString("gq-lower-to-nvvm"),
          print_nothing, &printed)));
    else
      CHECK(gq_mlir_build_pipeline(passes, NULL) == GQ_COMPILER_OK);
    CHECK(mlirLogicalResultIsSuccess(
        mlirPassManagerRunOnOp(manager, mlirModuleGetOperation(module))));
    mlirPassManagerDestroy(manager);
    CHECK(gq_mlir_compile(module, NULL, NULL, NULL, &bundle) ==
          GQ_COMPILER_OK); /* from where the pipeline ends */
    gq_output_destroy(bundle);
    mlirModuleDestroy(module);
  }

  MlirPassManager functions = mlirPassManagerCreateOnOperation(
      context, mlirStringRefCreateFromCString("func.func"));
  CHECK(gq_mlir_build_pipeline(mlirPassManagerGetAsOpPassManager(functions),
                               NULL) == GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(),
             "pass manager is on func.func, builtin.module is needed");
  mlirPassManagerDestroy(functions);
  module.ptr = NULL;
  CHECK(gq_mlir_compile(module, NULL, NULL, NULL, &bundle) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "module is null");

  mlirContextDestroy(context);
  mlirDialectRegistryDestroy(registry);
  return 0;
}
