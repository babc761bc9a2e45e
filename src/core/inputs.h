// What a run looked at: every file with what became of it, and every history of migrations. The
// report lists all of it, so that nobody has to guess whether a file was seen.
#pragma once

#include <cstddef>
#include <string>

namespace backout {

// What became of one file.
struct FileUse {
  std::string path;
  std::string use;      // "goose, up and down", "golang-migrate, down"; empty: none
  std::string reason;   // why it was not judged
  bool judged = false;  // false also for files that are only history
  std::string blob;     // git's id of the bytes; empty outside git
};

// One database's migrations.
struct HistoryUse {
  std::string path, framework, evidence;
  std::size_t migrations = 0, judged = 0, statements = 0;
  bool complete = true;  // false: names objects that none of its files creates
};

}  // namespace backout
