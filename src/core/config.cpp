// Reads `.backout.yaml` into a Config: what is judged and how strictly. The sections about
// operating what was released are in core/config_operations.cpp.
#include "core/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/config_reader.h"
#include "yaml/parse.h"

namespace backout {
namespace {

using namespace config;

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
    {"postgres", take_number<&MigrationsConfig::postgres, 9, 99>},
    {"code", take_paths<&MigrationsConfig::code>},
    {"schema", take_path<&MigrationsConfig::schema>},
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

constexpr Key<ArgoConfig> argo_keys[] = {
    {"rollouts", take_release},
    {"empty_as_zero", take_switch<&ArgoConfig::empty_as_zero>},
};

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
    {"yaml_bytes", take_limit<&Limits::yaml_bytes, most_bytes>},
    {"yaml_values", take_limit<&Limits::yaml_values, 100'000'000>},
    {"yaml_nesting", take_limit<&Limits::yaml_nesting, 400>},  // yaml-cpp itself gives up at 500
    {"findings", take_limit<&Limits::findings, 100'000'000>},
};

// ---- the whole file

constexpr Key<Config> top_keys[] = {
    {"migrations", take_migrations},
    {"schema", take_path<&Config::schema>},
    {"rules", take_rules},
    {"caches", take_texts<&Config::caches>},
    {"app_roles", take_texts<&Config::app_roles>},
    {"argo",
     [](const Reader& reader, std::string_view, const Node& node, Config& config) {
       return read_map(reader, "`argo`", node, argo_keys, config.argo);
     }},
    {"releases", take_releases},
    {"services", take_services},
    {"flags", take_paths<&Config::flags>},
    {"approvals", take_approvals},
    {"runbooks", take_runbooks},
    {"thresholds", take_thresholds},
    {"limits",
     [](const Reader& reader, std::string_view, const Node& node, Config& config) {
       return read_map(reader, "`limits`", node, limit_keys, config.limits);
     }},
};

}  // namespace

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
