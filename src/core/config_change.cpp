#include "core/config_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "core/rule.h"
#include "core/verdict.h"

namespace backout {
namespace {

using Key = std::vector<std::string>;
using Texts = std::vector<std::string>;

std::string quoted(std::string_view text) {
  return text.empty() ? "nothing" : fmt::format("`{}`", text);
}
std::string quoted(int number) { return fmt::to_string(number); }

Texts missing_from(const Texts& there, const Texts& wanted) {
  Texts out;
  for (const std::string& one : wanted)
    if (std::find(there.begin(), there.end(), one) == there.end()) out.push_back(one);
  return out;
}

class Comparison {
 public:
  std::vector<ConfigChange> changes;

  void add(Key key, std::string_view what, Severity at_most = Severity::error) {
    std::string message = fmt::format("`{}` {}", fmt::join(key, "."), what);
    changes.push_back({std::move(key), std::move(message), at_most});
  }
  template <class T>
  void value(Key key, const T& was, const T& is, bool looser, std::string_view effect = {}) {
    if (was == is) return;
    add(std::move(key),
        fmt::format("is {} instead of {}{}{}", quoted(is), quoted(was),
                    looser && !effect.empty() ? ": " : "", looser ? effect : ""),
        looser ? Severity::error : Severity::note);
  }
  void each(const Key& key, const Texts& texts, std::string_view verb, std::string_view effect,
            Severity at_most = Severity::error) {
    for (const std::string& text : texts)
      add(key, fmt::format("{} `{}`: {}", verb, text, effect), at_most);
  }
};

// ---- rules

Severity level_of(const Config& config, const Rule& rule) {
  auto own = config.rules.find(rule.id);
  if (own == config.rules.end()) own = config.rules.find(rule.id.substr(0, rule.id.find('/')));
  return own == config.rules.end() ? rule.severity : own->second;
}

// The key that decides about a rule; empty: none does.
std::string_view key_of(const Config& config, std::string_view id) {
  const std::string_view family = id.substr(0, id.find('/'));
  return config.rules.contains(id)       ? id
         : config.rules.contains(family) ? family
                                         : std::string_view();
}

// Levels are compared rule by rule, as a key may be a family or gone; said once for each key.
void compare_rules(const Config& base, const Config& head, Comparison& out) {
  std::map<std::string, const Rule*> lowered;  // the first of each key
  for (const RuleEntry& entry : all_rules()) {
    if (level_of(head, *entry.rule) >= level_of(base, *entry.rule)) continue;
    const std::string_view key = key_of(head, entry.rule->id);
    lowered.emplace(key.empty() ? key_of(base, entry.rule->id) : key, entry.rule);
  }
  for (const auto& [key, rule] : lowered) {
    const auto shown = [&, &name = key, first = rule](const Config& config) {
      const bool family = name.find('/') == std::string::npos;
      if (family && !config.rules.contains(name)) return std::string("each rule's own level");
      return fmt::format("`{}`", to_string(level_of(config, *first)));
    };
    out.add({"rules", key}, fmt::format("is {} instead of {}", shown(head), shown(base)));
  }
}

// ---- what is looked at

// Folders that count as all of them when none is named.
void compare_folders(const Key& key, const Texts& was, const Texts& is, std::string_view effect,
                     Comparison& out) {
  if (was.empty() && !is.empty())
    out.add(key, fmt::format("names {} only, before it was everything: {}",
                             fmt::format("`{}`", fmt::join(is, "`, `")), effect));
  else if (!is.empty())
    out.each(key, missing_from(is, was), "no longer names", effect);
}

void compare_migrations(const Config& base, const Config& head, Comparison& out) {
  const Key key{"migrations"};
  if (!base.schema.empty() || !head.schema.empty())
    out.value({"schema"}, base.schema, head.schema, false);
  if (head.migrations.empty()) return;  // all that can be found
  if (base.migrations.empty()) {
    out.add(key, "is new: migrations elsewhere are no longer found by themselves",
            Severity::warning);
    return;
  }
  Texts watched;
  for (const MigrationsConfig& entry : head.migrations)
    watched.insert(watched.end(), entry.paths.begin(), entry.paths.end());
  for (const MigrationsConfig& was : base.migrations) {
    out.each(key, missing_from(watched, was.paths), "no longer names",
             "its migrations are not judged");
    const auto is = std::find_if(
        head.migrations.begin(), head.migrations.end(),
        [&](const MigrationsConfig& one) { return missing_from(one.paths, was.paths).empty(); });
    if (is == head.migrations.end()) continue;
    out.value({"migrations", "framework"}, was.framework, is->framework, false);
    out.value({"migrations", "transaction"}, was.transaction, is->transaction, false);
    const auto version = [](const MigrationsConfig& one) {
      return one.postgres ? fmt::to_string(*one.postgres) : std::string();
    };
    out.value({"migrations", "postgres"}, version(was), version(*is),
              is->postgres.value_or(0) > was.postgres.value_or(99),
              "older servers are no longer thought of");
    out.value({"migrations", "schema"}, was.schema, is->schema, false);
    compare_folders({"migrations", "code"}, was.code, is->code,
                    "code elsewhere is not searched for what a migration takes away", out);
  }
}

void compare_releases(const ReleasesConfig& was, const ReleasesConfig& is, Comparison& out) {
  constexpr std::string_view effect = "fewer releases are protected";
  if (was.days.has_value() != is.days.has_value())
    out.add(
        {"releases", is.days ? "days" : "window"},
        fmt::format(
            "counts {} instead of {}: the window is another",
            is.days ? fmt::format("{} days", *is.days) : fmt::format("{} releases", is.window),
            was.days ? fmt::format("{} days", *was.days) : fmt::format("{} releases", was.window)));
  else if (is.days)
    out.value({"releases", "days"}, *was.days, *is.days, *is.days < *was.days, effect);
  else if (is.window < was.window)
    out.value({"releases", "window"}, was.window, is.window, true, effect);
  out.each({"releases", "tags"}, missing_from(is.tags, was.tags), "no longer names", effect);
  out.each({"releases", "exclude"}, missing_from(was.exclude, is.exclude), "leaves out",
           "what old releases use there is not seen");
}

// ---- services, approvals, runbooks

void compare_recovery(const ServiceConfig& was, const ServiceConfig& is, Comparison& out) {
  const Key key{"services", was.name, "recovery"};
  for (const RecoveryConfig& old : was.recovery) {
    const std::string& name = old.name.empty() ? old.query : old.name;
    const auto now =
        std::find_if(is.recovery.begin(), is.recovery.end(), [&](const RecoveryConfig& one) {
          return old.name.empty() ? one.query == old.query : one.name == old.name;
        });
    if (now == is.recovery.end())
      out.add(key, fmt::format("no longer asks for `{}`", name));
    else if (now->for_seconds < old.for_seconds)
      out.add(key, fmt::format("`{}` holds for {} seconds instead of {}", name, now->for_seconds,
                               old.for_seconds));
    else if (now->query != old.query || now->expect != old.expect)
      out.add(key, fmt::format("`{}` asks for something else", name), Severity::note);
  }
}

void compare_services(const Config& base, const Config& head, Comparison& out) {
  for (const ServiceConfig& was : base.services) {
    const auto is =
        std::find_if(head.services.begin(), head.services.end(),
                     [&](const ServiceConfig& service) { return service.name == was.name; });
    if (is == head.services.end()) {
      out.add({"services"}, fmt::format("no longer names `{}`", was.name));
      continue;
    }
    const auto key = [&](const char* field) { return Key{"services", was.name, field}; };
    compare_folders(key("migrations"), was.migrations, is->migrations,
                    "migrations elsewhere do not count before a rollback", out);
    compare_folders(key("code"), was.code, is->code, "code elsewhere is not searched", out);
    out.each(key("images"), missing_from(is->images, was.images), "no longer names",
             "its tags are no releases of the service", Severity::note);
    out.value(key("repository"), was.repository, is->repository, false);
    out.value(key("tags"), was.tags, is->tags, false);
    out.value(key("app"), was.app, is->app, false);
    out.value(key("gitops"), was.gitops, is->gitops, false);
    out.value(key("rollout"), was.rollout, is->rollout, false);
    out.value(key("cluster"), was.cluster, is->cluster, false);
    compare_recovery(was, *is, out);
  }
}

void compare_approvals(const ApprovalsConfig& was, const ApprovalsConfig& is, Comparison& out) {
  out.each({"approvals", "approvers"}, missing_from(was.approvers, is.approvers), "takes in",
           "one more who may let a break pass",
           was.approvers.empty() ? Severity::warning : Severity::error);
  out.each({"approvals", "approvers"}, missing_from(is.approvers, was.approvers), "no longer names",
           "their approvals end", Severity::note);
  out.value({"approvals", "ledger"}, was.ledger, is.ledger, true,
            "approvals are read from another file");
  if (!was.runbook.empty())
    out.value({"approvals", "runbook"}, was.runbook, is.runbook, true,
              "a break no longer has to update the old one");
  if (!was.signers.empty())
    out.value({"approvals", "signers"}, was.signers, is.signers, true,
              is.signers.empty() ? "approvals need no signature" : "others may sign");
}

void compare_runbooks(const RunbooksConfig& was, const RunbooksConfig& is, Comparison& out) {
  const auto folders = [](const RunbooksConfig& one) {
    return one.paths.empty() ? Texts{"runbooks"} : one.paths;
  };
  out.each({"runbooks", "paths"}, missing_from(folders(is), folders(was)), "no longer names",
           "nobody notices when what lies there rots");
  if (is.stale_days > was.stale_days)
    out.value({"runbooks", "stale_days"}, was.stale_days, is.stale_days, true,
              "runbooks count as exercised for longer");
}

}  // namespace

std::vector<ConfigChange> config_changes(const Config& base, const Config& head) {
  Comparison out;
  compare_migrations(base, head, out);
  compare_rules(base, head, out);
  out.each({"caches"}, missing_from(base.caches, head.caches), "takes in",
           "what its rows hold may be lost without a finding");
  out.each({"app_roles"}, missing_from(head.app_roles, base.app_roles), "no longer names",
           "rights it loses are not seen");
  const auto release = [](const Config& one) {
    return fmt::format("{}.{}", one.argo.rollouts.major, one.argo.rollouts.minor);
  };
  out.value({"argo", "rollouts"}, release(base), release(head), false);
  if (base.argo.empty_as_zero && !head.argo.empty_as_zero)
    out.add({"argo", "empty_as_zero"}, "is off: results of nothing are no longer tried as 0");
  compare_releases(base.releases, head.releases, out);
  compare_services(base, head, out);
  compare_approvals(base.approvals, head.approvals, out);
  compare_runbooks(base.runbooks, head.runbooks, out);
  for (const ThresholdKey& key : threshold_keys) {
    const int was = base.thresholds.*key.field, is = head.thresholds.*key.field;
    if (key.floor ? is < was : is > was)
      out.value({"thresholds", std::string(key.name)}, was, is, true, key.description);
  }
  return std::move(out.changes);
}

Config with_stricter_rules(Config base, const Config& head) {
  std::map<std::string, Severity, std::less<>> raised;
  for (const RuleEntry& entry : all_rules()) {
    const Severity level = level_of(head, *entry.rule);
    if (level > level_of(base, *entry.rule)) raised.emplace(entry.rule->id, level);
  }
  for (const auto& [id, level] : raised) base.rules[id] = level;
  return base;
}

}  // namespace backout
