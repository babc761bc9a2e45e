#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/application.h"
#include "argo/pair.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Object;
using yaml::Node;

// What a generator makes Applications from.
struct Input {
  enum class Kind : std::uint8_t { element, folder, file, other } kind;
  const Node* node;
  bool nested;  // in a matrix or a merge: one part of several
};

void collect(const Node* generators, bool nested, std::vector<Input>& out) {
  if (generators == nullptr) return;
  for (const Node& generator : generators->items)
    for (const yaml::Entry& entry : generator.entries) {
      const std::string_view key = entry.key.text;
      const Node& value = entry.value;
      const auto add = [&](const Node* list, Input::Kind kind) {
        if (list != nullptr)
          for (const Node& one : list->items) out.push_back({kind, &one, nested});
      };
      if (key == "matrix" || key == "merge") {
        collect(value.find("generators"), true, out);
      } else if (key == "list") {
        add(value.find("elements"), Input::Kind::element);
      } else if (key == "git") {
        add(value.find("directories"), Input::Kind::folder);
        add(value.find("files"), Input::Kind::file);
      } else if (key != "selector") {
        out.push_back({Input::Kind::other, &value, nested});
      }
    }
}

std::vector<Input> inputs_of(const Object& set) {
  std::vector<Input> out;
  collect(set.node->find({"spec", "generators"}), false, out);
  return out;
}

// The name of the Application that an element makes; nothing when it needs more than the element.
std::optional<std::string> name_of(const Object& set, const Node& element) {
  const Node* const pattern = set.node->find({"spec", "template", "metadata", "name"});
  if (pattern == nullptr) return std::nullopt;
  std::string out;
  std::string_view rest = pattern->text;
  for (std::size_t open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
    const std::size_t close = rest.find("}}", open);
    if (close == std::string_view::npos) return std::nullopt;
    std::string_view key = rest.substr(open + 2, close - open - 2);
    while (key.starts_with(' ')) key.remove_prefix(1);
    while (key.ends_with(' ')) key.remove_suffix(1);
    if (key.starts_with('.')) key.remove_prefix(1);
    const Node* const value = element.find(key);
    if (value == nullptr || value->kind != yaml::Kind::scalar) return std::nullopt;
    out.append(rest.substr(0, open)).append(value->text);
    rest.remove_prefix(close + 2);
  }
  return out.append(rest);
}

std::size_t count(const std::vector<Input>& inputs, Input::Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(inputs.begin(), inputs.end(), [&](const Input& i) { return i.kind == kind; }));
}

// What is gone, in words, and whether Applications go with it for sure.
struct Loss {
  std::string words;
  bool certain;
};
std::optional<Loss> loss(const Input& input, const Object& base, const Object& head,
                         const std::vector<Input>& before, const std::vector<Input>& now) {
  const auto any = [&](auto matches) {
    return std::any_of(now.begin(), now.end(), [&](const Input& other) {
      return other.kind == input.kind && matches(*other.node);
    });
  };
  if (any([&](const Node& other) { return argo::same(&other, input.node); })) return std::nullopt;
  const bool fewer = count(now, input.kind) < count(before, input.kind);
  switch (input.kind) {
    case Input::Kind::element: {
      const auto name = input.nested ? std::nullopt : name_of(base, *input.node);
      if (!name) return fewer ? std::optional(Loss{"an element of a list", false}) : std::nullopt;
      if (any([&](const Node& other) { return name_of(head, other) == name; })) return std::nullopt;
      return Loss{fmt::format("Application `{}`", *name), true};
    }
    case Input::Kind::folder:
    case Input::Kind::file: {
      if (argo::is_true(input.node->find("exclude"))) return std::nullopt;
      const Node* const path = input.node->find("path");
      if (path == nullptr ||
          any([&](const Node& other) { return argo::same(other.find("path"), path); }))
        return std::nullopt;
      return Loss{fmt::format("what lies in `{}`", path->text), false};
    }
    case Input::Kind::other:
      break;
  }
  return fewer ? std::optional(Loss{"what a generator found", false}) : std::nullopt;
}

bool deletes(const Object& set) {
  const Node* const policy = set.node->find({"spec", "syncPolicy"});
  if (policy == nullptr) return true;
  const Node* const sync = policy->find("applicationsSync");
  const bool keeps = sync != nullptr && sync->text != "sync" && sync->text != "create-delete";
  return !keeps && !argo::is_true(policy->find("preserveResourcesOnDeletion"));
}

void check(const Object& object, const ManifestContext& context, Report& report) {
  if (object.kind != argo::ObjectKind::application_set || context.base == nullptr) return;
  const Object* const base = argo::counterpart(object, *context.base);
  const Node* const generators = object.node->find({"spec", "generators"});
  if (base == nullptr || generators == nullptr || !deletes(object)) return;
  const std::vector<Input> before = inputs_of(*base), now = inputs_of(object);
  for (const Input& input : before)
    if (const auto lost = loss(input, *base, object, before, now))
      report(
          object, *generators,
          fmt::format("ApplicationSet `{}` no longer generates {}: the controller deletes {} with "
                      "everything it deployed, and a revert deploys it from nothing",
                      object.full_name(), lost->words,
                      lost->certain ? "the Application" : "each Application that came of it"),
          {.at_most = lost->certain ? Severity::error : Severity::warning,
           .notes = {{base->at(*input.node), "as released"}}});
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_appset_delete_on_generator_change{
    .id = "argocd/appset-delete-on-generator-change",
    .summary = "an ApplicationSet generates less than before and deletes Applications",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An ApplicationSet owns its Applications: one that no generator yields any longer is "
        "deleted, and its finalizer deletes the workloads, volume claims included. A revert of the "
        "generator yields the Application again; the objects come back empty.",
    .instead =
        "1. Set `syncPolicy.preserveResourcesOnDeletion: true` (or `applicationsSync: "
        "create-update`) in a change before.\n"
        "2. Preview what the set generates: `argocd appset generate FILE`.\n"
        "3. Remove the input once the Application has been moved or emptied on purpose.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/"
        "Controlling-Resource-Modification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
