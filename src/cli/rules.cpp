// `backout rules`: the catalogue, from the same fields that `explain` and the reports use. Its
// Markdown form is rules/README.md.
#include <fmt/format.h>

#include "cli/options.h"
#include "cli/words.h"
#include "core/rule.h"
#include "core/verdict.h"
#include "report/json_writer.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout rules [options]",
    "Lists all rules: id, default level, what is wrong.",
    "examples\n  backout rules\n  backout rules --format json | jq -r '.rules[].id'",
};

std::string_view family_of(const Rule& rule) { return rule.id.substr(0, rule.id.find('/')); }

// Calls `each` for the rules of every family that has any, after `begin`.
template <class Begin, class Each>
void by_family(Begin begin, Each each) {
  for (const Family& family : families()) {
    bool begun = false;
    for (const RuleEntry& entry : all_rules()) {
      if (family_of(*entry.rule) != family.name) continue;
      if (!begun) begin(family);
      begun = true;
      each(*entry.rule);
    }
  }
}

std::string as_text() {
  std::size_t width = 0;
  for (const std::string_view id : rule_ids()) width = std::max(width, id.size());
  std::string out;
  by_family(
      [&](const Family& family) {
        fmt::format_to(std::back_inserter(out), "{}{}: {}\n", out.empty() ? "" : "\n", family.name,
                       family.about);
      },
      [&](const Rule& rule) {
        fmt::format_to(std::back_inserter(out), "  {:<{}}  {:<7}  {}\n", rule.id, width,
                       to_string(rule.severity), rule.summary);
      });
  return out;
}

// Text of a table's cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

std::string as_markdown() {
  std::string out =
      "# Rules\n\n"
      "Written by `backout rules --format markdown` from the files in this folder; `backout "
      "explain RULE` tells why each exists\n"
      "and what to do instead. The letters say which promise breaks:\n\n";
  for (const std::string_view letter : {"a", "a2", "b", "c"})
    fmt::format_to(std::back_inserter(out), "- **{}**: {}\n", letter, promises(letter).front());
  by_family(
      [&](const Family& family) {
        fmt::format_to(
            std::back_inserter(out),
            "\n## {}\n\n{}\n\n| rule | level | breaks | what is wrong |\n|---|---|---|---|\n",
            family.name, family.about);
      },
      [&](const Rule& rule) {
        fmt::format_to(std::back_inserter(out), "| [`{0}`]({0}.cpp) | {1} | {2} | {3} |\n", rule.id,
                       to_string(rule.severity), rule.letters, cell(rule.summary));
      });
  return out;
}

std::string as_json() {
  std::string out;
  report::JsonWriter json(out, 2);
  json.open('{');
  json.key("rules");
  json.open('[');
  for (const RuleEntry& entry : all_rules()) {
    const Rule& rule = *entry.rule;
    json.open('{');
    json.field("id", rule.id);
    json.field("family", family_of(rule));
    json.field("level", to_string(rule.severity));
    json.field("letters", rule.letters);
    json.field("summary", rule.summary);
    json.field("why", rule.why);
    json.field("instead", rule.instead);
    json.field("references", rule.references);
    json.field("fail_example", entry.fail_example);
    json.field("pass_example", entry.pass_example);
    json.close('}');
  }
  json.close(']');
  json.close('}');
  return out + '\n';
}

}  // namespace

int rules_command(Arguments arguments, const Streams& streams) {
  std::string format = "text";
  OptionList list{format_option(format, {"text", "json", "markdown"})};
  std::vector<std::string> words;
  if (const auto stop = parse_arguments(list, help, arguments, streams, words, 0)) return *stop;
  return finish(streams,
                format == "json"       ? as_json()
                : format == "markdown" ? as_markdown()
                                       : as_text(),
                0);
}

}  // namespace backout::cli
