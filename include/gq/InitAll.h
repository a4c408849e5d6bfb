//===- InitAll.h - everything this project registers ------------*- C++ -*-===//
#ifndef GQ_INITALL_H
#define GQ_INITALL_H

namespace mlir {
class DialectRegistry;

namespace gq {

/// The gq and gqgpu dialects, the upstream dialects that programs use with
/// them, and the interfaces that passes and upstream tools ask for. Not all
/// upstream dialects: those need the code of all targets.
void registerAllDialects(DialectRegistry &registry);

void registerAllPasses();

void registerAllPipelines();

} // namespace gq
} // namespace mlir

#endif // GQ_INITALL_H
