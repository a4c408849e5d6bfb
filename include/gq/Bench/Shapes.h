//===- Shapes.h - the shapes of a case --------------------------*- C++ -*-===//
//
// A user gives the sizes that are free. The others follow from the checks of
// the bundle: one that says "arg2.0 is ceildiv(arg0.0, 128)" determines arg2.0.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BENCH_SHAPES_H
#define GQ_BENCH_SHAPES_H

#include "gq/Bundle/Manifest.h"

#include <map>
#include <string>
#include <vector>

namespace gridquant::bench {

using Shape = std::vector<int64_t>;

/// "8192x8192".
std::string printShape(const Shape &shape);

/// What a user asks for in one case.
struct ShapeRequest {
  Shape sizes;                  // in the order of the free dimensions
  std::map<size_t, Shape> args; // whole shapes, by argument

  std::string print() const;
};

/// Reads "8192x8192", "arg0=8192x8192", or several of the latter with blanks
/// between them.
Expected<ShapeRequest> parseShapeRequest(std::string_view text);

/// One request per line; empty lines and what follows '#' are skipped.
Expected<std::vector<ShapeRequest>> parseShapesFile(std::string_view text,
                                                    const std::string &path);

/// The dimensions that a user has to give, as "arg0.0".
std::vector<std::string> freeSizes(const Function &function);

/// Of each input whether it has the rows of the first one, which are free, as
/// one of its sizes: whether the checks of the bundle determine that from them.
std::vector<bool> inputsWithRows(const Function &function);

/// The shapes of all inputs. The sizes of a request are either those that are
/// free, or all of the first input and the free ones of the others.
Expected<std::vector<Shape>> resolveShapes(const Function &function,
                                           const ShapeRequest &request);

} // namespace gridquant::bench

#endif // GQ_BENCH_SHAPES_H
