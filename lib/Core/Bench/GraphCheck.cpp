//===- GraphCheck.cpp - what launches in a graph compute ------------------===//
//
// Launches that overlap may read what is not there yet, or write what is still
// read, and still look right one by one. So results are compared with those of
// a launch that has the device to itself. Memory that should be written is
// filled with other bytes before.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Graph.h"

#include <cmath>
#include <cstring>

namespace gridquant::bench {

/// NaN in every type of results that has one.
static constexpr int unwritten = 0xff;
/// A large number in most types of operands, and no NaN.
static constexpr int notYet = 0x55;

static Status fill(int device, const std::vector<Span> &spans, int value) {
  for (const Span &span : spans)
    if (gq_memset(device, span.data, value, span.bytes, nullptr))
      return lastError("memset");
  return Status();
}

/// Of all spans, behind one another. Waits for what was enqueued.
static Expected<std::vector<char>> read(int device,
                                        const std::vector<Span> &spans) {
  if (gq_stream_synchronize(device, nullptr))
    return lastError("launches");
  uint64_t bytes = 0;
  for (const Span &span : spans)
    bytes += span.bytes;
  std::vector<char> result(bytes);
  char *to = result.data();
  for (const Span &span : spans) {
    if (gq_memcpy_d2h(device, to, span.data, span.bytes))
      return lastError("copy of a result");
    to += span.bytes;
  }
  return std::move(result);
}

/// What one launch by itself makes of the operands of a copy.
static Expected<std::vector<char>> launchAlone(int device, const Copy &copy) {
  Status status = fill(device, copy.results, unwritten);
  if (status)
    status = copy.launch(nullptr);
  if (!status)
    return Error{status.message()};
  return read(device, copy.results);
}

static double bf16At(const std::vector<char> &bytes, size_t index) {
  uint32_t bits = 0;
  std::memcpy(reinterpret_cast<char *>(&bits) + 2, &bytes[2 * index], 2);
  float value = 0;
  std::memcpy(&value, &bits, 4);
  return value;
}

/// The norm of the difference, of that of what is expected.
static double relativeError(const std::vector<char> &found,
                            const std::vector<char> &expected) {
  double difference = 0, norm = 0;
  for (size_t i = 0; 2 * i + 1 < expected.size(); ++i) {
    const double value = bf16At(expected, i), off = bf16At(found, i) - value;
    difference += off * off;
    norm += value * value;
  }
  return difference == 0 ? 0 : std::sqrt(difference / norm);
}

static Status compare(const Candidate &candidate, const std::string &where,
                      const std::vector<char> &found,
                      const std::vector<char> &expected) {
  if (found == expected)
    return Status();
  if (candidate.role == Role::Peer) {
    // The order in which a peer adds may be another one each time.
    constexpr double most = 5e-3;
    const double error = relativeError(found, expected);
    if (error <= most)
      return Status();
    return Error{where + ": relative error " + std::to_string(error) +
                 " to a launch by itself, at most " + std::to_string(most) +
                 " is needed"};
  }
  size_t first = 0, count = 0;
  for (size_t i = expected.size(); i-- > 0;)
    if (found[i] != expected[i]) {
      first = i;
      ++count;
    }
  return Error{where + ": " + std::to_string(count) + " of " +
               std::to_string(expected.size()) +
               " bytes of the results are not those of a launch by itself, "
               "the first is byte " +
               std::to_string(first)};
}

Status checkReplay(int device, const Candidate &candidate, const Graph &graph) {
  for (const Copy &copy : candidate.copies)
    if (Status status = fill(device, copy.results, unwritten); !status)
      return status;
  if (Status status = graph.replay(nullptr); !status)
    return status;
  for (size_t i = 0; i < candidate.copies.size(); ++i) {
    const Copy &copy = candidate.copies[i];
    Expected<std::vector<char>> found = read(device, copy.results);
    if (!found)
      return Error{found.message()};
    Expected<std::vector<char>> expected = launchAlone(device, copy);
    if (!expected)
      return Error{expected.message()};
    if (Status status =
            compare(candidate, "copy " + std::to_string(i) + " in a graph",
                    *found, *expected);
        !status)
      return status;
  }
  return Status();
}

Status LateProducer::load() {
  if (program)
    return Status();
  Expected<std::unique_ptr<Program>> opened =
      Program::open("late producer", lateBundle());
  if (!opened)
    return Error{opened.message()};
  if (Status status = (*opened)->load(device); !status)
    return status;
  program = std::move(*opened);
  return Status();
}

/// Enqueues the kernel that gives `to` the bytes of `from`, late.
static Status enqueueLate(int device, const gq_function *late, const Span &from,
                          const Span &to, gq_stream stream) {
  Shape extent{static_cast<int64_t>(to.bytes)};
  const DLTensor source = makeTensor(device, GQ_I8, from.data, extent),
                 target = makeTensor(device, GQ_I8, to.data, extent);
  const DLTensor *in[] = {&source}, *out[] = {&target};
  if (gq_launch(late, in, 1, out, 1, nullptr, 0, stream))
    return lastError("late producer");
  return Status();
}

Status LateProducer::check(const Candidate &candidate) {
  if (Status status = load(); !status)
    return status;
  const gq_function *late = program->find("late");
  const Copy &copy = candidate.copies.front();
  Expected<std::vector<char>> expected = launchAlone(device, copy);
  if (!expected)
    return Error{expected.message()};
  std::vector<DeviceMemory> kept(copy.changing.size());
  for (size_t i = 0; i < kept.size(); ++i) {
    const Span &span = copy.changing[i];
    if (Status status = kept[i].allocate(device, span.bytes); !status)
      return status;
    if (gq_memcpy_d2d_async(device, kept[i].get(), span.data, span.bytes,
                            nullptr))
      return lastError("copy of an operand");
  }
  Expected<Graph> graph =
      Graph::capture(device, [&](gq_stream stream) -> Status {
        for (size_t i = 0; i < kept.size(); ++i) {
          const Span &to = copy.changing[i];
          if (Status status = enqueueLate(
                  device, late, {kept[i].get(), to.bytes}, to, stream);
              !status)
            return status;
        }
        return copy.launch(stream);
      });
  if (!graph)
    return Error{graph.message()};
  // The first replay loads what the second one finds loaded.
  for (int i = 0; i < 2; ++i) {
    Status status = fill(device, copy.changing, notYet);
    if (status)
      status = fill(device, copy.results, unwritten);
    if (status)
      status = graph->replay(nullptr);
    if (!status)
      return status;
    Expected<std::vector<char>> found = read(device, copy.results);
    if (!found)
      return Error{found.message()};
    status = compare(candidate, "behind a kernel that writes its operands late",
                     *found, *expected);
    if (!status)
      return status;
  }
  return Status();
}

} // namespace gridquant::bench
