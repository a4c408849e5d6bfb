//===- File.h - whole files, read and atomically written --------*- C++ -*-===//
#ifndef GQ_BUNDLE_FILE_H
#define GQ_BUNDLE_FILE_H

#include "gq/Bundle/Error.h"

#include <string>
#include <string_view>

namespace gridquant {

Expected<std::string> readFile(const std::string &path);

/// Writes a temporary file beside `path` and renames it into place. A reader
/// sees the old file or the whole new one, whatever happens to the writer.
Status writeFileAtomically(const std::string &path, std::string_view bytes);

} // namespace gridquant

#endif // GQ_BUNDLE_FILE_H
