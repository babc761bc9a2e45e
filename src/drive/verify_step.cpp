#include "drive/verify_step.h"

#include <fmt/format.h>

#include "drive/live.h"
#include "drive/steps.h"
#include "drive/world.h"
#include "verify/screen.h"
#include "verify/verify.h"

namespace backout::drive {
namespace {

verify::Time milliseconds(const std::string& text) {
  return verify::Time(std::strtoll(text.c_str(), nullptr, 10));
}

// The lists of a step have one entry for each query, on one line each.
std::string without_breaks(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

void set_times(verify::Check& check, verify::Time hold, verify::Time within) {
  check.terms.hold = hold;
  check.terms.within = within;
  check.terms.interval = verify::usual_interval(hold);
}

Result<verify::Request> request_of(const Facts& given) {
  const std::vector<std::string> names = list(given, "names"), queries = list(given, "queries"),
                                 expectations = list(given, "expectations"),
                                 holds = list(given, "holds"), withins = list(given, "withins");
  const std::size_t count = queries.size();
  if (names.size() != count || expectations.size() != count || holds.size() != count ||
      withins.size() != count)
    return fail(ErrorKind::undecided, "the journal's queries do not fit together");
  verify::Request out;
  out.service = fact(given, "service");
  for (std::size_t i = 0; i < queries.size(); ++i) {
    TRY(const verify::Expectation expectation, verify::read_expectation(expectations[i]));
    verify::Check check{names[i], queries[i], expectation, {}};
    set_times(check, milliseconds(holds[i]), milliseconds(withins[i]));
    out.checks.push_back(std::move(check));
  }
  return out;
}

}  // namespace

std::optional<Step> verify_step(const ServiceConfig& service, std::vector<std::string>& warnings) {
  std::vector<std::string> names, queries, expectations, holds, withins;
  for (const RecoveryConfig& one : service.recovery) {
    const auto expectation = verify::read_expectation(one.expect);
    const auto screening =
        expectation ? verify::screen(one.query, *expectation) : tl::unexpected(expectation.error());
    if (!screening) {
      warnings.push_back(
          fmt::format("recovery query `{}` is not asked: {}", one.name, screening.error().message));
      continue;
    }
    if (!screening->passes.empty()) {
      warnings.push_back(fmt::format("recovery query `{}` proves nothing and is not asked: {}; {}",
                                     one.name, screening->passes.front(), screening->advice));
      continue;
    }
    verify::Check check{one.name, verify::one_line(one.query), *expectation, {}};
    set_times(check, verify::Time(one.for_seconds * 1000), verify::Time(one.within_seconds * 1000));
    const auto valid = verify::validate(check);
    const std::string why = valid ? screening->unread : valid.error().message;
    if (!why.empty()) {
      warnings.push_back(fmt::format("recovery query `{}` is not asked: {}", one.name, why));
      continue;
    }
    names.push_back(without_breaks(one.name));
    queries.push_back(check.query);
    expectations.push_back(without_breaks(one.expect));
    holds.push_back(std::to_string(one.for_seconds * 1000));
    withins.push_back(std::to_string(one.within_seconds * 1000));
  }
  if (queries.empty()) return std::nullopt;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < names.size(); ++i)
    shown.push_back(fmt::format("`{}` {}", names[i], expectations[i]));
  return Step{"verify",
              fmt::format("verify that `{}` has recovered", service.name),
              {},
              "asks Prometheus, again and again",
              fmt::format("{}, each without a break for its time", fmt::join(shown, ", ")),
              {},
              {{"service", service.name},
               {"names", joined(names)},
               {"queries", joined(queries)},
               {"expectations", joined(expectations)},
               {"holds", joined(holds)},
               {"withins", joined(withins)}}};
}

// given: service, and a line for each query. memory: report, Markdown.
StepResult verify_recovery(Context& context) {
  World& world = context.world;
  if (!world.prometheus)
    return tl::unexpected(
        Stop(2, "no Prometheus is known: set PROMETHEUS_URL, or give `--prometheus`"));
  TRY(const verify::Request request, request_of(context.step.given));
  TRY(const Instant began, now());
  const verify::Report report = verify::run(request, *world.prometheus, verify::real_pace(began),
                                            [](const verify::Report&) {});
  if (report.refused) return tl::unexpected(Stop(*report.refused));
  context.memory["report"] = verify::markdown(report, false);
  TRY_VOID(context.save());
  std::vector<std::string> words;
  for (const verify::CheckReport& one : report.checks)
    words.push_back(fmt::format("`{}`: {}", one.check.name, verify::reason(one)));
  const std::string said =
      fmt::format("{}: {}", verify::in_words(verify::verdict(report)), fmt::join(words, "; "));
  if (report.interrupted) return tl::unexpected(interrupted());
  if (const int code = verify::exit_code(report); code != 0)
    return tl::unexpected(Stop(code, fmt::format("{}; `backout resume` asks again", said)));
  return Ended{said};
}

}  // namespace backout::drive
