#include "drive/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace backout::drive {
namespace {

using Json = nlohmann::ordered_json;

struct Period {
  const char* name;
  std::chrono::milliseconds Pace::*field;
};
// What a plan may say; an edited journal is bounded, too.
constexpr std::chrono::milliseconds shortest{0}, longest{std::chrono::hours(24 * 30)};
constexpr Period periods[] = {{"poll", &Pace::poll},
                              {"slowest_poll", &Pace::slowest_poll},
                              {"operation", &Pace::operation},
                              {"health", &Pace::health},
                              {"healthy_for", &Pace::healthy_for},
                              {"watch", &Pace::watch},
                              {"merge", &Pace::merge}};

Json json_of(const Facts& facts) {
  Json out = Json::object();
  for (const auto& [name, value] : facts) out[name] = value;
  return out;
}

Json json_of(const Step& step) {
  return {{"kind", step.kind},           {"title", step.title}, {"needs", step.needs},
          {"effect", step.effect},       {"check", step.check}, {"undo", step.undo},
          {"given", json_of(step.given)}};
}

Json json_of(const Plan& plan) {
  Json steps = Json::array(), pace = Json::object();
  for (const Step& step : plan.steps) steps.push_back(json_of(step));
  for (const Period& one : periods) pace[one.name] = (plan.pace.*one.field).count();
  return {{"command", plan.command},
          {"subject", plan.subject},
          {"title", plan.title},
          {"facts", plan.facts},
          {"warnings", plan.warnings},
          {"refusals", plan.refusals},
          {"steps", std::move(steps)},
          {"debt", plan.debt},
          {"connection", json_of(plan.connection)},
          {"pace_ms", std::move(pace)},
          {"preflight", plan.preflight}};
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Absent and of another type are the same: empty.
template <class Value>
Value value(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return {};
  try {
    return found->get<Value>();
  } catch (const Json::exception&) {
    return {};
  }
}

Step step_from(const Json& json) {
  const auto words = [&](const char* name) { return value<std::string>(json, name); };
  return {words("kind"),
          words("title"),
          words("needs"),
          words("effect"),
          words("check"),
          words("undo"),
          value<Facts>(json, "given")};
}

}  // namespace

std::string_view fact(const Facts& facts, std::string_view name) {
  const auto found = facts.find(name);
  return found == facts.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<std::string> list(const Facts& facts, std::string_view name) {
  std::vector<std::string> out;
  std::string_view rest = fact(facts, name);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, "\n"));
}

std::string json(const Plan& plan, int indent) { return dump(json_of(plan), indent); }

std::optional<Plan> read_plan(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("steps") || !json["steps"].is_array())
    return std::nullopt;
  using Words = std::vector<std::string>;
  Plan out;
  out.command = value<std::string>(json, "command");
  out.subject = value<std::string>(json, "subject");
  out.title = value<std::string>(json, "title");
  out.facts = value<Words>(json, "facts");
  out.warnings = value<Words>(json, "warnings");
  out.refusals = value<Words>(json, "refusals");
  for (const Json& step : json["steps"]) out.steps.push_back(step_from(step));
  out.debt = value<Words>(json, "debt");
  out.connection = value<Facts>(json, "connection");
  const Json pace = json.value("pace_ms", Json::object());
  for (const Period& one : periods)
    if (const auto found = pace.find(one.name); found != pace.end() && found->is_number_integer())
      out.pace.*one.field =
          std::clamp(std::chrono::milliseconds(found->get<std::int64_t>()), shortest, longest);
  out.preflight = value<std::string>(json, "preflight");
  return out;
}

std::string json(const Operation& operation) {
  const auto time = [](const std::optional<Instant>& at) {
    return at ? Json(to_text(*at)) : Json(nullptr);
  };
  Json steps = Json::array();
  for (std::size_t i = 0; i < operation.steps.size(); ++i) {
    const StepState& state = operation.steps[i];
    const char* const now = state.undone    ? "undone"
                            : state.done    ? "done"
                            : state.started ? "begun"
                                            : "planned";
    steps.push_back({{"kind", operation.plan.steps[i].kind},
                     {"title", operation.plan.steps[i].title},
                     {"state", now},
                     {"started", time(state.started)},
                     {"ended", time(state.ended)},
                     {"found", state.said}});
  }
  const bool open = operation.outcome.empty();
  return dump({{"id", operation.id},
               {"by", operation.by},
               {"started", to_text(operation.started)},
               {"ended", time(operation.ended)},
               {"outcome", open ? "open" : operation.outcome},
               {"undoing", operation.undoing},
               {"waiting", operation.waiting},
               {"stopped", operation.stopped},
               {"off", what_is_off(operation)},
               {"steps", std::move(steps)},
               {"plan", json_of(operation.plan)}},
              2);
}

std::vector<std::string> what_is_off(const Operation& operation) {
  std::vector<std::string> out;
  if (!operation.outcome.empty()) return out;
  const auto state_of = [&](std::string_view kind) -> const StepState* {
    for (std::size_t i = 0; i < operation.steps.size(); ++i)
      if (operation.plan.steps[i].kind == kind) return &operation.steps[i];
    return nullptr;
  };
  const StepState* const paused = state_of("pause-auto-sync");
  const StepState* const restored = state_of("restore-auto-sync");
  if (paused && !fact(paused->memory, "saved").empty() && !paused->undone &&
      !(restored && restored->done && !restored->undone))
    out.push_back(fmt::format("auto-sync of `{}` {} paused since {}", operation.plan.subject,
                              paused->done ? "is" : "may be",
                              to_text(paused->started.value_or(operation.started))));
  return out;
}

}  // namespace backout::drive
