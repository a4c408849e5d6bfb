//===- Version.h - which GridQuant this is ----------------------*- C++ -*-===//
#ifndef GQ_SUPPORT_VERSION_H
#define GQ_SUPPORT_VERSION_H

namespace gridquant {

/// "gridquant 0.1.0 (0123456789ab)": the version, and the commit that was
/// checked out when the build was configured; "unknown" where there was none.
const char *versionText();

} // namespace gridquant

#endif // GQ_SUPPORT_VERSION_H
