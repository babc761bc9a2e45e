#include "argo/subject.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace backout::argo {
namespace {

constexpr ObjectKind template_kinds[] = {ObjectKind::analysis_template,
                                         ObjectKind::cluster_analysis_template};
constexpr ObjectKind runner_kinds[] = {ObjectKind::rollout, ObjectKind::experiment};

}  // namespace

Subjects::Subjects(const Objects& objects, Release release, bool empty_as_zero) {
  const auto engine = release < Release{1, 10} ? expr::Engine::expr_1_15 : expr::Engine::expr_1_17;
  std::unordered_map<const yaml::Node*, const Object*> by_node;
  for (const Object& object : objects.all()) by_node[object.node] = &object;
  const auto find_for = [&](const Object& object) {
    return [&objects, &object](std::string_view name, bool cluster) -> const yaml::Node* {
      const auto found =
          cluster ? objects.find(ObjectKind::cluster_analysis_template, "", name)
                  : objects.find(ObjectKind::analysis_template, object.namespace_name, name);
      return found.empty() ? nullptr : found.front()->node;
    };
  };

  for (const ObjectKind kind : runner_kinds)
    for (const Object* object : objects.of(kind)) {
      RolloutSubject subject{*object, read_rollout(*object->node), {}, {}};
      subject.gates = gates_of(*object->node, find_for(*object));
      for (Gate& gate : subject.gates)
        gate.touched = std::any_of(gate.templates.begin(), gate.templates.end(),
                                   [&](const yaml::Node* one) { return by_node.at(one)->judged; });
      if (subject.rollout.canary) subject.line = timeline(subject.rollout, subject.gates);
      rollouts.push_back(std::move(subject));
    }

  std::unordered_set<const yaml::Node*> named;
  for (const RolloutSubject& subject : rollouts)
    for (const Gate& gate : subject.gates) {
      gates.push_back({gate, &subject, subject.object});
      named.insert(gate.templates.begin(), gate.templates.end());
    }
  for (const ObjectKind kind : template_kinds)
    for (const Object* object : objects.of(kind)) {
      if (named.contains(object->node)) continue;
      lone.push_back(gate_of_template(*object->node, find_for(*object)));
      gates.push_back({lone.back(), nullptr, *object});
    }
  for (const GateSubject& gate : gates) {
    const std::size_t first = metrics.size();
    for (const Metric& metric : gate.gate.metrics)
      metrics.push_back(
          {metric, gate, *by_node.at(metric.source), conclude(metric, engine, empty_as_zero)});
    std::vector<const MetricSubject*> all;
    for (std::size_t i = first; i < metrics.size(); ++i) all.push_back(&metrics[i]);
    for (std::size_t i = first; i < metrics.size(); ++i) metrics[i].siblings = all;
  }
}

bool is_judged(const RolloutSubject& subject) {
  return subject.object.judged || std::any_of(subject.gates.begin(), subject.gates.end(),
                                              [](const Gate& gate) { return gate.touched; });
}
bool is_judged(const GateSubject& subject) { return subject.object.judged || subject.gate.touched; }

bool is_judged(const MetricSubject& subject) {
  return subject.object.judged || is_judged(subject.gate);
}

}  // namespace backout::argo
