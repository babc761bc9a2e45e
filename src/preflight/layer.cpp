#include "preflight/layer.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/glob.h"
#include "core/words.h"
#include "sql/framework.h"
#include "yaml/parse.h"

namespace backout::preflight {
namespace {

using std::string_view;

string_view file_name(string_view path) { return path.substr(path.rfind('/') + 1); }
string_view extension(string_view path) {
  const string_view name = file_name(path);
  const std::size_t point = name.rfind('.');
  return point == string_view::npos ? string_view() : name.substr(point + 1);
}
bool is_one_of(string_view word, std::initializer_list<string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
// One of the folders on the way, or the file itself, has the name.
bool passes(string_view path, std::initializer_list<string_view> names) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (is_one_of(path.substr(begin, end - begin), names)) return true;
    begin = end + 1;
  }
  return false;
}
bool matches_any(const std::vector<std::string>& globs, string_view path) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return matches(glob, path); });
}

// What is not deployed, in a word; empty: it is, as far as a name can tell.
string_view not_deployed(string_view path) {
  const string_view name = file_name(path), ending = extension(path);
  if (passes(path, {".github", ".gitlab", ".circleci", ".buildkite", ".tekton"}) ||
      is_one_of(name, {".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml",
                       "bitbucket-pipelines.yml", ".pre-commit-config.yaml"}))
    return "CI";
  if (is_one_of(ending, {"md", "rst", "adoc", "markdown"}) || passes(path, {"docs", "doc"}) ||
      name.starts_with("LICENSE") || name.starts_with("CHANGELOG"))
    return "documentation";
  if (is_one_of(name, {".gitignore", ".gitattributes", ".editorconfig", "CODEOWNERS", ".mailmap",
                       ".backout.yaml"}) ||
      passes(path, {".backout", ".vscode", ".idea"}))
    return "the repository's own";
  if (passes(path, {"test", "tests", "testdata", "spec", "__tests__", "e2e"}) ||
      name.find("_test.") != string_view::npos || name.find(".test.") != string_view::npos ||
      name.find(".spec.") != string_view::npos)
    return "tests";
  return {};
}

bool is_flag(string_view path, const Config& config) {
  if (!config.flags.empty()) return matches_any(config.flags, path);
  return is_one_of(extension(path), {"yaml", "yml", "json", "toml"}) &&
         (passes(path, {"flags", "feature-flags", "feature_flags", "featureflags", "flagd"}) ||
          file_name(path).find("flags.") != string_view::npos);
}

struct Manifest {
  std::set<std::string, std::less<>> kinds;
  bool broken = false;
};

Manifest look(string_view text) {
  Manifest out;
  if (!text_defect(text).empty()) return {{}, true};
  for (const Span span : yaml::split_documents(text)) {
    const yaml::Document document = yaml::parse(text, span);
    out.broken = out.broken || document.defect.has_value();
    const yaml::Node* const kind = document.root.find("kind");
    if (kind && document.root.find("apiVersion")) out.kinds.emplace(kind->text);
  }
  return out;
}

bool may_hide_images(const std::optional<std::string>& text) {
  if (!text) return true;
  if (text->find("image") == std::string::npos) return false;
  return look(*text).broken || images_in(*text).size() >= most_images;
}

// What configuration a YAML or JSON file is; empty: none that we know.
std::string configuration(string_view path, const std::optional<std::string>& text,
                          const Surroundings& around) {
  const string_view name = file_name(path);
  for (const std::string& chart : around.charts)
    if (chart.empty() || (path.starts_with(chart) && path.substr(chart.size()).starts_with('/')))
      return name.find("values") != string_view::npos ? "Helm values" : "Helm chart";
  if (is_one_of(name, {"kustomization.yaml", "kustomization.yml", "Kustomization"}))
    return "kustomization";
  if (text) {
    const Manifest manifest = look(*text);
    if (!manifest.kinds.empty()) return quoted_list({manifest.kinds.begin(), manifest.kinds.end()});
    if (manifest.broken && passes(path, {"templates"})) return "template of manifests";
  }
  if (name.starts_with("values") || name.find("-values.") != string_view::npos)
    return "Helm values";
  if (passes(path, {"deploy", "k8s", "kubernetes", "manifests", "overlays", "helm", "argocd",
                    "environments", "envs", "gitops"}))
    return "deployment settings";
  return {};
}

}  // namespace

string_view to_string(Layer layer) {
  constexpr std::array<string_view, 5> names = {"flag", "data", "config", "code", "not deployed"};
  return names[static_cast<std::size_t>(layer)];
}

FileChange classify(const git::Delta& delta, const Surroundings& around) {
  FileChange out{delta.path, delta.status, Layer::code, "source", {}};
  const string_view path = delta.path;
  if (std::binary_search(around.migrations.begin(), around.migrations.end(), delta.path)) {
    out.layer = Layer::data, out.what = "migration";
    return out;
  }
  if (is_flag(path, around.config)) {
    out.layer = Layer::flag, out.what = "feature flags";
    return out;
  }
  if (const string_view why = not_deployed(path); !why.empty()) {
    out.layer = Layer::none, out.what = why;
    return out;
  }
  if (!is_one_of(extension(path), {"yaml", "yml", "json", "tpl"}) &&
      file_name(path) != "Kustomization")
    return out;
  std::optional<std::string> before, after;
  if (delta.old_mode != 0) before = around.read(delta.old_blob);
  if (delta.new_mode != 0) after = around.read(delta.new_blob);
  out.unread = (delta.old_mode != 0 && may_hide_images(before)) ||
               (delta.new_mode != 0 && may_hide_images(after));
  if (before && after) {
    ImageChanges images = compare_images(*before, *after);
    out.images = std::move(images.images);
    if (images.nothing_else) {
      out.what = "image tag";
      return out;
    }
  } else if (before || after) {
    for (Image& image : images_in(before ? *before : *after))
      out.images.push_back({std::move(image.name), before ? image.tag : std::string(),
                            after ? image.tag : std::string()});
  }
  const std::string what = configuration(path, after ? after : before, around);
  if (what.empty()) return out;
  out.layer = Layer::config;
  out.what = what;
  return out;
}

}  // namespace backout::preflight
