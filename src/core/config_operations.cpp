// The sections of `.backout.yaml` about what was released and how it is operated: releases,
// services, approvals, runbooks.
#include <charconv>

#include "core/config_reader.h"

namespace backout::config {
namespace {

// "90s", "2m", "1h30m": whole seconds.
Result<int> read_duration(const Reader& reader, std::string_view name, const Node& node) {
  TRY(const std::string text, read_text(reader, name, node));
  const auto wrong = [&] {
    return reader.wrong(node, fmt::format("`{}` must be a time such as 90s, 2m or 1h30m", name));
  };
  std::int64_t total = 0;
  for (const char *at = text.data(), *const end = at + text.size(); at != end; ++at) {
    int count = 0;
    const auto [unit, error] = std::from_chars(at, end, count);
    if (error != std::errc() || count < 0 || unit == end) return wrong();
    const int seconds = *unit == 's' ? 1 : *unit == 'm' ? 60 : *unit == 'h' ? 3600 : 0;
    total += std::int64_t{count} * seconds;
    if (seconds == 0 || total > most_seconds) return wrong();
    at = unit;
  }
  if (total == 0) return wrong();
  return static_cast<int>(total);
}

template <auto Field, class Target>
Result<void> take_duration(const Reader& reader, std::string_view name, const Node& node,
                           Target& target) {
  TRY(target.*Field, read_duration(reader, name, node));
  return {};
}

constexpr Key<ReleasesConfig> release_keys[] = {
    {"tags", take_texts<&ReleasesConfig::tags>},
    {"window", take_number<&ReleasesConfig::window, 1, 100>},
    {"days", take_number<&ReleasesConfig::days, 1, 3650>},
    {"exclude", take_paths<&ReleasesConfig::exclude>},
};

constexpr Key<RecoveryConfig> recovery_keys[] = {
    {"name", take_text<&RecoveryConfig::name>},
    {"query", take_text<&RecoveryConfig::query>},
    {"expect", take_text<&RecoveryConfig::expect>},
    {"for", take_duration<&RecoveryConfig::for_seconds>},
    {"within", take_duration<&RecoveryConfig::within_seconds>},
};

Result<void> take_recovery(const Reader& reader, std::string_view name, const Node& node,
                           ServiceConfig& service) {
  if (node.kind != Kind::sequence)
    return reader.wrong(node, fmt::format("`{}` must be a list of entries (`- query: …`)", name));
  for (const Node& item : node.items) {
    RecoveryConfig entry;
    TRY_VOID(read_map(reader, "`recovery`", item, recovery_keys, entry));
    if (entry.query.empty() || entry.expect.empty())
      return reader.wrong(item, "an entry of `recovery` needs `query` and `expect`");
    if (entry.name.empty()) entry.name = entry.query;
    service.recovery.push_back(std::move(entry));
  }
  return {};
}

Result<void> take_rps(const Reader& reader, std::string_view name, const Node& node,
                      ServiceConfig& service) {
  constexpr double most = 1e9;
  const char* const end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, service.rps);
  if (node.kind != Kind::scalar || error != std::errc() || stop != end || !(service.rps > 0) ||
      service.rps > most)
    return reader.wrong(node, fmt::format("`{}` must be a number of requests a second", name));
  return {};
}

// `{version}` or `{commit}`, once, with whatever the team writes around it.
Result<void> take_tag_pattern(const Reader& reader, std::string_view name, const Node& node,
                              ServiceConfig& service) {
  TRY(service.tags, read_text(reader, name, node));
  const std::size_t version = service.tags.find("{version}"),
                    commit = service.tags.find("{commit}");
  const std::size_t open = service.tags.find('{');
  if ((version == std::string::npos) == (commit == std::string::npos) ||
      service.tags.find('{', open + 1) != std::string::npos)
    return reader.wrong(node, fmt::format("`{}` must hold {{version}} or {{commit}} once, as in "
                                          "v{{version}} or sha-{{commit}}",
                                          name));
  return {};
}

constexpr Key<ServiceConfig> service_keys[] = {
    {"image", take_texts<&ServiceConfig::images>},
    {"images", take_texts<&ServiceConfig::images>},
    {"repository", take_text<&ServiceConfig::repository>},
    {"tags", take_tag_pattern},
    {"migrations", take_paths<&ServiceConfig::migrations>},
    {"code", take_paths<&ServiceConfig::code>},
    {"app", take_text<&ServiceConfig::app>},
    {"gitops", take_text<&ServiceConfig::gitops>},
    {"rollout", take_text<&ServiceConfig::rollout>},
    {"cluster", take_text<&ServiceConfig::cluster>},
    {"rps", take_rps},
    {"recovery", take_recovery},
};

constexpr Key<ApprovalsConfig> approval_keys[] = {
    {"ledger", take_path<&ApprovalsConfig::ledger>},
    {"approvers", take_texts<&ApprovalsConfig::approvers>},
    {"runbook", take_path<&ApprovalsConfig::runbook>},
    {"signers", take_path<&ApprovalsConfig::signers>},
};

Result<void> take_tasks(const Reader& reader, std::string_view name, const Node& node,
                        RunbooksConfig& runbooks) {
  if (node.kind != Kind::map)
    return reader.wrong(node, fmt::format("`{}` must be a map of tasks to files", name));
  const std::vector<std::string_view> known(runbook_tasks.begin(), runbook_tasks.end());
  for (const yaml::Entry& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key.text) == known.end())
      return reader.wrong(entry.key,
                          fmt::format("unknown task `{}`{}; known are: {}", entry.key.text,
                                      did_you_mean(entry.key.text, known), fmt::join(known, ", ")));
    TRY(runbooks.tasks[std::string(entry.key.text)],
        read_path(reader, entry.key.text, entry.value));
  }
  return {};
}

