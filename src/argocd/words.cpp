#include "argocd/words.h"

#include <algorithm>

namespace backout::argocd {

bool is_commit(std::string_view revision) {
  return revision.size() == 40 && std::all_of(revision.begin(), revision.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

std::string_view short_revision(std::string_view revision) {
  return is_commit(revision) ? revision.substr(0, 12) : revision;
}

std::string who(const std::string& user, bool automated) {
  return automated ? "auto-sync" : user.empty() ? "?" : user;
}

std::string in_words(const AutoSync& sync) {
  if (!sync.written) return "off";
  std::string with;
  const auto add = [&](bool given, std::string_view name) {
    if (given) with += (with.empty() ? "" : ", ") + std::string(name);
  };
  add(sync.prune, "prune");
  add(sync.self_heal, "self-heal");
  add(sync.allow_empty, "allow-empty");
  if (!sync.on) return "off (`enabled: false`" + (with.empty() ? ")" : "; when on: " + with + ")");
  return with.empty() ? "on" : "on (" + with + ")";
}

std::string in_words(const Source& source) {
  std::string out = source.repository;
  if (!source.path.empty()) out += " " + source.path;
  if (!source.chart.empty()) out += " chart " + source.chart;
  if (!source.target.empty()) out += " (" + source.target + ")";
  if (!source.ref.empty()) out += " as $" + source.ref;
  return out;
}

}  // namespace backout::argocd
