// From facts to the decision and the ways back. The order is the playbook's: flip a flag first,
// data before code when the old code cannot read the schema, config by a revert, then the code.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/quote.h"
#include "core/words.h"
#include "preflight/preflight.h"

namespace backout::preflight {
namespace {

std::string runbook(const Config& config, std::string_view task) {
  const auto found = config.runbooks.tasks.find(task);
  return found == config.runbooks.tasks.end() ? std::string() : found->second;
}

// Paths for a command line; "…" stands for those that would make it unreadable.
std::string words_of(const std::vector<std::string>& paths) {
  constexpr std::size_t most = 8;
  std::string out;
  for (std::size_t i = 0; i < paths.size() && i < most; ++i)
    out += (i > 0 ? " " : "") + shell_quoted(paths[i]);
  return paths.size() > most ? out + " …" : out;
}

// "name", "namespace/name", or a word to fill in.
std::string app_of(const Names& names) {
  if (names.app.empty()) return "APP";
  return shell_quoted(names.app_namespace.empty() || names.app_namespace == "argocd"
                          ? names.app
                          : names.app_namespace + "/" + names.app);
}
std::string kube_words(const Names& names) {
  const std::string rollout = names.rollout.empty() ? "ROLLOUT" : shell_quoted(names.rollout);
  return fmt::format(
      "--kube {}/{}",
      names.rollout_namespace.empty() ? "NAMESPACE" : shell_quoted(names.rollout_namespace),
      rollout);
}
// What `backout rollout` takes: through Argo CD, or, when no application is known, Kubernetes.
std::string rollout_words(const Names& names) {
  const std::string rollout = names.rollout.empty() ? "ROLLOUT" : shell_quoted(names.rollout);
  return names.app.empty() ? kube_words(names) : fmt::format("{}/{}", app_of(names), rollout);
}

std::vector<const FileChange*> of(const std::vector<FileChange>& files, Layer layer) {
  std::vector<const FileChange*> out;
  for (const FileChange& file : files)
    if (file.layer == layer) out.push_back(&file);
  return out;
}

std::vector<std::string> paths_of(const std::vector<const FileChange*>& files) {
  std::vector<std::string> out;
  for (const FileChange* file : files) out.push_back(file->path);
  return out;
}

bool mentions(const std::vector<const FileChange*>& files, std::string_view what) {
  return std::any_of(files.begin(), files.end(), [&](const FileChange* file) {
    return file->what.find(what) != std::string::npos;
  });
}

// `backout revert`, in the repository that lies in `folder`.
std::string revert_in(const std::string& folder) {
  const std::string command = "backout revert";
  return folder.empty() || folder == "."
             ? command
             : fmt::format("cd {} && {}", shell_quoted(folder), command);
}
// `git`, for the repository that lies in `folder`.
std::string git_in(const std::string& folder) {
  return folder.empty() ? "git" : "git -C " + shell_quoted(folder);
}
std::string range(const Side& from, const Side& to) {
  return git::short_hex(to.commit.id) + ".." + git::short_hex(from.commit.id);
}

void add_flag_step(const std::vector<FileChange>& files, const std::string& folder,
                   const Side& from, const Side& to, const Config& config, Preflight& out) {
  const auto flags = of(files, Layer::flag);
  if (flags.empty()) return;
  Step step{
      Layer::flag,
      "look whether a feature flag takes the harm away: the smallest blast radius",
      "what is wrong is behind one of the flags that changed",
      {fmt::format("{} diff {} -- {}", git_in(folder), range(from, to), words_of(paths_of(flags)))},
      {"the error ratio is back within 2 to 3 minutes"},
      "60 s",
      runbook(config, "decision-tree")};
  out.steps.push_back(std::move(step));
}

void add_config_step(const std::vector<FileChange>& files, const std::string& folder,
                     const Side& from, const Side& to, const Names& names, const Config& config,
                     Preflight& out) {
  const auto changed = of(files, Layer::config);
  if (changed.empty()) return;
  Step step;
  step.layer = Layer::config;
  step.title =
      fmt::format("take the settings back by a revert in git ({})", quoted_list(paths_of(changed)));
  step.when = "the settings are at fault, or the old code needs the old ones";
  step.commands = {
      fmt::format("{} log --oneline {} -- {}", git_in(folder), range(from, to),
                  words_of(paths_of(changed))),
      fmt::format("{} COMMIT --pr", revert_in(folder)),
      "merge it by the fast path",
      fmt::format("backout sync {}", app_of(names)),
  };
  step.verify = {fmt::format("`argocd app diff {}` is empty", app_of(names)),
                 "the live objects have the old values"};
  step.time = "2 to 10 min, the review included";
  if (mentions(changed, "Composition")) {
    step.verify.emplace_back(
        "Crossplane: each composite still refers to the old revision of its Composition until its "
        "`spec.compositionRevisionRef` is patched, unless its update policy is Automatic");
    step.time = "5 to 20 min";
  }
  if (mentions(changed, "Helm") || mentions(changed, "kustomization"))
    step.verify.emplace_back(
        "a Helm rollback takes back what Helm installed, and nothing of Kustomize or Argo CD");
  step.runbook = runbook(config, "config");
  out.steps.push_back(std::move(step));
}

std::string recovery_command(const Names& names) {
  std::string out = fmt::format("backout plan recovery --cluster {}",
                                names.cluster.empty() ? "CLUSTER" : shell_quoted(names.cluster));
  if (!names.cluster_namespace.empty())
    out += " --namespace " + shell_quoted(names.cluster_namespace);
  return out + " --target-time TIME";
}

void add_data_steps(const Assessment& one, const Config& config, Preflight& out) {
  if (one.decision == Decision::unsafe) {
    out.steps.push_back(
        {Layer::code,
         fmt::format("stop: leave `{}` running and roll forward with a fix", one.from.name),
         "its regression can be borne for so long, or the fix is quick",
         {},
         {"the error ratio is back within 2 to 3 minutes after the fix"},
         "as long as a release takes",
         runbook(config, "decision-tree")});
    out.steps.push_back(
        {Layer::data,
         fmt::format("data first: `{}` runs again only on the schema and the data from before the "
                     "migrations",
                     one.to.name),
         "rolling forward takes longer than a restore, and the writes since then may be lost",
         {recovery_command(one.names)},
         {"the first recoverability point is earlier than the target time",
          "somebody owns the cut-over; writes after the target time are saved elsewhere",
          "row counts and the newest rows are what they were at the target time"},
         "15 to 90 min, then the code",
         runbook(config, "data-pitr")});
  } else if (!one.lost.empty()) {
    out.steps.push_back(
        {Layer::data,
         "bring back the rows that the migrations took; rolling the code back does not",
         "these rows are needed",
         {recovery_command(one.names)},
         {"the first recoverability point is earlier than the target time",
          "restored beside the live database, and only the rows taken over"},
         "15 to 90 min",
         runbook(config, "data-pitr")});
  }
}

// The revert of everything but migrations: one that deletes them makes the next release run them
// again, or fail.
std::vector<std::string> revert_commands(const Assessment& one) {
  return {fmt::format("{} {} --squash{} --pr", revert_in(one.repository), range(one.from, one.to),
                      one.migrations.empty() ? "" : " --keep-migrations")};
}

// What proves that the service has recovered, as configured.
std::vector<std::string> recovery_of(const Assessment& one, const Config& config) {
  std::vector<std::string> out;
  for (const ServiceConfig& service : config.services)
    if (service.name == one.service)
      for (const RecoveryConfig& recovery : service.recovery)
        out.push_back(fmt::format("{}: `{}` {} for {} s, at the latest after {} s", recovery.name,
                                  recovery.query, recovery.expect, recovery.for_seconds,
                                  recovery.within_seconds));
  if (!out.empty())
    out.push_back(
        fmt::format("`backout verify --service {}` watches them", shell_quoted(one.service)));
  if (out.empty()) out.emplace_back("error ratio and p99 back within 2 to 3 minutes");
  return out;
}

// `gitops`: the clone's folder; empty: none is known.
void add_code_steps(const Assessment& one, const Config& config, const std::string& gitops,
                    Preflight& out) {
  const std::string app = app_of(one.names);
  const bool stuck = std::any_of(one.steps.begin(), one.steps.end(),
                                 [](const DeployStep& step) { return step.stuck; });
  std::string first;
  if (one.decision == Decision::unsafe) first = "only once the data is back: ";
  if (one.decision == Decision::undecided) first = "only once the doubts above are gone: ";
  out.steps.push_back(
      {Layer::code,
       "abort the canary; the stable version is still there",
       first + fmt::format("the Rollout is paused or progressing (`backout rollout status {}`)",
                           rollout_words(one.names)),
       {fmt::format("backout rollout abort {}", rollout_words(one.names))},
       {"weight 0, all stable pods available: it waits for that",
        "the template still names the bad image: revert it in git before the next sync"},
       "30 s to 2 min",
       runbook(config, "code-rollouts")});
  out.steps.push_back(
      {Layer::code,
       "roll back by Argo CD",
       first + "the new version is fully promoted, and the old one is in the history",
       {fmt::format("backout rollback {}{}", app,
                    gitops.empty() ? std::string() : " --config-repo " + shell_quoted(gitops))},
       {"Healthy, and only the old image runs",
        "it pauses auto-sync, and restores it only when git has the revert: sooner, auto-sync "
        "deploys the bad version again; `backout status` reminds of it"},
       "30 s to 2 min",
       runbook(config, "code-argocd")});
  std::vector<std::string>& verify = out.steps.back().verify;
  const std::vector<std::string> recovery = recovery_of(one, config);
  verify.insert(verify.begin() + 1, recovery.begin(), recovery.end());
  out.steps.push_back(
      {Layer::code,
       "undo the Rollout: a new update to the old template",
       first + "it is Healthy at the new version, and Argo CD has no entry to go back to",
       {fmt::format("backout rollout undo {}", kube_words(one.names))},
       {"without an earlier revision it does nothing; inside a rollbackWindow it skips all steps",
        "the cluster now differs from git: self-heal takes it back unless auto-sync is off"},
       "30 s to 2 min",
       runbook(config, "code-rollouts")});
  if (one.names.app.empty() &&
      std::any_of(one.files.begin(), one.files.end(),
                  [](const FileChange& file) { return file.what.starts_with("Helm"); }))
    out.steps.push_back({Layer::code,
                         "roll back by Helm",
                         first + "the release was installed by `helm`, not by Argo CD",
                         {"helm history RELEASE -n NAMESPACE",
                          "helm rollback RELEASE REVISION -n NAMESPACE --wait"},
                         {"`helm status RELEASE -n NAMESPACE`, and only the old image runs"},
                         "1 to 3 min",
                         runbook(config, "code-helm")});
  if (!gitops.empty()) return;
  Step revert{Layer::code,
              "make it last: revert in git, then let auto-sync run again",
              first + "after either of these; without it the next sync brings the bad version back",
              revert_commands(one),
              {},
              "2 to 10 min, the review included",
              runbook(config, "config")};
  revert.verify.emplace_back(
      "where another repository names the image tag, that is the one to revert "
      "(`--config-repo` shows it)");
  if (!one.migrations.empty())
    revert.verify.emplace_back("the migration files stay: the schema does");
  if (stuck)
    revert.verify.emplace_back(
        "the migration step of the old release refuses the newer database, see above");
  out.steps.push_back(std::move(revert));
}

void add_gitops_revert(const GitOps& gitops, const Names& names, const Config& config,
                       Preflight& out) {
  out.steps.push_back(
      {Layer::code,
       "make it last: revert the image in the GitOps repository, then let auto-sync run again",
       "after the code is back; without it the next sync brings the bad version back",
       {fmt::format("{} {} --squash --pr", revert_in(gitops.folder), range(gitops.from, gitops.to)),
        "backout resume"},
       {fmt::format("`backout app status {}`: Synced and Healthy at the revert", app_of(names))},
       "2 to 10 min, the review included",
       runbook(config, "config")});
}

void add_no_deploy_step(const Names& names, const Config& config, Preflight& out) {
  out.steps.push_back(
      {Layer::data,
       "no deploy is involved: nothing between the two revisions reaches the cluster",
       "a customer's object is missing (S3), a namespace is gone (Velero), rows are wrong (PITR)",
       {"aws s3api list-object-versions --bucket BUCKET --prefix KEY", "velero backup get",
        recovery_command(names)},
       {"none of these: otherwise it is not a case for a rollback"},
       "S3 2 to 10 min, Velero 5 to 30 min, PITR 15 to 90 min",
       runbook(config, "decision-tree")});
}

Decision worse(Decision a, Decision b) {
  const auto rank = [](Decision d) {
    return d == Decision::unsafe ? 2 : d == Decision::undecided ? 1 : 0;
  };
  return rank(a) >= rank(b) ? a : b;
}

bool deployed(const std::vector<FileChange>& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const FileChange& file) { return file.layer != Layer::none; });
}