Result<void> take_rotation(const Reader& reader, std::string_view name, const Node& node,
                           RunbooksConfig& runbooks) {
  if (node.kind != Kind::sequence || node.items.empty())
    return reader.wrong(node, fmt::format("`{}` must be a list of tasks", name));
  for (const Node& item : node.items) {
    TRY(std::string task,
        read_choice(reader, name, item, {runbook_tasks.begin(), runbook_tasks.end()}));
    runbooks.rotation.push_back(std::move(task));
  }
  return {};
}

constexpr Key<RunbooksConfig> runbook_keys[] = {
    {"paths", take_paths<&RunbooksConfig::paths>},
    {"stale_days", take_number<&RunbooksConfig::stale_days, 1, 3650>},
    {"tasks", take_tasks},
    {"rotation", take_rotation},
    {"drills", take_path<&RunbooksConfig::drills>},
};

}  // namespace

Result<void> take_releases(const Reader& reader, std::string_view, const Node& node,
                           Config& config) {
  return read_map(reader, "`releases`", node, release_keys, config.releases);
}

Result<void> take_services(const Reader& reader, std::string_view name, const Node& node,
                           Config& config) {
  if (node.kind == Kind::null) return {};
  if (node.kind != Kind::map)
    return reader.wrong(node, fmt::format("`{}` must be a map of names to services", name));
  for (const yaml::Entry& entry : node.entries) {
    ServiceConfig service;
    service.name = entry.key.text;
    TRY_VOID(read_map(reader, fmt::format("service `{}`", service.name), entry.value, service_keys,
                      service));
    config.services.push_back(std::move(service));
  }
  return {};
}

Result<void> take_approvals(const Reader& reader, std::string_view, const Node& node,
                            Config& config) {
  return read_map(reader, "`approvals`", node, approval_keys, config.approvals);
}

Result<void> take_runbooks(const Reader& reader, std::string_view, const Node& node,
                           Config& config) {
  return read_map(reader, "`runbooks`", node, runbook_keys, config.runbooks);
}

}  // namespace backout::config
