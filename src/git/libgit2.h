// Inside src/git only: ownership of libgit2's objects, and its last error as text.
#pragma once

#include <git2.h>

#include <cstring>
#include <memory>
#include <string>

#include "git/object.h"

namespace backout::git {

struct Free {
  void operator()(git_object* object) const { git_object_free(object); }
  void operator()(git_odb_object* object) const { git_odb_object_free(object); }
  void operator()(git_index* index) const { git_index_free(index); }
  void operator()(git_reference* reference) const { git_reference_free(reference); }
  void operator()(git_reference_iterator* iterator) const { git_reference_iterator_free(iterator); }
  void operator()(git_config* config) const { git_config_free(config); }
};

template <class T>
using Handle = std::unique_ptr<T, Free>;

// Fills a handle through libgit2's usual out-parameter: `Out(handle)` converts to T**.
template <class T>
class Out {
 public:
  explicit Out(Handle<T>& handle) : handle_(handle) {}
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;
  ~Out() { handle_.reset(raw_); }
  operator T**() { return &raw_; }  // NOLINT: the conversion is the point

 private:
  Handle<T>& handle_;
  T* raw_ = nullptr;
};

// libgit2's words for the failure just seen on this thread (NULL is possible before 1.8).
inline std::string last_error() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "unknown error";
}

inline int last_error_class() {
  const git_error* error = git_error_last();
  return error != nullptr ? error->klass : GIT_ERROR_NONE;
}

inline Oid from_libgit2(const git_oid& oid) {
  Oid result;
  std::memcpy(result.bytes.data(), oid.id, result.bytes.size());
  return result;
}

inline git_oid to_libgit2(const Oid& oid) {
  git_oid result;
  std::memset(&result, 0,
              sizeof result);  // a build for SHA-256 has a type field: SHA-1 is set below
#ifdef GIT_EXPERIMENTAL_SHA256
  result.type = GIT_OID_SHA1;
#endif
  std::memcpy(result.id, oid.bytes.data(), oid.bytes.size());
  return result;
}

}  // namespace backout::git
