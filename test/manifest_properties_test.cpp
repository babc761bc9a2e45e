// Laws that hold whatever the manifest: a stricter condition lets nothing more pass, and how YAML
// is laid out moves places and nothing else. The inputs are the vectors of the real evaluators and
// the fixtures of all rules about manifests.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/judge.h"
#include "expr/condition.h"
#include "expr/result_value.h"
#include "fixture.h"
#include "yaml/parse.h"
#include "yaml/value.h"

namespace backout::test {
namespace {

// ---- a stricter condition

struct Stricter {
  std::string success, failure;
};

// `(a) && (b)` and the like; what is not there yet is added.
std::vector<Stricter> stricter(const std::string& success, const std::string& failure) {
  std::vector<Stricter> out;
  for (const char* more : {"false", "true", "result[0] < 0.5", "len(result) > 0", "result > 0",
                           "default(result, 1) < 1", "all(result, # > 0)"})
    out.push_back({success.empty() ? more : fmt::format("({}) && ({})", success, more), failure});
  for (const char* more : {"true", "false", "result[0] >= 0.5", "len(result) == 0", "result < 1",
                           "any(result, isNaN(#))"})
    out.push_back({success, failure.empty() ? more : fmt::format("({}) || ({})", failure, more)});
  return out;
}

TEST(ManifestProperties, AStricterConditionPassesNothingMore) {
  std::size_t passed = 0, stopped = 0;
  std::ifstream in(BACKOUT_SOURCE_DIR "/fixtures/conditions/dev.jsonl");
  for (std::string line; std::getline(in, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    const std::string success = json["success"], failure = json["failure"];
    const auto result =
        expr::result_value(json["result_kind"].get<std::string>(), json["result"].dump());
    ASSERT_TRUE(result) << line;
    for (const expr::Engine engine : {expr::Engine::expr_1_15, expr::Engine::expr_1_17}) {
      const expr::Condition s = expr::read_condition(success, engine),
                            f = expr::read_condition(failure, engine);
      if (s.problem || f.problem) continue;  // in parentheses it may be another text that is fine
      if (evaluate(s, f, *result).phase == expr::Phase::successful) {
        ++passed;
        continue;
      }
      for (const Stricter& one : stricter(success, failure)) {
        ++stopped;
        EXPECT_NE(evaluate(expr::read_condition(one.success, engine),
                           expr::read_condition(one.failure, engine), *result)
                      .phase,
                  expr::Phase::successful)
            << one.success << " | " << one.failure << " of " << json["result"];
      }
    }
  }
  EXPECT_GT(passed, 300U);
  EXPECT_GT(stopped, 3000U);
}

// ---- manifests and what is found in them

struct Manifests {
  std::map<std::string, Source> base, head;  // by path
};

sql::Files files_of(const std::map<std::string, Source>& sources) {
  sql::Files files;
  std::vector<const Source*> list;
  for (const auto& [path, source] : sources) {
    files.paths.push_back(path);
    list.push_back(&source);
  }
  files.read = [list](std::size_t index) { return list[index]; };
  return files;
}

Judgement judged(const Manifests& manifests, const RuleSet& rules) {
  Task task;
  task.head = files_of(manifests.head);
  if (!manifests.base.empty()) task.base = files_of(manifests.base);
  task.threads = 1;
  return judge(task, Config{}, rules);
}

std::map<std::string, Source> file(const std::string& text) {
  return {{"a.yaml", make_source("a.yaml", text)}};
}

std::vector<Case> manifest_cases() {
  std::vector<Case> out = rule_cases();
  std::erase_if(out, [](const Case& one) { return one.file.extension() != ".yaml"; });
  return out;
}

std::deque<yaml::Document> documents_of(const std::string& text) {
  std::deque<yaml::Document> out;
  for (const Span span : yaml::split_documents(text)) out.push_back(yaml::parse(text, span));
  return out;
}

std::string as_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The spans and texts of conditions below a node.
void find_conditions(const yaml::Node& node, std::map<std::uint32_t, const yaml::Entry*>& out) {
  if (node.alias) return;
  for (const yaml::Entry& entry : node.entries) {
    const bool condition =
        entry.key.text == "successCondition" || entry.key.text == "failureCondition";
    if (condition && entry.value.kind == yaml::Kind::scalar && !entry.value.alias)
      out.emplace(entry.value.span.begin, &entry);
    find_conditions(entry.value, out);
  }
  for (const yaml::Node& item : node.items) find_conditions(item, out);
}

TEST(ManifestProperties, AStricterConditionWeakensNoGate) {
  const std::string_view only[] = {"release/gate-weakened"};
  const RuleSet rules = active_rules({}, only);
  const std::pair<const char*, const char*> forms[] = {
      {"({}) && result[0] < 0.001", "({}) || result[0] > 0.2"},
      {"({}) && len(result) > 0", "({}) || len(result) == 0"},
      {"({}) && !isNaN(result[0])", "({}) || isNaN(result[0])"},
  };
  std::size_t tried = 0;
  for (const Case& one : manifest_cases()) {
    const std::string text = read_text(one.file);
    const std::deque<yaml::Document> documents = documents_of(text);
    std::map<std::uint32_t, const yaml::Entry*> conditions;
    for (const yaml::Document& document : documents) find_conditions(document.root, conditions);
    if (conditions.empty() || text.find("backout:") != std::string::npos) continue;
    for (const auto& [success, failure] : forms) {
      std::string changed = text;
      for (auto it = conditions.rbegin(); it != conditions.rend(); ++it) {
        const yaml::Node& value = it->second->value;
        const char* form = it->second->key.text == "successCondition" ? success : failure;
        const bool block =
            value.style == yaml::Style::literal || value.style == yaml::Style::folded;
        changed.replace(value.span.begin, value.span.end - value.span.begin,
                        as_json(fmt::format(fmt::runtime(form), value.text)) + (block ? "\n" : ""));
      }
      ++tried;
      Manifests manifests{file(text), file(changed)};
      const Judgement judgement = judged(manifests, rules);
      for (const Finding& finding : judgement.findings)
        ADD_FAILURE() << one.file << ": " << finding.message << "\n" << changed;
    }
  }
  EXPECT_GT(tried, 300U);
}

// ---- layout

// As JSON on one line, or as deep blocks with comments and everything quoted.
void write(const yaml::Node& node, bool block, std::size_t indent, std::string& out) {
  const auto scalar = [&](const yaml::Node& one) {
    if (!one.tag.empty()) out += std::string(one.tag) + " ";
    const bool typed = one.style == yaml::Style::plain && yaml::type_of(one) != yaml::Type::string;
    out += typed ? std::string(one.text) : as_json(one.text);
  };
  const std::string line = block ? "\n\n" + std::string(indent, ' ') : std::string();
  switch (node.kind) {
    case yaml::Kind::null:
      out += "null";
      return;
    case yaml::Kind::scalar:
      scalar(node);
      return;
    case yaml::Kind::sequence:
      if (node.items.empty() || !block) {
        out += '[';
        for (const yaml::Node& item : node.items) {
          if (&item != node.items.data()) out += ", ";
          write(item, false, 0, out);
        }
        out += ']';
        return;
      }
      for (const yaml::Node& item : node.items) {
        out += line + "# next\n" + std::string(indent, ' ') + "-   ";
        write(item, true, indent + 4, out);
      }
      return;
    case yaml::Kind::map:
      break;
  }
  if (node.entries.empty() || !block) {
    out += '{';
    for (const yaml::Entry& entry : node.entries) {
      if (&entry != node.entries.data()) out += ", ";
      scalar(entry.key);
      out += ": ";
      write(entry.value, false, 0, out);
    }
    out += '}';
    return;
  }
  for (const yaml::Entry& entry : node.entries) {
    out += line;
    scalar(entry.key);
    out += ":    ";
    write(entry.value, true, indent + 3, out);
  }
}

std::string laid_out(const std::deque<yaml::Document>& documents, bool block) {
  std::string out;
  for (const yaml::Document& document : documents) {
    out += "---\n";
    write(document.root, block, 0, out);
    out += "\n";
  }
  return out;
}

// About the text itself.
bool is_of_text(std::string_view rule) {
  return rule == "analysis/condition-yaml-truncated" || rule == "analysis/condition-yaml-tag" ||
         rule == "rollout/duplicate-key";
}

using Gist = std::multiset<std::string>;
Gist gist(const std::vector<Finding>& findings) {
  Gist out;
  for (const Finding& one : findings)
    if (!is_of_text(one.rule))
      out.insert(fmt::format("{} {} {} {} {}: {}", one.rule, static_cast<int>(one.severity),
                             one.object.kind, one.object.name, one.object.field, one.message));
  return out;
}

TEST(ManifestProperties, LayoutMovesPlacesOnly) {
  const RuleSet rules = active_rules({});
  std::size_t tried = 0;
  for (const Case& one : manifest_cases()) {
    if (is_of_text(one.rule)) continue;
    const std::string text = read_text(one.file);
    const std::deque<yaml::Document> documents = documents_of(text);
    const bool readable =
        std::none_of(documents.begin(), documents.end(),
                     [](const yaml::Document& document) { return document.defect.has_value(); });
    Manifests manifests{{}, file(text)};
    const Judgement expected = judged(manifests, rules);
    if (!readable || !expected.manifests.unrendered.empty()) continue;
    for (const bool block : {false, true}) {
      ++tried;
      const std::string other = laid_out(documents, block);
      manifests.head = file(other);
      EXPECT_EQ(gist(judged(manifests, rules).findings), gist(expected.findings))
          << one.file << "\n"
          << other;
      manifests.head = file(text);
    }
  }
  EXPECT_GT(tried, 600U);
}

}  // namespace
}  // namespace backout::test
