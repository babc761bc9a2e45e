#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "argo/application.h"
#include "argo/pair.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::AppSource;

const AppSource* find(const std::vector<AppSource>& sources, const AppSource& wanted) {
  for (const AppSource& one : sources)
    if (one.repository == wanted.repository && one.path == wanted.path &&
        one.chart == wanted.chart && one.ref == wanted.ref)
      return &one;
  return nullptr;
}

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (context.base == nullptr) return;
  const argo::Object* const base = argo::counterpart(object, *context.base);
  const auto now = argo::read_application(object);
  if (!now || base == nullptr || now->sources.size() < 2) return;
  const auto before = argo::read_application(*base);
  std::string moved;
  std::vector<Note> notes;
  const AppSource* last = nullptr;
  for (const AppSource& source : now->sources) {
    const AppSource* const old = find(before->sources, source);
    if (old == nullptr || old->revision == source.revision) continue;
    moved += fmt::format("{}`{}` from `{}` to `{}`", moved.empty() ? "" : ", ", source.repository,
                         old->revision, source.revision);
    notes.push_back({object.at(source.place()), "moved"});
    last = &source;
  }
  if (notes.size() < 2) return;
  std::string message = fmt::format(
      "the change moves {} sources of {} at once ({}): they fit only together, so revert "
      "all of them, or roll back by the id of a history entry; a sync to a single "
      "`revision` is ignored",
      notes.size(), now->title(), moved);
  notes.pop_back();  // the place of the finding
  report(object, last->place(), std::move(message), {.notes = std::move(notes)});
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_multi_source_partial_revert{
    .id = "argocd/multi-source-partial-revert",
    .summary = "one change moves several sources, and they must go back together",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "An Application with several sources deploys their revisions together: a chart and the "
        "values written for it. Reverting one alone gives a pair that nobody has ever run. The API "
        "has traps of its own: `revision` in a sync is ignored for several sources, and so is "
        "`revisions` without `sourcePositions`; the sync then goes to the bad revisions.",
    .instead =
        "1. Move one source a release, in an order in which each pair works.\n"
        "2. If they must move together, roll back by history id (`argocd app rollback APP ID`), "
        "which takes all of them.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
