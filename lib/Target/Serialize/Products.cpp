//===- Products.cpp - tensor-core products that ptxas has kept ------------===//
//
// ptxas 13.0 sometimes takes several products, whose sums go through the same
// registers one after another, for one, and reads that one for all. It says
// nothing. Where a cubin has fewer of them than its PTX some are gone: it
// copies code, but leaves out no product whose sum is read.
//
//===----------------------------------------------------------------------===//
#include "Internal.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace mlir::gq;

using Counts = llvm::StringMap<int64_t>;

/// Of each entry of PTX text.
static Counts countInPtx(StringRef ptx) {
  constexpr StringLiteral kEntry = ".entry ", kProduct = "wgmma.mma_async";
  Counts counts;
  int64_t *current = nullptr;
  while (!ptx.empty()) {
    StringRef line;
    std::tie(line, ptx) = ptx.split('\n');
    if (size_t at = line.find(kEntry); at != StringRef::npos)
      current = &counts[line.substr(at + kEntry.size())
                            .take_until([](char c) { return c == '('; })
                            .trim()];
    else if (current)
      *current += static_cast<int64_t>(line.count(kProduct));
  }
  return counts;
}

/// Of the code of a kernel, in instructions of 16 bytes: HGMMA, IGMMA, BGMMA
/// and QGMMA of sm_90 are these operations.
static int64_t countInCode(ArrayRef<uint8_t> code) {
  constexpr size_t kBytes = 16;
  constexpr uint64_t kOperation = 0xfff, kFirst = 0x9f0, kLast = 0x9f3;
  int64_t count = 0;
  for (; code.size() >= kBytes; code = code.drop_front(kBytes)) {
    uint64_t operation =
        llvm::support::endian::read64le(code.data()) & kOperation;
    count += operation >= kFirst && operation <= kLast;
  }
  return count;
}

std::vector<LostProducts> mlir::gq::findLostProducts(StringRef ptx,
                                                     StringRef cubin) {
  std::vector<LostProducts> lost;
  auto file = llvm::object::ELF64LEFile::create(cubin);
  if (!file)
    return llvm::consumeError(file.takeError()), lost;
  auto sections = file->sections();
  if (!sections)
    return llvm::consumeError(sections.takeError()), lost;
  Counts asked = countInPtx(ptx);
  for (const auto &section : *sections) {
    auto name = file->getSectionName(section);
    auto code = file->getSectionContents(section);
    if (!name || !code) {
      if (!name)
        llvm::consumeError(name.takeError());
      if (!code)
        llvm::consumeError(code.takeError());
      continue;
    }
    StringRef kernel = *name;
    if (!kernel.consume_front(".text."))
      continue;
    auto entry = asked.find(kernel);
    if (entry == asked.end())
      continue;
    if (int64_t kept = countInCode(*code); kept < entry->second)
      lost.push_back({kernel.str(), entry->second, kept});
  }
  return lost;
}
