//===- MockGraph.cpp - streams and graphs of the mock driver --------------===//
#include "MockGraph.h"

#include <algorithm>

using namespace gridquant::cuda;

static std::map<Stream, MockGraph *> &captures() {
  static std::map<Stream, MockGraph *> instance;
  return instance;
}

MockGraph *capturing(Stream stream) {
  auto found = captures().find(stream);
  return found == captures().end() ? nullptr : found->second;
}

MockNode captureKernel(const LaunchConfig &config, const std::string &name,
                       void **params) {
  std::vector<std::string> bytes;
  const std::vector<size_t> &sizes = MockCuda::get().kernelParams[name];
  for (size_t i = 0; i < sizes.size(); ++i)
    bytes.emplace_back(static_cast<char *>(params[i]), sizes[i]);
  auto call = [name, bytes](auto member) {
    return [name, bytes, member]() mutable {
      std::vector<void *> params;
      for (std::string &param : bytes)
        params.push_back(param.data());
      if (const auto &hook = MockCuda::get().*member)
        hook(name, params.data());
    };
  };
  MockNode node{call(&MockCuda::onLaunch), nullptr};
  for (unsigned i = 0; i < config.attributeCount; ++i)
    if (config.attributes[i].id == ProgrammaticStreamSerialization)
      node.early = call(&MockCuda::onEarly);
  return node;
}

extern "C" {
int cuStreamCreate(Stream *stream, unsigned flags) {
  if (flags != StreamNonBlocking)
    return 1;
  ++MockCuda::get().liveStreams;
  *stream = reinterpret_cast<Stream>(new char);
  return 0;
}
int cuStreamDestroy_v2(Stream stream) {
  --MockCuda::get().liveStreams;
  delete reinterpret_cast<char *>(stream);
  return 0;
}
int cuStreamBeginCapture_v2(Stream stream, int mode) {
  if (MockCuda::get().captureResult)
    return MockCuda::get().captureResult;
  // The default stream cannot be captured.
  if (!stream || mode != CaptureRelaxed || capturing(stream))
    return 1;
  captures()[stream] = new MockGraph;
  return 0;
}
int cuStreamEndCapture(Stream stream, Graph *graph) {
  MockGraph *made = capturing(stream);
  if (!made)
    return 1;
  captures().erase(stream);
  ++MockCuda::get().liveGraphs;
  *graph = reinterpret_cast<Graph>(made);
  return 0;
}
int cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                unsigned long long flags) {
  if (MockCuda::get().graphResult || flags)
    return MockCuda::get().graphResult ? MockCuda::get().graphResult : 1;
  ++MockCuda::get().liveGraphs;
  *exec = reinterpret_cast<GraphExec>(
      new MockGraph(*reinterpret_cast<MockGraph *>(graph)));
  return 0;
}
int cuGraphLaunch(GraphExec exec, Stream) {
  const auto &nodes = reinterpret_cast<MockGraph *>(exec)->nodes;
  ++MockCuda::get().replays;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (i + 1 < nodes.size() && nodes[i + 1].early)
      nodes[i + 1].early();
    nodes[i].run();
  }
  return 0;
}
int cuGraphExecDestroy(GraphExec exec) {
  --MockCuda::get().liveGraphs;
  delete reinterpret_cast<MockGraph *>(exec);
  return 0;
}
int cuGraphDestroy(Graph graph) {
  --MockCuda::get().liveGraphs;
  delete reinterpret_cast<MockGraph *>(graph);
  return 0;
}
int cuGraphGetEdges_v2(Graph graph, GraphNode *from, GraphNode *to,
                       GraphEdge *edges, size_t *count) {
  const auto &nodes = reinterpret_cast<MockGraph *>(graph)->nodes;
  if (!from || !to || !edges)
    return 1;
  *count = std::min(*count, nodes.empty() ? 0 : nodes.size() - 1);
  for (size_t i = 0; i < *count; ++i) {
    edges[i] = GraphEdge();
    edges[i].type = nodes[i + 1].early ? ProgrammaticDependency : 0;
  }
  return 0;
}
}
