//===- Options.h - what the command line asks for ---------------*- C++ -*-===//
#ifndef GQ_LIB_BENCH_OPTIONS_H
#define GQ_LIB_BENCH_OPTIONS_H

#include "gq/Bench/Method.h"
#include "gq/Bench/Shapes.h"

#include <set>

namespace gridquant::bench {

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> functions; // empty: all
  std::vector<ShapeRequest> requests; // empty: the shapes are all static
  std::string shapesFile;
  std::set<std::string> peers;
  std::vector<std::string> schedules; // of what is compiled; empty: the chosen
  std::vector<Harness> harnesses{Harness::Flushed};
  Method method; // its harness is one of those
  std::string json, commit, compiler;
  int device = 0;
  bool resume = false, list = false, quiet = false, help = false;
};

extern const char *const usage;

Expected<Options> parseOptions(const std::vector<std::string> &args);

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_OPTIONS_H
