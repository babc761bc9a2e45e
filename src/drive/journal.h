// The journal of an operation: JSON lines, each on the disk (fsync) before the next thing happens,
// in the user's own folder (`$XDG_STATE_HOME/backout`, else `~/.local/state/backout`; files 0600).
// Open operations lie in `open/`, the others in `ended/`. A line that a crash has torn is ignored:
// what it would have told is asked of the world. One process works on an operation at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "drive/plan.h"
#include "git/repository.h"

namespace backout::drive {

// usage: neither variable is set.
[[nodiscard]] Result<std::string> state_folder(const git::Environment& environment);

class Journal {
 public:
  // A new one; its name is not taken by any other operation. undecided: it cannot be written.
  [[nodiscard]] static Result<Journal> create(const std::string& folder, const Plan& plan);
  // An open one. usage: there is none, or another process works on it.
  [[nodiscard]] static Result<Journal> open(const std::string& folder, const std::string& id);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();

  [[nodiscard]] const Operation& operation() const { return operation_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Each is on the disk when it returns. undecided: it is not (disk full).
  [[nodiscard]] Result<void> start(std::size_t step);
  [[nodiscard]] Result<void> note(std::size_t step, const Facts& memory);
  [[nodiscard]] Result<void> done(std::size_t step, const Facts& memory, const std::string& said);
  [[nodiscard]] Result<void> undone(std::size_t step, const std::string& said);
  [[nodiscard]] Result<void> undo();  // from now on it goes back
  [[nodiscard]] Result<void> stop(const std::string& why, bool waiting);
  // Moves it to the others, with its record beside it. The path of the record.
  [[nodiscard]] Result<std::string> end(const std::string& outcome);

 private:
  Journal() = default;
  [[nodiscard]] Result<void> append(const std::string& line);
  [[nodiscard]] Result<std::string> file_away();
  std::string folder_, path_;
  int fd_ = -1;
  Operation operation_;
};

// Open operations, the oldest first. Files that are no journal are named in `broken`.
[[nodiscard]] std::vector<Operation> open_operations(const std::string& folder,
                                                     std::vector<std::string>* broken = nullptr);
// One of all, open or not. usage: there is none.
[[nodiscard]] Result<Operation> find_operation(const std::string& folder, const std::string& id);

// From a journal's text; nothing when it does not begin with a plan.
[[nodiscard]] std::optional<Operation> read_journal(std::string_view lines);

}  // namespace backout::drive
