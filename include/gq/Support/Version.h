//===- Version.h - which GridQuant this is ----------------------*- C++ -*-===//
#ifndef GQ_SUPPORT_VERSION_H
#define GQ_SUPPORT_VERSION_H

namespace gridquant {

/// "gridquant 0.1.0 (0123456789ab)": the version, and the commit that was
/// checked out when it was built, or that an archive of git is of; "unknown"
/// where there is neither.
const char *versionText();

} // namespace gridquant

#endif // GQ_SUPPORT_VERSION_H
