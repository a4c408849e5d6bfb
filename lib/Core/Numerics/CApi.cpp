//===- CApi.cpp - C interface of the reference numerics -------------------===//

#include "gq/Numerics/gq_reference.h"

#include "Check.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/Generate.h"
#include "gq/Numerics/Quantize.h"
#include "gq/Numerics/ScaledMatmul.h"

#include <algorithm>
#include <new>

using namespace gridquant;

namespace {

std::string &lastError() {
  thread_local std::string message;
  return message;
}

/// Runs \p body, which returns a Status; no exception may reach C.
template <typename Fn> int guarded(Fn body) noexcept {
  try {
    Status status = body();
    lastError() = status.message();
    return status.ok() ? 0 : 1;
  } catch (const std::bad_alloc &) {
    lastError() = "out of memory"; // short enough to need no allocation
  } catch (...) {
    lastError() = "internal error";
  }
  return 1;
}

Status parseType(const char *what, const char *name, ElementType &type) {
  if (std::optional<ElementType> parsed = parseElementType(name ? name : "")) {
    type = *parsed;
    return Status::success();
  }
  return Status::failure(std::string(what) + " is '" + (name ? name : "") +
                         "', need the name of an element type such as "
                         "'f8E4M3FN'");
}

Status checkFlags(unsigned flags, unsigned known) {
  if ((flags & ~known) == 0)
    return Status::success();
  return Status::failure("flags are " + std::to_string(flags) +
                         ", only bits of " + std::to_string(known) +
                         " are known here");
}

BlockLayout makeLayout(int64_t rows, int64_t cols, unsigned flags) {
  return {rows, cols, (flags & GQ_REF_TRANSPOSED_SCALES) != 0};
}

Status makeOperand(const char *what, const gq_ref_operand &from,
                   MatmulOperand &to) {
  Status status = parseType(what, from.type, to.type);
  if (status.ok())
    status = checkFlags(from.flags, GQ_REF_TRANSPOSED_SCALES);
  to.data = from.data;
  to.layout = makeLayout(from.block_rows, from.block_cols, from.flags);
  to.scales = from.scales;
  return status;
}

Status runMatmul(const gq_ref_matmul_args &args) {
  if (args.struct_size != sizeof(args))
    return Status::failure("struct_size is " +
                           std::to_string(args.struct_size) + ", need " +
                           std::to_string(sizeof(args)));
  MatmulOperand a, b;
  MatmulOptions options;
  ElementType outputType, accumulation;
  Status status = makeOperand("type of a", args.a, a);
  if (status.ok())
    status = makeOperand("type of b", args.b, b);
  if (status.ok())
    status = parseType("output_type", args.output_type, outputType);
  if (status.ok())
    status = parseType("accumulation", args.accumulation, accumulation);
  if (!status.ok())
    return status;
  if (accumulation != ElementType::f32 && accumulation != ElementType::f64)
    return Status::failure(std::string("accumulation is ") + args.accumulation +
                           ", need f64 or f32");
  options.accumulation =
      accumulation == ElementType::f64 ? Accumulation::f64 : Accumulation::f32;
  if (args.promote != 0)
    options.promote = args.promote;
  options.originM = args.origin_m;
  options.originN = args.origin_n;
  options.originK = args.origin_k;
  options.threads = args.threads;
  return scaledMatmul(a, b, args.m, args.n, args.k, options, outputType, args.d,
                      args.init, args.sum_abs);
}

} // namespace

const char *gq_ref_last_error(void) { return lastError().c_str(); }

int gq_ref_scale_shape(int64_t rows, int64_t cols, int64_t block_rows,
                       int64_t block_cols, int64_t *scale_rows,
                       int64_t *scale_cols) {
  return guarded([&] {
    if (!scale_rows || !scale_cols)
      return Status::failure("output is null, need memory for two sizes");
    ScaleShape shape;
    Status status =
        scaleShape(rows, cols, makeLayout(block_rows, block_cols, 0), shape);
    if (status.ok()) {
      *scale_rows = shape.rows;
      *scale_cols = shape.cols;
    }
    return status;
  });
}

int gq_ref_quantize(const void *x, const char *x_type, int64_t rows,
                    int64_t cols, int64_t block_rows, int64_t block_cols,
                    const char *q_type, unsigned flags, float amax_floor,
                    void *q, float *scales, unsigned threads) {
  return guarded([&] {
    ConstMatrix matrix{x, ElementType::f32, rows, cols};
    ElementType type;
    Status status = parseType("x_type", x_type, matrix.type);
    if (status.ok())
      status = parseType("q_type", q_type, type);
    if (status.ok())
      status = checkFlags(flags, GQ_REF_TRANSPOSED_SCALES |
                                     GQ_REF_POWER_OF_TWO_SCALES |
                                     GQ_REF_DIVIDE | GQ_REF_BF16_SCALES);
    if (!status.ok())
      return status;
    ScaleOptions options{amax_floor, (flags & GQ_REF_POWER_OF_TWO_SCALES) != 0,
                         (flags & GQ_REF_DIVIDE) != 0,
                         (flags & GQ_REF_BF16_SCALES) != 0};
    return quantize(matrix, makeLayout(block_rows, block_cols, flags), options,
                    type, q, scales, threads);
  });
}

