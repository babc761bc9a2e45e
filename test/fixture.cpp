#include "fixture.h"

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>

#include "argo/sniff.h"
#include "cli/cli.h"
#include "core/clock.h"
#include "core/code_file.h"
#include "core/exceptions.h"
#include "core/finish.h"
#include "core/judge.h"
#include "core/old_code.h"
#include "core/own_gate.h"
#include "core/suppress.h"
#include "report/report.h"
#include "runbook/check.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;

// ---------------------------------------------------------------- .sql: one text, its parts are
// sections of it

struct Part {
  bool released;
  Span span;
};

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  std::uint32_t begin = 0;
  const auto size = static_cast<std::uint32_t>(text.size());
  while (begin < size) {
    const auto line_end =
        static_cast<std::uint32_t>(std::min<std::size_t>(text.find('\n', begin), size));
    const std::string_view line = text.substr(begin, line_end - begin);
    const std::uint32_t next = std::min(line_end + 1, size);
    if (line == "-- released" || line == "-- change") {
      if (!parts.empty()) parts.back().span.end = begin;
      parts.push_back({line == "-- released", {next, size}});
    }
    begin = next;
  }
  if (parts.empty()) parts.push_back({false, {0, size}});
  return parts;
}

struct SqlCase {
  Source source;
  sql::History history;
  HistoryInput input;
};

std::unique_ptr<SqlCase> sql_case(const std::string& path, std::string text) {
  auto out = std::make_unique<SqlCase>();
  out->source = make_source(path, std::move(text));
  out->input.history = &out->history;
  MigrationChange released{.released = true, .history = &out->history};
  MigrationChange change{.history = &out->history};
  for (const Part& part : parts_of(out->source.text)) {
    MigrationChange& to = part.released ? released : change;
    ParsedMigration& migration = to.migrations.emplace_back();
    migration.version = migration.name = path;
    migration.up.push_back({&out->source, part.span, sql::Transaction::per_file,
                            std::make_shared<sql::Script>(sql::parse(out->source, part.span, {}))});
  }
  out->input.changes = {released, change};
  return out;
}

// ---------------------------------------------------------------- .txt: files of two revisions

struct Revisions {
  std::map<std::string, Source> past, base, head;
  std::deque<Source> links;
};

sql::Files files_of(const std::map<std::string, Source>& sources) {
  sql::Files files;
  auto list = std::make_shared<std::vector<const Source*>>();
  for (const auto& [path, source] : sources) {
    files.paths.push_back(path);
    list->push_back(&source);
  }
  files.read = [list](std::size_t index) { return (*list)[index]; };
  return files;
}

void read_revisions(const std::string& text, Revisions& out) {
  std::istringstream lines(text);
  std::string line, heading, body;
  const auto store = [&] {
    if (heading.empty()) return;
    const std::string path = heading.substr(heading.find('/') + 1);
    if (heading.starts_with("base/")) out.base.emplace(path, make_source(path, body));
    if (heading.starts_with("head/")) out.head.emplace(path, make_source(path, body));
    if (heading.starts_with("past/")) out.past.emplace(path, make_source(path, body));
    if (heading.starts_with("link/")) out.links.push_back({path, {}, 0});
  };
  while (std::getline(lines, line)) {
    const bool is_heading =
        line.starts_with("-- ") && line.ends_with(" --") && line.size() > 11 && line[7] == '/';
    if (!is_heading) {
      body += line + '\n';
      continue;
    }
    store();
    heading = line.substr(3, line.size() - 6);
    body.clear();
  }
  store();
}

// Runbooks and what they name, on the first of March 2026.
std::vector<Finding> runbook_findings(const Revisions& revisions, const RuleSet& rules) {
  const Day today = *parse_date("2026-03-01");
  runbook::Repository repository;
  std::vector<runbook::Runbook> runbooks;
  std::vector<std::string> paths;
  std::vector<const Source*> manifests;
  for (const auto& [path, source] : revisions.head) {
    paths.push_back(path);
    if (path.starts_with("runbooks/") && runbook::is_runbook_name(path))
      runbooks.push_back(runbook::read_runbook(source, today));
    else if (argo::is_manifest_name(path))
      manifests.push_back(&source);
  }
  runbook::add_paths(repository, paths);
  runbook::add_objects(repository, manifests, Config{});
  return runbook::check(runbooks, repository, Config{}, today, &cli::accepted_by, rules);
}

