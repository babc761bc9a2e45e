// Which files of a repository are code that runs in production: what a search for old code reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backout {

enum class FileClass : unsigned char {
  code,
  migration,
  document,
  data,  // tables of values, pictures, archives, programs
  lock,
  vendored,
  test,
  generated,
  schema_dump,
  excluded,  // by configuration, or outside of the code paths
};

struct CodeScope {
  std::vector<std::string> code;        // folders, files or globs; empty: everything
  std::vector<std::string> exclude;     // the same; `releases.exclude`
  std::vector<std::string> migrations;  // folders (or files) of histories
};

// By the path alone.
[[nodiscard]] FileClass classify(std::string_view path, const CodeScope& scope);
// By its name, a program: what a rollback of the code swaps, and what shows that a repository holds
// the code of a database at all. Configuration, scripts of the shell and templates are searched
// too, but prove nothing.
[[nodiscard]] bool is_program(std::string_view path);
// By the text: binary, generated, minified; else `code`.
[[nodiscard]] FileClass classify_text(std::string_view text);

}  // namespace backout
