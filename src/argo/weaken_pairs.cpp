// Which rollout of the head is which of the base. A rename would otherwise be a way around the
// comparison: the old rollout is gone, the new one has nothing to be weaker than.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "argo/weaken.h"

namespace backout::argo {
namespace {

using Rollouts = std::vector<const RolloutSubject*>;
using Leaves = std::set<std::string>;

constexpr std::size_t most_compared = 100;  // of each side
constexpr std::size_t most_leaves = 2000;   // of one rollout
constexpr double alike = 0.6;               // of all fields of both, so many are the same

void collect(const yaml::Node& node, const std::string& path, Leaves& out) {
  if (out.size() >= most_leaves) return;
  if (node.kind == yaml::Kind::scalar) out.insert(path + '=' + std::string(node.text));
  for (const yaml::Entry& entry : node.entries)
    collect(entry.value, path + '.' + std::string(entry.key.text), out);
  for (const yaml::Node& item : node.items) collect(item, path + "[]", out);
}

Leaves leaves_of(const RolloutSubject& rollout) {
  Leaves out;
  if (const yaml::Node* const spec = rollout.object.node->find("spec")) collect(*spec, {}, out);
  return out;
}

double likeness(const Leaves& a, const Leaves& b) {
  const auto common =
      std::count_if(a.begin(), a.end(), [&](const std::string& one) { return b.count(one) != 0; });
  const std::size_t all = a.size() + b.size() - static_cast<std::size_t>(common);
  return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
}

bool same_place(const RolloutSubject& a, const RolloutSubject& b) {
  return a.object.kind == b.object.kind && a.object.source->path == b.object.source->path;
}

// The only one that went and the only one that came in a file.
void pair_in_files(Rollouts& went, Rollouts& came, std::vector<RolloutPair>& out) {
  const Rollouts all_came = came;
  std::erase_if(came, [&](const RolloutSubject* now) {
    const auto here = [&](const RolloutSubject* other) { return same_place(*other, *now); };
    if (std::count_if(went.begin(), went.end(), here) != 1 ||
        std::count_if(all_came.begin(), all_came.end(), here) != 1)
      return false;
    const auto before = std::find_if(went.begin(), went.end(), here);
    out.push_back({*before, now});
    went.erase(before);
    return true;
  });
}

// The two that are most alike, then of the rest.
void pair_alike(const Rollouts& went, const Rollouts& came, std::vector<RolloutPair>& out) {
  if (went.empty() || came.empty() || went.size() > most_compared || came.size() > most_compared)
    return;
  std::vector<Leaves> old, now;
  for (const RolloutSubject* one : went) old.push_back(leaves_of(*one));
  for (const RolloutSubject* one : came) now.push_back(leaves_of(*one));
  std::vector<std::tuple<double, std::size_t, std::size_t>> candidates;
  for (std::size_t i = 0; i < went.size(); ++i)
    for (std::size_t k = 0; k < came.size(); ++k) {
      if (went[i]->object.kind != came[k]->object.kind) continue;
      const double value = likeness(old[i], now[k]);
      if (value >= alike) candidates.emplace_back(-value, i, k);
    }
  std::sort(candidates.begin(), candidates.end());
  std::set<std::size_t> used_old, used_now;
  for (const auto& [value, i, k] : candidates) {
    if (used_old.count(i) != 0 || used_now.count(k) != 0) continue;
    used_old.insert(i);
    used_now.insert(k);
    out.push_back({went[i], came[k]});
  }
}

}  // namespace

std::vector<RolloutPair> pairs(const Subjects& base, const Subjects& head) {
  const auto key = [](const RolloutSubject& one) {
    return std::tuple(one.object.kind, one.object.namespace_name, one.object.name);
  };
  // One name may stand in several files, one an environment.
  std::map<std::tuple<ObjectKind, std::string_view, std::string_view>, Rollouts> old;
  for (const RolloutSubject& one : base.rollouts) old[key(one)].push_back(&one);
  Rollouts came;
  for (const RolloutSubject& one : head.rollouts) came.push_back(&one);
  std::vector<RolloutPair> out;
  const auto take = [&](const auto& fits) {
    std::erase_if(came, [&](const RolloutSubject* now) {
      const auto known = old.find(key(*now));
      if (known == old.end()) return false;
      const auto before =
          std::find_if(known->second.begin(), known->second.end(),
                       [&](const RolloutSubject* other) { return fits(*other, *now); });
      if (before == known->second.end()) return false;
      out.push_back({*before, now});
      known->second.erase(before);
      return true;
    });
  };
  take(same_place);
  take([](const RolloutSubject&, const RolloutSubject&) { return true; });
  Rollouts went;
  for (const RolloutSubject& one : base.rollouts)
    if (const Rollouts& left = old[key(one)];
        std::find(left.begin(), left.end(), &one) != left.end())
      went.push_back(&one);
  pair_in_files(went, came, out);
  pair_alike(went, came, out);
  return out;
}

}  // namespace backout::argo
