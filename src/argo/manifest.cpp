#include "argo/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include "argo/template.h"
#include "yaml/encoding.h"
#include "yaml/parse.h"

namespace backout::argo {
namespace {

struct KindName {
  std::string_view name;
  std::string_view groups[2];  // of the API; "" is the core's
};
// By ObjectKind. Ingress and the workloads also had the group `extensions`.
constexpr KindName kinds[] = {
    {"Rollout", {"argoproj.io", "argoproj.io"}},
    {"AnalysisTemplate", {"argoproj.io", "argoproj.io"}},
    {"ClusterAnalysisTemplate", {"argoproj.io", "argoproj.io"}},
    {"AnalysisRun", {"argoproj.io", "argoproj.io"}},
    {"Experiment", {"argoproj.io", "argoproj.io"}},
    {"Application", {"argoproj.io", "argoproj.io"}},
    {"ApplicationSet", {"argoproj.io", "argoproj.io"}},
    {"AppProject", {"argoproj.io", "argoproj.io"}},
    {"Service", {"", ""}},
    {"Ingress", {"networking.k8s.io", "extensions"}},
    {"VirtualService", {"networking.istio.io", "networking.istio.io"}},
    {"DestinationRule", {"networking.istio.io", "networking.istio.io"}},
    {"HorizontalPodAutoscaler", {"autoscaling", "autoscaling"}},
    {"PodDisruptionBudget", {"policy", "policy"}},
    {"Job", {"batch", "batch"}},
    {"CronJob", {"batch", "batch"}},
    {"Deployment", {"apps", "extensions"}},
    {"ReplicaSet", {"apps", "extensions"}},
    {"PodTemplate", {"", ""}},
    {"ConfigMap", {"", ""}},
    {"Secret", {"", ""}},
    {"StatefulSet", {"apps", "apps"}},
    {"DaemonSet", {"apps", "extensions"}},
    {"PersistentVolumeClaim", {"", ""}},
    {"Namespace", {"", ""}},
    {"CustomResourceDefinition", {"apiextensions.k8s.io", "apiextensions.k8s.io"}},
};

std::string_view group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

std::string_view text_of(const yaml::Node* node) {
  return node != nullptr && node->kind == yaml::Kind::scalar ? node->text : std::string_view();
}

// The object in a node, or those of a list; lists may lie in lists.
void collect(const yaml::Node& node, const File& file, Span document, std::vector<Object>& out) {
  const std::string_view kind = text_of(node.find("kind"));
  if (kind.empty()) return;
  if (kind.ends_with("List"))
    if (const yaml::Node* const items = node.find("items"))
      for (const yaml::Node& item : items->items) collect(item, file, document, out);
  const auto known = kind_named(kind);
  if (!known) return;
  const std::string_view api_version = text_of(node.find("apiVersion"));
  const auto& groups = kinds[static_cast<std::size_t>(*known)].groups;
  const std::string_view group = group_of(api_version);
  if (api_version.empty() || (group != groups[0] && group != groups[1])) return;
  out.push_back({*known, api_version, text_of(node.find({"metadata", "namespace"})),
                 text_of(node.find({"metadata", "name"})), &node, file.source, document,
                 file.judged});
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
std::string_view base_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string shown(std::string_view folder) { return std::string(folder.empty() ? "." : folder); }

// The files that a kustomization merges into others.
void read_patches(const Source& kustomization, std::vector<Folders::Patch>& out) {
  const auto document = yaml::parse_document(kustomization.text, kustomization.path);
  if (!document) return;
  const std::string folder(folder_of(kustomization.path));
  const auto add = [&](std::string_view name) {
    if (name.empty() || name.find('\n') != std::string_view::npos) return;  // a patch in place
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    out.push_back({path.lexically_normal().generic_string(), shown(folder)});
  };
  for (const std::string_view key : {"patches", "patchesJson6902"})
    if (const yaml::Node* const list = document->root.find(key))
      for (const yaml::Node& patch : list->items) add(text_of(patch.find("path")));
  if (const yaml::Node* const list = document->root.find("patchesStrategicMerge"))
    for (const yaml::Node& patch : list->items) add(text_of(&patch));
}

void make_unclear(File& file, Renderer renderer, std::string_view folder) {
  file.state = File::State::unclear;
  file.renderer = renderer;
  file.folder = folder;
  file.documents.clear();
}

// Where a chart would be when nobody has seen its Chart.yaml.
std::string_view likely_chart(std::string_view path) {
  const std::size_t below = path.find("/templates/");
  return below == std::string_view::npos ? std::string_view() : path.substr(0, below);
}

}  // namespace

std::string_view to_string(ObjectKind kind) { return kinds[static_cast<std::size_t>(kind)].name; }

bool is_argo(ObjectKind kind) { return kind <= ObjectKind::app_project; }

std::optional<ObjectKind> kind_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kinds); ++i)
    if (kinds[i].name == name) return static_cast<ObjectKind>(i);
  return std::nullopt;
}

