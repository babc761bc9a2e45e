#include "runbook/load.h"

#include <fmt/format.h>

#include <algorithm>

#include "argo/manifest.h"
#include "argo/sniff.h"
#include "core/glob.h"
#include "runbook/check.h"

namespace backout::runbook {
namespace {

constexpr std::uint64_t most_runbook_bytes = 1U << 20;  // far above what anybody reads at night

void load_objects(const Worktree& worktree, const Config& config, Repository& repository) {
  std::deque<Source> sources;
  std::vector<const Source*> manifests;
  for (const std::string& path : worktree.paths) {
    if (!argo::is_manifest_name(path)) continue;
    sql::Peeked file = read(worktree, path, config.limits.file_bytes);
    if (!file.bytes) continue;
    if (!argo::is_kustomization(path) &&
        argo::interest_of_bytes(*file.bytes) == argo::Interest::none)
      continue;
    manifests.push_back(&sources.emplace_back(make_source(path, std::move(*file.bytes))));
  }
  add_objects(repository, manifests, config);
}

}  // namespace

std::vector<std::string> runbook_paths(const Worktree& worktree, std::vector<std::string> paths,
                                       const Config& config) {
  if (paths.empty()) paths = config.runbooks.paths;
  if (paths.empty()) paths = {"runbooks"};
  std::vector<std::string> out;
  for (const std::string& path : worktree.paths) {
    const bool named = std::find(paths.begin(), paths.end(), path) != paths.end();
    if (!named && !is_runbook_name(path)) continue;
    if (named || std::any_of(paths.begin(), paths.end(), [&](const std::string& pattern) {
          return pattern.empty() || matches(pattern, path);
        }))
      out.push_back(path);
  }
  return out;
}

Loaded load(const Worktree& worktree, const std::vector<std::string>& paths, const Config& config,
            Day today, bool with_objects) {
  Loaded out;
  for (const std::string& path : paths) {
    sql::Peeked file = read(worktree, path, std::min(config.limits.file_bytes, most_runbook_bytes));
    std::string defect = file.bytes ? std::string(text_defect(*file.bytes)) : file.defect;
    if (file.limit) defect = fmt::format("larger than {} bytes", most_runbook_bytes);
    const bool gone = !file.bytes && defect == "No such file or directory";
    if (gone) continue;  // deleted, and not yet told to git
    out.files.push_back({path, "runbook", defect, defect.empty(), {}});
    if (!defect.empty()) {
      out.limits.push_back(fmt::format("`{}` was not looked at: {}", path, defect));
      continue;
    }
    const Source& source = out.sources.emplace_back(make_source(path, std::move(*file.bytes)));
    out.runbooks.push_back(read_runbook(source, today));
  }
  add_paths(out.repository, worktree.paths);
  if (with_objects) load_objects(worktree, config, out.repository);
  return out;
}

}  // namespace backout::runbook
