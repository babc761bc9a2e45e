// `backout plan recovery`: a manifest and commands for getting data back, for a person to run.
#include "recovery/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "argo/sniff.h"
#include "cli/gate.h"
#include "cli/options.h"
#include "core/clock.h"
#include "input/disk.h"
#include "input/worktree.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout plan recovery --target-time TIME [--cluster NAME] [--s3 PLACE…] [--velero-backup "
    "NAME…] [options]",
    "Prints what gets data back to a point in time: a CloudNativePG manifest that restores beside "
    "the live cluster,\n"
    "commands for delete markers and versions in S3, Velero restores; before each what to check, "
    "after each what to\n"
    "verify, and how long it takes. It executes nothing and asks no server.\n\n"
    "Image, size, instances, settings and backups are taken from the manifest of that Cluster in "
    "the worktree, or from\n"
    "--from-cluster-manifest. Without one, --backup or --object-store says where the backups lie.",
    "times\n"
    "  2026-03-01T10:15:00Z, 2026-03-01T12:15:00+02:00 or `2026-03-01 10:15:00 UTC`; the offset is "
    "part of it\n\n"
    "exit codes\n"
    "  0  printed\n"
    "  2  wrong usage: a target that lies ahead, no place of the backups, names that cannot be\n\n"
    "environment\n"
    "  BACKOUT_NOW  the time to take for now\n\n"
    "examples\n"
    "  backout plan recovery --cluster orders --target-time 2026-03-01T10:14:00Z --owner ana\n"
    "  backout plan recovery --cluster orders --target-time 2026-03-01T10:14:00Z --format yaml > "
    "recovery.yaml\n"
    "  backout plan recovery --cluster orders --namespace shop --object-store orders-backups \\\n"
    "    --target-time '2026-03-01 10:14:00 UTC' --format markdown\n"
    "  backout plan recovery --target-time 2026-03-01T10:14:00Z --s3 s3://invoices/2026/ "
    "--velero-backup nightly-0301 --namespace shop",
};

struct Options {
  std::string target, manifest, format = "text", output = "-";
  recovery::Request request;
};

tl::unexpected<Error> usage(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

Result<Instant> target_of(const std::string& text) {
  if (text.empty())
    return usage(fmt::format("`--target-time` is missing; write {}", instant_examples));
  const auto target = parse_instant(text);
  if (!target)
    return usage(
        fmt::format("`--target-time` cannot be `{}`; write {}: a time without its offset "
                    "means something else to every reader",
                    text, instant_examples));
  TRY(const Instant present, now());
  if (*target > present)
    return usage(fmt::format("`--target-time` is {}, which lies ahead: it is {} now",
                             to_text(*target), to_text(present)));
  return *target;
}

void add_clusters(std::vector<recovery::Manifest>& out, std::string path, std::string bytes,
                  const recovery::Request& request) {
  for (recovery::Manifest& one :
       recovery::clusters_in(make_source(std::move(path), std::move(bytes))))
    if (one.name == request.cluster &&
        (request.namespace_name.empty() || one.namespace_name.empty() ||
         one.namespace_name == request.namespace_name))
      out.push_back(std::move(one));
}

// The manifest of the cluster; none when the worktree has none.
Result<std::optional<recovery::Manifest>> find_manifest(const Options& options) {
  std::vector<recovery::Manifest> found;
  const Limits limits;
  if (!options.manifest.empty()) {
    sql::Peeked file = read_regular_file(options.manifest, limits.file_bytes);
    if (!file.bytes)
      return fail(ErrorKind::input,
                  fmt::format("cannot read `{}`: {}", options.manifest, file.defect));
    add_clusters(found, options.manifest, std::move(*file.bytes), options.request);
    if (found.empty())
      return usage(fmt::format("`{}` has no CloudNativePG Cluster `{}`", options.manifest,
                               options.request.cluster));
  } else {
    TRY(const Worktree worktree, open_worktree());
    for (const std::string& path : worktree.paths) {
      if (!argo::is_manifest_name(path)) continue;
      sql::Peeked file = read(worktree, path, limits.file_bytes);
      if (file.bytes) add_clusters(found, path, std::move(*file.bytes), options.request);
    }
  }
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    std::string list;
    for (const recovery::Manifest& one : found)
      list += fmt::format("{}`{}`", list.empty() ? "" : ", ", one.source->path);
    return usage(
        fmt::format("there are {} Clusters `{}` ({}); choose one with `--namespace` or "
                    "`--from-cluster-manifest`",
                    found.size(), options.request.cluster, list));
  }
  return std::move(found.front());
}

Result<std::string> recovery_text(Options options) {
  recovery::Request& request = options.request;
  if (request.cluster.empty() && request.s3.empty() && request.velero.empty())
    return usage(
        "nothing to recover: give `--cluster`, `--s3` or `--velero-backup` (`backout plan "
        "recovery --help`)");
  if (request.cluster.empty() && options.format == "yaml")
    return usage("`--format yaml` prints the manifest of a cluster; give `--cluster`");
  if (!request.backup.empty() && !request.object_store.empty())
    return usage("`--backup` and `--object-store` exclude each other");
  TRY(request.target, target_of(options.target));
  if (!request.cluster.empty()) {
    TRY(request.manifest, find_manifest(options));
  }
  TRY(const recovery::Plan plan, recovery::make_plan(std::move(request)));
  return options.format == "json"       ? recovery::as_json(plan)
         : options.format == "markdown" ? recovery::as_markdown(plan)
         : options.format == "yaml"     ? recovery::as_yaml(plan)
                                        : recovery::as_text(plan);
}

int recovery_command(Arguments arguments, const Streams& streams) {
  Options options;
  recovery::Request& request = options.request;
  OptionList list{
      {"--cluster", &request.cluster, "NAME", "the CloudNativePG cluster to recover"},
      {"--target-time", &options.target, "TIME", "the last moment to keep"},
      {"--namespace", &request.namespace_name, "NS", "of the cluster; of what Velero restores"},
      {"--new-name", &request.new_name, "NAME", "of the restored cluster (CLUSTER-restore)"},
      {"--owner", &request.owner, "NAME", "who answers for the cut-over"},
      {"--backup", &request.backup, "NAME", "start from this Backup object"},
      {"--object-store", &request.object_store, "STORE",
       "where the backups lie: an ObjectStore of the Barman Cloud plugin, or "
       "s3://bucket/path"},
      {"--server-name", &request.server_name, "NAME",
       "folder of the backups in the store (the cluster's name)"},
      {"--from-cluster-manifest", &options.manifest, "FILE",
       "the manifest of the cluster, where it is not in the worktree"},
      {"--s3", &request.s3, "PLACE", "objects to bring back: s3://bucket/prefix; several times"},
      {"--velero-backup", &request.velero, "NAME", "a Velero backup to restore; several times"},
      choice_option("--format", options.format, "FORMAT",
                    "text, json, markdown, or yaml: the manifest alone",
                    {"text", "json", "markdown", "yaml"}),
      {"-o,--output", &options.output, "FILE", "write to a file instead of standard output"},
  };
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 0))
    return *stopped;
  const std::string output = options.output;
  const auto text = recovery_text(std::move(options));
  return text ? finish_file(streams, output, *text, 0) : stop(streams, text.error());
}

constexpr Command subcommands[] = {
    {"recovery", "get data back to a point in time: PostgreSQL, S3, Velero", recovery_command},
};

}  // namespace

int plan_command(Arguments arguments, const Streams& streams) {
  return run_subcommand("plan", "Commands and manifests for a person to run. Executes nothing.",
                        subcommands, arguments, streams);
}

}  // namespace backout::cli
