// The objects of Argo and those around them, found by apiVersion and kind wherever they lie: in any
// document of any YAML or JSON file, in a `List`. A file whose text is a template, or a patch that
// only makes sense merged into something else, has none; it says what to render.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "argo/sniff.h"
#include "core/source.h"
#include "yaml/node.h"
#include "yaml/parse.h"

namespace backout::argo {

enum class ObjectKind : std::uint8_t {
  rollout,  // of argoproj.io: OpenKruise's kind of that name is another
  analysis_template,
  cluster_analysis_template,
  analysis_run,
  experiment,
  application,
  application_set,
  app_project,
  service,
  ingress,
  virtual_service,
  destination_rule,
  horizontal_pod_autoscaler,
  pod_disruption_budget,
  job,
  cron_job,
  deployment,
  replica_set,
  pod_template,
  config_map,
  secret,
  stateful_set,
  daemon_set,
  persistent_volume_claim,
  name_space,
  custom_resource_definition,
};
[[nodiscard]] std::string_view to_string(ObjectKind kind);  // "Rollout"
[[nodiscard]] bool is_argo(ObjectKind kind);
// By the name alone; the API group is looked at once there is a tree.
[[nodiscard]] std::optional<ObjectKind> kind_named(std::string_view name);

// Valid as long as the File it was found in.
struct Object {
  ObjectKind kind;
  std::string_view api_version;     // "argoproj.io/v1alpha1"
  std::string_view namespace_name;  // empty: decided where it is applied
  std::string_view name;            // empty with `generateName`
  const yaml::Node* node;           // the object; fields by `node->find({"spec", …})`
  const Source* source;
  Span document;  // of the document it stands in
  bool judged;    // new or changed; otherwise surroundings

  // "Rollout/shop/checkout", for ObjectRef and messages.
  [[nodiscard]] std::string full_name() const;
  // "spec.strategy.canary.steps[2].setWeight"
  [[nodiscard]] std::string path(const yaml::Node& field) const { return yaml::path(*node, field); }
  [[nodiscard]] Location at(const yaml::Node& field) const { return {source, field.span}; }
  [[nodiscard]] Location at() const;  // its name, else its first key
};

// What makes a manifest of a file that is none yet.
enum class Renderer : std::uint8_t { helm, kustomize, unknown };

struct File {
  enum class State : std::uint8_t {
    plain,    // read; documents that are broken carry a defect
    unclear,  // a template or a patch
  } state = State::plain;
  const Source* source = nullptr;  // what spans count in: the file, or its text out of UTF-16
  bool judged = false;
  Interest interest = Interest::none;      // of the most interesting document
  Renderer renderer = Renderer::unknown;   // of an unclear one, and the folder to name to it; empty
  std::string folder;                      // when nobody knows which
  std::deque<yaml::Document> documents{};  // those that were of interest, in order
  std::shared_ptr<const Source> converted{};

  // Of an unclear one: "template: render first (`helm template charts/shop | backout lint -`)".
  [[nodiscard]] std::string advice() const;
};

// What is known of the folders around a file.
struct Folders {
  std::vector<std::string> charts;  // folders with a Chart.yaml, sorted
  struct Patch {
    std::string path, kustomization;  // file, and the folder of the kustomization that names it
  };
  std::vector<Patch> patches;  // sorted by path
};
// `kustomization`: sources of the kustomization.yaml files among `paths`.
[[nodiscard]] Folders look_around(const std::vector<std::string>& paths,
                                  const std::vector<const Source*>& kustomizations);
[[nodiscard]] bool is_kustomization(std::string_view path);

// Reads the documents of a file that are at least that interesting. What is a template or a patch
// by its place or its text has none.
[[nodiscard]] File read_file(const Source& source, const Folders& folders, Interest least,
                             const yaml::Bounds& bounds = {});

// All objects of the files, in their order.
class Objects {
 public:
  Objects() = default;
  explicit Objects(const std::vector<const File*>& files);
  Objects(Objects&&) = default;
  Objects& operator=(Objects&&) = default;
  [[nodiscard]] const std::vector<Object>& all() const { return all_; }
  [[nodiscard]] const std::vector<const Object*>& of(ObjectKind kind) const;
  // Those of a name that are in the namespace, or may be: where either side names none.
  [[nodiscard]] std::vector<const Object*> find(ObjectKind kind, std::string_view namespace_name,
                                                std::string_view name) const;
  [[nodiscard]] bool any_argo() const;
  // Whether the file of that name may hold objects that are not here: a template, a patch, broken.
  [[nodiscard]] bool is_unclear(std::string_view path) const;

 private:
  std::vector<Object> all_;
  std::vector<std::vector<const Object*>> by_kind_;
  std::vector<std::string_view> unclear_;  // paths, sorted
};

}  // namespace backout::argo
