#include "core/file_account.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace backout {

bool covers(const std::vector<std::string>& named, std::string_view path) {
  if (named.empty()) return true;
  return std::any_of(named.begin(), named.end(), [&](std::string_view name) {
    while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
    return name.empty() || name == "." || path == name ||
           (path.starts_with(name) && path.size() > name.size() && path[name.size()] == '/');
  });
}

std::vector<MigrationChange::Unreadable> unreadable_files(const Task& task,
                                                          const sql::Discovery& discovery,
                                                          std::vector<std::string>& limits) {
  if (task.unreadable.empty()) return {};
  std::unordered_map<std::string_view, std::string_view> skipped;
  for (const sql::Skipped& file : discovery.skipped)
    skipped.emplace(task.head.paths[file.file], file.reason);
  std::unordered_set<std::string_view> folders;
  for (const sql::History& history : discovery.histories) folders.insert(history.path);

  std::vector<MigrationChange::Unreadable> out;
  for (const MigrationChange::Unreadable& file : task.unreadable) {
    const std::string_view path = file.source->path;
    const bool named = covers(task.named, path);
    if (!named && task.base) continue;
    const auto reason = skipped.find(path);
    const bool claimed = reason == skipped.end();
    const bool beside_migrations = folders.count(path.substr(0, path.rfind('/'))) != 0;
    const bool is_context = file.released || !named;
    const bool matters = is_context ? file.limit && (claimed || beside_migrations)
                                    : claimed || reason->second == sql::no_framework;
    if (!matters) continue;
    if (file.limit) limits.push_back(fmt::format("{}: {}", path, file.reason));
    if (!is_context) out.push_back(file);
  }
  return out;
}

std::vector<FileUse> describe_files(const Task& task, const sql::Discovery& discovery) {
  std::vector<FileUse> files;
  std::map<std::size_t, FileUse> uses;
  for (const sql::Skipped& skipped : discovery.skipped) uses[skipped.file].reason = skipped.reason;
  for (const sql::History& history : discovery.histories)
    for (const sql::Migration& migration : history.migrations)
      for (const bool up : {true, false})
        for (const sql::Section& section : up ? migration.up : migration.down) {
          FileUse& use = uses[section.file];
          const std::string_view direction = up ? "up" : "down";
          if (use.use.empty())
            use.use = fmt::format("{}, {}", to_string(history.framework), direction);
          else if (!use.use.ends_with(direction))
            use.use += fmt::format(" and {}", direction);
        }
  for (auto& [file, use] : uses) {
    use.path = task.head.paths[file];
    if (file < task.blobs.size()) use.blob = task.blobs[file];
    files.push_back(std::move(use));
  }
  std::sort(files.begin(), files.end(),
            [](const FileUse& a, const FileUse& b) { return a.path < b.path; });
  return files;
}

void explain_files(const Task& task, const std::unordered_set<std::string_view>& judged_paths,
                   std::vector<FileUse>& files) {
  std::unordered_map<std::string_view, std::string_view> unreadable;
  for (const MigrationChange::Unreadable& file : task.unreadable)
    unreadable.emplace(file.source->path, file.reason);
  for (FileUse& use : files) {
    use.judged = judged_paths.count(use.path) != 0;
    if (const auto it = unreadable.find(use.path); it != unreadable.end())
      use.reason = it->second;
    else if (!use.judged && use.reason.empty())
      use.reason = !covers(task.named, use.path) ? "not named"
                   : task.base                   ? "as released"
                                                 : "its migrations are there one by one";
  }
}

}  // namespace backout
