#include "core/own_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "core/config_change.h"
#include "core/rule.h"
#include "yaml/parse.h"

namespace backout {
namespace {

constexpr std::string_view rule_id = "release/gate-weakened";

const Source* file_at(const sql::Files& files, std::string_view path) {
  const auto found = std::lower_bound(files.paths.begin(), files.paths.end(), path);
  if (found == files.paths.end() || *found != path) return nullptr;
  return files.read(static_cast<std::size_t>(found - files.paths.begin()));
}

bool same_text(const Source* a, const Source* b) {
  return a == b || (a && b && a->text == b->text);
}

// Where a key stands, or the nearest one above it that is there.
Span place_of(const yaml::Node& root, const std::vector<std::string>& keys) {
  const yaml::Node* at = &root;
  Span place = root.entries.empty() ? root.span : root.entries.front().key.span;
  for (const std::string& key : keys) {
    const yaml::Entry* const entry = at->entry(key);
    if (!entry) break;
    place = entry->key.span;
    at = &entry->value;
  }
  return place;
}

Span first_line(const Source& source) {
  return {0, static_cast<std::uint32_t>(std::min(source.text.find('\n'), source.text.size()))};
}

void judge_config(const Task& task, const Config& base, Report& report) {
  const Source* const before = file_at(*task.base, config_path);
  const Source* const after = file_at(task.head, config_path);
  if (same_text(before, after)) return;
  Config head;
  std::optional<yaml::Document> document;
  if (after) {
    auto config = parse_config(after->text, after->path, rule_ids());
    auto read = yaml::parse_document(after->text, after->path);
    if (!config || !read) return;  // reported as an error: it counts once it is merged
    head = std::move(*config);
    document = std::move(*read);
  }
  for (const ConfigChange& change : config_changes(base, head)) {
    const Location place = after ? Location{after, place_of(document->root, change.key)}
                                 : Location{before, first_line(*before)};
    ReportOptions options;
    options.at_most = change.at_most;
    report.at(place, {"configuration", fmt::format("{}", fmt::join(change.key, "."))},
              fmt::format("this change {} the gate it has to pass: {}{}",
                          change.at_most == Severity::note ? "alters" : "weakens", change.message,
                          after ? "" : fmt::format(" (`{}` is gone)", config_path)),
              std::move(options));
  }
}

void judge_signers(const Task& task, const Config& base, Report& report) {
  const std::string& path = base.approvals.signers;
  if (path.empty()) return;
  const Source* const before = file_at(*task.base, path);
  const Source* const after = file_at(task.head, path);
  if (same_text(before, after)) return;
  const Source* const shown = after ? after : before;
  report.at({shown, first_line(*shown)}, {"signers", path},
            fmt::format("this change weakens the gate it has to pass: `{}` {}, so who may sign an "
                        "approval is another question from now on",
                        path,
                        !after    ? "is gone"
                        : !before ? "is new"
                                  : "changes"));
}

// A comment on SQL excuses one statement that runs once, and whoever reads the migration reads it
// too (where breaks need approval it hides no error at all). In a manifest it silences the rule for
// all changes to come.
Severity weight_of(const IgnoreInForce& ignore) {
  if (ignore.worst != Severity::error)
    return ignore.worst == Severity::warning ? Severity::note : Severity::off;
  const RuleEntry* const entry = find_rule(ignore.rule);
  return entry && is_about_manifests(*entry->rule) ? Severity::error : Severity::warning;
}

void judge_ignores(const Task& task, std::span<const IgnoreInForce> ignores,
                   const std::deque<argo::File>& manifests, Report& report) {
  const auto released_file = [&](std::string_view path) {
    if (const Source* const before = file_at(*task.base, path)) return before;
    const auto rendered = std::find_if(manifests.begin(), manifests.end(), [&](const auto& file) {
      return !file.judged && file.source->path == path;
    });
    return rendered == manifests.end() ? nullptr : rendered->source;
  };
  // What the base's file of that name ignores already, by rule.
  std::map<std::string_view, std::map<std::string_view, std::size_t>> released;
  for (const IgnoreInForce& ignore : ignores) {
    const std::string_view path = ignore.location.source->path;
    const auto [known, unread] = released.try_emplace(path);
    if (unread)
      if (const Source* const before = released_file(path))
        for (const std::string_view rule : ignored_rules(*before)) ++known->second[rule];
    std::size_t& left = known->second[ignore.rule];
    if (left > 0) {
      --left;
      continue;
    }
    ReportOptions options;
    options.at_most = weight_of(ignore);
    report.at(
        ignore.location, {"ignore", std::string(ignore.rule)},
        fmt::format("this change weakens the gate it has to pass: an ignore of its own hides "
                    "{} of `{}`",
                    ignore.hidden.size() == 1 ? "a finding"
                                              : fmt::format("{} findings", ignore.hidden.size()),
                    ignore.rule),
        std::move(options));
  }
}

}  // namespace

std::vector<Finding> judge_own_gate(const Task& task, const Config& config, const RuleSet& rules,
                                    std::span<const IgnoreInForce> ignores,
                                    const std::deque<argo::File>& manifests) {
  std::vector<Finding> out;
  const ActiveRule* const active = find_active(rules, rule_id);
  if (!task.base || !active) return out;
  Report report(*active->rule, active->level, out);
  if (task.config_of_base) {
    judge_config(task, config, report);
    judge_signers(task, config, report);
  }
  judge_ignores(task, ignores, manifests, report);
  return out;
}

}  // namespace backout
