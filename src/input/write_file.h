// Writing files so that nobody ever sees half of one: a temporary file beside the target, made
// durable, then put in its place in one step. Links are not followed.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace backout {

// A new file with its bytes, not yet under its name. Removed again unless `put` succeeded.
class PendingFile {
 public:
  // Beside `path`, whose folder exists. input: it cannot be written.
  [[nodiscard]] static Result<PendingFile> write(const std::string& path, std::string_view bytes);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();

  // Takes the place of the regular file `path`, with its permissions.
  [[nodiscard]] Result<void> replace();
  // Takes the name `path` unless something has it: then false, and another name may be tried.
  [[nodiscard]] Result<bool> put_new(const std::string& path);

 private:
  PendingFile(std::string path, std::string temporary)
      : path_(std::move(path)), temporary_(std::move(temporary)) {}
  std::string path_, temporary_;
};

// Keeps Ctrl-C and its kin waiting as long as it lives: for writes that belong together.
class HoldSignals {
 public:
  HoldSignals();
  ~HoldSignals();
  HoldSignals(const HoldSignals&) = delete;
  HoldSignals& operator=(const HoldSignals&) = delete;

 private:
  struct Before;
  Before* before_;
};

}  // namespace backout
