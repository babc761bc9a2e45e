// What of a history is released and what is new: the changes that the net pass judges one by one.
#pragma once

#include "core/lint.h"
#include "core/scripts.h"
#include "core/task.h"

namespace backout {

// Without a base: every migration is a change on top of those before it; what the user did not name
// is only history.
[[nodiscard]] HistoryInput without_base(Scripts& scripts, const Task& task,
                                        const sql::History& history);
// Against a base: what the base has is released; what differs is one change, in the order the tool
// runs it. `base` null: the history is new.
// `base_files`: what `base` is of: the task's base, or an older release.
[[nodiscard]] HistoryInput against_base(Scripts& scripts, const Task& task,
                                        const sql::Files& base_files, const sql::History& head,
                                        const sql::History* base);
// Once the scripts are parsed: marks edited migrations whose statements stayed the same.
void compare_edited(HistoryInput& input);

}  // namespace backout
