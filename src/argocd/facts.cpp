#include "argocd/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "argocd/change.h"

namespace backout::argocd {
namespace {

constexpr std::size_t most_rollouts = 4;  // that are read one by one

// Asks until the server is gone: twice in a row without an answer.
struct Asker {
  Client& client;
  int unanswered = 0;

  template <class Read>
  auto operator()(const Read& read) -> decltype(read()) {
    if (unanswered >= 2)
      return fail(ErrorKind::undecided, "not asked, as the server has stopped to answer");
    auto out = read();
    const bool none = !out && out.error().kind == ErrorKind::undecided;
    unanswered = none ? unanswered + 1 : 0;
    return out;
  }
};

// Rights are about "project/name" in Argo CD's own namespace and about "project/namespace/name" in
// others. Where the own one is not told, a right counts in either form.
Result<bool> ask_right(Asker& ask, const Application& app, const Facts& facts,
                       std::string_view action) {
  AppName name = name_of(app), bare = name;
  bare.name_space.clear();
  const std::string control = facts.settings ? facts.settings->control_namespace : std::string();
  if (!control.empty() && control != app.name_space)
    return ask([&] { return can_i(ask.client, action, name); });
  Result<bool> out = ask([&] { return can_i(ask.client, action, bare); });
  if (out && !*out && control.empty() && !name.name_space.empty())
    out = ask([&] { return can_i(ask.client, action, name); });
  return out;
}

std::vector<std::string_view> rights_for(const Application& app, const Facts& facts,
                                         const Question& question) {
  std::vector<std::string_view> out;
  const ServerVersion version = version_of(facts);
  if (question.purpose == Purpose::rollback || question.purpose == Purpose::sync)
    out.emplace_back("sync");
  if (must_pause(app, question) || question.purpose == Purpose::resume) out.emplace_back("update");
  if (question.purpose == Purpose::rollback && has(version, Feature::rollback_right))
    out.emplace_back("rollback");
  if (question.purpose == Purpose::sync && !question.revisions.empty() &&
      has(version, Feature::revision_override))
    out.emplace_back("override");
  return out;
}

Result<rollout::Rollout> read_state(Asker& ask, const Application& app, const Facts& facts,
                                    const ResourceName& resource, std::size_t& read) {
  std::string json, why;
  if (facts.managed && *facts.managed)
    for (const ManagedResource& one : **facts.managed)
      if (one.live && same_object(one.resource, resource)) json = one.live->json;
  if (json.empty()) {
    if (read++ == most_rollouts)
      return fail(ErrorKind::undecided,
                  fmt::format("not read, as there are more than {}", most_rollouts));
    TRY(json, ask([&] { return get_live_resource(ask.client, name_of(app), resource); }));
  }
  auto out = rollout::read_rollout(std::move(json), why);
  if (!out) return fail(ErrorKind::undecided, fmt::format("{}: {}", in_words(resource), why));
  return std::move(*out);
}

void gather_objects(Asker& ask, const Application& app, const Question& question, Facts& out) {
  const AppName name = name_of(app);
  out.tree = ask([&] { return get_resource_tree(ask.client, name); });
  out.managed = ask([&] { return get_managed_resources(ask.client, name); });
  if (*out.tree) {
    std::size_t read = 0;
    for (const Node& node : rollouts_in(**out.tree))
      out.rollouts.push_back({node.resource, read_state(ask, app, out, node.resource, read)});
  }
  const std::vector<std::string>& revisions =
      question.target ? question.target->revisions : question.revisions;
  if (!revisions.empty())
    out.manifests =
        ask([&] { return get_manifests(ask.client, name, revisions, app.several_sources); });
}

}  // namespace

bool must_pause(const Application& app, const Question& question) {
  return app.auto_sync.on &&
         (question.purpose == Purpose::rollback || question.purpose == Purpose::pause ||
          (question.purpose == Purpose::sync && !question.revisions.empty()));
}

ServerVersion version_of(const Facts& facts) {
  return facts.version ? *facts.version : ServerVersion();
}

Facts gather(Client& client, const Application& app, const Question& question) {
  const AppName name = name_of(app);
  Asker ask{client};
  Facts out;
  out.version = ask([&]() -> Result<ServerVersion> {
    TRY(const std::string text, get_version(client));
    return read_server_version(text);
  });
  out.user = ask([&] { return get_user(client); });
  out.settings = ask([&] { return get_server_settings(client); });
  for (const std::string_view action : rights_for(app, out, question))
    out.rights.push_back({std::string(action), ask_right(ask, app, out, action)});
  const bool deploys = question.purpose == Purpose::rollback || question.purpose == Purpose::sync;
  if (deploys) out.windows = ask([&] { return get_sync_windows(client, name); });
  if (const auto set = owning_set(app))  // an application lives in the namespace of its set
    out.set = ask([&] { return get_application_set(client, *set, app.name_space); });
  if (ask.unanswered < 2)
    out.parents = find_parents(client, app, version_of(out), out.settings);
  else
    out.parents.doubts.emplace_back(
        "whether another application holds its manifest is not known: the server has stopped to "
        "answer");
  if (deploys) gather_objects(ask, app, question, out);
  return out;
}

}  // namespace backout::argocd
