#include "argo/application.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "yaml/value.h"

namespace backout::argo {
namespace {

std::string_view text_of(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* const node = parent.find(key);
  return node != nullptr && node->kind == yaml::Kind::scalar ? node->text : std::string_view();
}

bool has_placeholder(std::string_view text) {
  return text.find("{{") != std::string_view::npos || text.find('$') != std::string_view::npos;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_commit(std::string_view text) {
  const bool hex = std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (!hex || text.size() < 7 || text.size() > 40) return false;
  return text.size() == 40 || std::any_of(text.begin(), text.end(), is_digit);
}

// "1.2.3", "v1.2.3-rc.1"
bool is_version(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  for (int part = 0; part < 3; ++part) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 0) return false;
    text.remove_prefix(digits);
    if (part == 2) return text.empty() || text[0] == '-' || text[0] == '+';
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return false;
}

// "1.2.*", ">=1.0 <2", "1.x"
bool is_range(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.*xX<>=~^|, -vV") != text.npos)
    return false;
  return text.find_first_of("*<>~^|") != text.npos || text.find(" - ") != text.npos ||
         text.ends_with(".x") || text.ends_with(".X") || text == "x";
}

constexpr std::string_view branches[] = {"HEAD",  "main",    "master",     "develop", "dev",
                                         "trunk", "staging", "production", "prod",    "latest"};

AppSource read_source(const yaml::Node& node) {
  AppSource out;
  out.node = &node;
  out.repository = text_of(node, "repoURL");
  out.path = text_of(node, "path");
  out.chart = text_of(node, "chart");
  out.revision = text_of(node, "targetRevision");
  out.ref = text_of(node, "ref");
  out.recurse = is_true(node.find({"directory", "recurse"}));
  return out;
}

void read_sources(Application& out) {
  if (const yaml::Node* const dry = out.spec->find({"sourceHydrator", "drySource"})) {
    out.sources.push_back(read_source(*dry));
    return;
  }
  if (const yaml::Node* const list = out.spec->find("sources"))
    for (const yaml::Node& source : list->items) out.sources.push_back(read_source(source));
  if (!out.sources.empty()) return;
  if (const yaml::Node* const source = out.spec->find("source"))
    out.sources.push_back(read_source(*source));
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Paths are those of the repository, or below the folder it was checked out to: that folder must
// hold both the Application and the object.
bool lies_in(std::string_view folder, std::string_view wanted, bool recurse,
             std::string_view application) {
  for (std::size_t at = folder.find(wanted); at != std::string_view::npos;
       at = folder.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    if ((at > 0 && folder[at - 1] != '/') || !application.starts_with(folder.substr(0, at)))
      continue;
    if (end == folder.size() || (recurse && folder[end] == '/')) return true;
  }
  return false;
}

// "/spec/syncPolicy" covers itself and what lies below.
bool covers(std::string_view rule, std::string_view pointer) {
  while (rule.ends_with('/')) rule.remove_suffix(1);
  return pointer.starts_with(rule) &&
         (pointer.size() == rule.size() || pointer[rule.size()] == '/');
}

// A jq path of plain names as a pointer; brackets and functions end it, which leaves its begin.
std::string as_pointer(std::string_view jq) {
  std::string out;
  for (const char c : jq.substr(0, jq.find_first_of("[|( ")))
    if (c == '.')
      out += '/';
    else if (c != '"')
      out += c;
  return out;
}

}  // namespace

bool is_true(const yaml::Node* node) {
  return node != nullptr && yaml::as_bool(*node).value_or(false);
}

AppSource::Pin AppSource::pin() const {
  if (has_placeholder(revision)) return Pin::unknown;
  if (!chart.empty() || repository.starts_with("oci://")) {
    if (revision == "latest") return Pin::moving;
    if (revision.empty() || is_range(revision)) return Pin::range;
    return is_version(revision) ? Pin::version : Pin::unknown;
  }
  if (revision.empty() || revision.starts_with("refs/heads/")) return Pin::moving;
  if (is_commit(revision)) return Pin::commit;
  if (is_version(revision)) return Pin::version;
  if (is_range(revision)) return Pin::range;
  const bool known =
      std::find(std::begin(branches), std::end(branches), revision) != std::end(branches);
  return known ? Pin::moving : Pin::unknown;
}

const yaml::Node& AppSource::place() const {
  const yaml::Node* const revision_node = node->find("targetRevision");
  return revision_node != nullptr ? *revision_node : *node;
}

std::string Application::title() const {
  if (object->name.empty()) return generated ? "the Applications of this set" : "this Application";
  return fmt::format("{}`{}`", generated ? "Applications of " : "", object->full_name());
}

const yaml::Node* Application::option(std::string_view wanted) const {
  const yaml::Node* const list =
      spec != nullptr ? spec->find({"syncPolicy", "syncOptions"}) : nullptr;
  if (list != nullptr)
    for (const yaml::Node& one : list->items)
      if (one.text == wanted) return &one;
  return nullptr;
}

std::optional<Application> read_application(const Object& object) {
  Application out;
  out.object = &object;
  if (object.kind == ObjectKind::application_set) {
    out.generated = true;
    out.spec = object.node->find({"spec", "template", "spec"});
  } else if (object.kind == ObjectKind::application) {
    out.spec = object.node->find("spec");
  } else {
    return std::nullopt;
  }
  if (out.spec == nullptr) return out;
  read_sources(out);
  const yaml::Node* const strategy = object.node->find({"spec", "strategy", "type"});
  const bool rolling = out.generated && strategy != nullptr && strategy->text == "RollingSync";
  const yaml::Node* const automated = out.spec->find({"syncPolicy", "automated"});
  if (automated == nullptr || automated->kind != yaml::Kind::map || rolling) return out;
  if (const yaml::Node* const enabled = automated->find("enabled"))
    if (!yaml::as_bool(*enabled).value_or(true)) return out;
  out.auto_sync = {automated, is_true(automated->find("prune")),
                   is_true(automated->find("selfHeal")), is_true(automated->find("allowEmpty"))};
  return out;
}

bool deploys(const Application& application, const Object& object) {
  const std::string_view folder = folder_of(object.source->path);
  return std::any_of(
      application.sources.begin(), application.sources.end(), [&](const AppSource& source) {
        std::string_view path = source.path;
        while (path.ends_with('/')) path.remove_suffix(1);
        if (path.starts_with("./")) path.remove_prefix(2);
        if (!source.chart.empty() || path.empty() || path == "." || has_placeholder(path))
          return false;
        if (source.node->find({"directory", "include"}) != nullptr ||
            source.node->find({"directory", "exclude"}) != nullptr)
          return false;
        return lies_in(folder, path, source.recurse, application.object->source->path);
      });
}

bool ignores(const yaml::Node* rules, std::string_view pointer) {
  if (rules == nullptr) return false;
  for (const yaml::Node& rule : rules->items) {
    if (const yaml::Node* const list = rule.find("jsonPointers"))
      for (const yaml::Node& one : list->items)
        if (covers(one.text, pointer)) return true;
    if (const yaml::Node* const list = rule.find("jqPathExpressions"))
      for (const yaml::Node& one : list->items)
        if (covers(as_pointer(one.text), pointer)) return true;
  }
  return false;
}

}  // namespace backout::argo
