/* compile_and_launch.c - from MLIR text to a launch in one process
 *
 *   compile_and_launch kernels/quantize_1x128.mlir
 *
 * compiles the file in memory, says what its first function takes and gives for
 * 128 rows, and launches it on zeros if there is a GPU. With pkg-config:
 *
 * cc compile_and_launch.c $(pkg-config --cflags --libs gq_compiler gq_runtime)
 */
#include <gq/Compile/gq_compiler.h>
#include <gq/Runtime/gq_device.h>
#include <gq/Runtime/gq_runtime.h>

#include <stdio.h>
#include <stdlib.h>

enum { DEVICE = 0, CUDA = 2, ROWS = 128, MOST_TENSORS = 16, MOST_RANK = 8 };

#define CHECK(call)                                                            \
  do {                                                                         \
    if ((call) != GQ_OK) {                                                     \
      fprintf(stderr, "%s: %s\n", #call, gq_last_error());                     \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

/* As compilers print them. */
static void print(const gq_diagnostic *d, void *stream) {
  static const char *const severities[] = {"note", "warning", "error",
                                           "remark"};
  fprintf(stream, "%s:%u:%u: %s: %s\n", d->file, d->line, d->column,
          severities[d->severity], d->message);
}

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END))
    return NULL;
  long end = ftell(file);
  char *text = malloc((size_t)end);
  rewind(file);
  *size = text ? fread(text, 1, (size_t)end, file) : 0;
  fclose(file);
  return text;
}

/* A tensor as the bundle wants it; sizes that are free are ROWS. */
static void describe(const gq_tensor_info *info, DLTensor *tensor,
                     int64_t *shape) {
  static const struct {
    uint8_t code, bits;
  } types[] = {{4, 16}, {2, 16}, {2, 32}, {2, 64}, {0, 8}, {0, 32},
               {0, 64}, {10, 8}, {12, 8}, {14, 8}, {0, 16}}; /* as gq_type */
  DLTensor result = {NULL,  {CUDA, DEVICE}, info->rank, {0, 0, 1},
                     shape, NULL,           0};
  result.dtype.code = types[info->type].code;
  result.dtype.bits = types[info->type].bits;
  *tensor = result;
}

static void allocate(DLTensor *tensor) {
  size_t bytes = tensor->dtype.bits / 8;
  for (int i = 0; i < tensor->ndim; ++i)
    bytes *= (size_t)tensor->shape[i];
  CHECK(gq_malloc(DEVICE, bytes, &tensor->data));
  CHECK(gq_memset(DEVICE, tensor->data, 0, bytes, NULL));
}

static void print_tensor(const char *word, const char *name,
                         const DLTensor *tensor, gq_type type) {
  printf("%s %s: ", word, name);
  for (int i = 0; i < tensor->ndim; ++i)
    printf("%lldx", (long long)tensor->shape[i]);
  printf("%s\n", gq_type_name(type));
}

int main(int argc, char **argv) {
  size_t size = 0;
  char *text = argc == 2 ? read_file(argv[1], &size) : NULL;
  if (!text) {
    fprintf(stderr, "usage: %s FILE.mlir\n", argv[0]);
    return 2;
  }
  gq_output *output;
  gq_compiler_status compiled =
      gq_compile(text, size, argv[1], NULL, print, stderr, &output);
  free(text);
  if (compiled != GQ_COMPILER_OK)
    return 1;

  gq_bundle *bundle;
  const gq_function *function;
  CHECK(gq_bundle_open_memory(gq_output_data(output), gq_output_size(output),
                              &bundle)); /* copies */
  gq_output_destroy(output);
  CHECK(gq_bundle_function_at(bundle, 0, &function));
  printf("function %s\n", gq_function_name(function));

  DLTensor tensors[2 * MOST_TENSORS];
  const DLTensor *inputs[MOST_TENSORS], *outputs[MOST_TENSORS];
  int64_t shapes[2 * MOST_TENSORS][MOST_RANK];
  size_t n = gq_function_input_count(function),
         results = gq_function_output_count(function);
  if (n > MOST_TENSORS || results > MOST_TENSORS)
    return 1;
  gq_tensor_info info;
  for (size_t i = 0; i < n; ++i) {
    CHECK(gq_function_input(function, i, &info));
    for (int d = 0; d < info.rank; ++d)
      shapes[i][d] = info.shape[d] < 0 ? ROWS : info.shape[d];
    describe(&info, &tensors[i], shapes[i]);
    print_tensor("input", gq_function_input_label(function, i), &tensors[i],
                 info.type);
    inputs[i] = &tensors[i];
  }
  for (size_t i = 0; i < results; ++i) {
    CHECK(gq_function_output(function, i, &info));
    CHECK(gq_function_output_shape(function, inputs, n, i, shapes[n + i],
                                   MOST_RANK));
    describe(&info, &tensors[n + i], shapes[n + i]);
    print_tensor("output", info.name, &tensors[n + i], info.type);
    outputs[i] = &tensors[n + i];
  }

  gq_status loaded = gq_bundle_load(bundle, DEVICE);
  if (loaded == GQ_NO_DRIVER || loaded == GQ_UNSUPPORTED_DEVICE) {
    printf("not launched: %s\n", gq_last_error());
  } else {
    CHECK(loaded);
    void *workspace = NULL;
    size_t bytes;
    CHECK(gq_function_workspace_size(function, inputs, n, &bytes));
    if (bytes)
      CHECK(gq_malloc(DEVICE, bytes, &workspace));
    for (size_t i = 0; i < n + results; ++i)
      allocate(&tensors[i]);
    CHECK(gq_launch(function, inputs, n, outputs, results, workspace, bytes,
                    NULL));
    CHECK(gq_stream_synchronize(DEVICE, NULL));
    printf("launched\n");
    for (size_t i = 0; i < n + results; ++i)
      CHECK(gq_free(DEVICE, tensors[i].data));
    if (workspace)
      CHECK(gq_free(DEVICE, workspace));
  }
  gq_bundle_close(bundle);
  return 0;
}