int gq_ref_block_absmax(const void *x, const char *x_type, int64_t rows,
                        int64_t cols, int64_t block_rows, int64_t block_cols,
                        unsigned flags, float *amax, unsigned threads) {
  return guarded([&] {
    ConstMatrix matrix{x, ElementType::f32, rows, cols};
    Status status = parseType("x_type", x_type, matrix.type);
    if (status.ok())
      status = checkFlags(flags, GQ_REF_TRANSPOSED_SCALES);
    if (!status.ok())
      return status;
    return blockAbsmax(matrix, makeLayout(block_rows, block_cols, flags), amax,
                       threads);
  });
}

int gq_ref_scaled_cast(const void *x, const char *x_type, int64_t rows,
                       int64_t cols, int64_t block_rows, int64_t block_cols,
                       unsigned flags, const float *scales, const char *q_type,
                       void *q, unsigned threads) {
  return guarded([&] {
    ConstMatrix matrix{x, ElementType::f32, rows, cols};
    ElementType type;
    Status status = parseType("x_type", x_type, matrix.type);
    if (status.ok())
      status = parseType("q_type", q_type, type);
    if (status.ok())
      status = checkFlags(flags, GQ_REF_TRANSPOSED_SCALES | GQ_REF_DIVIDE);
    if (!status.ok())
      return status;
    return scaledCast(matrix, makeLayout(block_rows, block_cols, flags), scales,
                      type, q, threads, (flags & GQ_REF_DIVIDE) != 0);
  });
}

int gq_ref_dequantize(const void *q, const char *q_type, int64_t rows,
                      int64_t cols, int64_t block_rows, int64_t block_cols,
                      unsigned flags, const float *scales, const char *x_type,
                      void *x, unsigned threads) {
  return guarded([&] {
    ConstMatrix matrix{q, ElementType::f32, rows, cols};
    ElementType type;
    Status status = parseType("q_type", q_type, matrix.type);
    if (status.ok())
      status = parseType("x_type", x_type, type);
    if (status.ok())
      status = checkFlags(flags, GQ_REF_TRANSPOSED_SCALES);
    if (!status.ok())
      return status;
    return dequantize(matrix, makeLayout(block_rows, block_cols, flags), scales,
                      type, x, threads);
  });
}

int gq_ref_scaled_matmul(const gq_ref_matmul_args *args) {
  return guarded([&] {
    if (!args)
      return Status::failure("args is null, need the arguments of a matmul");
    return runMatmul(*args);
  });
}

int gq_ref_convert(const void *from, const char *from_type, int64_t count,
                   const char *to_type, void *to) {
  return guarded([&] {
    ElementType source, target;
    Status status = parseType("from_type", from_type, source);
    if (status.ok())
      status = parseType("to_type", to_type, target);
    if (status.ok())
      status = checkMatrix("from", from, 1, count, elementTypeSize(source));
    if (status.ok())
      status = checkMatrix("to", to, 1, count, elementTypeSize(target));
    if (!status.ok())
      return status;
    constexpr int64_t chunk = 4096;
    float buffer[chunk];
    for (int64_t done = 0; done < count; done += chunk) {
      int64_t length = std::min(chunk, count - done);
      size_t offset = static_cast<size_t>(done);
      convertToFloat(source,
                     static_cast<const unsigned char *>(from) +
                         offset * elementTypeSize(source),
                     length, buffer);
      convertFromFloat(target, buffer, length,
                       static_cast<unsigned char *>(to) +
                           offset * elementTypeSize(target));
    }
    return Status::success();
  });
}

int gq_ref_generate(const char *distribution, uint64_t seed, double p0,
                    double p1, const char *type, int64_t count, void *data,
                    unsigned threads) {
  return guarded([&] {
    ElementType elementType;
    Status status = parseType("type", type, elementType);
    if (!status.ok())
      return status;
    std::optional<Distribution> parsed =
        parseDistribution(distribution ? distribution : "");
    if (!parsed)
      return Status::failure(std::string("distribution is '") +
                             (distribution ? distribution : "") +
                             "', need one such as 'normal'");
    GenerateOptions options;
    options.distribution = *parsed;
    options.seed = seed;
    options.threads = threads;
    if (*parsed == Distribution::uniform) {
      options.low = p0;
      options.high = p1;
    } else {
      options.mean = p0;
      options.deviation = p1;
    }
    return generate(options, elementType, count, data);
  });
}
