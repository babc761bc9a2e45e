// The JSON report and both schemas: what is written fits what is promised.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/config.h"
#include "core/rule.h"
#include "json_schema.h"
#include "report/report.h"

namespace backout::report {
namespace {

using nlohmann::json;

// A run with something in every list, and with bytes that are hard to write.
struct Sample {
  Source source{"db/\xff.sql", "DROP TABLE a;\n", 3};
  RunReport run;
  Sample() {
    run.mode = Mode::check;
    run.base = Revision{"origin/main", "0123456789abcdef0123456789abcdef01234567", "--base"};
    run.head = Revision{"HEAD", "89abcdef0123456789abcdef0123456789abcdef",
                        "the commit that is checked out"};
    run.config =
        ConfigOrigin{"origin/main", ".backout.yaml", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"};
    Finding finding{"compat/drop-table",
                    Severity::error,
                    {"table", "public.a"},
                    {&source, {0, 12}},
                    "table `public.a` is dropped",
                    {},
                    {0, 12},
                    "00112233445566aa"};
    finding.notes.push_back({Location{&source, {11, 12}}, "here"});
    finding.notes.push_back({std::nullopt, "and \"nowhere\"\n"});
    run.findings.push_back(finding);
    finding.location = {};
    finding.statement = {};
    finding.severity = Severity::note;
    finding.notes.clear();
    run.findings.push_back(finding);
    run.counts = count(run.findings);
    run.omitted = 2;
    run.ignores.push_back(
        {"compat/drop-column", {&source, {0, 4}}, "gone", {{"column", "public.a.b"}}});
    run.histories.push_back({"db", "goose", "-- +goose Up in 1 of 1 files", 1, 1, 1, false});
    run.inputs.push_back({"db/\xff.sql", "goose, up", "", true, "1234"});
    run.inputs.push_back({"x.mysql.sql", "", "MySQL dialect", false, ""});
    run.limits = {"findings: 10000"};
    run.errors.push_back({ErrorKind::undecided, "shallow"});
    run.verdict = decide({run.counts, run.limits, run.errors, 1, false});
  }
};

TEST(ReportJson, HoldsEverything) {
  const Sample sample;
  const json report = json::parse(backout::report::json(sample.run));
  EXPECT_EQ(report["schema_version"], 1);
  EXPECT_EQ(report["mode"], "check");
  EXPECT_EQ(report["base"]["chosen_by"], "--base");
  EXPECT_EQ(report["head"]["id"], sample.run.head->id);
  EXPECT_EQ(report["configuration"]["blob"], sample.run.config->blob);
  EXPECT_EQ(report["verdict"]["decision"], "block");
  EXPECT_EQ(report["verdict"]["exit_code"], 1);
  EXPECT_EQ(report["verdict"]["reasons"].size(), 3U);
  EXPECT_EQ(
      report["counts"],
      json::parse(
          R"({"error": 1, "warning": 0, "note": 1, "omitted": 2, "overridden": 0, "by_rule": {"compat/drop-table": 2}})"));
  EXPECT_EQ(report["findings"][0], json::parse(R"({
    "rule": "compat/drop-table", "level": "error", "message": "table `public.a` is dropped",
    "object": {"kind": "table", "name": "public.a"},
    "location": {"path": "db/\\xff.sql", "path_base64": "ZGIv/y5zcWw=", "start": {"line": 1, "column": 1, "offset": 3}, "end": {"line": 1, "column": 13, "offset": 15}},
    "statement": {"path": "db/\\xff.sql", "path_base64": "ZGIv/y5zcWw=", "start": {"line": 1, "column": 1, "offset": 3}, "end": {"line": 1, "column": 13, "offset": 15}},
    "notes": [
      {"text": "here", "location": {"path": "db/\\xff.sql", "path_base64": "ZGIv/y5zcWw=", "start": {"line": 1, "column": 12, "offset": 14}, "end": {"line": 1, "column": 13, "offset": 15}}},
      {"text": "and \"nowhere\"\n"}],
    "fingerprint": "00112233445566aa"})"));
  EXPECT_TRUE(report["findings"][1]["location"].is_null());
  EXPECT_EQ(report["ignores"][0]["hidden"][0]["name"], "public.a.b");
  EXPECT_EQ(report["histories"][0]["complete"], false);
  EXPECT_EQ(report["inputs"][0]["path_base64"], "ZGIv/y5zcWw=");
  EXPECT_EQ(report["inputs"][1]["reason"], "MySQL dialect");
  EXPECT_EQ(report["limits"], json::parse(R"(["findings: 10000"])"));
  EXPECT_EQ(report["errors"], json::parse(R"([{"kind": "undecided", "message": "shallow"}])"));
}

TEST(ReportJson, FitsItsSchema) {
  const json schema = json::parse(report_schema());
  const Sample sample;
  EXPECT_EQ(schema_violations(schema, json::parse(backout::report::json(sample.run))),
            std::vector<std::string>());
  EXPECT_EQ(schema_violations(schema, json::parse(backout::report::json({}))),
            std::vector<std::string>());
}

TEST(ReportJson, SchemaListsEveryMember) {
  // With `additionalProperties: false` put in everywhere, the schema must still fit: nothing is
  // written that it does not name.
  json schema = json::parse(report_schema());
  const std::function<void(json&)> close = [&](json& node) {
    if (node.is_object() && node.contains("properties") && node["properties"].is_object())
      node["additionalProperties"] = false;
    if (node.is_structured())
      for (json& child : node) close(child);
  };
  close(schema);
  const Sample sample;
  EXPECT_EQ(schema_violations(schema, json::parse(backout::report::json(sample.run))),
            std::vector<std::string>());
}

TEST(ReportJson, SchemaRejectsOtherThings) {
  const json schema = json::parse(report_schema());
  const Sample sample;
  const json good = json::parse(backout::report::json(sample.run));
  const auto broken = [&](const char* pointer, json value) {
    json report = good;
    report[json::json_pointer(pointer)] = std::move(value);
    return !schema_violations(schema, report).empty();
  };
  EXPECT_TRUE(broken("/schema_version", 2));
  EXPECT_TRUE(broken("/mode", "hook"));
  EXPECT_TRUE(broken("/verdict/decision", "maybe"));
  EXPECT_TRUE(broken("/findings/0/level", "fatal"));
  EXPECT_TRUE(broken("/findings/0/location/start/line", 0));
  EXPECT_TRUE(broken("/findings/0/object", nullptr));
  EXPECT_TRUE(broken("/inputs/0", json::object()));
}

TEST(ConfigSchema, KnowsWhatTheParserKnows) {
  const json schema = json::parse(config_schema());
  const std::vector<std::string_view> ids = rule_ids();
  // JSON is YAML, so one text serves both.
  const char* const texts[] = {
      R"({})",
      R"({"migrations": [{"path": "db"}]})",
      R"({"migrations": [{"paths": ["db", "more"], "framework": "golang-migrate", "transaction": "per-file", "postgres": 14, "code": "src", "schema": "dump.sql"}]})",
      R"({"schema": "dump.sql", "caches": ["sessions"], "app_roles": "app"})",
      R"({"rules": {"hygiene": "note", "hygiene/ignore-unused": "off"}})",
      R"({"limits": {"file_bytes": 1, "statement_bytes": 2, "statements": 3, "nesting": 4, "terms": 5, "findings": 6}})",
      R"({"thresholds": {"first_weight": 100, "shortest_pause": 0}})",
      R"({"thresholds": {"first_weight": 101}})",
      R"({"thresholds": {"first_weights": 1}})",
      R"({"thresholds": {"first_weight": "a lot"}})",
      R"({"argo": {"rollouts": "v1.9.1"}})",
      R"({"argo": {"rollouts": 1.9}})",
      R"({"argo": {"rollout": "1.9"}})",
      R"({"argo": {"rollouts": ["1.9"]}})",
      R"({"migration": []})",
      R"({"migrations": [{}]})",
      R"({"migrations": [{"path": "db", "framework": "rails"}]})",
      R"({"migrations": [{"path": "db", "frame": "goose"}]})",
      R"({"migrations": [{"path": "db", "postgres": 3}]})",
      R"({"rules": {"hygiene/ignore-unuse": "off"}})",
      R"({"rules": {"hygiene": "fatal"}})",
      R"({"limits": {"file_bytes": 0}})",
      R"({"limits": {"files": 1}})",
      R"([])",
  };
  for (const char* const text : texts) {
    EXPECT_EQ(parse_config(text, ".backout.yaml", ids).has_value(),
              schema_violations(schema, json::parse(text)).empty())
        << text;
  }
  for (const std::string_view framework : framework_names) {
    const json config = {{"migrations", {{{"path", "db"}, {"framework", framework}}}}};
    EXPECT_TRUE(schema_violations(schema, config).empty()) << framework;
  }
}

}  // namespace
}  // namespace backout::report
