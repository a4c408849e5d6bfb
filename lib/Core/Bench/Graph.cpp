//===- Graph.cpp - launches that are captured into a CUDA graph -----------===//
//
// Launches of a graph follow one another without the host, as the layers of a
// model do that is replayed: what a launch costs on the host is not in the
// time, and a kernel that begins early overlaps with the one in front of it.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Graph.h"

namespace gridquant::bench {

Expected<Graph> Graph::capture(int device, const Launch &enqueue) {
  Stream stream;
  if (Status status = stream.create(device); !status)
    return Error{status.message()};
  if (gq_capture_begin(device, stream.get()))
    return lastError("capture");
  Graph graph;
  Status status = enqueue(stream.get());
  // Whatever has failed: the stream must not stay in the capture.
  if (gq_capture_end(device, stream.get(), &graph.handle) && status)
    status = lastError("capture");
  if (!status)
    return Error{status.message()};
  return std::move(graph);
}

Expected<Graph> Graph::ofTurns(int device, const Candidate &candidate,
                               unsigned launches) {
  const size_t copies = candidate.copies.size();
  const size_t turns = (launches + copies - 1) / copies;
  Expected<Graph> graph = capture(device, [&](gq_stream stream) -> Status {
    for (size_t i = 0; i < turns * copies; ++i)
      if (Status status = candidate.copies[i % copies].launch(stream); !status)
        return status;
    return Status();
  });
  if (graph)
    graph->count = turns * copies;
  return graph;
}

Status Graph::replay(gq_stream stream) const {
  if (gq_graph_launch(handle, stream))
    return lastError("replay of a graph");
  return Status();
}

std::optional<size_t> Graph::earlyLaunches() const {
  size_t edges = 0, programmatic = 0;
  if (gq_graph_edges(handle, &edges, &programmatic))
    return std::nullopt;
  return programmatic;
}

} // namespace gridquant::bench
