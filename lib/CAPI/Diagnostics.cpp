//===- Diagnostics.cpp - MLIR's diagnostics for a handler of C ------------===//
#include "Objects.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace mlir::gq;

static thread_local std::string lastError;

const char *gq_compiler_last_error(void) { return lastError.c_str(); }

gq_compiler_status capi::fail(gq_compiler_status status,
                              const llvm::Twine &message) {
  lastError = message.str();
  return status;
}

/// The first place in a file that a location has.
static FileLineColLoc placeOf(Location location) {
  FileLineColLoc place;
  location->walk([&](Location part) {
    place = dyn_cast<FileLineColLoc>(part);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

static gq_severity severityOf(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return GQ_SEVERITY_NOTE;
  case DiagnosticSeverity::Warning:
    return GQ_SEVERITY_WARNING;
  case DiagnosticSeverity::Error:
    return GQ_SEVERITY_ERROR;
  case DiagnosticSeverity::Remark:
    return GQ_SEVERITY_REMARK;
  }
  llvm_unreachable("all severities are above");
}

capi::Diagnostics::Diagnostics(MLIRContext *context,
                               gq_diagnostic_handler handler, void *user)
    : handler(handler), user(user),
      scope(context, [this](Diagnostic &diagnostic) { handle(diagnostic); }) {}

void capi::Diagnostics::handle(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error &&
      firstError.empty()) {
    if (FileLineColLoc place = placeOf(diagnostic.getLocation())) {
      firstError = place.getFilename().str() + ":";
      // A module without text around it is at line 0 of its file.
      if (place.getLine())
        firstError += std::to_string(place.getLine()) + ":" +
                      std::to_string(place.getColumn()) + ":";
      firstError += " ";
    }
    firstError += diagnostic.str();
  }
  emit(diagnostic);
  for (const Diagnostic &note : diagnostic.getNotes())
    emit(note);
}

void capi::Diagnostics::emit(const Diagnostic &diagnostic) {
  if (!handler)
    return;
  FileLineColLoc place = placeOf(diagnostic.getLocation());
  std::string file = place ? place.getFilename().str() : "";
  std::string message = diagnostic.str();
  gq_diagnostic result = {severityOf(diagnostic.getSeverity()), file.c_str(),
                          place ? place.getLine() : 0,
                          place ? place.getColumn() : 0, message.c_str()};
  handler(&result, user);
}

gq_compiler_status capi::Diagnostics::fail(gq_compiler_status status) const {
  return capi::fail(status, firstError.empty()
                                ? Twine("failed without an error")
                                : Twine(firstError));
}
