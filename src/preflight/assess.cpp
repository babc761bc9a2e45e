// The facts about one service between two commits: the migrations of BAD judged by the gate's own
// engine as a change on top of GOOD, the migration step of GOOD's manifests, and what else changed.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "argo/application.h"
#include "argo/hook.h"
#include "argo/migrator.h"
#include "core/chain.h"
#include "core/finish.h"
#include "core/judge.h"
#include "core/manifests.h"
#include "core/rule.h"
#include "core/words.h"
#include "git/blob.h"
#include "input/old_code.h"
#include "input/revision.h"
#include "preflight/names.h"
#include "preflight/preflight.h"
#include "sql/framework/parts.h"

namespace backout::preflight {
namespace {

// What cannot be read decides nothing.
constexpr std::string_view unreadable[] = {"txn/dynamic-sql", "txn/framework-parse-error",
                                           "txn/unparsed-statement",
                                           "release/unreadable-migration"};

bool is_unreadable(std::string_view rule) {
  return std::find(std::begin(unreadable), std::end(unreadable), rule) != std::end(unreadable);
}

// At their own levels: a rule that a team has turned off for the gate is still true of the server.
RuleSet rules_about_data() {
  std::vector<std::string_view> wanted(std::begin(unreadable), std::end(unreadable));
  for (const std::string_view id : rule_ids())
    if (id.starts_with("compat/") || id.starts_with("data-loss/")) wanted.push_back(id);
  return active_rules(Config{}, wanted);
}

bool breaks_promise(const Rule& rule, std::string_view letter) {
  std::string_view letters = rule.letters;
  while (!letters.empty()) {
    const std::size_t end = std::min(letters.find_first_of(", "), letters.size());
    if (letters.substr(0, end) == letter) return true;
    letters.remove_prefix(std::min(letters.size(), end + 1));
  }
  return false;
}

std::string place_of(const Location& location) {
  if (!location.source) return {};
  if (location.span == Span{}) return location.source->path;
  return fmt::format("{}:{}", location.source->path,
                     LineIndex(location.source->text).position(location.span.begin).line);
}

Concern concern_of(const Finding& finding) {
  Concern out{finding.rule, finding.severity, finding.message, place_of(finding.location), {}};
  for (const Note& note : finding.notes)
    out.notes.push_back(note.location && note.location->source
                            ? fmt::format("{} ({})", note.text, place_of(*note.location))
                            : note.text);
  return out;
}

// Whether the search of GOOD's code has cleared it.
bool is_proven(const Finding& finding) {
  return finding.severity == Severity::note &&
         std::any_of(finding.notes.begin(), finding.notes.end(),
                     [](const Note& note) { return note.text.starts_with("proof: "); });
}

using Effect = MigrationFact::Effect;

class Facts {
 public:
  explicit Facts(Assessment& out) : out_(out) {}

  void take(const Finding& finding) {
    const Rule& rule = *find_rule(finding.rule)->rule;
    Concern concern = concern_of(finding);
    if (rule.absence_proves && is_proven(finding)) {
      out_.proofs.push_back(fmt::format("{}: {}", concern.place, concern.message));
      for (std::string& note : concern.notes) out_.proofs.push_back(std::move(note));
      return;
    }
    if (is_unreadable(rule.id)) {
      mark(finding, Effect::unclear);
      out_.doubts.push_back(fmt::format("{}: {}", concern.place, concern.message));
    } else if (rule.id.starts_with("data-loss/down-")) {
      out_.downs.push_back(std::move(concern));
    } else if (breaks_promise(rule, "a") && finding.severity == Severity::error) {
      mark(finding, Effect::breaks);
      out_.breaks.push_back(std::move(concern));
    } else if (breaks_promise(rule, "a") && !finding.certain && rule.severity == Severity::error) {
      mark(finding, Effect::unclear);
      out_.doubts.push_back(fmt::format("{}: {}", concern.place, concern.message));
    } else if (rule.id.starts_with("data-loss/")) {
      mark(finding, Effect::care);
      out_.lost.push_back(std::move(concern));
    } else if (breaks_promise(rule, "a") || breaks_promise(rule, "a2")) {
      mark(finding, Effect::care);
      out_.cares.push_back(std::move(concern));
    }
  }
  [[nodiscard]] Effect of(const std::string& path) const {
    const auto found = effects_.find(path);
    return found == effects_.end() ? Effect::additive : found->second;
  }

