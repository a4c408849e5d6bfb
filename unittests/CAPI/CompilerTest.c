/*===- CompilerTest.c - compile from C, in memory ------------------------===*/
#include "Check.h"
#include "gq/Runtime/gq_runtime.h"

#include <pthread.h>

/* What programs were compiled with: layouts and numbers of ABI version 1. */
_Static_assert(GQ_COMPILER_ABI_VERSION == 1, "give the new layouts below");
_Static_assert(offsetof(gq_diagnostic, severity) == 0 &&
                   offsetof(gq_diagnostic, file) == 8 &&
                   offsetof(gq_diagnostic, line) == 16 &&
                   offsetof(gq_diagnostic, column) == 20 &&
                   offsetof(gq_diagnostic, message) == 24,
               "layout of gq_diagnostic");
_Static_assert(GQ_COMPILER_INVALID_ARGUMENT == 1 &&
                   GQ_COMPILER_INVALID_PROGRAM == 2 && GQ_COMPILER_REFUSED == 3,
               "numbers of gq_compiler_status");

/* The output as a string, for searching. */
static char *text_of(const gq_output *output) {
  size_t size = gq_output_size(output);
  char *text = calloc(size + 1, 1);
  CHECK(text);
  memcpy(text, gq_output_data(output), size);
  return text;
}

static void bundle_opens(void) {
  seen all = {0};
  gq_output *bundle = NULL;
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", NULL, see, &all,
                   &bundle) == GQ_COMPILER_OK);
  for (int i = 0; i < all.count; ++i) /* that there is no ptxas, perhaps */
    CHECK(all.severity[i] == GQ_SEVERITY_REMARK);
  gq_bundle *opened = NULL;
  const gq_function *function = NULL;
  CHECK(gq_bundle_open_memory(gq_output_data(bundle), gq_output_size(bundle),
                              &opened) == GQ_OK);
  gq_output_destroy(bundle);
  CHECK(gq_bundle_function(opened, "quantize", &function) == GQ_OK);
  CHECK_TEXT(gq_function_input_label(function, 0), "x");
  CHECK(gq_function_output_count(function) == 2);
  gq_bundle_close(opened);
}

