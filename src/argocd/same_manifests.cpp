#include "argocd/same_manifests.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "argocd/json.h"
#include "git/blob.h"
#include "git/revision.h"
#include "git/tree.h"

namespace backout::argocd {
namespace {

constexpr std::size_t most_files = 500;          // below the path, that are read
constexpr std::uint64_t most_bytes = 256 << 10;  // of each
constexpr std::string_view annotation = "argocd.argoproj.io/manifest-generate-paths";

// "apps/catalog" of "./apps/x/../catalog/"; nothing: it leaves the repository.
std::optional<std::string> cleaned(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
      continue;
    }
    if (parts.empty()) return std::nullopt;
    parts.pop_back();
  }
  std::string out;
  for (const std::string_view part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

bool below(std::string_view path, std::string_view folder) {
  return folder.empty() || path == folder ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

// The folders that the annotation names, with the source's own; nothing: no annotation, or one with
// globs, which name more than folders.
std::optional<std::vector<std::string>> named_folders(Json app, const std::string& path) {
  const std::string names = text(app, {"metadata", "annotations", annotation});
  if (names.empty() || names.find_first_of("*?[") != std::string::npos) return std::nullopt;
  std::vector<std::string> out = {path};
  std::string_view rest = names;
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    const std::string_view name = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (name.empty()) continue;
    const auto folder =
        cleaned(name.starts_with('/') ? std::string(name) : path + "/" + std::string(name));
    if (!folder) return std::nullopt;
    out.push_back(*folder);
  }
  return out;
}

// Whether a file or the source's own options point out of the folder: a base, a value file, a
// library. What does not say `..`, `/` or `$` in front stays inside.
bool options_stay_inside(Json app) {
  bool out = true;
  const auto look = [&](Json source) {
    for (const std::string& file : texts(source, {"helm", "valueFiles"}))
      out = out && file.find("..") == std::string::npos && !file.starts_with('/') &&
            !file.starts_with('$');
    const auto options = simdjson::minify(source);
    out = out && options.find("../") == std::string::npos;
  };
  if (const auto one = at(app, {"spec", "source"})) look(*one);
  each(app, {"spec", "sources"}, look);
  return out;
}

Result<bool> stays_inside(const git::Repository& clone, const git::Oid& tree,
                          std::string_view path) {
  TRY(const git::Tree files, git::list(clone, tree));
  std::size_t count = 0;
  for (const git::Entry& file : files.entries) {
    if (!below(file.path, path)) continue;
    if (file.mode == git::link_mode || file.mode == git::submodule_mode) return false;
    if (++count > most_files) return false;
    TRY(const git::Blob blob, git::read_blob(clone, file.blob, most_bytes, file.path));
    if (!blob.bytes || blob.bytes->find("../") != std::string::npos) return false;
  }
  return true;
}

}  // namespace

Result<bool> renders_from_its_path(const git::Repository& clone, const Application& app,
                                   std::size_t source, const std::string& commit) {
  if (source >= app.sources.size() || !app.sources[source].ref.empty()) return false;
  const auto path = cleaned(app.sources[source].path);
  simdjson::dom::parser parser;
  Json root;
  if (!path || parser.parse(app.json).get(root) != simdjson::SUCCESS) return false;
  if (path->empty()) return true;
  TRY(const git::Commit found, git::resolve(clone, commit));
  if (!options_stay_inside(root)) return false;
  return stays_inside(clone, found.tree, *path);
}

Result<bool> same_manifests(const git::Repository& clone, const Application& app,
                            const std::vector<Source>& sources, std::size_t source,
                            const std::string& before, const std::string& after) {
  if (source >= sources.size()) return false;
  const auto path = cleaned(sources[source].path);
  // A source of value files has no path, and another one reads from anywhere in it.
  if (!path || path->empty() || !sources[source].ref.empty()) return false;
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(app.json).get(root) != simdjson::SUCCESS) return false;
  TRY(const git::Commit old_commit, git::resolve(clone, before));
  TRY(const git::Commit new_commit, git::resolve(clone, after));
  TRY(const std::vector<git::Delta> deltas, git::diff(clone, old_commit.tree, new_commit.tree));
  const auto touches = [&](const std::string& folder) {
    return std::any_of(deltas.begin(), deltas.end(),
                       [&](const git::Delta& one) { return below(one.path, folder); });
  };
  if (touches(*path)) return false;
  if (const auto folders = named_folders(root, *path))
    return std::none_of(folders->begin(), folders->end(), touches);
  if (!options_stay_inside(root)) return false;
  return stays_inside(clone, new_commit.tree, *path);
}

}  // namespace backout::argocd