 private:
  void mark(const Finding& finding, Effect effect) {
    if (!finding.location.source) return;
    Effect& known = effects_[finding.location.source->path];
    known = std::max(known, effect);
  }
  Assessment& out_;
  std::map<std::string, Effect> effects_;
};

// The files of a history that only GOOD has.
void look_for_missing(const sql::Files& good, const sql::Files& bad,
                      const std::vector<HistoryUse>& histories, Assessment& out) {
  std::vector<std::string> missing;
  for (const std::string& path : good.paths)
    if (sql::is_sql_file(path) && !std::binary_search(bad.paths.begin(), bad.paths.end(), path))
      for (const HistoryUse& history : histories)
        if (sql::framework::is_below(path, history.path)) {
          missing.push_back(path);
          break;
        }
  if (!missing.empty())
    out.doubts.push_back(fmt::format(
        "`{}` has migrations that `{}` has not ({}): which of the two is the newer one?",
        out.to.name, out.from.name, quoted_list(missing)));
}

// GOOD's migration step on a database that BAD has migrated.
void look_at_steps(const argo::Objects& good, const std::set<sql::Framework>& frameworks,
                   Assessment& out) {
  for (const argo::MigrationStep& step : argo::migration_steps(good)) {
    const auto stuck =
        std::any_of(frameworks.begin(), frameworks.end(), [&](sql::Framework framework) {
          return may_run(step, framework, frameworks.size() == 1) && refuses_newer(framework, step);
        });
    const std::string tool =
        step.migrator.tool.empty() ? std::string("its tool") : std::string(step.migrator.tool);
    const std::string fails =
        fmt::format("{} finds versions that it has no file for and stops", tool);
    DeployStep fact{
        title(step), place_of(step.object->at(*step.migrator.container)), {}, {}, stuck};
    if (step.order == argo::MigrationOrder::at_start) {
      fact.by_revert = stuck ? fails + ": no pod of the old release starts"
                             : "runs in front of each old pod and finds nothing to do";
      fact.by_argocd = fact.by_revert;
    } else {
      const bool hook = argo::hook_of(*step.object).has_value();
      fact.by_revert = stuck ? fails + ": the sync of the revert fails"
                             : "runs with the old files and finds nothing to do";
      fact.by_argocd = hook ? "does not run: a rollback of Argo CD skips hooks" : fact.by_revert;
    }
    out.steps.push_back(std::move(fact));
  }
}

std::vector<std::string> charts_of(const sql::Files& a, const sql::Files& b) {
  std::set<std::string> out;
  for (const sql::Files* files : {&a, &b})
    for (const std::string& path : files->paths)
      if (sql::framework::base_of(path) == "Chart.yaml")
        out.emplace(sql::framework::folder_of(path));
  return {out.begin(), out.end()};
}

std::vector<FileChange> classify_all(const git::Repository& repository,
                                     const std::vector<git::Delta>& deltas, Surroundings around) {
  constexpr std::uint64_t limit = 4 << 20;
  around.read = [&](const git::Oid& blob) -> std::optional<std::string> {
    Result<git::Blob> read = git::read_blob(repository, blob, limit, {});
    return read ? std::move(read->bytes) : std::nullopt;
  };
  std::vector<FileChange> out;
  for (const git::Delta& delta : deltas) out.push_back(classify(delta, around));
  return out;
}

// A manifest that moved tells its old tag in one place and its new one in another; an image that is
// on one side alone has nothing to go back to.
void pair_moved_images(std::vector<FileChange>& files) {
  std::map<std::string, std::string> gone;  // tag by name
  for (const FileChange& file : files)
    for (const ImageChange& image : file.images)
      if (image.after.empty()) gone.emplace(image.name, image.before);
  for (FileChange& file : files) {
    for (ImageChange& image : file.images)
      if (const auto found = gone.find(image.name); image.before.empty() && found != gone.end())
        image.before = found->second;
    std::erase_if(file.images, [](const ImageChange& image) {
      return image.before.empty() || image.after.empty() || image.before == image.after;
    });
  }
}

bool concerns(const ServiceConfig* service, std::string_view path) {
  if (!service || (service->code.empty() && service->migrations.empty())) return true;
  return (service->code.empty() || covers(service->code, path)) ||
         (!service->migrations.empty() && covers(service->migrations, path));
}

}  // namespace

Result<Assessment> assess(const git::Repository& repository, const Config& config,
                          const ServiceConfig* service, Side from, Side to) {
  Assessment out;
  if (service) out.service = service->name, out.repository = service->repository;
  out.from = std::move(from);
  out.to = std::move(to);
  TRY(git::Tree bad, git::list(repository, out.from.commit.tree));
  TRY(git::Tree good, git::list(repository, out.to.commit.tree));
  const std::vector<git::Delta> deltas = git::diff(good, bad);
  TRY(const RevisionFiles files,
      revision_files(repository, std::move(good), std::move(bad), config.limits));

  Task task;
  task.base = files.base;
  task.head = files.head;
  if (service) task.named = service->migrations;
  task.unreadable = files.unreadable;
  task.blobs = files.head_blobs;
  task.base_blobs = files.base_blobs;
  task.base_name = out.to.name;
  task.search = [&](std::span<const ObjectRef> objects, std::span<const ObjectRef> controls,
                    CodeScope scope) {
    if (service && !service->code.empty()) scope.code = service->code;
    const std::vector<const git::Tree*> trees = files.trees();
    const ReleaseTree releases[] = {{out.to.name, trees[0]}, {out.from.name, trees[1]}};
    return search_releases(repository, releases, objects, {scope, config.limits.file_bytes},
                           controls);
  };
  Judgement judgement = judge(task, config, rules_about_data());
  sort_findings(judgement.findings);

  Facts facts(out);
  for (const Finding& finding : judgement.findings) facts.take(finding);
  for (const std::string& limit : judgement.limits) out.doubts.push_back(limit);
  if (const auto error = files.error()) return tl::unexpected(*error);
  std::vector<std::string> paths;
  std::set<sql::Framework> frameworks;
  for (const sql::History& history : judgement.owned)
    if (!history.migrations.empty()) frameworks.insert(history.framework);
  for (const FileUse& use : judgement.files) {
    if (use.use.empty() || !sql::is_sql_file(use.path)) continue;
    paths.push_back(use.path);
    if (use.judged && !use.use.ends_with(", down"))
      out.migrations.push_back({use.path, use.use, facts.of(use.path)});
  }
  look_for_missing(files.base, files.head, judgement.histories, out);
  out.any_history = !judgement.histories.empty();

  const ManifestSet at_good = read_manifests(files.base);
  if (!out.migrations.empty()) look_at_steps(at_good.objects, frameworks, out);
  const ManifestSet at_bad = read_manifests(files.head);
  out.names = find_names(at_bad.objects, service);

  for (const git::Delta& delta : deltas)  // those that BAD no longer has
    if (sql::is_sql_file(delta.path) && delta.new_mode == 0)
      for (const HistoryUse& history : judgement.histories)
        if (sql::framework::is_below(delta.path, history.path)) paths.push_back(delta.path);
  std::sort(paths.begin(), paths.end());
  out.files = classify_all(repository, deltas,
                           {config, std::move(paths), charts_of(files.base, files.head), {}});
  std::erase_if(out.files, [&](const FileChange& file) { return !concerns(service, file.path); });
  return out;
}

Result<GitOps> assess_gitops(const git::Repository& repository, std::string folder,
                             const Config& config, Side from, Side to) {
  GitOps out{std::move(folder), std::move(from), std::move(to), {}, {}};
  TRY(const git::Tree bad, git::list(repository, out.from.commit.tree));
  TRY(const git::Tree good, git::list(repository, out.to.commit.tree));
  sql::Files a, b;
  for (const git::Entry& entry : good.entries) a.paths.push_back(entry.path);
  for (const git::Entry& entry : bad.entries) b.paths.push_back(entry.path);
  out.files = classify_all(repository, git::diff(good, bad), {config, {}, charts_of(a, b), {}});
  pair_moved_images(out.files);
  return out;
}

}  // namespace backout::preflight
