//===- Program.h - a bundle that is timed -----------------------*- C++ -*-===//
#ifndef GQ_BENCH_PROGRAM_H
#define GQ_BENCH_PROGRAM_H

#include "gq/Bundle/Manifest.h"
#include "gq/Runtime/gq_runtime.h"

#include <memory>
#include <string>

namespace gridquant::bench {

/// An open bundle. Needs no device before `load`.
class Program {
public:
  /// `name` stands for the bundle in tables.
  static Expected<std::unique_ptr<Program>> open(std::string name,
                                                 const std::string &bytes);
  Program(const Program &) = delete;
  ~Program() { gq_bundle_close(bundle); }

  Status load(int device);
  /// Null when there is none.
  const gq_function *find(const std::string &function) const;

  const std::string &name() const { return label; }
  const std::string &checksum() const { return sum; }
  const std::vector<Function> &functions() const { return manifest.functions; }

private:
  Program() = default;

  std::string label, sum;
  Manifest manifest;
  gq_bundle *bundle = nullptr;
};

/// A file that ends in .mlir: it is compiled.
bool isSource(const std::string &path);

/// The bytes of the bundle in `path`. A source is compiled by `compiler`, a
/// program that takes the options of gq-compile, for `schedule` if it has a
/// name.
Expected<std::string> readProgram(const std::string &path,
                                  const std::string &compiler,
                                  const std::string &schedule = "");

/// gq-compile beside the program that runs, or else the one in PATH.
std::string defaultCompiler();

} // namespace gridquant::bench

#endif // GQ_BENCH_PROGRAM_H
