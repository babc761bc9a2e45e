#include "verify/fresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "promql/parse.h"

namespace backout::verify {
namespace {

constexpr std::size_t most_selectors = 6;

bool is_present(const promql::Expr& expr) {
  return !expr.offset.written() && expr.at.kind == promql::At::Kind::none;
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

}  // namespace

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
    if (!answer) return {};
    if (answer->series.empty()) continue;
    const double seconds = answer->series.front().value;
    if (!std::isfinite(seconds) || std::fabs(seconds) > 1e12) return {};
    const Time age(static_cast<std::int64_t>(seconds * 1000));
    out.age = std::min(out.age.value_or(age), age);
    if (age <= most) return out;
  }
  out.fresh = selectors.empty();
  return out;
}

}  // namespace backout::verify
