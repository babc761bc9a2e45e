// Reads `.backout.yaml` into a Config. One table a section: key and the function that takes its
// value; what is no such key is an error that names the nearest one. Every error is for the person
// who wrote the file: path, line, column, what was expected.
#include "core/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>

#include "yaml/parse.h"

namespace backout {
namespace {

using yaml::Kind;
using yaml::Node;

struct Reader {
  std::string_view path, text;
  const std::vector<std::string_view>& rule_ids;

  [[nodiscard]] tl::unexpected<Error> wrong(const Node& at, std::string_view message) const {
    const Position position = LineIndex(text).position(at.span.begin);
    return fail(ErrorKind::usage,
                fmt::format("{}:{}:{}: {}", path, position.line, position.column, message));
  }
};

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format(", did you mean `{}`?", near);
}

template <class Target>
struct Key {
  std::string_view name;
  Result<void> (*take)(const Reader&, std::string_view name, const Node&, Target&);
};

// Reads a map whose keys are those of `table`; `null` is an empty map.
template <class Target, std::size_t Count>
Result<void> read_map(const Reader& reader, std::string_view what, const Node& node,
                      const Key<Target> (&table)[Count], Target& target) {
  if (node.kind == Kind::null) return {};
  if (node.kind != Kind::map)
    return reader.wrong(node, fmt::format("{} must be a map of keys", what));
  for (const yaml::Entry& entry : node.entries) {
    const auto found =
        std::find_if(std::begin(table), std::end(table),
                     [&](const Key<Target>& key) { return key.name == entry.key.text; });
    if (found == std::end(table)) {
      std::vector<std::string_view> names;
      for (const Key<Target>& key : table) names.push_back(key.name);
      return reader.wrong(entry.key, fmt::format("unknown key `{}` in {}{}", entry.key.text, what,
                                                 did_you_mean(entry.key.text, names)));
    }
    TRY_VOID(found->take(reader, found->name, entry.value, target));
  }
  return {};
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

// ---- migrations

Result<void> take_migration_paths(const Reader& reader, std::string_view name, const Node& node,
                                  MigrationsConfig& entry) {
  if (!entry.paths.empty())
    return reader.wrong(node, "`path` and `paths` are two words for the same key; give one");
  TRY(entry.paths, read_paths(reader, name, node));
  if (entry.paths.empty()) return reader.wrong(node, fmt::format("`{}` is empty", name));
  return {};
}

constexpr Key<MigrationsConfig> migration_keys[] = {
    {"path", take_migration_paths},
    {"paths", take_migration_paths},
    {"framework",
     [](const Reader& reader, std::string_view name, const Node& node,
        MigrationsConfig& entry) -> Result<void> {
       TRY(entry.framework,
           read_choice(reader, name, node, {framework_names.begin(), framework_names.end()}));
       return {};
     }},
    {"transaction",
     [](const Reader& reader, std::string_view name, const Node& node,
        MigrationsConfig& entry) -> Result<void> {
       TRY(entry.transaction,
           read_choice(reader, name, node,
                       {"per-file", "whole-run", "none-split", "none-one-message"}));
       return {};
     }},
    {"postgres",
     [](const Reader& reader, std::string_view name, const Node& node,
        MigrationsConfig& entry) -> Result<void> {
       TRY(const std::uint64_t version, read_number(reader, name, node, 9, 99));
       entry.postgres = static_cast<int>(version);
       return {};
     }},
    {"code",
     [](const Reader& reader, std::string_view name, const Node& node,
        MigrationsConfig& entry) -> Result<void> {
       TRY(entry.code, read_paths(reader, name, node));
       return {};
     }},
    {"schema",
     [](const Reader& reader, std::string_view name, const Node& node,
        MigrationsConfig& entry) -> Result<void> {
       TRY(entry.schema, read_path(reader, name, node));
       return {};
     }},
};

Result<void> take_migrations(const Reader& reader, std::string_view name, const Node& node,
                             Config& config) {
  if (node.kind == Kind::null) return {};
  if (node.kind != Kind::sequence) {
    return reader.wrong(node, fmt::format("`{}` must be a list of entries (`- path: …`)", name));
  }
  for (const Node& item : node.items) {
    MigrationsConfig entry;
    TRY_VOID(read_map(reader, "`migrations`", item, migration_keys, entry));
    if (entry.paths.empty()) return reader.wrong(item, "an entry of `migrations` needs a `path`");
    config.migrations.push_back(std::move(entry));
  }
  return {};
}

// ---- rules

Result<void> take_rules(const Reader& reader, std::string_view name, const Node& node,
                        Config& config) {
  if (node.kind == Kind::null) return {};
  if (node.kind != Kind::map) {
    return reader.wrong(node,
                        fmt::format("`{}` must be a map of rule ids or families to levels", name));
  }
  std::vector<std::string_view> known = reader.rule_ids;
  for (const std::string_view id : reader.rule_ids) known.push_back(id.substr(0, id.find('/')));
  for (const yaml::Entry& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key.text) == known.end()) {
      return reader.wrong(entry.key, fmt::format("unknown rule or family `{}`{}", entry.key.text,
                                                 did_you_mean(entry.key.text, known)));
    }
    TRY(const std::string level,
        read_choice(reader, entry.key.text, entry.value, {"error", "warning", "note", "off"}));
    config.rules[std::string(entry.key.text)] = level == "error"     ? Severity::error
                                                : level == "warning" ? Severity::warning
                                                : level == "note"    ? Severity::note
                                                                     : Severity::off;
  }
  return {};
}

