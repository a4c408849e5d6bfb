//===- Graph.h - launches that are captured into a CUDA graph ---*- C++ -*-===//
#ifndef GQ_BENCH_GRAPH_H
#define GQ_BENCH_GRAPH_H

#include "gq/Bench/Candidate.h"

namespace gridquant::bench {

class Graph {
public:
  /// Of what `enqueue` enqueues.
  static Expected<Graph> capture(int device, const Launch &enqueue);

  /// Of at least `launches` launches of a candidate, one behind the other, on
  /// its copies in turn; each copy has as many.
  static Expected<Graph> ofTurns(int device, const Candidate &candidate,
                                 unsigned launches);

  Graph(Graph &&other) noexcept
      : count(other.count), handle(std::exchange(other.handle, nullptr)) {}
  Graph &operator=(Graph &&other) noexcept {
    std::swap(count, other.count);
    std::swap(handle, other.handle);
    return *this;
  }
  ~Graph() { gq_graph_destroy(handle); }

  Status replay(gq_stream stream) const;

  /// Of ofTurns(): how many there are.
  size_t launches() const { return count; }
  /// Launches that may begin before the one in front of them has ended; nothing
  /// where the driver does not say it.
  std::optional<size_t> earlyLaunches() const;

private:
  Graph() = default;

  size_t count = 1;
  gq_graph *handle = nullptr;
};

/// Replays a graph of a candidate once more, with results that are nothing
/// before it: each copy has then what a launch by itself gives. The bits are
/// compared, of peers the values in bf16.
Status checkReplay(int device, const Candidate &candidate, const Graph &graph);

/// Launches of which the kernel in front writes the operands late.
class LateProducer {
public:
  explicit LateProducer(int device) : device(device) {}

  /// In a graph, a kernel that lets the one behind it begin at once writes all
  /// operands of the first copy that are not constant after some 20
  /// microseconds; what the candidate has made of them must be what it makes
  /// when nothing is in front. A kernel that reads before it waits is found.
  Status check(const Candidate &candidate);

private:
  Status load();

  int device;
  std::unique_ptr<Program> program;
};

/// The bundle with the kernel `late`.
std::string lateBundle();

} // namespace gridquant::bench

#endif // GQ_BENCH_GRAPH_H