static void options_are_those_of_the_tool(void) {
  gq_compile_options *options = gq_compile_options_create();
  CHECK(gq_compile_options_set(options, "emit", "ptx") == GQ_COMPILER_OK);
  CHECK(gq_compile_options_set(options, "opt-level", "none") == GQ_COMPILER_OK);
  CHECK(gq_compile_options_set(options, "allow-spills", "true") ==
        GQ_COMPILER_OK);
  gq_output *ptx = NULL;
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", options, NULL, NULL,
                   &ptx) == GQ_COMPILER_OK);
  char *text = text_of(ptx);
  CHECK(strstr(text, ".visible .entry quantize_quantize("));
  free(text);
  gq_output_destroy(ptx);

  CHECK(gq_compile_options_set(options, "emit", "nvvm") == GQ_COMPILER_OK);
  CHECK(gq_compile_options_set(options, "target", "h20") == GQ_COMPILER_OK);
  gq_output *nvvm = NULL;
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", options, NULL, NULL,
                   &nvvm) == GQ_COMPILER_OK);
  text = text_of(nvvm);
  CHECK(strstr(text, "#gq.target<h20"));
  free(text);
  gq_output_destroy(nvvm);

  CHECK(gq_compile_options_set(options, "emit", "obj") ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "option emit: expects bundle, ptx, "
                                       "cubin, llvm or nvvm, got 'obj'");
  CHECK(gq_compile_options_set(options, "max-variants", "few") ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(),
             "option max-variants: expects a number, got 'few'");
  CHECK(gq_compile_options_set(options, "batch-invariant", "1") ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(),
             "option batch-invariant: expects true or false, got '1'");
  CHECK(gq_compile_options_set(options, "--emit", "ptx") ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK(strstr(gq_compiler_last_error(), "no option '--emit', expects emit, "));
  CHECK(gq_compile_options_set(options, "emit", NULL) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK(gq_compile_options_set(NULL, "emit", "ptx") ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "options are null");
  gq_compile_options_destroy(options);
  gq_compile_options_destroy(NULL);
}

static void diagnostics_have_place_and_words(void) {
  static const char syntax[] = "func.func @f() {\n  gq.frobnicate\n}\n";
  seen all = {0};
  gq_output *output = (gq_output *)&all;
  CHECK(gq_compile(syntax, strlen(syntax), "bad.mlir", NULL, see, &all,
                   &output) == GQ_COMPILER_INVALID_PROGRAM);
  CHECK(!output);
  CHECK(all.count >= 1);
  CHECK(all.severity[0] == GQ_SEVERITY_ERROR);
  CHECK_TEXT(all.file[0], "bad.mlir");
  CHECK(all.line[0] == 2 && all.column[0] == 3);
  CHECK(strstr(gq_compiler_last_error(), "bad.mlir:2:3: "));
  CHECK(strstr(gq_compiler_last_error(), all.message[0]));

  /* A note follows what it belongs to. */
  static const char twice[] = "func.func private @f()\nfunc.func private @f()";
  memset(&all, 0, sizeof all);
  CHECK(gq_compile(twice, strlen(twice), "twice.mlir", NULL, see, &all,
                   &output) == GQ_COMPILER_INVALID_PROGRAM);
  CHECK(all.count == 2);
  CHECK(all.severity[0] == GQ_SEVERITY_ERROR && all.line[0] == 2);
  CHECK(all.severity[1] == GQ_SEVERITY_NOTE && all.line[1] == 1);

  /* What parses and has no kernels. */
  gq_compile_options *options = gq_compile_options_create();
  CHECK(gq_compile_options_set(options, "target", "sm_80") == GQ_COMPILER_OK);
  memset(&all, 0, sizeof all);
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", options, see, &all,
                   &output) == GQ_COMPILER_REFUSED);
  CHECK(!output);
  CHECK(all.count == 1);
  CHECK(strstr(all.message[0], "unknown target 'sm_80', expects h100"));
  /* Without a handler the reason is there all the same. */
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", options, NULL, NULL,
                   &output) == GQ_COMPILER_REFUSED);
  CHECK(strstr(gq_compiler_last_error(), "unknown target 'sm_80'"));
  gq_compile_options_destroy(options);
}

static void null_is_refused(void) {
  gq_output *output = NULL;
  CHECK(gq_compile(NULL, 0, "f", NULL, NULL, NULL, &output) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK_TEXT(gq_compiler_last_error(), "text of the program is null");
  CHECK(gq_compile("", 0, NULL, NULL, NULL, NULL, &output) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK(gq_compile("", 0, "f", NULL, NULL, NULL, NULL) ==
        GQ_COMPILER_INVALID_ARGUMENT);
  CHECK(!gq_output_data(NULL) && !gq_output_size(NULL));
  gq_output_destroy(NULL);
}

static void *compile_once(void *size) {
  gq_output *output = NULL;
  CHECK(gq_compile(quantize, strlen(quantize), "q.mlir", NULL, NULL, NULL,
                   &output) == GQ_COMPILER_OK);
  *(size_t *)size = gq_output_size(output);
  gq_output_destroy(output);
  return NULL;
}

static void threads_compile_at_the_same_time(void) {
  pthread_t threads[4];
  size_t sizes[4] = {0};
  for (int i = 0; i < 4; ++i)
    CHECK(!pthread_create(&threads[i], NULL, compile_once, &sizes[i]));
  for (int i = 0; i < 4; ++i)
    CHECK(!pthread_join(threads[i], NULL));
  for (int i = 0; i < 4; ++i)
    CHECK(sizes[i] && sizes[i] == sizes[0]);
}

int main(void) {
  CHECK(gq_compiler_abi_version() == GQ_COMPILER_ABI_VERSION);
  CHECK(!strncmp(gq_compiler_version(), "gridquant ", 10));
  CHECK_TEXT(gq_compiler_last_error(), "");
  CHECK_TEXT(gq_compiler_status_string(GQ_COMPILER_REFUSED), "refused");
  CHECK_TEXT(gq_compiler_status_string((gq_compiler_status)99),
             "unknown status");
  /* First, so that it is these that start the back end of LLVM. */
  threads_compile_at_the_same_time();
  bundle_opens();
  options_are_those_of_the_tool();
  diagnostics_have_place_and_words();
  null_is_refused();
  return 0;
}
