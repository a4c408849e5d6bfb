//===- Config.cpp - bounds of keys ----------------------------------------===//
#include "gq/Config/Config.h"
#include "llvm/ADT/Twine.h"

using namespace mlir::gq;
using llvm::Twine;

std::optional<std::string> mlir::gq::outOfBounds(llvm::StringRef what,
                                                 int64_t number, int64_t least,
                                                 int64_t most) {
  if (number < least)
    return ("expects " + what + " of at least " + Twine(least) + ", got " +
            Twine(number))
        .str();
  if (number > most)
    return ("expects " + what + " of at most " + Twine(most) + ", got " +
            Twine(number))
        .str();
  return std::nullopt;
}
