// The account of files: what each is taken for, and why one is not judged.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/inputs.h"
#include "core/task.h"

namespace backout {

// What cannot be read and matters: new or changed, anywhere but where no migration lies; or
// released and a migration of a history, which then is not known whole.
// Bounds that such a file is over go to `limits`, in words.
[[nodiscard]] std::vector<MigrationChange::Unreadable> unreadable_files(
    const Task& task, const sql::Discovery& discovery, std::vector<std::string>& limits);

// Every file that discovery knows, sorted by path.
[[nodiscard]] std::vector<FileUse> describe_files(const Task& task,
                                                  const sql::Discovery& discovery);
// Marks those that were judged and says of the others why not.
void explain_files(const Task& task, const std::unordered_set<std::string_view>& judged_paths,
                   std::vector<FileUse>& files);

}  // namespace backout
