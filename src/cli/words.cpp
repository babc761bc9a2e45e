#include "cli/words.h"

#include <algorithm>
#include <utility>

namespace backout::cli {
namespace {

constexpr Family table[] = {
    {"compat", "the release that a rollback goes back to stops working"},
    {"data-loss", "a rollback cannot get it back"},
    {"lock", "reads or writes wait while the migration runs"},
    {"txn", "transactions, timeouts and retries of the migration itself"},
    {"hygiene", "what makes a change harder to judge"},
    {"analysis", "an analysis that proves less than it seems to"},
    {"rollout", "a rollout that cannot stop or go back"},
    {"argocd", "a deployment that undoes or bypasses the rollback"},
    {"release", "what shows only when the files of a change are seen together"},
    {"runbook", "a runbook that will not work on the night it is needed"},
};

constexpr std::pair<std::string_view, std::string_view> by_letter[] = {
    {"a", "the previous release works on the new schema"},
    {"a2", "the previous release works with the data that the new one has written"},
    {"b", "the new release works on the old schema"},
    {"c", "nothing is lost that a rollback needs"},
};

}  // namespace

std::span<const Family> families() { return table; }

std::vector<std::string_view> promises(std::string_view letters) {
  std::vector<std::string_view> out;
  while (!letters.empty()) {
    const std::size_t comma = std::min(letters.find(','), letters.size());
    std::string_view letter = letters.substr(0, comma);
    letter.remove_prefix(std::min(letter.find_first_not_of(' '), letter.size()));
    for (const auto& [known, promise] : by_letter)
      if (letter == known) out.push_back(promise);
    letters.remove_prefix(std::min(comma + 1, letters.size()));
  }
  return out;
}

}  // namespace backout::cli
