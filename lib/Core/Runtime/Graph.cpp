//===- Graph.cpp - streams that are captured into graphs ------------------===//
//
// A launch that may begin early becomes a node with a programmatic edge to the
// kernel in front of it. Nothing has to be said for that: the driver makes the
// edge from the attribute of the launch.
//
//===----------------------------------------------------------------------===//
#include "OnDevice.h"
#include "gq/Runtime/gq_device.h"

#include <algorithm>
#include <vector>

using namespace gridquant;
using namespace gridquant::runtime;

struct gq_graph {
  int device;
  cuda::Graph graph;
  cuda::GraphExec exec;
};

gq_status gq_stream_create(int device, gq_stream *out) {
  if (!out)
    return nullResult();
  *out = nullptr;
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  cuda::Stream stream = nullptr;
  if (gq_status status =
          on.check(on.driver->streamCreate(&stream, cuda::StreamNonBlocking),
                   "cuStreamCreate"))
    return status;
  *out = stream;
  return GQ_OK;
}

gq_status gq_stream_destroy(int device, gq_stream stream) {
  if (!stream)
    return GQ_OK;
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return on.check(on.driver->streamDestroy(static_cast<cuda::Stream>(stream)),
                  "cuStreamDestroy");
}

gq_status gq_capture_begin(int device, gq_stream stream) {
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  // Relaxed: a library may load its code at its first launch.
  return on.check(on.driver->streamBeginCapture(
                      static_cast<cuda::Stream>(stream), cuda::CaptureRelaxed),
                  "cuStreamBeginCapture");
}

gq_status gq_capture_end(int device, gq_stream stream, gq_graph **out) {
  if (!out)
    return nullResult();
  *out = nullptr;
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  cuda::Graph graph = nullptr;
  if (gq_status status =
          on.check(on.driver->streamEndCapture(
                       static_cast<cuda::Stream>(stream), &graph),
                   "cuStreamEndCapture"))
    return status;
  gq_graph *made = new (std::nothrow) gq_graph{device, graph, nullptr};
  if (!made) {
    on.driver->graphDestroy(graph);
    return fail(GQ_OUT_OF_MEMORY, "out of host memory");
  }
  gq_status status = on.check(
      on.driver->graphInstantiate(&made->exec, graph, 0), "cuGraphInstantiate");
  if (status == GQ_OK)
    *out = made;
  else
    gq_graph_destroy(made);
  return status;
}

gq_status gq_graph_launch(gq_graph *graph, gq_stream stream) {
  if (!graph)
    return fail(GQ_INVALID_ARGUMENT, "graph is null");
  OnDevice on;
  if (gq_status status = on.enter(graph->device))
    return status;
  return on.check(
      on.driver->graphLaunch(graph->exec, static_cast<cuda::Stream>(stream)),
      "cuGraphLaunch");
}

/// All edges. To ask for their number alone gives an error where some are
/// programmatic, so this asks for more than there are.
static gq_status readEdges(const OnDevice &on, cuda::Graph graph,
                           std::vector<cuda::GraphEdge> &out) {
  for (size_t room = 1024;; room *= 2) {
    std::vector<cuda::GraphNode> from(room), to(room);
    out.resize(room);
    size_t count = room;
    if (gq_status status =
            on.check(on.driver->graphGetEdges(graph, from.data(), to.data(),
                                              out.data(), &count),
                     "cuGraphGetEdges"))
      return status;
    if (count == room)
      continue;
    out.resize(count);
    return GQ_OK;
  }
}

gq_status gq_graph_edges(const gq_graph *graph, size_t *edges,
                         size_t *programmatic) {
  if (!graph)
    return fail(GQ_INVALID_ARGUMENT, "graph is null");
  if (!edges || !programmatic)
    return nullResult();
  OnDevice on;
  if (gq_status status = on.enter(graph->device))
    return status;
  // Drivers before CUDA 12.3 have neither the function nor such edges.
  if (!on.driver->graphGetEdges)
    return fail(GQ_DRIVER_ERROR, "the driver does not say how a graph depends, "
                                 "one for cuda 12.3 or newer does");
  return guarded([&] {
    std::vector<cuda::GraphEdge> all;
    if (gq_status status = readEdges(on, graph->graph, all))
      return status;
    *edges = all.size();
    *programmatic = static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [](const cuda::GraphEdge &edge) {
          return edge.type == cuda::ProgrammaticDependency;
        }));
    return GQ_OK;
  });
}

void gq_graph_destroy(gq_graph *graph) {
  if (!graph)
    return;
  OnDevice on;
  if (on.enter(graph->device) == GQ_OK) {
    if (graph->exec)
      on.driver->graphExecDestroy(graph->exec);
    on.driver->graphDestroy(graph->graph);
  }
  delete graph;
}
