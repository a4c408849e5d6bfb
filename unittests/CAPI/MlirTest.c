/*===- MlirTest.c - with MLIR's own C interface --------------------------===*/
#include "Check.h"
#include "gq/Compile/gq_mlir.h"

static void print_nothing(MlirStringRef text, void *user) {
  *(size_t *)user += text.length;
}

/* Passes of this program between those of the compiler: each counts the ops of
 * a name that it finds. */
typedef struct counter {
  const char *op;
  int runs, found;
} counter;

static MlirWalkResult count_op(MlirOperation op, void *user) {
  counter *all = user;
  all->found += mlirStringRefEqual(mlirIdentifierStr(mlirOperationGetName(op)),
                                   mlirStringRefCreateFromCString(all->op));
  return MlirWalkResultAdvance;
}

static void ignore(void *user) { (void)user; }
static void *same(void *user) { return user; }

static void count_ops(MlirOperation op, MlirExternalPass pass, void *user) {
  (void)pass;
  ++((counter *)user)->runs;
  mlirOperationWalk(op, count_op, user, MlirWalkPreOrder);
}

static void add_counter(MlirOpPassManager passes, void *user) {
  MlirExternalPassCallbacks callbacks = {ignore, ignore, NULL, same, count_ops};
  mlirOpPassManagerAddOwnedPass(
      passes,
      mlirCreateExternalPass(mlirTypeIDCreate(user),
                             mlirStringRefCreateFromCString("count"),
                             mlirStringRefCreateFromCString("count"),
                             mlirStringRefCreateFromCString("counts ops"),
                             mlirStringRefCreateFromCString("builtin.module"),
                             0, NULL, callbacks, user));
}

static void test_extensions(MlirContext context) {
  /* mlirTypeIDCreate wants 8 bytes of alignment. */
  static _Alignas(8) counter tensors = {"gq.quantize", 0, 0},
                             kernels = {"gqgpu.kernel", 0, 0},
                             none = {"gq.quantize", 0, 0};
  gq_compile_options *options = gq_compile_options_create();
  CHECK(gq_mlir_options_before(options, "gq-select-config", add_counter,
                               &tensors) == GQ_COMPILER_OK);
  CHECK(gq_mlir_options_after(options, "kernels", add_counter, &kernels) ==
        GQ_COMPILER_OK);
  CHECK(gq_mlir_options_after(options, "bundle", add_counter, &none) ==
        GQ_COMPILER_OK);
  MlirModule module =
      mlirModuleCreateParse(context, mlirStringRefCreateFromCString(quantize));
  gq_output *bundle = NULL;
  CHECK(gq_mlir_compile(module, options, NULL, NULL, &bundle) ==
        GQ_COMPILER_OK);
  gq_output_destroy(bundle);
  mlirModuleDestroy(module);
  CHECK(tensors.runs == 1 && tensors.found == 1);
  CHECK(kernels.runs == 1 && kernels.found >= 1);
  CHECK(none.runs == 1 && none.found == 0);

  /* Of a program in text, too, whose context is none of this program's. */
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", options, NULL, NULL,
                   &bundle) == GQ_COMPILER_OK);
  gq_output_destroy(bundle);
  CHECK(tensors.runs == 2 && tensors.found == 2);

  CHECK(gq_mlir_options_after(options, "gq-title", add_counter, &none) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  const char *expected = "no stage 'gq-title', expects one of tensors, "
                         "strategy, tiles, kernels, machine, bundle, "
                         "gq-flatten, ";
  CHECK(!strncmp(gq_compiler_last_error(), expected, strlen(expected)));
  CHECK(gq_mlir_options_before(NULL, "tiles", add_counter, &none) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "options are null");
  CHECK(gq_mlir_options_before(options, NULL, add_counter, &none) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "name of the stage is null");
  CHECK(gq_mlir_options_before(options, "tiles", NULL, &none) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "function that adds passes is null");
  gq_compile_options_destroy(options);
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

  test_extensions(context);

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
