//===- MockGraph.h - captures of the mock driver ----------------*- C++ -*-===//
#ifndef GQ_UNITTESTS_RUNTIME_MOCKGRAPH_H
#define GQ_UNITTESTS_RUNTIME_MOCKGRAPH_H

#include "MockCuda.h"

struct MockNode {
  std::function<void()> run, early; // the latter of what may begin early
};
struct MockGraph {
  std::vector<MockNode> nodes;
};

/// What is captured from a stream so far; null: it is not captured.
MockGraph *capturing(gridquant::cuda::Stream stream);

/// Parameters are read at the launch that is captured, as the driver does.
MockNode captureKernel(const gridquant::cuda::LaunchConfig &config,
                       const std::string &name, void **params);

#endif // GQ_UNITTESTS_RUNTIME_MOCKGRAPH_H
