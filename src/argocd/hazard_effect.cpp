// What a rollback leaves behind, deletes, skips and does not bring back.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "argocd/hazard.h"
#include "argocd/json.h"
#include "argocd/words.h"
#include "core/words.h"

namespace backout::argocd {
namespace {

std::string list(const std::vector<ResourceName>& objects, std::size_t most = 5) {
  std::string out;
  for (std::size_t i = 0; i < std::min(objects.size(), most); ++i)
    out += (i == 0 ? "" : ", ") + in_words(objects[i]);
  if (objects.size() > most) out += fmt::format(" and {} more", objects.size() - most);
  return out;
}

// Deleted with them: data, or all that lies in them.
bool holds_data(const ResourceName& one) {
  return one.kind == "PersistentVolumeClaim" || one.kind == "PersistentVolume" ||
         one.kind == "Namespace" || one.kind == "CustomResourceDefinition" ||
         one.kind == "StatefulSet" || one.kind == "Secret";
}

void add_leftovers(const HazardInput& in, Hazards& out) {
  std::vector<ResourceName> prunable, data, asked;
  for (const Leftover& one : in.effect.leftovers) {
    if (one.kept) continue;
    prunable.push_back(one.resource);
    if (holds_data(one.resource)) data.push_back(one.resource);
    if (one.confirm) asked.push_back(one.resource);
  }
  if (prunable.empty()) return;
  if (!in.question.prune) {
    out.push_back(
        {HazardKind::left_behind, false,
         fmt::format("{} is not part of what is gone back to, and stays: {}",
                     prunable.size() == 1 ? "1 object" : fmt::format("{} objects", prunable.size()),
                     list(prunable)),
         "`--prune` deletes them"});
    return;
  }
  out.push_back(
      {HazardKind::deletes_objects, false,
       fmt::format("deletes {} that {} not part of what is gone back to: {}{}",
                   prunable.size() == 1 ? "1 object" : fmt::format("{} objects", prunable.size()),
                   prunable.size() == 1 ? "is" : "are", list(prunable),
                   data.empty() ? std::string() : "; data goes with " + list(data)),
       "leave `--prune` out to keep them; the annotation "
       "`argocd.argoproj.io/sync-options: Prune=false` keeps one"});
  simdjson::dom::parser parser;
  Json root;
  bool all = false;
  if (parser.parse(in.app.json).get(root) == simdjson::SUCCESS)
    for (const std::string& option : texts(root, {"spec", "syncPolicy", "syncOptions"}))
      all = all || option == "Prune=confirm";
  if (all || !asked.empty())
    out.push_back({HazardKind::prune_confirm, false,
                   fmt::format("the operation waits until somebody agrees to the deletion "
                               "(`Prune=confirm`) of {}",
                               list(all ? prunable : asked)),
                   "agree in Argo CD's user interface, or leave `--prune` out"});
}

void add_hooks(const HazardInput& in, Hazards& out) {
  std::string names;
  std::size_t count = 0;
  for (const Hook& one : in.effect.hooks) {
    std::string phases;
    for (const std::string& phase : one.phases)
      if (phase == "PreSync" || phase == "Sync" || phase == "PostSync")
        phases += (phases.empty() ? "" : ", ") + phase;
    if (phases.empty()) continue;
    if (++count <= 5)
      names += fmt::format("{}{} ({})", count == 1 ? "" : ", ", in_words(one.resource), phases);
  }
  if (count == 0) return;
  if (count > 5) names += fmt::format(" and {} more", count - 5);
  out.push_back(
      {HazardKind::hooks_skipped, false, "a rollback runs no hooks; left out: " + names,
       "run by hand what is needed, or go back with `backout sync --revision`, which runs "
       "them"});
}

std::string shortened(const std::string& json) {
  constexpr std::size_t most = 80;
  if (json.empty()) return "nothing";
  if (json.size() <= most) return json;
  std::size_t end = most;  // not within a character
  while (end > 0 && (static_cast<unsigned char>(json[end]) & 0xC0) == 0x80) --end;
  return json.substr(0, end) + "…";
}

// Names of list members ({name, value}) that differ. Values stay out of it: passwords are among
// them.
std::vector<std::string> changed_names(const std::string& then, const std::string& now) {
  std::map<std::string, std::string> values[2];
  const std::string* const texts_of[2] = {&then, &now};
  for (int i = 0; i < 2; ++i) {
    simdjson::dom::parser parser;
    Json list;
    if (parser.parse(*texts_of[i]).get(list) != simdjson::SUCCESS) continue;
    each(list, {}, [&](Json one) {
      if (std::string name = text(one, {"name"}); !name.empty())
        values[i][std::move(name)] = simdjson::minify(one);
    });
  }
  std::vector<std::string> out;
  for (const auto& [name, value] : values[0])
    if (const auto other = values[1].find(name); other == values[1].end() || other->second != value)
      out.push_back(name);
  for (const auto& [name, value] : values[1])
    if (!values[0].contains(name)) out.push_back(name);
  return out;
}

// " of source 2"
std::string place(const HazardInput& in, const Difference& one) {
  return in.app.several_sources ? fmt::format(" of source {}", one.source + 1) : std::string();
}

void add_differences(const HazardInput& in, Hazards& out) {
  for (const Difference& one : in.effect.differences) {
    const bool shows = one.field == "path" || one.field == "chart" || one.field == "ref" ||
                       one.field == "kustomize.images";
    std::string what = fmt::format("`{}`{}", one.field, place(in, one));
    if (shows) what += fmt::format(" ({} then, {} now)", shortened(one.then), shortened(one.now));
    if (const auto names = changed_names(one.then, one.now); !names.empty())
      what += " (" + quoted_list(names, 5) + ")";
    if (one.field == "repoURL" || one.field == "path" || one.field == "chart" || one.field == "ref")
      out.push_back({HazardKind::other_source, false,
                     fmt::format("that deployment had another {}; what it renders to can only be "
                                 "looked at with the present one",
                                 what),
                     "restore it in the Application's own manifest as well"});
    else
      out.push_back({HazardKind::parameter_override, false,
                     fmt::format("{} is not what it was then: the rollback takes the old value, "
                                 "and the next sync the present one again, as a revert in git does "
                                 "not touch the Application",
                                 what),
                     "set it in the Application's specification before auto-sync is on again"});
  }
}

bool ends_in(std::string_view name, std::string_view end) {
  return name == end || (name.size() > end.size() && name.ends_with(end) &&
                         name[name.size() - end.size() - 1] == '-');
}

void add_self(const HazardInput& in, Hazards& out) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(in.app.json).get(root) != simdjson::SUCCESS) return;
  std::string found;
  each(root, {"status", "resources"}, [&](Json one) {
    const std::string kind = text(one, {"kind"}), name = text(one, {"name"});
    if ((kind == "Deployment" || kind == "StatefulSet") &&
        (ends_in(name, "argocd-server") || ends_in(name, "argocd-application-controller") ||
         ends_in(name, "argocd-repo-server")))
      found = fmt::format("{} `{}`", kind, name);
  });
  if (!found.empty())
    out.push_back({HazardKind::self_managed, true,
                   fmt::format("the application manages Argo CD itself ({}): what carries the {} "
                               "out is restarted or replaced by it",
                               found, in.question.purpose == Purpose::sync ? "sync" : "rollback"),
                   "go back through git (`backout revert`), with access to the cluster at hand"});
}

