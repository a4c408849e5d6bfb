//===- CublasPeer.cpp - cuBLASLt, opened at run time ----------------------===//
//
// cuBLASLt is column-major, so that what it computes is D^T = B A^T: its first
// operand is our second. It works in the primary context of the first device,
// as the CUDA runtime below it does.
//
//===----------------------------------------------------------------------===//
#include "CublasPeer.h"

#include "CublasAbi.h"
#include "Data.h"

#include <cstdlib>
#include <dlfcn.h>

namespace gridquant::bench {

namespace {
using namespace gridquant::cublas;

struct Library {
#define GQ_CUBLAS_SYMBOL(field, symbol, parameters)                            \
  cublas::Result(*field) parameters = nullptr;
#include "CublasSymbols.def"
};

/// All handles of one matmul, and its operands.
struct Matmul {
  const Library *library = nullptr;
  Handle handle = nullptr;
  Desc desc = nullptr;
  Layout a = nullptr, b = nullptr, d = nullptr;
  Preference preference = nullptr;
  Heuristic choice{};
  std::vector<DeviceTensor> tensors;
  DeviceMemory workspace;
  /// Of what is in the result already.
  float beta = 0;

  ~Matmul();
  Status operands(int device, const Work &work, const Method &method,
                  CublasForm form);
  Status choose(const Work &work, CublasForm form);
  Status launch() const;
};

/// Places in `tensors`.
enum : size_t { A, B, ScalesA, ScalesB, D };

constexpr size_t workspaceBytes = 64 << 20;

Status check(cublas::Result status, const char *call) {
  if (!status)
    return Status();
  return Error{std::string(call) + " failed with status " +
               std::to_string(status)};
}
} // namespace

static Expected<const Library *> openLibrary() {
  static Library library;
  static bool open = false;
  if (open)
    return &std::as_const(library);
  const char *named = std::getenv("GQ_LIBCUBLASLT");
  void *object = nullptr;
  if (named && *named) {
    object = ::dlopen(named, RTLD_NOW | RTLD_LOCAL);
    if (!object)
      return Error{::dlerror()};
  }
  for (const char *name : {"libcublasLt.so.13", "libcublasLt.so.12"})
    if (!object)
      object = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!object)
    return Error{"no libcublasLt.so.13 or .12, GQ_LIBCUBLASLT can name one"};
  const char *missing = nullptr;
  auto resolve = [&](auto &field, const char *symbol) {
    field = reinterpret_cast<std::decay_t<decltype(field)>>(
        ::dlsym(object, symbol));
    if (!field)
      missing = symbol;
  };
#define GQ_CUBLAS_SYMBOL(field, symbol, parameters)                            \
  resolve(library.field, #symbol);
#include "CublasSymbols.def"
  if (missing)
    return Error{std::string("the library has no ") + missing};
  open = true;
  return &std::as_const(library);
}

Matmul::~Matmul() {
  if (preference)
    library->preferenceDestroy(preference);
  for (Layout layout : {a, b, d})
    if (layout)
      library->layoutDestroy(layout);
  if (desc)
    library->descDestroy(desc);
  if (handle)
    library->destroy(handle);
}

Status Matmul::operands(int device, const Work &work, const Method &method,
                        CublasForm form) {
  const int64_t m = work.m, n = work.n, k = work.k;
  auto blocks = [](int64_t size) { return (size + 127) / 128; };
  // The scales of square blocks are padded to four along K.
  const int64_t deep = (blocks(k) + 3) / 4 * 4;
  const bool blocked = form == CublasForm::Blocks,
             wide = form == CublasForm::Bf16;
  const gq_type type = wide ? GQ_BF16 : GQ_F8E4M3FN;
  struct {
    gq_type type;
    Shape shape;
  } const needed[] = {{type, {m, k}},
                      {type, {n, k}},
                      {GQ_F32, {blocked ? m * blocks(k) : 1}},
                      {GQ_F32, {blocked ? blocks(n) * deep : 1}},
                      {form == CublasForm::AddF32 ? GQ_F32 : GQ_BF16, {m, n}}};
  for (const auto &[type, shape] : needed) {
    Expected<DeviceTensor> tensor = DeviceTensor::allocate(device, type, shape);
    if (!tensor)
      return Error{tensor.message()};
    tensors.push_back(std::move(*tensor));
  }
  for (size_t i : {A, B, ScalesA, ScalesB, D}) {
    const bool isScale = i == ScalesA || i == ScalesB;
    if (i == D && form != CublasForm::AddF32)
      continue;
    if (isScale && wide)
      continue;
    DataSpec data{method.data, method.seed + i, gq_type_name(needed[i].type),
                  isScale};
    const size_t bytes = isScale || i == D ? 4 : wide ? 2 : 1;
    if (Status status = fillTensor(device, tensors[i], bytes, data); !status)
      return status;
  }
  return workspace.allocate(device, workspaceBytes);
}

Status Matmul::choose(const Work &work, CublasForm form) {
  const auto m = static_cast<uint64_t>(work.m),
             n = static_cast<uint64_t>(work.n),
             k = static_cast<uint64_t>(work.k);
  Status status = check(library->create(&handle), "cublasLtCreate");
  auto then = [&](cublas::Result result, const char *call) {
    if (status)
      status = check(result, call);
  };
  auto set = [&](DescAttribute attribute, const auto &value) {
    if (status)
      then(library->descSet(desc, attribute, &value, sizeof(value)),
           "cublasLtMatmulDescSetAttribute");
  };
  auto layout = [&](Layout &out, DataType type, uint64_t rows, uint64_t cols) {
    if (status)
      then(library->layoutCreate(&out, type, rows, cols,
                                 static_cast<int64_t>(rows)),
           "cublasLtMatrixLayoutCreate");
  };
  if (status)
    then(library->descCreate(&desc, Compute32F, Real32F),
         "cublasLtMatmulDescCreate");
  set(TransA, int32_t(OpT));
  set(TransB, int32_t(OpN));
  if (form != CublasForm::Bf16) {
    set(AScalePointer, tensors[ScalesB].tensor.data);
    set(BScalePointer, tensors[ScalesA].tensor.data);
  }
  if (form == CublasForm::Tensor || form == CublasForm::AddF32) {
    set(FastAccum, int8_t(1));
  } else if (form == CublasForm::Blocks) {
    set(AScaleMode, int32_t(ScaleBlk128x128));
    set(BScaleMode, int32_t(ScaleVec128));
  }
  const DataType type = form == CublasForm::Bf16 ? Real16BF : Real8FE4M3;
  layout(a, type, k, n);
  layout(b, type, k, m);
  layout(d, form == CublasForm::AddF32 ? Real32F : Real16BF, n, m);
  if (status)
    then(library->preferenceCreate(&preference),
         "cublasLtMatmulPreferenceCreate");
  if (status)
    then(library->preferenceSet(preference, MaxWorkspaceBytes, &workspaceBytes,
                                sizeof(workspaceBytes)),
         "cublasLtMatmulPreferenceSetAttribute");
  int found = 0;
  if (status)
    then(library->heuristic(handle, desc, a, b, d, d, preference, 1, &choice,
                            &found),
         "cublasLtMatmulAlgoGetHeuristic");
  if (status && found < 1)
    return Error{"the library has no kernel for this problem"};
  return status;
}

Status Matmul::launch() const {
  const float one = 1;
  void *to = tensors[D].tensor.data;
  return check(library->matmul(handle, desc, &one, tensors[B].tensor.data, a,
                               tensors[A].tensor.data, b, &beta, to, d, to, d,
                               &choice.algo, workspace.get(), workspaceBytes,
                               nullptr),
               "cublasLtMatmul");
}

Expected<Candidate> makeCublasPeer(int device, const Work &work,
                                   const Method &method, CublasForm form) {
  if (device != 0)
    return Error{"device is " + std::to_string(device) + ", 0 is needed"};
  Expected<const Library *> library = openLibrary();
  if (!library)
    return Error{library.message()};
  auto matmul = std::make_shared<Matmul>();
  matmul->library = *library;
  matmul->beta = form == CublasForm::AddF32 ? 1 : 0;
  if (Status status = matmul->operands(device, work, method, form); !status)
    return Error{status.message()};
  if (Status status = matmul->choose(work, form); !status)
    return Error{status.message()};
  Candidate candidate;
  candidate.role = Role::Peer;
  candidate.work = work;
  candidate.work.bytes = 0;
  for (const DeviceTensor &tensor : matmul->tensors)
    candidate.work.bytes += tensor.bytes;
  candidate.launch = [run = matmul.get()] { return run->launch(); };
  // A problem that is refused only here must not end the case.
  if (Status status = candidate.launch(); !status)
    return Error{status.message()};
  candidate.keepAlive.push_back(std::move(matmul));
  return std::move(candidate);
}

} // namespace gridquant::bench
