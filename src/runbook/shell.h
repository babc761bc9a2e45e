// The commands of a code block, as far as they can be checked without running anything: words as a
// POSIX shell parts them, across continuation lines, pipes and lists. What only a running shell or
// the reader can fill in (`$VAR`, `$(…)`, `<placeholder>`, globs) marks its word as open.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"
#include "runbook/markdown.h"

namespace backout::runbook {

struct Word {
  std::string text;  // without quotes
  Span span;
  bool open = false;  // not known before it runs
};

struct Command {
  std::vector<Word> words;   // the program first; assignments before it are left out
  std::vector<Word> writes;  // files that its output goes to
  std::size_t block = 0;     // of Markdown::code
};

// Those of one block; none of a block in another language, of output in a `console` block, or
// behind a quote that is never closed.
[[nodiscard]] std::vector<Command> commands_of(std::string_view text, const CodeBlock& block,
                                               std::size_t index);

}  // namespace backout::runbook