bool has_code(const std::vector<FileChange>& files) {
  return std::any_of(files.begin(), files.end(), [](const FileChange& file) {
    return file.layer == Layer::code || !file.images.empty();
  });
}

}  // namespace

std::string_view to_string(Decision decision) {
  return decision == Decision::safe     ? "safe"
         : decision == Decision::unsafe ? "unsafe"
                                        : "undecided";
}

int exit_code(Decision decision) {
  return decision == Decision::safe ? 0 : decision == Decision::unsafe ? 1 : 3;
}

std::string_view to_string(MigrationFact::Effect effect) {
  using Effect = MigrationFact::Effect;
  return effect == Effect::additive ? "additive"
         : effect == Effect::care   ? "runs, with care"
         : effect == Effect::breaks ? "breaks the old code"
                                    : "not understood";
}

void conclude(Preflight& out, const Config& config, bool allow_empty) {
  for (Assessment& one : out.services) {
    if (!one.any_history && !allow_empty)
      one.doubts.emplace_back(
          "no migrations were found at either revision; where its database is migrated from "
          "another place, look there, or say `--allow-empty` when it has none");
    one.decision = !one.breaks.empty()   ? Decision::unsafe
                   : !one.doubts.empty() ? Decision::undecided
                                         : Decision::safe;
  }
  out.decision = out.doubts.empty() ? Decision::safe : Decision::undecided;
  for (const Assessment& one : out.services) out.decision = worse(out.decision, one.decision);

  const Names names = !out.services.empty() ? out.services.front().names
                      : out.gitops          ? out.gitops->names
                                            : Names{};
  bool any = out.gitops && deployed(out.gitops->files);
  for (const Assessment& one : out.services) any = any || deployed(one.files);
  if (!any) return add_no_deploy_step(names, config, out);

  if (out.gitops)
    add_flag_step(out.gitops->files, out.gitops->folder, out.gitops->from, out.gitops->to, config,
                  out);
  for (const Assessment& one : out.services)
    add_flag_step(one.files, one.repository, one.from, one.to, config, out);
  for (const Assessment& one : out.services) add_data_steps(one, config, out);
  for (const Assessment& one : out.services)
    add_config_step(one.files, one.repository, one.from, one.to, one.names, config, out);
  if (out.gitops)
    add_config_step(out.gitops->files, out.gitops->folder, out.gitops->from, out.gitops->to, names,
                    config, out);
  for (const Assessment& one : out.services)
    if (has_code(one.files))
      add_code_steps(one, config, out.gitops ? out.gitops->folder : std::string(), out);
  if (out.gitops && has_code(out.gitops->files)) add_gitops_revert(*out.gitops, names, config, out);
}

}  // namespace backout::preflight
