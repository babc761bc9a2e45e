// Stands in for `backout` inside a real hook: opens the repository from the environment git gave
// the hook and prints its arguments and what is staged against HEAD, to the file that PROBE_OUTPUT
// names.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "git/blob.h"
#include "git/repository.h"
#include "git/staged.h"
#include "git/tree.h"

namespace git = backout::git;

static backout::Result<std::string> staged_changes() {
  TRY(git::Repository repository, git::open(".", git::process_environment()));
  TRY(git::Staged staged, git::staged(repository));
  std::string text;
  for (const git::Delta& delta : git::diff(staged.before, staged.after)) {
    std::string content;
    if (delta.status != git::Status::deleted) {
      TRY(git::Blob blob, git::read_blob(repository, delta.new_blob, 1 << 20, delta.path));
      content = blob.bytes.value_or("");
    }
    text += fmt::format("{} {}={}\n", "AMDT"[static_cast<int>(delta.status)], delta.path, content);
  }
  return text;
}

int main(int count, char** arguments) {
  std::string text;
  for (int i = 1; i < count; ++i) text += fmt::format("[{}]", arguments[i]);
  text += '\n';
  auto changes = staged_changes();
  text += changes ? *changes : "error: " + changes.error().message + "\n";
  const char* name = std::getenv("PROBE_OUTPUT");
  std::FILE* file = name != nullptr ? std::fopen(name, "a") : nullptr;
  if (file == nullptr) return 2;
  std::fputs(text.c_str(), file);
  return std::fclose(file) == 0 && changes ? 0 : 3;
}
