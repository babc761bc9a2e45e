// What `backout revert` has done or would do, as data, and its two forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forge/forge.h"
#include "revert/revert.h"

namespace backout::cli {

struct RevertOutcome {
  std::string_view result;  // "planned", "done", "conflict", "blocked", "nothing"
  int exit_code = 0;
  revert::Base base;
  revert::Revert revert;
  std::string branch_name;               // planned or made; empty: pushed straight to the base
  std::string intent;                    // planned: what would be done
  std::optional<revert::Branch> branch;  // made
  std::optional<revert::Pushed> pushed;
  std::optional<forge::Opened> opened;
  std::string compare_url;        // where a person opens a pull request
  std::vector<std::string> next;  // commands
};

[[nodiscard]] std::string to_json(const RevertOutcome& outcome);
// What was done and what comes next; the plan itself is revert::text.
[[nodiscard]] std::string to_text(const RevertOutcome& outcome, bool color);

}  // namespace backout::cli
