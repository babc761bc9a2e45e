// `backout query`: what a PromQL query returns when there is no data, for a person or, line by
// line, for a program.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "promql/outcome.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/json_writer.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

using promql::Outcome;
using promql::Outcomes;
using promql::Problem;
using promql::Query;
using promql::Situation;

constexpr Help help{
    "backout query [options] QUERY|-",
    "Says what a PromQL query can return when the metric is missing, without traffic, before the "
    "first failure, when\neverything fails, after one sample and under normal traffic. Nothing is "
    "asked of a server: which series exist then\nis read from the names of metrics and labels. `-` "
    "reads the query from standard input.\n\n"
    "classes of what an element, or the scalar, can be\n"
    "  empty   no element at all\n"
    "  real    a number other than 0 that is not known; a known one is written out\n"
    "  error   the server may refuse while it evaluates\n"
    "  NaN, 0, +Inf, -Inf, string",
    "--jsonl reads objects with `id` and `query`, one a line, and writes one a line:\n"
    "  {\"id\": …, \"verdict\": \"ok\"|\"parse-error\"|\"type-error\", \"error\": …, \"outcomes\": "
    "{\"S1\": [classes], …}}\n"
    "Keys of the outcomes, as with --format json:\n"
    "  S1   the metric is missing\n"
    "  S2   no traffic: counters stand still\n"
    "  S3   those of S3a and S3b in which some selector of the query has no series; S3a if "
    "neither\n"
    "  S3a  no failing series yet: a healthy canary\n"
    "  S3b  only failing series\n"
    "  S4   one sample so far\n"
    "  S5   normal traffic\n\n"
    "exit codes\n"
    "  0  answered\n"
    "  1  the query is wrong (not with --jsonl)\n"
    "  2  wrong usage, or a line that is no such object\n"
    "  3  the query is too large to be looked at\n\n"
    "examples\n"
    "  backout query 'sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))'\n"
    "  backout query 'sum(rate({{args.metric}}[5m])) or vector(0)'\n"
    "  backout query --format json - < query.promql | jq .outcomes.S2",
};

constexpr std::uint64_t most_input = 64ULL << 20;  // bytes

struct Options {
  std::string format = "text", color = "auto", prometheus = "2", placeholders;
  bool lines = false;
};

std::string_view verdict(const Problem& problem) {
  return problem.kind == Problem::Kind::type ? "type-error" : "parse-error";
}

// ---- for programs

void write_classes(report::JsonWriter& json, std::string_view key,
                   const std::vector<std::string>& classes) {
  json.key(key);
  json.open('[');
  for (const std::string& each : classes) json.text(each);
  json.close(']');
}

std::vector<std::string> classes_of_s3(const Outcomes& outcomes) {
  std::vector<std::string> out;
  for (const Situation face : promql::faces_of_s3(outcomes))
    for (std::string& each : outcomes[static_cast<std::size_t>(face)].classes())
      if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(std::move(each));
  return out;
}

void write_outcomes(report::JsonWriter& json, const Outcomes& outcomes) {
  json.key("outcomes");
  json.open('{');
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto situation = static_cast<Situation>(i);
    if (situation == Situation::no_failures_yet) write_classes(json, "S3", classes_of_s3(outcomes));
    write_classes(json, promql::label(situation), outcomes[i].classes());
  }
  json.close('}');
}

using Parsed = tl::expected<Query, Problem>;

void write_answer(report::JsonWriter& json, const Parsed& parsed) {
  json.field("verdict", parsed ? "ok" : verdict(parsed.error()));
  json.field("error", parsed ? "" : parsed.error().message);
  if (parsed) {
    write_outcomes(json, promql::outcomes(*parsed));
  } else {
    json.key("outcomes");
    json.open('{');
    json.close('}');
  }
}

constexpr std::string_view type_names[] = {"scalar", "vector", "matrix", "string", "unknown"};

std::string as_json(const Parsed& parsed) {
  std::string out;
  report::JsonWriter json(out, 2);
  json.open('{');
  write_answer(json, parsed);
  if (parsed) {
    json.field("type", type_names[static_cast<std::size_t>(parsed->root.type)]);
    json.key("placeholders");
    json.open('[');
    for (const promql::Placeholder& each : parsed->placeholders) json.text(each.name);
    json.close(']');
  } else {
    json.key("place");
    json.open('{');
    json.field("begin", parsed.error().span.begin);
    json.field("end", parsed.error().span.end);
    json.close('}');
  }
  json.close('}');
  return out + '\n';
}

// The answers to all lines, or to those before the first broken one.
struct Lines {
  std::string out;
  std::string complaint;
};

Lines answer_lines(std::string_view input, const promql::ParseOptions& options) {
  Lines lines;
  std::size_t number = 0;
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object() || !object.contains("id") || !object.contains("query") ||
        !object["query"].is_string()) {
      lines.complaint = fmt::format(
          "line {} of standard input is no JSON object with `id` and a string `query`", number);
      break;
    }
    report::JsonWriter json(lines.out, 0);
    json.open('{');
    lines.out +=
        "\"id\": " + object["id"].dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
        ", ";
    write_answer(json, promql::parse(object["query"].get_ref<const std::string&>(), options));
    json.close('}');
    lines.out += '\n';
  }
  return lines;
}

// ---- for people

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? " or " : ", ";
    out += parts[i];
  }
  return out;
}

