#include "rollout/kube.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace backout::rollout {
namespace {

using kube::Outcome;

// Everybody who writes to the object makes us look again; a controller at work does so often.
constexpr int most_rounds = 8;
constexpr std::chrono::milliseconds between_rounds{50};

kube::Resource resource_of(const Target& target, std::string_view subresource = {}) {
  return {"argoproj.io",     "v1alpha1",  "rollouts",
          target.name_space, target.name, std::string(subresource)};
}

std::string in_words(const Target& target) {
  return fmt::format("Rollout `{}/{}`", target.name_space, target.name);
}

Done ended(Done::Kind kind, int writes, Error error) { return {kind, writes, std::move(error)}; }

Done failed(const Outcome& outcome, int writes) {
  const bool open = outcome.kind == Outcome::Kind::unknown;
  Error error = outcome.error;
  if (open) error.message += "; the change may have been made all the same";
  return ended(open ? Done::Kind::unknown : Done::Kind::refused, writes, std::move(error));
}

Done changed(const Target& target, std::string_view how, int writes) {
  return ended(Done::Kind::changed, writes,
               {ErrorKind::usage,
                fmt::format("{}: {}; nothing more is written, look at it again and decide anew",
                            in_words(target), how)});
}

// As a query's `labelSelector`; what is no label matches nothing.
Result<std::vector<ReplicaSet>> list(kube::Client& client, const Rollout& rollout,
                                     const std::string& selector) {
  const Outcome answer = kube::get(client, {"apps", "v1", "replicasets", rollout.name_space},
                                   {{"labelSelector", selector}});
  if (answer.kind != Outcome::Kind::done) return tl::unexpected(answer.error);
  std::string why;
  auto out = read_replica_sets(answer.body, rollout.uid, why);
  if (!out)
    return fail(
        ErrorKind::undecided,
        fmt::format("ReplicaSets of `{}`: the server answered, but {}", full_name(rollout), why));
  return std::move(*out);
}

// The object with the template.
Result<kube::Resource> holder_of(const Rollout& rollout) {
  const Reference& workload = rollout.workload;
  if (workload.kind.empty()) return resource_of({rollout.name_space, rollout.name});
  const std::size_t slash = workload.api_version.find('/');
  const bool core = slash == std::string::npos;
  kube::Resource out{core ? std::string() : workload.api_version.substr(0, slash),
                     core ? workload.api_version : workload.api_version.substr(slash + 1),
                     {},
                     rollout.name_space,
                     workload.name};
  if (workload.kind == "Deployment") out.plural = "deployments";
  if (workload.kind == "ReplicaSet") out.plural = "replicasets";
  if (workload.kind == "PodTemplate") out.plural = "podtemplates";
  if (out.plural.empty())
    return fail(
        ErrorKind::usage,
        fmt::format("Rollout `{}` has its template in {} `{}`, which argo-rollouts does not "
                    "know",
                    full_name(rollout), workload.kind, workload.name));
  return out;
}

}  // namespace

Result<Target> read_target(std::string_view word, const kube::Flags& flags,
                           const std::string& default_name_space) {
  Target out{default_name_space, std::string(word)};
  if (const std::size_t slash = word.find('/'); slash != std::string_view::npos) {
    out = {std::string(word.substr(0, slash)), std::string(word.substr(slash + 1))};
    if (!flags.name_space.empty() && flags.name_space != out.name_space)
      return fail(ErrorKind::usage, fmt::format("`{}` names the namespace `{}`, and `-n` says `{}`",
                                                word, out.name_space, flags.name_space));
  }
  if (out.name.empty() || out.name_space.empty() || out.name.find('/') != std::string::npos)
    return fail(ErrorKind::usage,
                fmt::format("`{}` is no Rollout; it is NAME or NAMESPACE/NAME", word));
  return out;
}

Result<Rollout> observe(kube::Client& client, const Target& target) {
  Outcome answer = kube::get(client, resource_of(target));
  if (answer.kind != Outcome::Kind::done) return tl::unexpected(answer.error);
  std::string why;
  auto out = read_rollout(std::move(answer.body), why);
  if (!out || out->name != target.name || out->name_space != target.name_space)
    return fail(ErrorKind::undecided,
                fmt::format("{}: the server answered, but {}", in_words(target),
                            out ? "with Rollout `" + full_name(*out) + "`" : why));
  return std::move(*out);
}

Result<std::vector<ReplicaSet>> replica_sets(kube::Client& client, const Rollout& rollout) {
  return list(client, rollout, rollout.selector);
}

