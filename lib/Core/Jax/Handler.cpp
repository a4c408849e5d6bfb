//===- Handler.cpp - what XLA calls ---------------------------------------===//
#include "Handler.h"

#include "Calls.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <string_view>

using namespace gridquant::jax;

static XLA_FFI_Error *fail(const XLA_FFI_CallFrame &frame,
                           XLA_FFI_Error_Code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static XLA_FFI_Error *fail(const XLA_FFI_CallFrame &frame,
                           XLA_FFI_Error_Code code, const char *format, ...) {
  char message[1024];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  XLA_FFI_Error_Create_Args args{};
  args.struct_size = XLA_FFI_Error_Create_Args_STRUCT_SIZE;
  args.message = message;
  args.errc = code;
  return frame.api->XLA_FFI_Error_Create(&args);
}

static XLA_FFI_Error *fail(const XLA_FFI_CallFrame &frame, gq_status status) {
  XLA_FFI_Error_Code code = XLA_FFI_Error_Code_INTERNAL;
  if (status == GQ_INVALID_ARGUMENT)
    code = XLA_FFI_Error_Code_INVALID_ARGUMENT;
  else if (status == GQ_NOT_FOUND)
    code = XLA_FFI_Error_Code_NOT_FOUND;
  else if (status == GQ_OUT_OF_MEMORY)
    code = XLA_FFI_Error_Code_RESOURCE_EXHAUSTED;
  return fail(frame, code, "gridquant: %s", gq_last_error());
}

/// Whether XLA asks what handler this is, which it does before any call.
static bool asksMetadata(const XLA_FFI_CallFrame &frame) {
  return frame.extension_start &&
         frame.extension_start->type == XLA_FFI_Extension_Metadata;
}

static void answerMetadata(const XLA_FFI_CallFrame &frame) {
  XLA_FFI_Metadata &metadata =
      *reinterpret_cast<XLA_FFI_Metadata_Extension *>(frame.extension_start)
           ->metadata;
  // The version of the header, or that of an older XLA, which refuses newer
  // ones: structures only grow, and calls see to it that there is all that they
  // use. One of version 0.1 does not say which it is.
  int theirs = 1;
  if (frame.api && frame.api->api_version.major_version == XLA_FFI_API_MAJOR)
    theirs = frame.api->api_version.minor_version;
  metadata.api_version.major_version = XLA_FFI_API_MAJOR;
  metadata.api_version.minor_version = std::min(theirs, XLA_FFI_API_MINOR);
  metadata.traits = XLA_FFI_HANDLER_TRAITS_COMMAND_BUFFER_COMPATIBLE;
}

/// As DLPack numbers it.
static bool elementType(XLA_FFI_DataType type, DLDataType &out) {
  enum : uint8_t { Int = 0, UInt = 1, Float = 2, BFloat = 4 };
  enum : uint8_t { F8E4M3FN = 10, F8E5M2 = 12, F8E8M0FNU = 14 };
  auto is = [&](uint8_t code, uint8_t bits) {
    out = {code, bits, 1};
    return true;
  };
  switch (type) {
  case XLA_FFI_DataType_S8:
    return is(Int, 8);
  case XLA_FFI_DataType_S16:
    return is(Int, 16);
  case XLA_FFI_DataType_S32:
    return is(Int, 32);
  case XLA_FFI_DataType_S64:
    return is(Int, 64);
  case XLA_FFI_DataType_U8:
    return is(UInt, 8);
  case XLA_FFI_DataType_F16:
    return is(Float, 16);
  case XLA_FFI_DataType_F32:
    return is(Float, 32);
  case XLA_FFI_DataType_F64:
    return is(Float, 64);
  case XLA_FFI_DataType_BF16:
    return is(BFloat, 16);
  case XLA_FFI_DataType_F8E4M3FN:
    return is(F8E4M3FN, 8);
  case XLA_FFI_DataType_F8E5M2:
    return is(F8E5M2, 8);
  case XLA_FFI_DataType_F8E8M0FNU:
    return is(F8E8M0FNU, 8);
  default:
    return false;
  }
}

namespace {
/// The buffers of a call as the runtime takes them.
struct Buffers {
  Shapes shapes;
  DLTensor tensors[kMaxTensors];
  void *inputs[kMaxTensors];
  void *outputs[kMaxTensors];
  void *workspace = nullptr;
};
} // namespace

static XLA_FFI_Error *addBuffer(const XLA_FFI_CallFrame &frame, void *opaque,
                                int device, Buffers &out, bool isInput) {
  const auto &buffer = *static_cast<const XLA_FFI_Buffer *>(opaque);
  Shapes &shapes = out.shapes;
  const size_t index = shapes.inputCount + shapes.outputCount;
  const size_t rank = static_cast<size_t>(buffer.rank);
  if (index == kMaxTensors || shapes.signatureSize + 2 + rank > kMaxSignature)
    return fail(frame, XLA_FFI_Error_Code_INVALID_ARGUMENT,
                "gridquant: call has more operands and results than a kernel "
                "can have");
  DLTensor &tensor = out.tensors[index];
  tensor = DLTensor();
  if (!elementType(buffer.dtype, tensor.dtype))
    return fail(frame, XLA_FFI_Error_Code_INVALID_ARGUMENT,
                "gridquant: %s %zu has element type %d of XLA, which no kernel "
                "takes",
                isInput ? "operand" : "result",
                isInput ? shapes.inputCount : shapes.outputCount,
                static_cast<int>(buffer.dtype));
  tensor.device = {2, device}; // of CUDA
  tensor.ndim = static_cast<int32_t>(rank);
  tensor.shape = buffer.dims;
  shapes.signature[shapes.signatureSize++] = buffer.dtype;
  shapes.signature[shapes.signatureSize++] = buffer.rank;
  for (size_t i = 0; i < rank; ++i)
    shapes.signature[shapes.signatureSize++] = buffer.dims[i];
  if (isInput) {
    out.inputs[shapes.inputCount] = buffer.data;
    shapes.inputs[shapes.inputCount++] = &tensor;
  } else {
    out.outputs[shapes.outputCount] = buffer.data;
    shapes.outputs[shapes.outputCount++] = &tensor;
  }
  return nullptr;
}

/// All results but the workspace, which is that of bytes in one dimension at
/// the end: no function has results of u8.
static bool isWorkspace(const XLA_FFI_Rets &rets, int64_t index) {
  const auto &buffer = *static_cast<const XLA_FFI_Buffer *>(rets.rets[index]);
  return index == rets.size - 1 && buffer.dtype == XLA_FFI_DataType_U8 &&
         buffer.rank == 1;
}

static XLA_FFI_Error *readBuffers(const XLA_FFI_CallFrame &frame, int device,
                                  Buffers &out) {
  for (int64_t i = 0; i < frame.args.size; ++i)
    if (XLA_FFI_Error *error =
            addBuffer(frame, frame.args.args[i], device, out, true))
      return error;
  for (int64_t i = 0; i < frame.rets.size; ++i) {
    if (!isWorkspace(frame.rets, i)) {
      if (XLA_FFI_Error *error =
              addBuffer(frame, frame.rets.rets[i], device, out, false))
        return error;
      continue;
    }
    const auto &space =
        *static_cast<const XLA_FFI_Buffer *>(frame.rets.rets[i]);
    const uintptr_t address = reinterpret_cast<uintptr_t>(space.data);
    out.workspace = reinterpret_cast<void *>((address + 255) & ~uintptr_t(255));
  }
  return nullptr;
}

static const void *attribute(const XLA_FFI_Attrs &attrs, std::string_view name,
                             XLA_FFI_AttrType type) {
  for (int64_t i = 0; i < attrs.size; ++i)
    if (std::string_view(attrs.names[i]->ptr, attrs.names[i]->len) == name)
      return attrs.types[i] == type ? attrs.attrs[i] : nullptr;
  return nullptr;
}

XLA_FFI_Error *gq_jax_cuda(XLA_FFI_CallFrame *frame) {
  if (asksMetadata(*frame)) {
    answerMetadata(*frame);
    return nullptr;
  }
  // Of the functions that are called this one came last.
  constexpr size_t least =
      XLA_FFI_STRUCT_SIZE(XLA_FFI_Api, XLA_FFI_DeviceOrdinal_Get);
  if (frame->api->struct_size < least)
    return fail(*frame, XLA_FFI_Error_Code_UNIMPLEMENTED,
                "gridquant: this jaxlib is too old, one with "
                "XLA_FFI_DeviceOrdinal_Get is needed");
  auto *key = static_cast<const XLA_FFI_Scalar *>(
      attribute(frame->attrs, "bundle", XLA_FFI_AttrType_SCALAR));
  auto *name = static_cast<const XLA_FFI_ByteSpan *>(
      attribute(frame->attrs, "function", XLA_FFI_AttrType_STRING));
  if (!key || key->dtype != XLA_FFI_DataType_S64 || !name)
    return fail(*frame, XLA_FFI_Error_Code_INVALID_ARGUMENT,
                "gridquant: call has no attributes bundle, of i64, and "
                "function, a string");
  Bundle *bundle = findBundle(*static_cast<const int64_t *>(key->value));
  if (!bundle)
    return fail(*frame, XLA_FFI_Error_Code_NOT_FOUND,
                "gridquant: the bundle of function %.*s is not known in this "
                "process: gridquant.jax.register makes it so",
                static_cast<int>(name->len), name->ptr);

  XLA_FFI_DeviceOrdinal_Get_Args device{};
  device.struct_size = XLA_FFI_DeviceOrdinal_Get_Args_STRUCT_SIZE;
  device.ctx = frame->ctx;
  if (XLA_FFI_Error *error = frame->api->XLA_FFI_DeviceOrdinal_Get(&device))
    return error;
  Buffers buffers;
  if (XLA_FFI_Error *error =
          readBuffers(*frame, device.device_ordinal, buffers))
    return error;
  gq_plan *plan = nullptr;
  if (gq_status status =
          findPlan(*bundle, std::string_view(name->ptr, name->len),
                   device.device_ordinal, buffers.shapes, plan))
    return fail(*frame, status);
  if (frame->stage != XLA_FFI_ExecutionStage_EXECUTE)
    return nullptr;

  XLA_FFI_Stream_Get_Args stream{};
  stream.struct_size = XLA_FFI_Stream_Get_Args_STRUCT_SIZE;
  stream.ctx = frame->ctx;
  if (XLA_FFI_Error *error = frame->api->XLA_FFI_Stream_Get(&stream))
    return error;
  if (gq_status status = gq_plan_launch(plan, buffers.inputs, buffers.outputs,
                                        buffers.workspace, stream.stream))
    return fail(*frame, status);
  return nullptr;
}

XLA_FFI_Error *gq_jax_cpu(XLA_FFI_CallFrame *frame) {
  if (asksMetadata(*frame)) {
    answerMetadata(*frame);
    return nullptr;
  }
  auto *name = static_cast<const XLA_FFI_ByteSpan *>(
      attribute(frame->attrs, "function", XLA_FFI_AttrType_STRING));
  return fail(*frame, XLA_FFI_Error_Code_UNIMPLEMENTED,
              "gridquant: function %.*s of a bundle has kernels for GPUs only; "
              "gridquant.jax.call runs a Program on a CPU, too",
              name ? static_cast<int>(name->len) : 0, name ? name->ptr : "");
}
