#include "core/config_reader.h"

#include <charconv>

namespace backout {
namespace config {

tl::unexpected<Error> Reader::wrong(const Node& at, std::string_view message) const {
  const Position position = LineIndex(text).position(at.span.begin);
  return fail(ErrorKind::usage,
              fmt::format("{}:{}:{}: {}", path, position.line, position.column, message));
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format(", did you mean `{}`?", near);
}

Result<std::string> read_text(const Reader& reader, std::string_view name, const Node& node) {
  if (node.kind != Kind::scalar || node.text.empty()) {
    return reader.wrong(node, fmt::format("`{}` must be a text", name));
  }
  return std::string(node.text);
}

Result<std::uint64_t> read_number(const Reader& reader, std::string_view name, const Node& node,
                                  std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (node.kind != Kind::scalar || error != std::errc() || stop != end || value < least ||
      value > most) {
    return reader.wrong(
        node, fmt::format("`{}` must be a whole number from {} to {}", name, least, most));
  }
  return value;
}

// One text or a list of texts.
Result<std::vector<std::string>> read_texts(const Reader& reader, std::string_view name,
                                            const Node& node) {
  std::vector<std::string> texts;
  if (node.kind != Kind::sequence) {
    TRY(std::string text, read_text(reader, name, node));
    texts.push_back(std::move(text));
    return texts;
  }
  for (const Node& item : node.items) {
    TRY(std::string text, read_text(reader, name, item));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::string> read_choice(const Reader& reader, std::string_view name, const Node& node,
                                const std::vector<std::string_view>& choices) {
  TRY(std::string text, read_text(reader, name, node));
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    return reader.wrong(node, fmt::format("`{}` cannot be `{}`{}; known are: {}", name, text,
                                          did_you_mean(text, choices), fmt::join(choices, ", ")));
  }
  return text;
}

// A path inside the repository, without `./` and a last slash. "." is the root, an empty path.
Result<std::string> read_path(const Reader& reader, std::string_view name, const Node& node) {
  TRY(const std::string text, read_text(reader, name, node));
  if (text.front() == '/')
    return reader.wrong(node, fmt::format("`{}` must be relative to the repository's root", name));
  std::string path;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view part = std::string_view(text).substr(begin, end - begin);
    if (part == "..")
      return reader.wrong(node, fmt::format("`{}` must not leave the repository (`..`)", name));
    if (!part.empty() && part != ".") {
      if (!path.empty()) path += '/';
      path += part;
    }
    begin = end + 1;
  }
  return path;
}

Result<std::vector<std::string>> read_paths(const Reader& reader, std::string_view name,
                                            const Node& node) {
  std::vector<std::string> paths;
  if (node.kind != Kind::sequence) {
    TRY(std::string path, read_path(reader, name, node));
    paths.push_back(std::move(path));
    return paths;
  }
  for (const Node& item : node.items) {
    TRY(std::string path, read_path(reader, name, item));
    paths.push_back(std::move(path));
  }
  return paths;
}

// What YAML 1.1 and 1.2 agree on.
Result<bool> read_switch(const Reader& reader, std::string_view name, const Node& node) {
  TRY_VOID(read_choice(reader, name, node, {"true", "false"}));
  return node.text == "true";
}

}  // namespace config

namespace {

// Changes (insert, delete, replace, swap of neighbours) that turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min(
          {last[j] + 1, current[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t longest = 100;
  if (word.size() > longest) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace backout