// As if author@example.org had written and committed all of it on 1 March 2026, unsigned.
ExceptionTask exceptions_of(const Revisions& revisions, const Config& config) {
  const auto file = [](const std::map<std::string, Source>& side, const std::string& path) {
    const auto found = side.find(path);
    return SideFile{found == side.end() ? nullptr : &found->second};
  };
  ExceptionTask task;
  task.ledger = file(revisions.head, config.approvals.ledger);
  task.ledger_before = file(revisions.base, config.approvals.ledger);
  task.runbook = file(revisions.head, config.approvals.runbook);
  task.runbook_before = file(revisions.base, config.approvals.runbook);
  task.today = *parse_date("2026-03-01");
  task.exists = [&](std::string_view path) { return revisions.head.count(std::string(path)) != 0; };
  task.authorship = [](const std::string&) {
    return Result<Authorship>(Authorship{{"author@example.org"}, {}});
  };
  task.introduction = [](const LedgerEntry&) {
    return Result<Introduction>(Introduction{"0123456789ab", "Author <author@example.org>", "",
                                             "commit 0123456789ab is not signed"});
  };
  return task;
}

// A stand-in for a blob's id.
std::vector<std::string> blobs_of(const std::map<std::string, Source>& sources) {
  std::vector<std::string> out;
  for (const auto& [path, source] : sources) out.push_back(source.text);
  return out;
}

ReleaseEvidence search(const std::string& release, const std::map<std::string, Source>& sources,
                       std::span<const ObjectRef> objects, std::span<const ObjectRef> controls,
                       const CodeScope& scope) {
  ReleaseEvidence out;
  out.release = release;
  out.objects.resize(objects.size());
  const OldCodeSearch searcher(objects, controls);
  out.controls = 0;
  for (const auto& [path, source] : sources) {
    if (classify(path, scope) != FileClass::code) {
      ++out.left_out;
      continue;
    }
    ++out.files;
    out.programs += is_program(path);
    const OldCodeSearch::File file = searcher.file(path, source.text);
    *out.controls += file.control;
    for (const OldCodeSearch::Found& found : file.found)
      add(out.objects[found.object], found.evidence);
  }
  return out;
}

std::string rendered(std::vector<Finding> findings) {
  report::RunReport run;
  run.findings = std::move(findings);
  run.verdict.decision = Decision::pass;  // no closing line: the verdict is not the rule's
  return report::text(run, {.quiet = true});
}

}  // namespace

fs::path fixtures_folder() { return fs::path(BACKOUT_SOURCE_DIR) / "fixtures"; }

