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

/// Places in `tensors`.
enum : size_t { A, B, ScalesA, ScalesB, D, NumTensors };

/// One set of operands. Their scales are named in a description.
struct OperandSet {
  std::shared_ptr<DeviceTensor> tensors[NumTensors];
  Desc desc = nullptr;

  void *data(size_t which) const { return tensors[which]->memory.get(); }
};

/// All handles of one matmul, and its operands.
struct Matmul {
  const Library *library = nullptr;
  Handle handle = nullptr;
  Layout a = nullptr, b = nullptr, d = nullptr;
  Preference preference = nullptr;
  Heuristic choice{};
  std::vector<OperandSet> sets;
  DeviceMemory workspace;
  /// Of what is in the result already.
  float beta = 0;

  ~Matmul();
  Status addSet(int device, const Work &work, const Method &method,
                CublasForm form);
  Status describe(OperandSet &set, CublasForm form);
  Status choose(const Work &work, CublasForm form);
  Status launch(size_t set, gq_stream stream) const;
};

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
  for (const OperandSet &set : sets)
    if (set.desc)
      library->descDestroy(set.desc);
  if (handle)
    library->destroy(handle);
}

Status Matmul::addSet(int device, const Work &work, const Method &method,
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
  const size_t number = sets.size();
  const OperandSet *first = number ? &sets.front() : nullptr;
  OperandSet set;
  for (size_t i = A; i < NumTensors; ++i) {
    if (first && work.sharesRows && (i == A || i == ScalesA)) {
      set.tensors[i] = first->tensors[i];
      continue;
    }
    Expected<DeviceTensor> tensor =
        DeviceTensor::allocate(device, needed[i].type, needed[i].shape);
    if (!tensor)
      return Error{tensor.message()};
    set.tensors[i] = std::make_shared<DeviceTensor>(std::move(*tensor));
    const bool isScale = i == ScalesA || i == ScalesB;
    if (i == D ? form != CublasForm::AddF32 : isScale && wide)
      continue;
    DataSpec data{method.data, method.seed + i, gq_type_name(needed[i].type),
                  isScale};
    const size_t bytes = isScale || i == D ? 4 : wide ? 2 : 1;
    const DeviceTensor &to = *set.tensors[i];
    Status status =
        first ? fillCopy(device, *first->tensors[i], to, bytes, number)
              : fillTensor(device, to, bytes, data);
    if (!status)
      return status;
  }
  sets.push_back(std::move(set));
  return describe(sets.back(), form);
}

Status Matmul::describe(OperandSet &set, CublasForm form) {
  Status status = check(library->descCreate(&set.desc, Compute32F, Real32F),
                        "cublasLtMatmulDescCreate");
  auto put = [&](DescAttribute attribute, const auto &value) {
    if (status)
      status =
          check(library->descSet(set.desc, attribute, &value, sizeof(value)),
                "cublasLtMatmulDescSetAttribute");
  };
  put(TransA, int32_t(OpT));
  put(TransB, int32_t(OpN));
  if (form != CublasForm::Bf16) {
    put(AScalePointer, set.data(ScalesB));
    put(BScalePointer, set.data(ScalesA));
  }
  if (form == CublasForm::Tensor || form == CublasForm::AddF32) {
    put(FastAccum, int8_t(1));
  } else if (form == CublasForm::Blocks) {
    put(AScaleMode, int32_t(ScaleBlk128x128));
    put(BScaleMode, int32_t(ScaleVec128));
  }
  return status;
}

Status Matmul::choose(const Work &work, CublasForm form) {
  const auto m = static_cast<uint64_t>(work.m),
             n = static_cast<uint64_t>(work.n),
             k = static_cast<uint64_t>(work.k);
  Status status;
  auto then = [&](cublas::Result result, const char *call) {
    if (status)
      status = check(result, call);
  };
  auto layout = [&](Layout &out, DataType type, uint64_t rows, uint64_t cols) {
    if (status)
      then(library->layoutCreate(&out, type, rows, cols,
                                 static_cast<int64_t>(rows)),
           "cublasLtMatrixLayoutCreate");
  };
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
    then(library->heuristic(handle, sets.front().desc, a, b, d, d, preference,
                            1, &choice, &found),
         "cublasLtMatmulAlgoGetHeuristic");
  if (status && found < 1)
    return Error{"the library has no kernel for this problem"};
  return status;
}

Status Matmul::launch(size_t set, gq_stream stream) const {
  const float one = 1;
  const OperandSet &on = sets[set];
  void *to = on.data(D);
  return check(library->matmul(handle, on.desc, &one, on.data(B), a, on.data(A),
                               b, &beta, to, d, to, d, &choice.algo,
                               workspace.get(), workspaceBytes, stream),
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
  Status status =
      check(matmul->library->create(&matmul->handle), "cublasLtCreate");
  if (status)
    status = matmul->workspace.allocate(device, workspaceBytes);
  if (status)
    status = matmul->addSet(device, work, method, form);
  if (status)
    status = matmul->choose(work, form);
  if (!status)
    return Error{status.message()};
  Candidate candidate;
  candidate.role = Role::Peer;
  candidate.work = work;
  candidate.work.bytes = 0;
  uint64_t shared = 0;
  for (size_t i = A; i < NumTensors; ++i) {
    const uint64_t bytes = matmul->sets.front().tensors[i]->bytes;
    candidate.work.bytes += bytes;
    shared += work.sharesRows && (i == A || i == ScalesA) ? bytes : 0;
  }
  // A problem that is refused only here must not end the case.
  if (status = matmul->launch(0, nullptr); !status)
    return Error{status.message()};
  Expected<size_t> count =
      countCopies(device, candidate.work.bytes - shared, method);
  if (!count)
    return Error{count.message()};
  while (status && matmul->sets.size() < *count)
    status = matmul->addSet(device, work, method, form);
  if (!status)
    return Error{status.message()};
  for (size_t i = 0; i < *count; ++i) {
    Copy copy;
    copy.launch = [run = matmul.get(), i](gq_stream stream) {
      return run->launch(i, stream);
    };
    const DeviceTensor &result = *matmul->sets[i].tensors[D];
    if (form != CublasForm::AddF32)
      copy.results.push_back({result.memory.get(), result.bytes});
    candidate.copies.push_back(std::move(copy));
  }
  candidate.launch = candidate.copies.front().launch;
  candidate.keepAlive.push_back(std::move(matmul));
  return std::move(candidate);
}

} // namespace gridquant::bench
