// What git tells about exceptions: the ledger and the runbook of both sides, who wrote a migration,
// who brought an entry and whether the approver signed that.
#pragma once

#include <optional>

#include "core/config.h"
#include "core/exceptions.h"
#include "core/result.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/tree.h"

namespace backout {

struct ExceptionSides {
  const git::Tree* base = nullptr;
  const git::Tree* head = nullptr;
  std::optional<git::Commit> base_commit;  // none: before the first commit
  std::optional<git::Commit> head_commit;  // none: the index
};

// All but `exists`, which the caller knows best. `repository` must outlive the task, the trees need
// not. undecided: a blob is missing.
[[nodiscard]] Result<ExceptionTask> exception_task(const git::Repository& repository,
                                                   const ExceptionSides& sides,
                                                   const Config& config);

}  // namespace backout
