#include "rollout/undo.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "argocd/json.h"
#include "rollout/words.h"

namespace backout::rollout {
namespace {

nlohmann::json bare_template(std::string_view text) {
  auto out = nlohmann::json::parse(text, nullptr, false);
  if (!out.is_object()) return {};
  const auto metadata = out.find("metadata");
  if (metadata == out.end() || !metadata->is_object()) return out;
  metadata->erase("creationTimestamp");  // null in what Go wrote
  if (const auto labels = metadata->find("labels");
      labels != metadata->end() && labels->is_object())
    labels->erase(std::string(hash_label));
  return out;
}

// rollout/sync.go, isRollbackWithinWindow: by when ReplicaSets were made, not by their revisions.
bool in_rollback_window(const Rollout& rollout, const std::vector<ReplicaSet>& sets,
                        const ReplicaSet& target) {
  const ReplicaSet* const stable = by_hash(sets, rollout.stable_hash);
  if (!stable || rollout.rollback_window <= 0) return false;
  const auto made = parse_instant(target.created_at),
             stable_made = parse_instant(stable->created_at);
  if (!made || !stable_made || *made >= *stable_made) return false;
  const auto between = std::count_if(sets.begin(), sets.end(), [&](const ReplicaSet& one) {
    const auto at = parse_instant(one.created_at);
    return !one.of_experiment && at && *at > *made && *at < *stable_made;
  });
  return between < rollout.rollback_window;
}

const ReplicaSet* previous(const std::vector<ReplicaSet>& sets) {
  std::vector<const ReplicaSet*> sorted;
  for (const ReplicaSet& one : sets)
    if (one.revision > 0 && !one.of_experiment) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [](const ReplicaSet* a, const ReplicaSet* b) {
    return a->revision > b->revision;
  });
  return sorted.size() < 2 ? nullptr : sorted[1];
}

void add_notes(const Rollout& now, const std::vector<ReplicaSet>& sets, bool by_number,
               Choice& out) {
  const std::string& hash = out.target.hash;
  if (hash == now.stable_hash && !is_promoted(now)) {
    out.skips_steps = true;
    out.notes.emplace_back(
        "it is the stable version: no step, pause or analysis runs; an abort brings the same "
        "traffic, and changes no specification");
  } else if (now.blue_green && out.target.pods > 0) {
    out.skips_steps = true;
    out.notes.emplace_back("its pods are still there: the switch back runs no analysis");
  } else if (in_rollback_window(now, sets, out.target)) {
    out.skips_steps = true;
    out.notes.emplace_back("it is within `rollbackWindow`: no step, pause or analysis runs");
  } else {
    out.notes.emplace_back(
        "it is a new update to the controller: all steps, pauses and analysis run again; "
        "`promote-full` skips them once the controller has looked at the template");
  }
  if (!by_number && !is_promoted(now) && hash != now.stable_hash)
    out.notes.emplace_back(
        "the revision before the newest is not the stable version; `--to-revision` chooses");
  if (!now.tracked_by.empty())
    out.notes.push_back(fmt::format(
        "git is not changed, and the template belongs to {}: a self-heal or the next sync brings "
        "back what was undone; `backout revert` is the way that stays",
        now.tracked_by));
}

}  // namespace

std::vector<Revision> revisions_of(const Rollout& rollout, const std::vector<ReplicaSet>& sets) {
  std::vector<Revision> out;
  for (const ReplicaSet& one : sets) {
    if (one.revision <= 0 || one.of_experiment) continue;
    out.push_back({one.revision, one.hash, one.created_at, one.images, one.pods, one.available,
                   !one.hash.empty() && one.hash == rollout.current_hash,
                   !one.hash.empty() && one.hash == rollout.stable_hash});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Revision& a, const Revision& b) { return a.number > b.number; });
  return out;
}

std::string age(std::string_view created_at, Instant now) {
  const auto begin = parse_instant(created_at);
  if (!begin || *begin > now) return {};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - *begin).count();
  if (minutes < 120) return fmt::format("{} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{} h", minutes / 60);
  return fmt::format("{} d", minutes / (24 * 60));
}

Result<Choice> choose(const Rollout& rollout, const std::vector<ReplicaSet>& sets,
                      std::int64_t to) {
  const ReplicaSet* target = to == 0 ? previous(sets) : nullptr;
  std::string known;
  for (const Revision& one : revisions_of(rollout, sets)) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", one.number);
    if (to != 0 && one.number == to) target = by_hash(sets, one.hash);
  }
  if (!target)
    return fail(ErrorKind::usage,
                to == 0 ? fmt::format("Rollout `{}` has no earlier revision ({}); deploy the old "
                                      "version from git instead",
                                      full_name(rollout),
                                      known.empty() ? "no ReplicaSet of it is left: "
                                                      "`revisionHistoryLimit` may be 0"
                                                    : "all there is: " + known)
                        : fmt::format("Rollout `{}` has no revision {}; known are {}",
                                      full_name(rollout), to, known.empty() ? "none" : known));
  if (target->template_json.empty())
    return fail(ErrorKind::undecided,
                fmt::format("ReplicaSet `{}` of revision {} has no pod template", target->name,
                            target->revision));
  Choice out;
  out.target = *target;
  // The controller's own comparison, which knows the defaults that the API server fills in.
  out.nothing_to_do =
      is_observed(rollout) && !target->hash.empty() && target->hash == rollout.current_hash;
  if (!out.nothing_to_do) add_notes(rollout, sets, to != 0, out);
  return out;
}

std::optional<Holder> read_holder(const std::string& json) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  argocd::Json root;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS || !root.is_object()) return std::nullopt;
  Holder out{"/spec/template",
             argocd::number(root, {"metadata", "generation"}),
             argocd::text(root, {"metadata", "resourceVersion"}),
             {}};
  auto found = argocd::at(root, {"spec", "template"});
  if (!found) {  // a PodTemplate has no specification around it
    out.path = "/template";
    found = argocd::at(root, {"template"});
  }
  if (!found || !found->is_object()) return std::nullopt;
  out.template_json = simdjson::minify(*found);
  return out;
}

std::string undo_patch(const Holder& holder, const ReplicaSet& target) {
  // A status that moves on does not count, where there are generations.
  const std::string test =
      holder.generation > 0 ? fmt::format(R"("/metadata/generation","value":{})", holder.generation)
                            : fmt::format(R"("/metadata/resourceVersion","value":{})",
                                          argocd::json_text(holder.resource_version));
  return fmt::format(R"([{{"op":"test","path":{}}},{{"op":"replace","path":"{}","value":{}}}])",
                     test, holder.path, target.template_json);
}

bool same_template(std::string_view a, std::string_view b) {
  const auto left = bare_template(a);
  return left.is_object() && left == bare_template(b);
}

Progress undo_progress(const Rollout& now, const std::string& target) {
  using State = Progress::State;
  if (!is_observed(now)) return {State::going, "the controller has not looked at the template yet"};
  if (now.current_hash != target)
    return {State::lost, fmt::format("the template is another by now ({}); was it healed from git?",
                                     images_in_words(now.images))};
  if (now.abort) return {State::lost, "the update back was aborted: " + now.message};
  if (is_promoted(now) && phase_of(now) == "Healthy")
    return {State::settled, "the earlier version is the stable one"};
  if (is_paused(now))
    return {State::stuck, "the update back waits for a person: " + state_in_words(now)};
  return {State::going, state_in_words(now)};
}

}  // namespace backout::rollout
