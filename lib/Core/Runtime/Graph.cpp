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
  size_t edges, programmatic;
  bool countsProgrammatic;
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

/// Drivers before CUDA 12.3 have neither the function nor such edges.
static gq_status countEdges(const OnDevice &on, gq_graph &graph) {
  graph.countsProgrammatic = on.driver->graphGetEdges != nullptr;
  if (!graph.countsProgrammatic)
    return GQ_OK;
  auto get = [&](cuda::GraphNode *from, cuda::GraphNode *to,
                 cuda::GraphEdge *edges) {
    return on.check(
        on.driver->graphGetEdges(graph.graph, from, to, edges, &graph.edges),
        "cuGraphGetEdges");
  };
  if (gq_status status = get(nullptr, nullptr, nullptr))
    return status;
  std::vector<cuda::GraphNode> from(graph.edges), to(graph.edges);
  std::vector<cuda::GraphEdge> edges(graph.edges);
  if (edges.empty())
    return GQ_OK;
  if (gq_status status = get(from.data(), to.data(), edges.data()))
    return status;
  graph.programmatic = static_cast<size_t>(std::count_if(
      edges.begin(), edges.end(), [](const cuda::GraphEdge &edge) {
        return edge.type == cuda::ProgrammaticDependency;
      }));
  return GQ_OK;
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
  gq_graph *made =
      new (std::nothrow) gq_graph{device, graph, nullptr, 0, 0, false};
  if (!made) {
    on.driver->graphDestroy(graph);
    return fail(GQ_OUT_OF_MEMORY, "out of host memory");
  }
  gq_status status = on.check(
      on.driver->graphInstantiate(&made->exec, graph, 0), "cuGraphInstantiate");
  if (status == GQ_OK)
    status = guarded([&] { return countEdges(on, *made); });
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

gq_status gq_graph_edges(const gq_graph *graph, size_t *edges,
                         size_t *programmatic) {
  if (!graph)
    return fail(GQ_INVALID_ARGUMENT, "graph is null");
  if (!edges || !programmatic)
    return nullResult();
  if (!graph->countsProgrammatic)
    return fail(GQ_DRIVER_ERROR, "the edges of a graph are known to drivers "
                                 "for cuda 12.3 or newer");
  *edges = graph->edges;
  *programmatic = graph->programmatic;
  return GQ_OK;
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
