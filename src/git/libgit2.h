// Inside src/git only: ownership of libgit2's objects, and its last error as text.
#pragma once

#include <git2.h>

#include <cstring>
#include <string>

#include "git/object.h"

namespace backout::git {

inline void release(git_object* object) { git_object_free(object); }
inline void release(git_odb_object* object) { git_odb_object_free(object); }
inline void release(git_index* index) { git_index_free(index); }
inline void release(git_reference* reference) { git_reference_free(reference); }
inline void release(git_reference_iterator* iterator) { git_reference_iterator_free(iterator); }
inline void release(git_index_conflict_iterator* iterator) {
  git_index_conflict_iterator_free(iterator);
}
inline void release(git_config* config) { git_config_free(config); }
inline void release(git_config_iterator* iterator) { git_config_iterator_free(iterator); }

// Owns one object. libgit2 fills it through `out()`, once.
template <class T>
class Handle {
 public:
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { release(raw_); }

  T* get() const { return raw_; }
  T** out() { return &raw_; }

 private:
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
