// `backout condition`: what the conditions of a metric make of a measured value, for a person or,
// line by line, for a program.
#include "expr/condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/options.h"
#include "core/source.h"
#include "expr/json.h"
#include "expr/result_value.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/json_writer.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

using expr::Engine;
using expr::Measurement;
using expr::Phase;
using expr::Stage;
using expr::Value;

constexpr Help help{
    "backout condition [options] --result JSON",
    "Says which phase Argo Rollouts gives to a measurement: Successful, Failed, Inconclusive or\n"
    "Error, and why. The conditions are compiled against the type of that very result, as the\n"
    "controller does it, so `--kind` matters: `result > 1` is fine for a number and an Error for "
    "a list.",
    "kinds of results; without --kind the JSON decides between the first three, web and nil\n"
    "  prometheus-vector  [0.99]      list of numbers, [] when there is no series\n"
    "  scalar             0.99        one number\n"
    "  nil                null        no value\n"
    "  web, skywalking    any JSON    every number is a float\n"
    "  datadog            0.99        or null, when there is no data\n"
    "  datadog-grouped, graphite      as prometheus-vector\n"
    "  wavefront                      as scalar\n"
    "  newrelic           {\"rate\": 1} one row; newrelic-rows: a list of rows\n"
    "  influxdb           [1, null]   list of anything\n"
    "  cloudwatch         [{\"Id\": \"m1\", \"Values\": [1]}]\n"
    "In numbers \"NaN\", \"+Inf\" and \"-Inf\" stand for those values.\n\n"
    "--jsonl reads objects with `id`, `success`, `failure`, `result` and `result_kind`, one a "
    "line,\nand writes one a line:\n"
    "  {\"id\": …, \"phase\": \"Error\", \"error\": …, \"error_stage\": …}\n"
    "stages of an error\n"
    "  parse     the condition cannot be read\n"
    "  check     unknown names and types that do not fit: noticed before anything is evaluated\n"
    "  run       while it is evaluated\n"
    "  not-bool  the answer is neither true nor false\n"
    "  limit     too large to be judged here; what the controller would say is not known\n\n"
    "exit codes\n"
    "  0  answered, whatever the phase\n"
    "  2  wrong usage, or a line that is no such object\n"
    "  3  an answer is not known (stage limit)\n\n"
    "examples\n"
    "  backout condition --success 'result[0] >= 0.95' --result '[]'\n"
    "  backout condition --failure 'result[0] > 0.05' --result '[\"NaN\"]'\n"
    "  backout condition --success 'default(result, 0) < 5' --result null --kind datadog\n"
    "  backout condition --jsonl < vectors.jsonl | jq -r .phase",
};

constexpr std::uint64_t most_input = 64ULL << 20;  // bytes

struct Options {
  std::string success, failure, kind, rollouts = "1.9", color = "auto";
  std::optional<std::string> result;
  bool lines = false;
};

// ---- for programs

struct Lines {
  std::string out;
  std::string complaint;
  bool unknown = false;  // some answer is not known
};

// The text of `name`, empty when there is none; nothing: it is no text.
std::optional<std::string> text_field(const expr::Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  if (!value || value->kind == expr::Kind::nil) return "";
  if (value->kind != expr::Kind::text) return std::nullopt;
  return value->text();
}

void write_measurement(std::string& out, const Value& id, const Measurement& measurement) {
  report::JsonWriter json(out, 0);
  json.open('{');
  out += "\"id\": " + expr::write_json(id).value_or("null") + ", ";
  json.field("phase", to_string(measurement.phase));
  json.field("error", measurement.problem ? measurement.problem->message : std::string());
  json.field("error_stage", measurement.problem ? to_string(measurement.problem->stage) : "");
  json.close('}');
  out += '\n';
}

