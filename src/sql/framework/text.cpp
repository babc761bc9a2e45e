// Small readers of paths and lines that all framework adapters use.
#include <algorithm>
#include <cstring>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

// These two run over every path of a repository several times; memrchr looks at many bytes at once.
std::string_view folder_of(std::string_view path) {
  const void* const slash = path.empty() ? nullptr : memrchr(path.data(), '/', path.size());
  if (slash == nullptr) return {};
  return path.substr(0, static_cast<std::size_t>(static_cast<const char*>(slash) - path.data()));
}

std::string_view base_of(std::string_view path) {
  const void* const slash = path.empty() ? nullptr : memrchr(path.data(), '/', path.size());
  if (slash == nullptr) return path;
  return path.substr(static_cast<std::size_t>(static_cast<const char*>(slash) - path.data()) + 1);
}

std::string join(std::string_view folder, std::string_view name) {
  if (folder.empty()) return std::string(name);
  std::string path(folder);
  if (path.back() != '/') path += '/';
  path += name;
  return path;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return true;
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::size_t find_ignoring_case(std::string_view text, std::string_view word) {
  const auto found = std::search(text.begin(), text.end(), word.begin(), word.end(),
                                 [](char x, char y) { return lower(x) == y; });
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, word.data(), word.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

Line line_at(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const void* const newline =
      before.empty() ? nullptr : memrchr(before.data(), '\n', before.size());
  auto begin =
      newline == nullptr
          ? 0U
          : static_cast<std::uint32_t>(static_cast<const char*>(newline) - text.data() + 1);
  Line line;
  next_line(text, begin, line);
  return line;
}

bool next_line(std::string_view text, std::uint32_t& at, Line& line) {
  if (at >= text.size()) return false;
  const void* newline = std::memchr(text.data() + at, '\n', text.size() - at);
  const std::size_t end =
      newline == nullptr
          ? text.size()
          : static_cast<std::size_t>(static_cast<const char*>(newline) - text.data());
  line = {text.substr(at, end - at), at,
          static_cast<std::uint32_t>(std::min(end + 1, text.size()))};
  at = line.next;
  return true;
}

void report(Parts& parts, FrameworkProblem::Kind kind, std::size_t file, Span span,
            std::string message) {
  parts.problems.push_back({kind, file, span, std::move(message)});
}

bool starts_comment(std::string_view line) { return trim(line).starts_with("--"); }

// Is there a line that starts, after blanks, with `--` and has `word` in it?
bool has_comment_with(std::string_view text, std::string_view word) {
  for (std::size_t at = find_word(text, word); at != std::string_view::npos;
       at = find_word(text, word, at + 1)) {
    if (starts_comment(line_at(text, at).text)) return true;
  }
  return false;
}

std::optional<std::size_t> Repository::find(std::string_view wanted) const {
  const auto found = std::lower_bound(files.paths.begin(), files.paths.end(), wanted);
  if (found == files.paths.end() || *found != wanted) return {};
  return static_cast<std::size_t>(found - files.paths.begin());
}

std::string_view Repository::text(std::size_t file) const {
  const Source* const read = files.read(file);
  return read == nullptr ? std::string_view() : std::string_view(read->text);
}

void Claims::skip(std::size_t file, std::string reason) {
  if (taken[file]) return;
  taken[file] = true;
  out.skipped.push_back({file, std::move(reason)});
}

std::vector<std::size_t> Claims::free_of(const std::vector<std::size_t>& files) const {
  std::vector<std::size_t> free;
  for (const std::size_t file : files) {
    if (!taken[file]) free.push_back(file);
  }
  return free;
}

}  // namespace backout::sql::framework