std::vector<Case> rule_cases() {
  std::vector<Case> cases;
  for (const RuleEntry& entry : all_rules()) {
    const fs::path folder = fixtures_folder() / entry.rule->id;
    std::error_code missing;
    for (const auto& file : fs::directory_iterator(folder, missing)) {
      const std::string name = file.path().filename();
      if (file.path().extension() != ".expected")
        cases.push_back({std::string(entry.rule->id), file.path(), name.starts_with("fail")});
    }
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.file < b.file; });
  return cases;
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Outcome run_case(const fs::path& file, std::span<const std::string_view> only, unsigned threads) {
  Config config;  // what is named is on, also when it is off by default
  for (const std::string_view id : only)
    if (const RuleEntry* entry = find_rule(id); entry && entry->rule->severity == Severity::off)
      config.rules.emplace(id, Severity::note);
  const bool about_contraction = std::any_of(only.begin(), only.end(), [](std::string_view id) {
    const RuleEntry* entry = find_rule(id);
    return entry &&
           std::holds_alternative<void (*)(const Contraction&, Report&)>(entry->rule->check);
  });
  const RuleSet rules =
      active_rules(config, about_contraction ? std::span<const std::string_view>() : only);
  Outcome out;
  if (file.extension() == ".yaml") {
    const std::string path = fs::relative(file, BACKOUT_SOURCE_DIR).generic_string();
    const std::map<std::string, Source> sources{{path, make_source(path, read_text(file))}};
    Task task;
    task.head = files_of(sources);
    task.threads = threads;
    Judgement judgement = judge(task, config, rules);
    out.findings = std::move(judgement.findings);
    (void)apply_ignores(out.findings, judgement.judged, rules, judgement.manifests.memory);
    sort_findings(out.findings);
    out.report = rendered(out.findings);
    for (Finding& finding : out.findings) finding.location.source = nullptr;
    return out;
  }
  if (file.extension() == ".txt") {
    Revisions revisions;
    read_revisions(read_text(file), revisions);
    if (file.string().find("/fixtures/runbook/") != std::string::npos) {
      out.findings = runbook_findings(revisions, rules);
      sort_findings(out.findings);
      out.report = rendered(out.findings);
      return out;
    }
    if (const auto file_of_it = revisions.base.find(std::string(config_path));
        file_of_it != revisions.base.end()) {
      auto parsed = parse_config(file_of_it->second.text, file_of_it->first, rule_ids());
      if (!parsed) {
        out.report = parsed.error().message;
        return out;
      }
      config = std::move(*parsed);
    }
    // Rules about exceptions see what all the others found.
    const bool whole = !config.approvals.approvers.empty();
    const RuleSet in_force = whole ? active_rules(config) : rules;
    Task task;
    task.base = files_of(revisions.base);
    task.head = files_of(revisions.head);
    task.threads = threads;
    task.base_name = "main";
    task.base_blobs = blobs_of(revisions.base);
    task.blobs = blobs_of(revisions.head);
    if (!revisions.past.empty()) task.releases.push_back({"v1.0.0", files_of(revisions.past)});
    task.search = [&](std::span<const ObjectRef> objects, std::span<const ObjectRef> controls,
                      const CodeScope& scope) {
      std::vector<ReleaseEvidence> found{search("main", revisions.base, objects, controls, scope)};
      if (!revisions.past.empty())
        found.push_back(search("v1.0.0", revisions.past, objects, controls, scope));
      found.push_back(search("HEAD", revisions.head, objects, controls, scope));
      return found;
    };
    for (const Source& link : revisions.links)
      task.unreadable.push_back({&link, "symbolic link: not followed"});
    Judgement judgement = judge(task, config, in_force);
    out.findings = std::move(judgement.findings);
    const auto ignores =
        apply_ignores(out.findings, judgement.judged, in_force, judgement.manifests.memory);
    std::vector<Finding> own =
        judge_own_gate(task, config, in_force, ignores, judgement.manifests.memory);
    std::move(own.begin(), own.end(), std::back_inserter(out.findings));
    if (whole)
      (void)apply_exceptions(out.findings, judgement.judged, config, in_force,
                             exceptions_of(revisions, config));
    if (!only.empty())  // rules about exceptions and contractions need the findings of others
      std::erase_if(out.findings, [&](const Finding& one) {
        return std::find(only.begin(), only.end(), one.rule) == only.end();
      });
    sort_findings(out.findings);
    out.report = rendered(out.findings);
    return out;
  }
  const auto sql =
      sql_case(fs::relative(file, BACKOUT_SOURCE_DIR).generic_string(), read_text(file));
  out.findings = lint(sql->input, Config{}, rules).findings;
  std::vector<JudgedScript> judged;
  for (const ParsedMigration& migration : sql->input.changes.back().migrations)
    for (const ParsedSection& section : migration.up)
      judged.push_back({section.source, section.script.get()});
  (void)apply_ignores(out.findings, judged, rules);
  sort_findings(out.findings);
  out.report = rendered(out.findings);
  for (Finding& finding : out.findings)
    finding.location.source = nullptr;  // the text goes with the case
  return out;
}

}  // namespace backout::test