// What is wrong with the line, or nothing and its answer in `lines`.
std::string answer_line(std::string_view line, Engine engine, Lines& lines) {
  std::string error;
  const auto value = expr::read_json(line, error);
  if (!value) return error;
  if (value->kind != expr::Kind::object) return "no JSON object";
  const expr::Object& object = value->object();
  const Value* const id = object.find("id");
  if (!id) return "without `id`";
  const Value* const result = object.find("result");
  if (!result) return "without `result`";
  const auto success = text_field(object, "success"), failure = text_field(object, "failure"),
             kind = text_field(object, "result_kind");
  if (!success || !failure || !kind) return "with a condition or kind that is no text";
  const auto measured = expr::result_value(*kind, *result);
  if (!measured) return "wrong: " + measured.error().message;
  const Measurement measurement = evaluate(expr::read_condition(*success, engine),
                                           expr::read_condition(*failure, engine), *measured);
  lines.unknown |= measurement.problem && measurement.problem->stage == Stage::limit;
  write_measurement(lines.out, *id, measurement);
  return {};
}

// The answers to all lines, or to those before the first broken one.
Lines answer_lines(std::string_view input, Engine engine) {
  Lines lines;
  for (std::size_t number = 1; !input.empty(); ++number) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string wrong = answer_line(line, engine, lines);
    if (wrong.empty()) continue;
    lines.complaint = fmt::format("line {} of standard input is {}", number, wrong);
    break;
  }
  return lines;
}

// ---- for people

std::string_view meaning(const Measurement& measurement) {
  const bool success = measurement.success.has_value(), failure = measurement.failure.has_value();
  switch (measurement.phase) {
    case Phase::successful:
      if (!success && !failure) return "without conditions every measurement is a success";
      return success && failure ? "the success condition holds and the failure condition does not"
             : success          ? "the success condition holds"
                                : "the failure condition does not hold, and there is no other";
    case Phase::failed:
      return failure ? "the failure condition holds"
                     : "the success condition does not hold, and there is no other";
    case Phase::inconclusive:
      return "neither condition holds";
    case Phase::error:
      break;
  }
  switch (measurement.problem->stage) {
    case Stage::parse:
      return "the condition cannot be read: every measurement is an Error";
    case Stage::check:
      return "refused for results of this type before anything is evaluated: no guard in it can "
             "help";
    case Stage::run:
      return "it fails while it is evaluated";
    case Stage::not_bool:
      return "a condition must be true or false";
    case Stage::limit:
      return "not known: too large to be judged here";
  }
  return {};
}

std::string_view guessed_kind(const Value& json) {
  const auto is_number = [](const Value& value) {
    return value.kind == expr::Kind::number ||
           (value.kind == expr::Kind::text &&
            (value.text() == "NaN" || value.text() == "+Inf" || value.text() == "-Inf"));
  };
  if (json.kind == expr::Kind::nil) return "nil";
  if (is_number(json)) return "scalar";
  if (json.kind != expr::Kind::list) return "web";
  const std::vector<Value>& items = json.list().items;
  return std::all_of(items.begin(), items.end(), is_number) ? "prometheus-vector" : "web";
}

void append_condition(std::string& out, std::string_view name, const std::string& text,
                      const std::optional<bool>& answer, const report::Style& style) {
  if (text.empty()) return;
  out += fmt::format("  {} condition  ", name);
  report::append_visible(out, text);
  if (answer)
    out += fmt::format("  {}is {}{}", style.strong, *answer ? "true" : "false", style.reset);
  out += '\n';
}