std::string in_words(const Outcome& outcome) {
  using V = promql::Values;
  if (outcome.unknown) return "anything: the placeholder is the whole query";
  std::vector<std::string> parts;
  for (const std::string& each : outcome.classes()) {
    const bool positive = outcome.values.has(V::positive);
    const bool negative = outcome.values.has(V::negative);
    parts.push_back(each == "empty"               ? "empty"
                    : each == "error"             ? "an error of the server"
                    : each == "string"            ? "a string"
                    : each != "real"              ? each
                    : positive && !negative       ? "a positive number"
                    : negative && !positive       ? "a negative number"
                    : outcome.values.has(V::zero) ? "another number"
                                                  : "a number");
  }
  return join(parts);
}

std::string_view shape(const Query& query, const Outcomes& outcomes) {
  const bool several = std::any_of(outcomes.begin(), outcomes.end(),
                                   [](const Outcome& each) { return each.several; });
  switch (query.root.type) {
    case promql::Type::scalar:
      return "a scalar";
    case promql::Type::string:
      return "a string";
    case promql::Type::matrix:
      return "a range vector; each value of each series";
    case promql::Type::vector:
      break;
    case promql::Type::unknown:
      return "decided by a placeholder";
  }
  return several ? "an instant vector; each element" : "an instant vector of one element at most";
}

std::string as_text(const Query& query, const report::Style& style) {
  const Outcomes outcomes = promql::outcomes(query);
  std::string out =
      fmt::format("{}result: {}{}\n", style.faint, shape(query, outcomes), style.reset);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto situation = static_cast<Situation>(i);
    const std::string name =
        fmt::format("{} ({}):", promql::in_words(situation), promql::label(situation));
    out += fmt::format("{:<28} {}{}{}\n", name, style.strong, in_words(outcomes[i]), style.reset);
  }
  return out;
}

std::string problem_text(const Problem& problem, std::string_view query, const report::Style& style,
                         std::size_t cells) {
  const LineIndex lines(query);
  Finding finding;
  finding.location.span = problem.span;
  const Position position = lines.position(problem.span.begin);
  std::string out = fmt::format("{}{}{} at {}:{}: ", style.error, verdict(problem), style.reset,
                                position.line, position.column);
  report::append_visible(out, problem.message);
  out += '\n';
  if (problem.kind != Problem::Kind::limit)
    report::append_excerpt(out, lines, finding, {style, style.error, cells});
  return out;
}

// ---- the command

// Empty, or what is wrong with the options.
std::string complaint_about(const Options& options, const std::vector<std::string>& words) {
  if (options.lines && !words.empty())
    return fmt::format("`--jsonl` reads standard input; `{}` is one argument too many", words[0]);
  if (!options.lines && words.empty())
    return "a query is missing; give one, or `-` (`backout query --help`)";
  return {};
}

int answer_one(const std::string& text, const promql::ParseOptions& parse, const Options& options,
               const Streams& streams) {
  const Parsed parsed = promql::parse(text, parse);
  const int code = parsed ? 0 : parsed.error().kind == Problem::Kind::limit ? 3 : 1;
  if (options.format == "json") return finish(streams, as_json(parsed), code);
  const report::Screen screen = report::screen_of(streams.out);
  const report::Style& style =
      report::style(report::use_color(report::color_choice(options.color), screen));
  if (parsed) return finish(streams, as_text(*parsed, style), code);
  const std::size_t columns = report::width(screen);
  const std::size_t cells = columns == 0 ? 240 : std::max<std::size_t>(columns, 50) - 10;
  return finish(streams, problem_text(parsed.error(), text, style, cells), code);
}

}  // namespace

int query_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      format_option(options.format, {"text", "json"}),
      {"--jsonl", &options.lines, "", "many queries: JSON lines from standard input to output"},
      choice_option("--prometheus", options.prometheus, "VERSION",
                    "2, or 3 to accept what 3.x added", {"2", "3"}),
      choice_option("--placeholders", options.placeholders, "WHETHER",
                    "yes or no: `{{args.x}}` stands for any text, as in Argo's templates (no with "
                    "--jsonl, else yes)",
                    {"yes", "no"}),
      color_option(options.color),
  };
  std::vector<std::string> words;
  if (const auto stop = parse_arguments(list, help, arguments, streams, words, 1)) return *stop;
  const auto usage = [&](std::string_view message) {
    complain(streams, message);
    return 2;
  };
  if (const std::string wrong = complaint_about(options, words); !wrong.empty())
    return usage(wrong);

  std::string text = words.empty() ? "-" : words.front();
  if (text == "-") {
    auto input = standard_input(streams, most_input);
    if (!input) return usage(input.error().message);
    if (input->size() > most_input)
      return usage(fmt::format("standard input is larger than {} bytes", most_input));
    text = std::move(*input);
  }
  const promql::ParseOptions parse{options.prometheus == "3", options.placeholders.empty()
                                                                  ? !options.lines
                                                                  : options.placeholders == "yes"};
  if (!options.lines) return answer_one(text, parse, options, streams);
  const Lines lines = answer_lines(text, parse);
  const int code = finish(streams, lines.out, lines.complaint.empty() ? 0 : 2);
  if (!lines.complaint.empty()) complain(streams, lines.complaint);
  return code;
}

}  // namespace backout::cli
