#include "recovery/source.h"

#include <utility>

#include "yaml/parse.h"

namespace backout::recovery {

std::vector<Manifest> clusters_in(Source source) {
  std::vector<Manifest> out;
  if (source.text.find("postgresql.cnpg.io/") == std::string::npos) return out;
  const auto held = std::make_shared<const Source>(std::move(source));
  for (const Span span : yaml::split_documents(held->text)) {
    auto document = std::make_shared<yaml::Document>(yaml::parse(held->text, span));
    const yaml::Node& root = document->root;
    const yaml::Node* const kind = root.find("kind");
    const yaml::Node* const api = root.find("apiVersion");
    const yaml::Node* const spec = root.find("spec");
    const yaml::Node* const name = root.find({"metadata", "name"});
    if (!kind || !api || !name || !spec || spec->kind != yaml::Kind::map) continue;
    if (kind->text != "Cluster" || !api->text.starts_with("postgresql.cnpg.io/")) continue;
    const yaml::Node* const into = root.find({"metadata", "namespace"});
    out.push_back(
        {held, std::move(document), name->text, into ? into->text : std::string_view(), spec});
  }
  return out;
}

}  // namespace backout::recovery
