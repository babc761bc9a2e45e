#include "runbook/names.h"

#include <algorithm>
#include <array>
#include <deque>

#include "argo/manifest.h"
#include "sql/framework/parts.h"
#include "yaml/parse.h"
#include "yaml/value.h"

namespace backout::runbook {
namespace {

using argo::ObjectKind;
using sql::framework::base_of;
using sql::framework::folder_of;

Names& names_of(Repository& repository, What what) {
  return repository.objects[static_cast<std::size_t>(what)];
}

void add(Names& names, std::string_view name) {
  if (!name.empty()) names.emplace(name);
}

// "namespace/name" as the configuration writes it.
std::string_view without_namespace(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

void add_object(Repository& repository, const argo::Object& object) {
  add(names_of(repository, What::name_space), object.namespace_name);
  switch (object.kind) {
    case ObjectKind::rollout:
      add(names_of(repository, What::rollout), object.name);
      break;
    case ObjectKind::analysis_template:
    case ObjectKind::cluster_analysis_template:
      add(names_of(repository, What::analysis_template), object.name);
      break;
    case ObjectKind::name_space:
      add(names_of(repository, What::name_space), object.name);
      break;
    case ObjectKind::application:
      add(names_of(repository, What::application), object.name);
      if (const yaml::Node* into = object.node->find({"spec", "destination", "namespace"}))
        add(names_of(repository, What::name_space), into->text);
      break;
    case ObjectKind::application_set:
      repository.generated[static_cast<std::size_t>(What::application)] = true;
      break;
    default:
      break;
  }
}

// What a kustomization does to the names of everything below it.
void add_kustomization(Repository& repository, const Source& source) {
  for (const Span span : yaml::split_documents(source.text)) {
    const yaml::Document document = yaml::parse(source.text, span);
    if (const yaml::Node* into = document.root.find("namespace"))
      add(names_of(repository, What::name_space), into->text);
    if (!document.root.find("namePrefix") && !document.root.find("nameSuffix")) continue;
    for (const What what : {What::application, What::rollout, What::analysis_template})
      repository.generated[static_cast<std::size_t>(what)] = true;
  }
}

}  // namespace

std::string_view words(What what) {
  constexpr std::array<std::string_view, whats> table = {"Argo CD application", "Rollout",
                                                         "analysis template", "namespace"};
  return table[static_cast<std::size_t>(what)];
}

void add_objects(Repository& repository, const std::vector<const Source*>& sources,
                 const Config& config) {
  std::vector<std::string> paths;
  std::vector<const Source*> kustomizations;
  for (const Source* source : sources) {
    paths.push_back(source->path);
    if (argo::is_kustomization(source->path)) kustomizations.push_back(source);
  }
  for (const Source* source : kustomizations) add_kustomization(repository, *source);
  for (const std::string& file : repository.files)
    if (base_of(file) == "Chart.yaml") paths.push_back(file);
  const argo::Folders folders = argo::look_around(paths, kustomizations);
  std::deque<argo::File> files;
  std::vector<const argo::File*> list;
  for (const Source* source : sources) {
    if (argo::interest(source->text) == argo::Interest::none) continue;
    const argo::File& file =
        files.emplace_back(argo::read_file(*source, folders, argo::Interest::surroundings));
    list.push_back(&file);
    if (file.state == argo::File::State::unclear && file.interest == argo::Interest::argo)
      std::fill(std::begin(repository.generated), std::end(repository.generated), true);
  }
  const argo::Objects objects(list);
  for (const argo::Object& object : objects.all()) add_object(repository, object);
  for (const ServiceConfig& service : config.services) {
    add(names_of(repository, What::application), without_namespace(service.app));
    add(names_of(repository, What::rollout), without_namespace(service.rollout));
  }
}

void add_paths(Repository& repository, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    repository.files.insert(path);
    for (std::string_view folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
      if (!repository.folders.emplace(folder).second) break;
  }
}

}  // namespace backout::runbook
