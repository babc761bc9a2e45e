#include "rollout/argocd.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/words.h"

namespace backout::rollout {
namespace {

using argocd::Outcome;
using State = Progress::State;

Done stopped(Done::Kind kind, Error error) { return {kind, 0, std::move(error)}; }
Done stopped(const Error& error) {
  return {error.kind == ErrorKind::undecided ? Done::Kind::unknown : Done::Kind::refused, 0, error};
}

argocd::ResourceName replica_set_of(const ManagedRollout& managed, const std::string& hash) {
  return {"apps", "v1", "ReplicaSet", managed.resource.name_space,
          managed.resource.name + "-" + hash};
}

std::optional<ReplicaSet> find_replica_set(argocd::Client& client, const ManagedRollout& managed,
                                           const std::string& hash) {
  if (hash.empty()) return std::nullopt;
  const auto json = argocd::get_live_resource(client, managed.app, replica_set_of(managed, hash));
  auto out = json ? read_replica_set(*json) : std::nullopt;
  return out && out->hash == hash ? std::move(out) : std::nullopt;
}

// Nothing is known but the health: Argo CD's own rule for a Rollout makes it from phase and
// message.
Progress by_health(Action action, const Seen& seen) {
  const std::string words =
      fmt::format("its health is {}{}{}", seen.health, seen.health_message.empty() ? "" : ": ",
                  seen.health_message);
  const bool aborted =
      seen.health == "Degraded" && seen.health_message.find("Aborted") != std::string::npos;
  const auto settled_if = [&](bool settled) {
    return Progress{settled ? State::settled : State::going, words};
  };
  switch (action) {
    case Action::abort:
      return settled_if(aborted);
    case Action::pause:
      return settled_if(seen.health == "Suspended");
    case Action::promote_full:
    case Action::restart:
      if (aborted) return {State::lost, words};
      return settled_if(seen.health == "Healthy");
    case Action::retry:
      return settled_if(!aborted);
    case Action::promote:
    case Action::resume:
    case Action::undo:
      return settled_if(seen.health != "Suspended");
  }
  return {State::going, words};
}

}  // namespace

Result<Words> read_words(std::string_view word, const std::string& name_space,
                         const std::string& project) {
  std::vector<std::string> parts(1);
  for (const char c : word)
    if (c == '/')
      parts.emplace_back();
    else
      parts.back() += c;
  const bool three = parts.size() == 3;
  Words out{
      {parts.size() > 1 && three ? parts[1] : parts[0], three ? parts[0] : name_space, project},
      parts.size() > 1 ? parts.back() : std::string()};
  const bool empty = out.app.name.empty() || (parts.size() == 2 && out.rollout.empty()) ||
                     (three && parts[0].empty());
  if (parts.size() > 3 || empty)
    return fail(ErrorKind::usage,
                fmt::format("`{}` is no Rollout of an application; it is APP, APP/ROLLOUT or "
                            "NAMESPACE/APP/ROLLOUT (which may end with a slash)",
                            word));
  if (three && !name_space.empty() && name_space != parts[0])
    return fail(ErrorKind::usage, fmt::format("`{}` names the namespace `{}`, and "
                                              "`--app-namespace` says `{}`",
                                              word, parts[0], name_space));
  return out;
}

Result<ManagedRollout> find_managed(argocd::Client& client, const Words& words) {
  TRY(const std::vector<argocd::Node> tree, argocd::get_resource_tree(client, words.app));
  std::vector<std::string> names;
  std::vector<argocd::ResourceName> found;
  for (const argocd::Node& node : argocd::rollouts_in(tree)) {
    names.push_back(node.resource.name);
    if (words.rollout.empty() || node.resource.name == words.rollout)
      found.push_back(node.resource);
  }
  const std::string app = argocd::in_words(words.app);
  if (found.empty())
    return fail(ErrorKind::usage,
                names.empty()
                    ? fmt::format("{} has no Rollout; a Deployment goes back with `backout "
                                  "rollback {}`",
                                  app, words.app.name)
                    : fmt::format("{} has no Rollout `{}`; it has {}", app, words.rollout,
                                  quoted_list(names, 10)));
  if (found.size() > 1)
    return fail(ErrorKind::usage,
                words.rollout.empty()
                    ? fmt::format("{} has {} Rollouts; say which as {}/ROLLOUT: {}", app,
                                  found.size(), words.app.name, quoted_list(names, 10))
                    : fmt::format("{} has several Rollouts `{}`, in different namespaces; `--kube` "
                                  "tells them apart",
                                  app, words.rollout));
  if (found.front().version.empty()) found.front().version = "v1alpha1";
  return ManagedRollout{words.app, found.front()};
}

Result<Seen> observe(argocd::Client& client, const ManagedRollout& managed) {
  auto json = argocd::get_live_resource(client, managed.app, managed.resource);
  if (json) {
    std::string why;
    Seen out;
    out.rollout = read_rollout(std::move(*json), why);
    if (!out.rollout || out.rollout->name != managed.resource.name)
      return fail(ErrorKind::undecided,
                  fmt::format("{}: Argo CD answered, but {}", argocd::in_words(managed.resource),
                              out.rollout ? "with another one" : why));
    return out;
  }
  if (json.error().kind != ErrorKind::usage) return tl::unexpected(json.error());
  TRY(const std::vector<argocd::Node> tree, argocd::get_resource_tree(client, managed.app));
  for (const argocd::Node& node : tree)
    if (same_object(node.resource, managed.resource))
      return Seen{std::nullopt, node.health, node.health_message};
  return tl::unexpected(json.error());
}

std::vector<ReplicaSet> replica_sets(argocd::Client& client, const ManagedRollout& managed,
                                     const Rollout& rollout) {
  std::vector<ReplicaSet> out;
  if (auto set = find_replica_set(client, managed, rollout.stable_hash))
    out.push_back(std::move(*set));
  if (rollout.current_hash != rollout.stable_hash)
    if (auto set = find_replica_set(client, managed, rollout.current_hash))
      out.push_back(std::move(*set));
  return out;
}

std::string_view argocd_name(Action action, const Before& before) {
  switch (action) {
    case Action::promote:
      return before.had_pauses || before.paused ? "resume" : "skip-current-step";
    case Action::undo:
      return {};
    default:
      return name_of(action);
  }
}

Done perform(argocd::Client& client, const ManagedRollout& managed, Action action,
             const Before& before) {
  const auto seen = observe(client, managed);
  if (!seen) return stopped(seen.error());
  const std::string what = argocd::in_words(managed.resource);
  if (seen->rollout) {
    if (writes(action, before, *seen->rollout).empty()) return {};
    if (const std::string how = changed_since(before, *seen->rollout); !how.empty())
      return stopped(Done::Kind::changed,
                     {ErrorKind::usage,
                      fmt::format("{}: {}; nothing more is asked for, look at it again and decide "
                                  "anew",
                                  what, how)});
  }
  const std::string_view name = argocd_name(action, before);
  const auto offered = argocd::list_actions(client, managed.app, managed.resource);
  if (!offered) return stopped(offered.error());
  const auto found = std::find_if(offered->begin(), offered->end(),
                                  [&](const argocd::Action& one) { return one.name == name; });
  if (found == offered->end() || found->disabled) {
    std::vector<std::string> names;
    for (const argocd::Action& one : *offered)
      if (!one.disabled) names.push_back(one.name);
    return stopped(
        Done::Kind::refused,
        {ErrorKind::usage,
         fmt::format("{}: Argo CD {} `{}` now; it offers {}{}", what,
                     found == offered->end() ? "has no" : "offers no", name,
                     names.empty() ? "nothing" : quoted_list(names, 10),
                     found == offered->end() ? "; `--kube` goes to Kubernetes itself" : "")});
  }
  const Outcome outcome = argocd::run_action(client, managed.app, managed.resource, name);
  if (outcome.kind == Outcome::Kind::done) return {Done::Kind::done, 1, {}};
  const bool open = outcome.kind == Outcome::Kind::unknown;
  Error error = outcome.error;
  if (open) error.message += "; it may have been done all the same";
  return stopped(open ? Done::Kind::unknown : Done::Kind::refused, std::move(error));
}

Result<Look> look(argocd::Client& client, const ManagedRollout& managed, Action action,
                  const Before& before) {
  TRY(Seen seen, observe(client, managed));
  if (!seen.rollout) return Look{std::nullopt, by_health(action, seen)};
  std::optional<ReplicaSet> stable;
  if (action == Action::abort)
    stable = find_replica_set(client, managed, seen.rollout->stable_hash);
  Progress progress = progress_of(action, before, *seen.rollout, stable ? &*stable : nullptr);
  return Look{std::move(seen.rollout), std::move(progress)};
}

}  // namespace backout::rollout
