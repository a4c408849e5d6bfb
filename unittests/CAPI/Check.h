/*===- Check.h - checks for tests in C -----------------------------------===*/
#ifndef GQ_UNITTESTS_CAPI_CHECK_H
#define GQ_UNITTESTS_CAPI_CHECK_H

#include "gq/Compile/gq_compiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the test. */
#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: failed: %s\nlast error: %s\n", __FILE__,         \
              __LINE__, #condition, gq_compiler_last_error());                 \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

#define CHECK_TEXT(found, expected)                                            \
  do {                                                                         \
    const char *text = (found);                                                \
    if (strcmp(text, (expected)) != 0) {                                       \
      fprintf(stderr, "%s:%d: got '%s', expected '%s'\n", __FILE__, __LINE__,  \
              text, (expected));                                               \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

/* What a handler has seen. */
typedef struct seen {
  int count;
  gq_severity severity[8];
  char file[8][64], message[8][256];
  uint32_t line[8], column[8];
} seen;

static void see(const gq_diagnostic *diagnostic, void *user) {
  seen *all = user;
  if (all->count == 8)
    return;
  int i = all->count++;
  all->severity[i] = diagnostic->severity;
  snprintf(all->file[i], sizeof all->file[i], "%s", diagnostic->file);
  snprintf(all->message[i], sizeof all->message[i], "%s", diagnostic->message);
  all->line[i] = diagnostic->line;
  all->column[i] = diagnostic->column;
}

/* Quantises rows of 256 in blocks of 1 x 128. */
static const char quantize[] =
    "func.func @quantize(%x: tensor<?x256xbf16>)\n"
    "    -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {\n"
    "  %c0 = arith.constant 0 : index\n"
    "  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>\n"
    "  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>\n"
    "  %es = tensor.empty(%m) : tensor<?x2xf32>\n"
    "  %q, %s = gq.quantize %x block [1, 128]\n"
    "      outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)\n"
    "      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>\n"
    "  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>\n"
    "}\n";

#endif /* GQ_UNITTESTS_CAPI_CHECK_H */
