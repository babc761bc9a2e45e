#include <fmt/format.h>

#include <map>

#include "core/judge.h"
#include "corpus/report.h"

namespace backout::test {

void report_findings(const std::vector<Project>& projects) {
  std::map<std::string_view, std::size_t> all;
  fmt::print("\nfindings by rule\n");
  for (const Project& project : projects) {
    Task task;
    task.head = project.disk.files;
    task.named = project.disk.named;
    task.unreadable = project.disk.unreadable;
    const Judgement judgement = judge(task, project.config, active_rules(project.config));
    std::map<std::string_view, std::size_t> by_rule;
    for (const Finding& finding : judgement.findings) {
      ++by_rule[finding.rule];
      ++all[finding.rule];
    }
    fmt::print("{}: {}\n", project.name, judgement.findings.size());
    for (const HistoryUse& history : judgement.histories)
      fmt::print("  {} ({}): {} migrations, {} statements{}\n", history.path, history.framework,
                 history.migrations, history.statements, history.complete ? "" : ", incomplete");
    for (const auto& [rule, count] : by_rule) fmt::print("  {:>6}  {}\n", count, rule);
  }
  fmt::print("all\n");
  for (const auto& [rule, count] : all) fmt::print("  {:>6}  {}\n", count, rule);
}

}  // namespace backout::test
