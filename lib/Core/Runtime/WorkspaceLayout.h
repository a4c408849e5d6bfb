//===- WorkspaceLayout.h - the temporaries of a call ------------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_WORKSPACELAYOUT_H
#define GQ_LIB_RUNTIME_WORKSPACELAYOUT_H

#include "Operands.h"

namespace gridquant::runtime {

/// Needs bound inputs and, where there are temporaries, the variants. Places
/// those that the call uses, by when it does (gq/Bundle/Workspace.h): their
/// data are offsets from the start of the workspace. The others are empty.
gq_status layoutWorkspace(Binding &binding);

/// A workspace for a function that needs `bytes` of it.
gq_status checkWorkspace(const Function &spec, const void *workspace,
                         uint64_t bytes);

/// Needs the layout. Turns the offsets into addresses.
gq_status bindWorkspace(Binding &binding, void *workspace, size_t bytes);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_WORKSPACELAYOUT_H