std::string Object::full_name() const {
  return namespace_name.empty() ? std::string(name) : fmt::format("{}/{}", namespace_name, name);
}

Location Object::at() const {
  if (const yaml::Node* const found = node->find({"metadata", "name"})) return at(*found);
  return {source, node->entries.empty() ? node->span : node->entries.front().key.span};
}

std::string File::advice() const {
  switch (renderer) {
    case Renderer::helm:
      return fmt::format("template: render first (`helm template {} | backout lint -`)",
                         folder.empty() ? "CHART" : folder);
    case Renderer::kustomize:
      return fmt::format("kustomize patch: render first (`kustomize build {} | backout lint -`)",
                         folder);
    case Renderer::unknown:
      break;
  }
  return "template: render first (`render … | backout lint -`)";
}

bool is_kustomization(std::string_view path) {
  const std::string_view name = base_of(path);
  return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

Folders look_around(const std::vector<std::string>& paths,
                    const std::vector<const Source*>& kustomizations) {
  Folders out;
  for (const std::string& path : paths)
    if (base_of(path) == "Chart.yaml") out.charts.push_back(shown(folder_of(path)));
  std::sort(out.charts.begin(), out.charts.end());
  for (const Source* const source : kustomizations) read_patches(*source, out.patches);
  std::sort(out.patches.begin(), out.patches.end(),
            [](const Folders::Patch& a, const Folders::Patch& b) {
              return std::tie(a.path, a.kustomization) < std::tie(b.path, b.kustomization);
            });
  return out;
}

File read_file(const Source& source, const Folders& folders, Interest least,
               const yaml::Bounds& bounds) {
  File file;
  file.source = &source;
  if (auto converted = yaml::utf8_of_utf16(source.text)) {
    file.converted = std::make_shared<const Source>(Source{source.path, std::move(*converted), 0});
    file.source = file.converted.get();
  }
  const std::string_view text = file.source->text;
  const std::vector<Span> spans = yaml::split_documents(text);
  std::vector<Interest> interests;
  for (const Span span : spans) {
    interests.push_back(interest(text.substr(span.begin, span.end - span.begin)));
    file.interest = std::max(file.interest, interests.back());
  }
  if (file.interest < least || file.interest == Interest::none) return file;

  const std::string_view path = source.path;
  const auto patch = std::lower_bound(
      folders.patches.begin(), folders.patches.end(), path,
      [](const Folders::Patch& a, std::string_view wanted) { return a.path < wanted; });
  if (patch != folders.patches.end() && patch->path == path) {
    make_unclear(file, Renderer::kustomize, patch->kustomization);
    return file;
  }
  const std::string_view chart = chart_of(path, folders.charts);
  const bool braces = text.find("{{") != std::string_view::npos;
  if (!chart.empty() && braces) {
    make_unclear(file, Renderer::helm, chart);
    return file;
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (interests[i] < least) continue;
    const std::string_view document = text.substr(spans[i].begin, spans[i].end - spans[i].begin);
    const TemplateOf found = template_of(document);
    if (found == TemplateOf::helm) make_unclear(file, Renderer::helm, likely_chart(path));
    if (found == TemplateOf::another) make_unclear(file, Renderer::unknown, {});
    if (found != TemplateOf::nothing) return file;
    file.documents.push_back(yaml::parse(text, spans[i], bounds));
    if (braces && file.documents.back().defect && has_foreign_placeholders(document)) {
      make_unclear(file, Renderer::unknown, {});
      return file;
    }
  }
  return file;
}

Objects::Objects(const std::vector<const File*>& files) : by_kind_(std::size(kinds)) {
  for (const File* const file : files) {
    bool unclear = file->state == File::State::unclear;
    for (const yaml::Document& document : file->documents) {
      collect(document.root, *file, document.span, all_);
      unclear = unclear || document.defect.has_value();
    }
    if (unclear) unclear_.push_back(file->source->path);
  }
  std::sort(unclear_.begin(), unclear_.end());
  for (const Object& object : all_)
    by_kind_[static_cast<std::size_t>(object.kind)].push_back(&object);
}

const std::vector<const Object*>& Objects::of(ObjectKind kind) const {
  static const std::vector<const Object*> none;
  return by_kind_.empty() ? none : by_kind_[static_cast<std::size_t>(kind)];
}

std::vector<const Object*> Objects::find(ObjectKind kind, std::string_view namespace_name,
                                         std::string_view name) const {
  std::vector<const Object*> out;
  for (const Object* const object : of(kind))
    if (object->name == name && (namespace_name.empty() || object->namespace_name.empty() ||
                                 object->namespace_name == namespace_name))
      out.push_back(object);
  return out;
}

bool Objects::is_unclear(std::string_view path) const {
  return std::binary_search(unclear_.begin(), unclear_.end(), path);
}

bool Objects::any_argo() const {
  return std::any_of(all_.begin(), all_.end(), [](const Object& one) { return is_argo(one.kind); });
}

}  // namespace backout::argo