Done perform(kube::Client& client, const Target& target, Action action, const Before& before) {
  std::vector<std::string> accepted;
  const auto count = [&] { return static_cast<int>(accepted.size()); };
  bool on_itself = false;  // there is no status subresource
  for (int round = 0; round < most_rounds; ++round) {
    const Result<Rollout> now = observe(client, target);
    if (!now)
      return ended(
          now.error().kind == ErrorKind::undecided ? Done::Kind::unknown : Done::Kind::refused,
          count(), now.error());
    const std::vector<Write> missing = writes(action, before, *now);
    const auto next = std::find_if(missing.begin(), missing.end(), [&](const Write& one) {
      return std::find(accepted.begin(), accepted.end(), one.body) == accepted.end();
    });
    if (next == missing.end()) return {Done::Kind::done, count(), {}};
    if (const std::string how = changed_since(before, *now); !how.empty())
      return changed(target, how, count());
    const std::string body =
        next->guarded ? guarded(next->body, now->resource_version) : next->body;
    const auto send = [&](std::string_view subresource) {
      return kube::patch(client, resource_of(target, subresource), kube::PatchType::merge, body);
    };
    Outcome answer = send(next->of_status && !on_itself ? "status" : "");
    if (answer.kind == Outcome::Kind::not_found && next->of_status && !on_itself) {
      on_itself = true;
      answer = send("");
    }
    if (answer.kind == Outcome::Kind::conflict) {
      std::this_thread::sleep_for(between_rounds);
      continue;
    }
    if (answer.kind != Outcome::Kind::done) return failed(answer, count());
    accepted.push_back(next->body);
  }
  return ended(Done::Kind::refused, count(),
               {ErrorKind::undecided,
                fmt::format("{}: somebody else writes to it all the time ({} attempts); try again",
                            in_words(target), most_rounds)});
}

Done perform_undo(kube::Client& client, const Target& target, const std::string& from,
                  const std::string& to) {
  const auto stopped = [](const Error& error) {
    return ended(error.kind == ErrorKind::undecided ? Done::Kind::unknown : Done::Kind::refused, 0,
                 error);
  };
  for (int round = 0; round < most_rounds; ++round) {
    if (round > 0) std::this_thread::sleep_for(between_rounds);
    const Result<Rollout> now = observe(client, target);
    if (!now) return stopped(now.error());
    if (now->current_hash == to && is_observed(*now)) return {};
    const auto sets = replica_sets(client, *now);
    if (!sets) return stopped(sets.error());
    const ReplicaSet* const earlier = by_hash(*sets, to);
    if (!earlier || earlier->template_json.empty())
      return changed(target, fmt::format("the ReplicaSet with the hash {} is gone", to), 0);
    const auto resource = holder_of(*now);
    if (!resource) return stopped(resource.error());
    const Outcome read = kube::get(client, *resource);
    if (read.kind != Outcome::Kind::done) return stopped(read.error);
    const auto holder = read_holder(read.body);
    if (!holder)
      return stopped({ErrorKind::undecided,
                      fmt::format("{}: the server answered with something that has no template",
                                  kube::in_words(*resource))});
    if (same_template(holder->template_json, earlier->template_json)) return {};
    if (!is_observed(*now)) continue;  // whose hash is not known yet
    if (now->current_hash != from) return changed(target, "its template is another by now", 0);
    const Outcome answer =
        kube::patch(client, *resource, kube::PatchType::json, undo_patch(*holder, *earlier));
    if (answer.kind == Outcome::Kind::done) return {Done::Kind::done, 1, {}};
    // A test that fails comes as 422, as what is invalid does: the next round tells them apart.
    const bool tested = answer.status == 422 && round + 1 < most_rounds;
    if (answer.kind != Outcome::Kind::conflict && !tested) return failed(answer, 0);
    if (tested) {
      const Outcome again = kube::get(client, *resource);
      const auto other = again.kind == Outcome::Kind::done ? read_holder(again.body) : std::nullopt;
      if (other && other->generation == holder->generation) return failed(answer, 0);
    }
  }
  return ended(Done::Kind::refused, 0,
               {ErrorKind::undecided,
                fmt::format("{}: somebody else writes to it all the time, or its controller does "
                            "not look at it ({} attempts); try again",
                            in_words(target), most_rounds)});
}

Result<Look> look(kube::Client& client, const Target& target, Action action, const Before& before,
                  const std::string& to) {
  TRY(Rollout now, observe(client, target));
  if (action == Action::undo) {
    Progress progress = undo_progress(now, to);
    return Look{std::move(now), std::move(progress)};
  }
  std::optional<ReplicaSet> stable;
  if (action == Action::abort && !now.stable_hash.empty()) {
    // Without the right to see ReplicaSets the Rollout's own numbers have to do.
    const auto found = list(client, now, fmt::format("{}={}", hash_label, now.stable_hash));
    if (found)
      if (const ReplicaSet* const set = by_hash(*found, now.stable_hash)) stable = *set;
  }
  Progress progress = progress_of(action, before, now, stable ? &*stable : nullptr);
  return Look{std::move(now), std::move(progress)};
}

}  // namespace backout::rollout
