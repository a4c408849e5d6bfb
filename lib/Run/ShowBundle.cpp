//===- ShowBundle.cpp - gq-run on a bundle --------------------------------===//
#include "ShowBundle.h"
#include "gq/Bundle/Describe.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

std::optional<LogicalResult> mlir::gq::showBundle(StringRef path, bool runs,
                                                  llvm::raw_ostream &os) {
  // Standard input is read once, as a program.
  if (path == "-")
    return std::nullopt;
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return std::nullopt;
  StringRef text = (*file)->getBuffer();
  std::string_view bytes(text.data(), text.size());
  if (!gridquant::isBundle(bytes))
    return std::nullopt;
  auto fail = [&](const std::string &message) {
    llvm::errs() << "error: '" << path << "': " << message << '\n';
    return failure();
  };
  auto contents = gridquant::readBundle(bytes);
  if (!contents)
    return fail(contents.message());
  auto manifest = gridquant::parseManifest(contents->metadata);
  if (!manifest)
    return fail(manifest.message());
  if (runs)
    return fail("is a bundle, which gq-run shows and does not run: gq-bench "
                "times it, gridquant.Bundle runs it from Python; expects an "
                ".mlir file to run");
  os << gridquant::describe(*manifest, contents->images);
  os.flush();
  return success();
}
