//===- Peers.cpp - what functions are compared with -----------------------===//
#include "gq/Bench/Peers.h"

#include "CublasPeer.h"
#include "Data.h"

namespace gridquant::bench {

const char *const copyPeer = "copy";
const char *const driverCopyPeer = "driver-copy";
const char *const emptyPeer = "empty";
const char *const cublasPeer = "cublaslt";

std::set<std::string> allPeers() {
  return {copyPeer, driverCopyPeer, emptyPeer, cublasPeer};
}

Status PeerFactory::loadFloor() {
  if (floor)
    return Status();
  Expected<std::unique_ptr<Program>> program =
      Program::open("floor kernels", floorBundle());
  if (!program)
    return Error{program.message()};
  if (Status status = (*program)->load(device); !status)
    return status;
  floor = std::move(*program);
  return Status();
}

static const Function &function(const Program &program, const char *name) {
  for (const Function &function : program.functions())
    if (function.name == name)
      return function;
  return program.functions().front(); // the bundle is our own
}

Status PeerFactory::addCopies(const Work &work, const Method &method,
                              std::vector<Candidate> &out) {
  // As many bytes as the work moves: half are read and half are written.
  const auto bytes = static_cast<int64_t>((work.bytes / 2 + 15) / 16 * 16);
  if (bytes == 0)
    return Status();
  Method data = method;
  data.data = "codes";
  Expected<Candidate> copy =
      makeCandidate(device, *floor, function(*floor, "copy"), {{bytes}}, data);
  if (!copy)
    return Error{copy.message()};
  copy->name = copyPeer;
  copy->role = Role::Floor;
  if (wanted.count(copyPeer))
    out.push_back(*copy);
  if (!wanted.count(driverCopyPeer))
    return Status();
  Candidate byDriver;
  byDriver.name = driverCopyPeer;
  byDriver.role = Role::Peer;
  byDriver.work = copy->work;
  // As many copies as the kernel has.
  auto tensors = std::make_shared<std::vector<DeviceTensor>>();
  for (size_t i = 0; i < 2 * copy->copies.size(); ++i) {
    Expected<DeviceTensor> tensor =
        DeviceTensor::allocate(device, GQ_I8, {bytes});
    if (!tensor)
      return Error{tensor.message()};
    tensors->push_back(std::move(*tensor));
  }
  for (size_t i = 0; i < tensors->size(); i += 2) {
    const Span from{(*tensors)[i].memory.get(), (*tensors)[i].bytes},
        to{(*tensors)[i + 1].memory.get(), from.bytes};
    Status status = i ? fillCopy(device, tensors->front(), (*tensors)[i], 1, i)
                      : fillTensor(device, (*tensors)[i], 1,
                                   {data.data, data.seed, "i8", false});
    if (!status)
      return status;
    Copy one;
    one.launch = [on = device, from, to](gq_stream stream) -> Status {
      if (gq_memcpy_d2d_async(on, to.data, from.data, from.bytes, stream))
        return Error{gq_last_error()};
      return Status();
    };
    one.results.push_back(to);
    byDriver.copies.push_back(std::move(one));
  }
  byDriver.launch = byDriver.copies.front().launch;
  byDriver.keepAlive.push_back(std::move(tensors));
  out.push_back(std::move(byDriver));
  return Status();
}

Status PeerFactory::addEmpty(std::vector<Candidate> &out) {
  Expected<Candidate> empty =
      makeCandidate(device, *floor, function(*floor, "empty"), {}, Method());
  if (!empty)
    return Error{empty.message()};
  empty->name = emptyPeer;
  empty->role = Role::Floor;
  out.push_back(std::move(*empty));
  return Status();
}

Expected<std::vector<Candidate>>
PeerFactory::make(const Work &work, const Method &method,
                  std::vector<std::string> &notes) {
  std::vector<Candidate> peers;
  const bool copies = wanted.count(copyPeer) || wanted.count(driverCopyPeer);
  if (copies || wanted.count(emptyPeer))
    if (Status status = loadFloor(); !status)
      return Error{status.message()};
  if (copies && work.kind != Kind::Matmul)
    if (Status status = addCopies(work, method, peers); !status)
      return Error{status.message()};
  if (wanted.count(emptyPeer))
    if (Status status = addEmpty(peers); !status)
      return Error{status.message()};
  if (wanted.count(cublasPeer) && work.kind == Kind::Matmul)
    for (auto [form, suffix, fits] :
         {std::tuple(CublasForm::Tensor, "", true),
          std::tuple(CublasForm::Blocks, "-1x128", true),
          std::tuple(CublasForm::Bf16, "-bf16", work.ofBf16),
          std::tuple(CublasForm::AddF32, "-f32", work.addsF32)}) {
      if (!fits)
        continue;
      std::string name = std::string(cublasPeer) + suffix;
      Expected<Candidate> cublas = makeCublasPeer(device, work, method, form);
      if (cublas) {
        cublas->name = name;
        peers.push_back(std::move(*cublas));
      } else {
        notes.push_back(name + " left out: " + cublas.message());
      }
    }
  return std::move(peers);
}

} // namespace gridquant::bench