// ---- argo

// "1.9", "v1.9.1": what follows the minor version does not matter.
Result<void> take_release(const Reader& reader, std::string_view name, const Node& node,
                          ArgoConfig& config) {
  argo::Release release;
  const char* const end = node.text.data() + node.text.size();
  const char* const begin = node.text.data() + (node.text.starts_with('v') ? 1 : 0);
  const auto [point, no_major] = std::from_chars(begin, end, release.major);
  if (no_major == std::errc() && point != end && *point == '.') {
    const auto [rest, no_minor] = std::from_chars(point + 1, end, release.minor);
    if (no_minor == std::errc() && (rest == end || *rest == '.') && release.major == 1 &&
        release.minor >= 0) {
      config.rollouts = release;
      return {};
    }
  }
  return reader.wrong(node,
                      fmt::format("`{}` must be a release of Argo Rollouts, as in 1.9", name));
}

constexpr Key<ArgoConfig> argo_keys[] = {{"rollouts", take_release}};

// ---- thresholds

Result<void> take_thresholds(const Reader& reader, std::string_view name, const Node& node,
                             Config& config) {
  if (node.kind == Kind::null) return {};
  if (node.kind != Kind::map)
    return reader.wrong(node, fmt::format("`{}` must be a map of keys", name));
  for (const yaml::Entry& entry : node.entries) {
    const auto found =
        std::find_if(std::begin(threshold_keys), std::end(threshold_keys),
                     [&](const ThresholdKey& key) { return key.name == entry.key.text; });
    if (found == std::end(threshold_keys)) {
      std::vector<std::string_view> names;
      for (const ThresholdKey& key : threshold_keys) names.push_back(key.name);
      return reader.wrong(entry.key, fmt::format("unknown key `{}` in `{}`{}", entry.key.text, name,
                                                 did_you_mean(entry.key.text, names)));
    }
    TRY(const std::uint64_t value,
        read_number(reader, found->name, entry.value, 0, static_cast<std::uint64_t>(found->most)));
    config.thresholds.*(found->field) = static_cast<int>(value);
  }
  return {};
}

// ---- limits

// `Most` keeps a bound from being lifted to where it protects nothing: offsets have 32 bits,
// nesting is stack.
template <auto Field, std::uint64_t Most>
Result<void> take_limit(const Reader& reader, std::string_view name, const Node& node,
                        Limits& limits) {
  TRY(const std::uint64_t value, read_number(reader, name, node, 1, Most));
  limits.*Field = static_cast<std::remove_reference_t<decltype(limits.*Field)>>(value);
  return {};
}

constexpr std::uint64_t most_bytes = std::numeric_limits<std::uint32_t>::max();
constexpr Key<Limits> limit_keys[] = {
    {"file_bytes", take_limit<&Limits::file_bytes, most_bytes>},
    {"statement_bytes", take_limit<&Limits::statement_bytes, most_bytes>},
    {"statements", take_limit<&Limits::statements, 100'000'000>},
    {"nesting", take_limit<&Limits::nesting, 10'000>},
    {"terms", take_limit<&Limits::terms, 10'000'000>},
    {"findings", take_limit<&Limits::findings, 100'000'000>},
};

// ---- the whole file

constexpr Key<Config> top_keys[] = {
    {"migrations", take_migrations},
    {"schema",
     [](const Reader& reader, std::string_view name, const Node& node,
        Config& config) -> Result<void> {
       TRY(config.schema, read_path(reader, name, node));
       return {};
     }},
    {"rules", take_rules},
    {"caches",
     [](const Reader& reader, std::string_view name, const Node& node,
        Config& config) -> Result<void> {
       TRY(config.caches, read_texts(reader, name, node));
       return {};
     }},
    {"app_roles",
     [](const Reader& reader, std::string_view name, const Node& node,
        Config& config) -> Result<void> {
       TRY(config.app_roles, read_texts(reader, name, node));
       return {};
     }},
    {"argo",
     [](const Reader& reader, std::string_view, const Node& node, Config& config) {
       return read_map(reader, "`argo`", node, argo_keys, config.argo);
     }},
    {"thresholds", take_thresholds},
    {"limits",
     [](const Reader& reader, std::string_view, const Node& node, Config& config) {
       return read_map(reader, "`limits`", node, limit_keys, config.limits);
     }},
};

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

Result<Config> parse_config(std::string_view yaml, std::string_view path,
                            const std::vector<std::string_view>& rule_ids) {
  if (const std::string_view defect = text_defect(yaml); !defect.empty()) {
    return fail(ErrorKind::usage, fmt::format("{}: the file {}", path, defect));
  }
  TRY(const yaml::Document document, yaml::parse_document(yaml, path));
  Config config;
  TRY_VOID(
      read_map(Reader{path, yaml, rule_ids}, "the configuration", document.root, top_keys, config));
  return config;
}

}  // namespace backout
