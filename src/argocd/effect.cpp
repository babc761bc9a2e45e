#include "argocd/effect.h"

#include <algorithm>
#include <utility>

#include "argocd/json.h"

namespace backout::argocd {
namespace {

// Manifests may leave the namespace out where the application's is meant, and name one where the
// kind has none.
bool same(const ResourceName& a, const ResourceName& b) {
  return a.kind == b.kind && a.name == b.name && a.group == b.group &&
         (a.name_space == b.name_space || a.name_space.empty() || b.name_space.empty());
}

bool has_option(const std::vector<std::string>& options, std::string_view wanted) {
  return std::find(options.begin(), options.end(), wanted) != options.end();
}

// What Argo CD compares, without hooks, as far as it is there.
std::vector<Leftover> live_objects(Json root, const Facts& facts) {
  std::vector<Leftover> out;
  if (facts.managed && *facts.managed) {
    for (const ManagedResource& one : **facts.managed)
      if (one.live)
        out.push_back({one.resource, has_option(one.live->sync_options, "Prune=false"),
                       has_option(one.live->sync_options, "Prune=confirm")});
    return out;
  }
  each(root, {"status", "resources"}, [&](Json one) {
    if (flag(one, {"hook"}) || text(one, {"health", "status"}) == "Missing") return;
    out.push_back({{text(one, {"group"}), text(one, {"version"}), text(one, {"kind"}),
                    text(one, {"namespace"}), text(one, {"name"})},
                   false,
                   false});
  });
  return out;
}

void compare_objects(Json root, const Facts& facts, Effect& out) {
  if (!facts.manifests || !*facts.manifests) return;
  out.rendered = true;
  std::vector<const Manifest*> targets;
  for (const Manifest& one : **facts.manifests) {
    if (one.hooks.empty())
      targets.push_back(&one);
    else if (!has_option(one.hooks, "Skip"))
      out.hooks.push_back({one.resource, one.hooks});
  }
  const std::vector<Leftover> live = live_objects(root, facts);
  for (const Leftover& one : live)
    if (std::none_of(targets.begin(), targets.end(),
                     [&](const Manifest* target) { return same(target->resource, one.resource); }))
      out.leftovers.push_back(one);
  for (const Manifest* target : targets)
    if (std::none_of(live.begin(), live.end(),
                     [&](const Leftover& one) { return same(target->resource, one.resource); }))
      out.missing.push_back(target->resource);
}

void find_deletions(const Facts& facts, Effect& out) {
  const auto add = [&](const ResourceName& one) {
    if (std::none_of(out.being_deleted.begin(), out.being_deleted.end(),
                     [&](const ResourceName& other) { return same_object(one, other); }))
      out.being_deleted.push_back(one);
  };
  if (facts.managed && *facts.managed)
    for (const ManagedResource& one : **facts.managed)
      if (one.live && one.live->being_deleted) add(one.resource);
  if (facts.tree && *facts.tree)  // pods come and go; what nobody owns should stay
    for (const Node& one : **facts.tree)
      if (one.parents.empty() && one.health_message == "Pending deletion") add(one.resource);
}

std::vector<std::pair<std::string, std::string>> fields(Json source) {
  std::vector<std::pair<std::string, std::string>> out;
  each_field(source, {}, [&](std::string_view key, Json value) {
    if (key == "targetRevision" || key == "name") return;
    if (!value.is_object()) {
      out.emplace_back(key, simdjson::minify(value));
      return;
    }
    each_field(value, {}, [&](std::string_view inner, Json below) {
      out.emplace_back(std::string(key) + "." + std::string(inner), simdjson::minify(below));
    });
  });
  std::sort(out.begin(), out.end());
  return out;
}

void compare_source(Json then, Json now, std::size_t source, Effect& out) {
  const auto a = fields(then), b = fields(now);
  auto left = a.begin(), right = b.begin();
  while (left != a.end() || right != b.end()) {
    if (right == b.end() || (left != a.end() && left->first < right->first)) {
      out.differences.push_back({source, left->first, left->second, {}});
      ++left;
    } else if (left == a.end() || right->first < left->first) {
      out.differences.push_back({source, right->first, {}, right->second});
      ++right;
    } else {
      if (left->second != right->second)
        out.differences.push_back({source, left->first, left->second, right->second});
      ++left, ++right;
    }
  }
}

std::vector<Json> sources_of(Json holder) {
  std::vector<Json> out;
  each(holder, {"sources"}, [&](Json one) { out.push_back(one); });
  if (out.empty())
    if (const auto one = at(holder, {"source"})) out.push_back(*one);
  return out;
}

void compare_sources(Json root, const Question& question, Effect& out) {
  const auto spec = at(root, {"spec"});
  if (!spec || !question.target) return;
  each(root, {"status", "history"}, [&](Json entry) {
    if (number(entry, {"id"}) != question.target->id) return;
    const std::vector<Json> then = sources_of(entry), now = sources_of(*spec);
    if (then.empty()) return;  // deployed by a release that did not note them
    for (std::size_t i = 0; i < std::min(then.size(), now.size()); ++i)
      compare_source(then[i], now[i], i, out);
    for (std::size_t i = now.size(); i < then.size(); ++i)
      out.differences.push_back({i, "repoURL", text(then[i], {"repoURL"}), {}});
    for (std::size_t i = then.size(); i < now.size(); ++i)
      out.differences.push_back({i, "repoURL", {}, text(now[i], {"repoURL"})});
  });
}

}  // namespace

Effect effect_of(const Application& app, const Facts& facts, const Question& question) {
  Effect out;
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(app.json).get(root) != simdjson::SUCCESS) return out;
  compare_objects(root, facts, out);
  find_deletions(facts, out);
  compare_sources(root, question, out);
  return out;
}

}  // namespace backout::argocd
