// What a run is asked to judge.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "argo/manifest.h"
#include "core/change.h"
#include "core/code_file.h"
#include "core/old_code.h"
#include "core/result.h"
#include "sql/framework.h"

namespace backout {

// A release besides the base that a rollback may go back to.
struct ReleaseFiles {
  std::string name;  // "v1.4.0"
  sql::Files files;
};

struct Task {
  sql::Files head;                 // what is judged and its surroundings
  std::optional<sql::Files> base;  // the released state; absent when judging without git
  std::vector<std::string> named;  // folders and files the user named (plain SQL there is taken as
                                   // migrations); empty: everything
  std::vector<MigrationChange::Unreadable>
      unreadable;                  // *.sql of the head that are links, submodules or over the limit
  std::vector<std::string> blobs;  // git's ids by index of `head.paths`; empty outside git
  std::vector<std::string> base_blobs{};  // the same of `base->paths`
  bool config_of_base = true;  // the configuration in force is the base's file of that name, if any
  bool together = false;    // without a base: all that is judged is one change, not one a migration
  unsigned threads = 0;     // 0: one a processor
  std::string base_name{};  // for reports: "v1.4.0", "main"
  std::vector<ReleaseFiles> releases{};  // newest first; the base is not among them
  // Looks for objects in the code of the base, of each of `releases` and of the head, in this
  // order. Absent: nobody can look, and every finding stays as it is.
  std::function<Result<std::vector<ReleaseEvidence>>(
      std::span<const ObjectRef> objects, std::span<const ObjectRef> controls, const CodeScope&)>
      search{};
  // Makes manifests of a chart or a kustomization (input/render.h); absent: that is not wanted.
  std::function<Result<std::string>(argo::Renderer, std::string_view folder, const sql::Files&)>
      render{};
  // Told how many texts there are to parse; what it returns is called after each, on any thread.
  std::function<std::function<void()>(std::size_t total)> progress{};
};

// Whether the user's paths cover a file: named itself, or below a named folder. No paths:
// everything.
[[nodiscard]] bool covers(const std::vector<std::string>& named, std::string_view path);

}  // namespace backout
