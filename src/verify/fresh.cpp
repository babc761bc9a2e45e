#include "verify/fresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "promql/parse.h"

namespace backout::verify {
namespace {

constexpr std::size_t most_selectors = 6;

// An instant query ends, and starts, now.
bool is_present(const promql::Expr& expr) {
  return expr.offset.milliseconds == 0 && expr.at.kind != promql::At::Kind::time;
}

void collect(const promql::Expr& expr, std::string_view query, std::vector<std::string>& out) {
  if (!is_present(expr)) return;
  if (expr.kind == promql::Expr::Kind::selector) {
    std::string text(query.substr(expr.span.begin, expr.span.end - expr.span.begin));
    if (out.size() < most_selectors && std::find(out.begin(), out.end(), text) == out.end())
      out.push_back(std::move(text));
  }
  for (const promql::Expr& each : expr.args) collect(each, query, out);
}

void count(const promql::Expr& expr, bool present, std::size_t& all, std::size_t& of_now) {
  present = present && is_present(expr);
  if (expr.kind == promql::Expr::Kind::selector) {
    ++all;
    if (present) ++of_now;
  }
  for (const promql::Expr& each : expr.args) count(each, present, all, of_now);
}

}  // namespace

bool is_past(const promql::Expr& root) {
  std::size_t all = 0, of_now = 0;
  count(root, true, all, of_now);
  return all > 0 && of_now == 0;
}

std::vector<std::string> selectors_of(std::string_view query) {
  std::vector<std::string> out;
  for (const bool version3 : {false, true}) {
    const auto parsed = promql::parse(query, {version3, false});
    if (!parsed) continue;
    collect(parsed->root, query, out);
    break;
  }
  return out;
}

Freshness ask_freshness(const prometheus::Client& client, prometheus::Session& session,
                        const std::vector<std::string>& selectors, Time most) {
  Freshness out;
  for (const std::string& selector : selectors) {
    // The line end closes a comment.
    const auto answer =
        query(client, session, fmt::format("time() - max(timestamp({}\n))", selector));
    if (!answer) {
      out.unknown = answer.error().message;
      continue;
    }
    if (answer->series.empty()) continue;
    const double seconds = answer->series.front().value;
    // The server does not say.
    if (!std::isfinite(seconds) || std::fabs(seconds) > 1e12) return {true, {}, {}};
    const Time age(static_cast<std::int64_t>(seconds * 1000));
    out.age = std::min(out.age.value_or(age), age);
    if (age <= most) return {true, {}, out.age};
  }
  out.fresh = selectors.empty();
  return out;
}

}  // namespace backout::verify