std::string as_text(const Measurement& measurement, const Options& options, std::string_view kind,
                    const report::Style& style, std::size_t cells) {
  const bool error = measurement.phase == Phase::error;
  std::string out = fmt::format(
      "{}{}{}: {}\n", error || measurement.phase == Phase::failed ? style.error : style.strong,
      to_string(measurement.phase), style.reset, meaning(measurement));
  append_condition(out, "success", options.success, measurement.success, style);
  append_condition(out, "failure", options.failure, measurement.failure, style);
  if (error) {
    const expr::Problem& problem = *measurement.problem;
    const std::string& text = measurement.of_failure_condition ? options.failure : options.success;
    out +=
        fmt::format("\n{} condition: ", measurement.of_failure_condition ? "failure" : "success");
    report::append_visible(out, problem.message);
    if (!problem.nearest.empty()) out += fmt::format("; did you mean `{}`?", problem.nearest);
    out += '\n';
    const LineIndex lines(text);
    Finding finding;
    finding.location.span = problem.span;
    if (problem.span.end > problem.span.begin)
      report::append_excerpt(out, lines, finding, {style, style.error, cells});
  }
  out += fmt::format("\n{}result of kind {}, Argo Rollouts {}{}\n", style.faint, kind,
                     options.rollouts, style.reset);
  return out;
}

// ---- the command

int answer_one(const Options& options, Engine engine, const Streams& streams) {
  const auto usage = [&](std::string_view message) {
    complain(streams, message);
    return 2;
  };
  std::string error;
  const auto json = expr::read_json(*options.result, error);
  if (!json)
    return usage(fmt::format("`--result` is {}; texts, NaN and Inf need double quotes", error));
  const std::string_view kind = options.kind.empty() ? guessed_kind(*json) : options.kind;
  const auto result = expr::result_value(kind, *json);
  if (!result) return usage(result.error().message);
  const Measurement measurement = evaluate(expr::read_condition(options.success, engine),
                                           expr::read_condition(options.failure, engine), *result);
  const bool unknown = measurement.problem && measurement.problem->stage == Stage::limit;

  const report::Screen screen = report::screen_of(streams.out);
  const report::Style& style =
      report::style(report::use_color(report::color_choice(options.color), screen));
  const std::size_t columns = report::width(screen);
  const std::size_t cells = columns == 0 ? 240 : std::max<std::size_t>(columns, 50) - 10;
  return finish(streams, as_text(measurement, options, kind, style, cells), unknown ? 3 : 0);
}

}  // namespace

int condition_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--success", &options.success, "CONDITION", "the successCondition"},
      {"--failure", &options.failure, "CONDITION", "the failureCondition"},
      {"--result", &options.result, "JSON", "what the provider measured, as JSON"},
      {"--kind", &options.kind, "KIND", "which provider's type the result has, see below"},
      {"--rollouts", &options.rollouts, "VERSION", "Argo Rollouts: 1.7, 1.8, 1.9 or 1.10"},
      {"--jsonl", &options.lines, "",
       "many measurements: JSON lines from standard input to output"},
      color_option(options.color),
  };
  std::vector<std::string> words;
  if (const auto stop = parse_arguments(list, help, arguments, streams, words, 0)) return *stop;
  const auto usage = [&](std::string_view message) {
    complain(streams, message);
    return 2;
  };
  const auto engine = expr::engine_of(options.rollouts);
  if (!engine)
    return usage(fmt::format("`--rollouts` cannot be `{}`; known are 1.7, 1.8, 1.9 and 1.10",
                             options.rollouts));
  if (!options.lines) {
    if (!options.result)
      return usage("a result is missing: `--result JSON`, or `--jsonl` for many");
    return answer_one(options, *engine, streams);
  }
  if (options.result || !options.success.empty() || !options.failure.empty() ||
      !options.kind.empty())
    return usage("`--jsonl` takes conditions and results from standard input, not from options");
  const auto input = standard_input(streams, most_input);
  if (!input) return usage(input.error().message);
  if (input->size() > most_input)
    return usage(fmt::format("standard input is larger than {} bytes", most_input));
  const Lines lines = answer_lines(*input, *engine);
  const bool broken = !lines.complaint.empty();
  const int code = finish(streams, lines.out, broken ? 2 : lines.unknown ? 3 : 0);
  if (broken) complain(streams, lines.complaint);
  return code;
}

}  // namespace backout::cli
