//===- TargetModel.cpp - the GPUs that have a name ------------------------===//
//
// Sources. Limits of the chip: CUDA C++ Programming Guide, "Compute
// Capabilities" (9.0), and the PTX ISA sections on wgmma, setmaxnreg and
// cp.async.bulk.tensor. Rates: NVIDIA's data sheets of H100 (SXM), H200 (SXM),
// GH200 and HGX H20; of tensor cores half of what they state with sparsity. L2:
// "NVIDIA H100 Tensor Core GPU Architecture", 50 MB beside five stacks of
// memory and 60 MB beside six.
//
//===----------------------------------------------------------------------===//
#include "gq/Target/TargetModel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::gq;

static constexpr int64_t kMegabyte = 1 << 20;

static TargetModel describe(llvm::StringRef name, int64_t multiprocessors,
                            int64_t memoryRate, int64_t fp8Rate,
                            int64_t bf16Rate, int64_t l2Bytes) {
  TargetModel model;
  model.name = name;
  model.multiprocessors = multiprocessors;
  model.memoryRate = memoryRate;
  model.fp8Rate = fp8Rate;
  model.bf16Rate = bf16Rate;
  model.l2Bytes = l2Bytes;
  return model;
}

llvm::ArrayRef<TargetModel> mlir::gq::getKnownTargets() {
  static const TargetModel targets[] = {
      describe("h100", 132, 3350, 1979, 989, 50 * kMegabyte),
      describe("h200", 132, 4800, 1979, 989, 60 * kMegabyte),
      describe("h20", 78, 4000, 296, 148, 60 * kMegabyte),
      // With 96 GB of HBM3; with 144 GB of HBM3e 4900 GB/s.
      describe("gh200", 132, 4000, 1979, 989, 60 * kMegabyte),
  };
  return targets;
}

const TargetModel *mlir::gq::lookupTarget(llvm::StringRef name) {
  for (const TargetModel &model : getKnownTargets())
    if (model.name == name)
      return &model;
  return nullptr;
}

std::string mlir::gq::toString(const TargetModel &model) {
  std::string text = model.name.str();
  llvm::raw_string_ostream os(text);
  const TargetModel *known = lookupTarget(model.name);
  for (const TargetField &field : getTargetFields())
    if (!known || model.*field.value != known->*field.value)
      os << ", " << field.key << " = " << model.*field.value;
  return text;
}

std::string mlir::gq::unknownTarget(llvm::StringRef name) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "unknown target '" << name << "', expects ";
  llvm::ArrayRef<TargetModel> known = getKnownTargets();
  for (auto [i, model] : llvm::enumerate(known))
    os << (i == 0 ? "" : i + 1 == known.size() ? " or " : ", ") << model.name;
  return text;
}

llvm::ArrayRef<TargetField> mlir::gq::getTargetFields() {
  // The upper bounds are beyond any GPU, and keep products within 64 bits.
  static const TargetField fields[] = {
      {"multiprocessors", &TargetModel::multiprocessors, 1, 1024},
      {"memory_rate", &TargetModel::memoryRate, 1, 1000000},
      {"fp8_rate", &TargetModel::fp8Rate, 1, 1000000},
      {"bf16_rate", &TargetModel::bf16Rate, 1, 1000000},
      {"l2", &TargetModel::l2Bytes, 1, 1024 * kMegabyte},
      {"shared_memory", &TargetModel::sharedMemory, 1,
       TargetModel().sharedMemory},
  };
  return fields;
}

bool TargetModel::operator==(const TargetModel &other) const {
  return name == other.name && chip == other.chip &&
         llvm::all_of(getTargetFields(), [&](const TargetField &field) {
           return this->*field.value == other.*field.value;
         });
}

llvm::hash_code mlir::gq::hash_value(const TargetModel &model) {
  llvm::hash_code hash = llvm::hash_combine(model.name, model.chip);
  for (const TargetField &field : getTargetFields())
    hash = llvm::hash_combine(hash, model.*field.value);
  return hash;
}
