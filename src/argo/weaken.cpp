#include "argo/weaken.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "argo/weaken_metric.h"
#include "argo/weaken_strategy.h"

namespace backout::argo {
namespace {

using Kind = Gate::Kind;

std::string_view words(Kind kind) {
  switch (kind) {
    case Kind::step:
      return "the analyses of steps";
    case Kind::background:
      return "the background analysis";
    case Kind::experiment:
      return "the analyses of experiments";
    case Kind::pre_promotion:
      return "the analysis before promotion";
    case Kind::post_promotion:
      break;
  }
  return "the analysis after promotion";
}

// The weight at which a gate begins to look.
int weight_at(const RolloutSubject& rollout, const Gate& gate) {
  int weight = 0;
  const std::size_t last = std::min(gate.step + 1, rollout.rollout.steps.size());
  for (std::size_t i = 0; i < last; ++i)
    if (rollout.rollout.steps[i].kind == Step::Kind::set_weight)
      weight = rollout.rollout.steps[i].weight;
  return weight;
}

std::vector<const MetricSubject*> metrics_of(const RolloutSubject& rollout,
                                             const Subjects& subjects) {
  std::vector<const MetricSubject*> out;
  for (const MetricSubject& metric : subjects.metrics)
    if (metric.gate.rollout == &rollout) out.push_back(&metric);
  return out;
}

// Pairs the metrics of two revisions: the same name in the same kind of analysis, then the same
// content under another name, then the same name anywhere.
class Pairing {
 public:
  Pairing(std::vector<const MetricSubject*> before, std::vector<const MetricSubject*> after)
      : before_(std::move(before)), after_(std::move(after)) {
    match([](const MetricSubject& a, const MetricSubject& b) {
      return a.metric.name == b.metric.name && a.gate.gate.kind == b.gate.gate.kind;
    });
    match([](const MetricSubject& a, const MetricSubject& b) {
      return same_metric(a.metric, b.metric) && a.gate.gate.kind == b.gate.gate.kind;
    });
    match([](const MetricSubject& a, const MetricSubject& b) {
      return a.metric.name == b.metric.name || same_metric(a.metric, b.metric);
    });
  }
  std::vector<std::pair<const MetricSubject*, const MetricSubject*>> pairs;
  [[nodiscard]] const std::vector<const MetricSubject*>& gone() const { return before_; }

 private:
  template <class Same>
  void match(Same same) {
    std::erase_if(before_, [&](const MetricSubject* old) {
      const auto found = std::find_if(after_.begin(), after_.end(),
                                      [&](const MetricSubject* now) { return same(*old, *now); });
      if (found == after_.end()) return false;
      pairs.emplace_back(old, *found);
      after_.erase(found);
      return true;
    });
  }
  std::vector<const MetricSubject*> before_, after_;
};

const yaml::Node& strategy_of(const RolloutSubject& rollout) {
  const yaml::Node* strategy = rollout.object.node->find({"spec", "strategy"});
  return strategy ? *strategy : *rollout.object.node;
}

bool has_gate(const RolloutSubject& rollout, Kind kind) {
  return std::any_of(rollout.gates.begin(), rollout.gates.end(),
                     [&](const Gate& gate) { return gate.kind == kind; });
}

// Whole analyses that are gone; their metrics need not be named one by one.
std::vector<Kind> gone_kinds(const RolloutSubject& before, const RolloutSubject& after,
                             std::vector<Weakening>& out) {
  std::vector<Kind> gone;
  for (const Kind kind : {Kind::step, Kind::background, Kind::experiment, Kind::pre_promotion,
                          Kind::post_promotion}) {
    if (!has_gate(before, kind) || has_gate(after, kind)) continue;
    gone.push_back(kind);
    const std::size_t metrics = static_cast<std::size_t>(std::count_if(
        before.gates.begin(), before.gates.end(),
        [&](const Gate& gate) { return gate.kind == kind && !gate.metrics.empty(); }));
    if (metrics > 0)
      out.push_back({&after.object, &strategy_of(after), std::string(words(kind)),
                     fmt::format("{} {} gone", words(kind),
                                 kind == Kind::step || kind == Kind::experiment ? "are" : "is")});
  }
  return gone;
}

void weaken_place(const RolloutSubject& before, const Gate& old, const RolloutSubject& after,
                  const MetricSubject& now, std::vector<Weakening>& out) {
  const int was = weight_at(before, old), is = weight_at(after, now.gate.gate);
  if (is <= was || !after.rollout.canary || !before.rollout.canary) return;
  out.push_back({&after.object, now.gate.gate.node ? now.gate.gate.node : &strategy_of(after),
                 fmt::format("metric `{}`", now.metric.name),
                 fmt::format("metric `{}` looks from a weight of {} on instead of {}",
                             now.metric.name, is, was)});
}

}  // namespace

std::vector<Weakening> weakenings(const RolloutSubject& before, const Subjects& base,
                                  const RolloutSubject& after, const Subjects& head) {
  std::vector<Weakening> out;
  const std::vector<Kind> gone = gone_kinds(before, after, out);
  const Pairing pairing(metrics_of(before, base), metrics_of(after, head));
  for (const auto& [old, now] : pairing.pairs) {
    weaken_metric(*old, *now, out);
    if (std::find(gone.begin(), gone.end(), old->gate.gate.kind) == gone.end())
      weaken_place(before, old->gate.gate, after, *now, out);
  }
  for (const MetricSubject* const metric : pairing.gone()) {
    const Kind kind = metric->gate.gate.kind;
    if (metric->metric.dry_run || std::find(gone.begin(), gone.end(), kind) != gone.end()) continue;
    const auto now = std::find_if(after.gates.begin(), after.gates.end(),
                                  [&](const Gate& gate) { return gate.kind == kind; });
    // A template that is nowhere to be found may still hold it.
    if (!now->complete()) continue;
    out.push_back({&after.object, now->node, fmt::format("metric `{}`", metric->metric.name),
                   fmt::format("metric `{}` is gone from {}", metric->metric.name, words(kind))});
  }
  weaken_strategy(before, after, out);
  return out;
}

std::vector<Weakening> undecided(const RolloutSubject& before, const Subjects& base,
                                 const RolloutSubject& after, const Subjects& head) {
  std::vector<Weakening> out;
  for (const auto& [old, now] : Pairing(metrics_of(before, base), metrics_of(after, head)).pairs)
    weigh_metric(*old, *now, out);
  return out;
}

}  // namespace backout::argo
