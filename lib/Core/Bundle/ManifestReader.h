//===- ManifestReader.h - parts of the metadata reader ----------*- C++ -*-===//
#ifndef GQ_LIB_BUNDLE_MANIFESTREADER_H
#define GQ_LIB_BUNDLE_MANIFESTREADER_H

#include "JsonCursor.h"
#include "gq/Bundle/Manifest.h"

#include <map>

namespace gridquant {

/// The names that expressions and parameters of one function may use.
struct FunctionScope {
  std::map<std::string, uint32_t> slots;   // "arg0.1", "num_sms"
  std::map<std::string, uint32_t> buffers; // "arg0", "ws0"
};

/// Reads an expression into `pool`. On an error the cursor reports it and the
/// result is a constant.
ExprRef readExpr(const JsonCursor &json, ExprPool &pool,
                 const FunctionScope &scope, unsigned depth = 0);

Variant readVariant(const JsonCursor &json, ExprPool &pool,
                    const FunctionScope &scope);

} // namespace gridquant

#endif // GQ_LIB_BUNDLE_MANIFESTREADER_H