void add_doubts(const HazardInput& in, Hazards& out) {
  const auto doubt = [&](std::string_view what, const Error& error) {
    out.push_back({HazardKind::not_known,
                   false,
                   fmt::format("{} is not known: {}", what, error.message),
                   {}});
  };
  const Facts& facts = in.facts;
  if (facts.tree && !*facts.tree) doubt("whether there are Rollouts in it", facts.tree->error());
  if (facts.managed && !*facts.managed)
    doubt("whether objects are being deleted or must not be", facts.managed->error());
  if (facts.manifests && !*facts.manifests)
    doubt(in.question.purpose == Purpose::rollback
              ? "which objects stay behind and which hooks are left out"
              : "which objects stay behind",
          facts.manifests->error());
}

}  // namespace

void add_object_hazards(const HazardInput& in, Hazards& out) {
  if (in.question.purpose == Purpose::pause || in.question.purpose == Purpose::resume) return;
  add_self(in, out);
  add_leftovers(in, out);
  if (!in.effect.being_deleted.empty())
    out.push_back({HazardKind::being_deleted, false,
                   fmt::format("being deleted, and not revived by applying: {}",
                               list(in.effect.being_deleted)),
                   "wait until they are gone, then sync once more"});
  if (in.question.purpose == Purpose::rollback) {
    add_hooks(in, out);
    add_differences(in, out);
  }
  add_doubts(in, out);
}

}  // namespace backout::argocd
