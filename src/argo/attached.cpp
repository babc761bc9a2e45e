#include "argo/attached.h"

#include <fmt/format.h>

#include <algorithm>

#include "promql/regex.h"

namespace backout::argo {

std::optional<Room> background_room(const MetricSubject& subject) {
  const GateSubject& gate = subject.gate;
  if (!gate.rollout || gate.gate.kind != Gate::Kind::background || !subject.metric.known)
    return std::nullopt;
  const RolloutSubject& rollout = *gate.rollout;
  const Timeline& line = rollout.line;
  if (rollout.rollout.steps.empty() || line.waits_for_human || line.endless) return std::nullopt;
  for (const Step& step : rollout.rollout.steps)
    if (step.kind == Step::Kind::plugin) return std::nullopt;  // takes as long as it likes
  Room room;
  for (const Stop& stop : line.stops)
    if (&rollout.gates[stop.gate] == &gate.gate &&
        &gate.gate.metrics[stop.metric] == &subject.metric)
      room.stop = &stop;
  if (!room.stop) return std::nullopt;
  room.begin = room.stop->begin;
  room.length = std::max<Seconds>(0, line.floor - room.begin);
  return room;
}

std::optional<Seconds> warm_up(const GateSubject& subject) {
  if (!subject.rollout || !subject.rollout->rollout.canary) return std::nullopt;
  const Timeline& line = subject.rollout->line;
  if (line.stretches.empty()) return std::nullopt;
  const std::size_t own = std::min(subject.gate.step, line.stretches.size() - 1);
  for (const Stretch& stretch : line.stretches) {
    if (stretch.step >= own) break;
    if (stretch.share_end > 0) return line.stretches[own].begin - stretch.end;
  }
  return 0;
}

const Object* object_of(const Objects& objects, const yaml::Node* document) {
  for (const ObjectKind kind :
       {ObjectKind::analysis_template, ObjectKind::cluster_analysis_template, ObjectKind::rollout,
        ObjectKind::experiment})
    for (const Object* object : objects.of(kind))
      if (object->node == document) return object;
  return nullptr;
}

bool is_ambiguous(const GateSubject& subject, const Objects& objects) {
  return std::any_of(
      subject.gate.templates.begin(), subject.gate.templates.end(),
      [&](const yaml::Node* document) {
        const Object* object = object_of(objects, document);
        return object &&
               objects.find(object->kind, object->namespace_name, object->name).size() > 1;
      });
}

std::string words(const Gate& gate) {
  switch (gate.kind) {
    case Gate::Kind::step:
      return fmt::format("the analysis of step {}", gate.step + 1);
    case Gate::Kind::background:
      return "the background analysis";
    case Gate::Kind::experiment:
      return "the experiment";
    case Gate::Kind::pre_promotion:
      return "the pre-promotion analysis";
    case Gate::Kind::post_promotion:
      return "the post-promotion analysis";
  }
  return {};
}

std::vector<MetricPattern> metric_patterns(const GateSubject& subject, const Objects& objects,
                                           std::string_view field) {
  std::vector<MetricPattern> out;
  const Gate& gate = subject.gate;
  if (!gate.complete() || !gate.cycle.empty()) return out;
  const auto add = [&](const Object* object, const yaml::Node* holder) {
    const yaml::Node* list = holder && object ? holder->find(field) : nullptr;
    if (!list) return;
    for (const yaml::Node& item : list->items) {
      const yaml::Node* name = item.find("metricName");
      if (!name || name->kind != yaml::Kind::scalar) continue;
      const Text text = put_arguments(*name, gate.arguments);
      if (!text.known) continue;
      const promql::Regex regex("(?s).*(?:" + text.value + ").*");  // not anchored
      MetricPattern pattern{object, name, text.value, promql::Regex(text.value).error(), {}};
      for (const Metric& metric : gate.metrics)
        if (regex.matches(metric.name)) pattern.matched.push_back(&metric);
      out.push_back(std::move(pattern));
    }
  };
  if (subject.rollout && gate.kind != Gate::Kind::experiment) add(&subject.object, gate.node);
  for (const yaml::Node* document : gate.templates)
    add(object_of(objects, document), document->find("spec"));
  return out;
}

}  // namespace backout::argo
