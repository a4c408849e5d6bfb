//===- Candidate.h - something that is timed --------------------*- C++ -*-===//
#ifndef GQ_BENCH_CANDIDATE_H
#define GQ_BENCH_CANDIDATE_H

#include "gq/Bench/Program.h"
#include "gq/Bench/Shapes.h"
#include "gq/Bench/Timer.h"

#include <map>
#include <memory>
#include <optional>
#include <tuple>

namespace gridquant::bench {

/// Ours: a function of a bundle. Floor: what the device needs at least. Peer:
/// another way to do the same, or something to compare with.
enum class Role { Ours, Floor, Peer };

enum class Kind { Quantize, Matmul, Other };

const char *stringify(Role role);
const char *stringify(Kind kind);
std::optional<Role> parseRole(std::string_view name);
std::optional<Kind> parseKind(std::string_view name);

/// Bytes: every operand and result once. Flops: of a matmul, two per product.
struct Work {
  Kind kind = Kind::Other;
  uint64_t bytes = 0, flops = 0;
  int64_t m = 0, n = 0, k = 0; // 0 where there is none; k of a matmul only
  bool ofBf16 = false;  // a matmul that quantises its first operand, bf16
  bool addsF32 = false; // a matmul into f32, with an f32 operand of its shape
  // Copies of its operands have those with the rows of a in common.
  bool sharesRows = false;
};

/// Memory on the device that a launch works on.
struct Span {
  void *data = nullptr;
  uint64_t bytes = 0;
};

/// One set of operands, and a launch on it.
struct Copy {
  Launch launch;
  /// What it writes whole and does not read.
  std::vector<Span> results;
  /// What a kernel in front of the launch may write: operands that are not
  /// constant.
  std::vector<Span> changing;
};

struct Candidate {
  std::string name;
  Role role = Role::Ours;
  std::string bundle, checksum; // ours only
  Work work;
  Launch launch; // on the first copy
  /// One, or with graphs as many as do not fit in the L2 cache together.
  std::vector<Copy> copies;
  /// Ours only: `launch` by a plan, which chose its kernels before.
  Launch planned;
  /// Ours only: what a launch does to choose its kernels.
  std::function<Status()> choose;
  std::vector<std::shared_ptr<void>> keepAlive; // what `launch` works on
};

/// A tensor of `shape`, which stays the caller's, at `data` on the device.
DLTensor makeTensor(int device, gq_type type, void *data, Shape &shape);

struct DeviceTensor {
  DeviceMemory memory;
  Shape shape;
  DLTensor tensor{};
  uint64_t bytes = 0;

  /// With room for `shape`, whose elements have the type of a bundle.
  static Expected<DeviceTensor> allocate(int device, gq_type type, Shape shape);
};

/// What a function does for these shapes, from its operands and results alone:
/// [m, n] from [m, k] and [n, k] is a matmul, codes and scales from something
/// else are a quantisation.
Work findWork(const Function &function, const std::vector<Shape> &inputs,
              const std::vector<Shape> &outputs);

/// Operands that candidates of one case share: those of the same copy, in the
/// same place, of the same type and shape. For functions that only read them.
using InputPool = std::map<std::tuple<size_t, size_t, gq_type, Shape>,
                           std::shared_ptr<DeviceTensor>>;

/// How many copies of operands the harness of `method` takes on a device, if
/// `bytes` of each are its own.
Expected<size_t> countCopies(int device, uint64_t bytes, const Method &method);

/// A loaded function with random operands on the device: its own, or with a
/// pool those of candidates before it. In a graph each copy has other values.
/// Of a matmul, all have the operands in common that have its rows: what a
/// kernel in front of it has just written is in L2.
Expected<Candidate> makeCandidate(int device, const Program &program,
                                  const Function &function,
                                  const std::vector<Shape> &inputs,
                                  const Method &method,
                                  InputPool *pool = nullptr);

} // namespace gridquant::bench

#endif // GQ_BENCH_CANDIDATE_H
