// Placeholders of migration tools in SQL text: `${name}` (Flyway, goose, Liquibase), `{{ … }}` (Go
// templates of pop, tern, Atlas), `#{…}`, and psql's variables. The server never sees them, so we
// cannot know what stands there; but mostly it is a name. Each is replaced by a filler of the same
// length (offsets stay those of the file): a private-use character that numbers the placeholder,
// padded with underscores, which the parser takes for a name. In the parser's output the filler is
// turned back into the placeholder's own text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/source.h"

namespace backout::sql {

// Length of the placeholder that starts at `at`, 0 when there is none: `{{ … }}`, `${…}`, `#{…}`.
// It ends on the line it starts on, a template also on a later one.
[[nodiscard]] std::uint32_t placeholder_length(std::string_view text, std::uint32_t at);
// Length of the psql variable at `at` (`:name`, `:'name'`, `:"name"`, `:{?name}`), 0 when there is
// none.
[[nodiscard]] std::uint32_t psql_variable_length(std::string_view text, std::uint32_t at);

// What a placeholder is, as far as its text tells.
enum class PlaceholderUse : std::uint8_t {
  value,    // stands for a name or a value
  open,     // {{ if }}, {{ range }}, {{ with }}, {{ define }}, {{ block }}: up to its `close`
  middle,   // {{ else }}
  close,    // {{ end }}
  silent,   // {{/* … */}}, {{ $x := … }}: puts nothing there
  include,  // {{ template }}, {{ include }}: any text may come
};
[[nodiscard]] PlaceholderUse placeholder_use(std::string_view placeholder);

// A whole name that is, or contains, a placeholder.
[[nodiscard]] bool has_placeholder(std::string_view name);

class Fillers {
 public:
  // Writes the filler over [begin, end) of `text`; the same placeholder gets the same one. False
  // when there are too many or it is too short to be marked; then the text is left as it is.
  bool fill(std::string& text, std::uint32_t begin, std::uint32_t end);
  [[nodiscard]] bool empty() const { return numbers_.empty(); }
  // `text` with every filler turned back; `json`: escaped for a JSON string.
  [[nodiscard]] std::string restore(std::string_view text, bool json) const;

 private:
  [[nodiscard]] const std::string* original(std::string_view text, std::size_t at) const;

  std::vector<std::string> originals_;
  std::vector<std::string> short_originals_;                // of two bytes
  std::unordered_map<std::string, std::uint32_t> numbers_;  // of the originals
};

}  // namespace backout::sql
