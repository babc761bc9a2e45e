#include "verify/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace backout::verify {
namespace {

using Kind = Expectation::Kind;

struct Sign {
  std::string_view text;
  Kind kind;
};
// Longer ones first.
constexpr Sign signs[] = {
    {"<=", Kind::less_equal}, {">=", Kind::greater_equal}, {"==", Kind::equal},
    {"!=", Kind::not_equal},  {"<", Kind::less},           {">", Kind::greater},
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::optional<double> read_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(out))
    return std::nullopt;
  return out;
}

std::string hint(std::string_view text) {
  if (text.empty()) return "write one such as `< 0.01`, `>= 0.99` or `0.9..1.1`";
  if (text.starts_with("=<")) return fmt::format("write `<= {}`", trim(text.substr(2)));
  if (text.starts_with("=>")) return fmt::format("write `>= {}`", trim(text.substr(2)));
  if (text.starts_with('=')) return fmt::format("write `== {}`", trim(text.substr(1)));
  if (read_number(text)) return fmt::format("say how: `< {0}`, `>= {0}`, `== {0}`", text);
  if (text.ends_with('%'))
    return "write the number that the query gives: 0.01, or 1 where it multiplies by 100";
  if (text.find("and") != std::string_view::npos || text.find("&&") != std::string_view::npos ||
      text.find(',') != std::string_view::npos)
    return "a range is `0.9..1.1`, and two conditions are two entries of `recovery`";
  const char last = text.back();
  if (last == 's' || last == 'm' || last == 'h')
    return "write the number that the query gives: seconds, as in `< 0.3`";
  return "write one such as `< 0.01`, `>= 0.99` or `0.9..1.1`";
}

}  // namespace

Result<Expectation> read_expectation(std::string_view given) {
  const std::string_view text = trim(given);
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::usage, fmt::format("`{}` is no expectation: {}", given, why));
  };
  for (const Sign& sign : signs) {
    if (!text.starts_with(sign.text)) continue;
    const auto bound = read_number(text.substr(sign.text.size()));
    if (!bound) return wrong(hint(text));
    return Expectation{sign.kind, *bound, 0};
  }
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return wrong(hint(text));
  const auto low = read_number(text.substr(0, dots)), high = read_number(text.substr(dots + 2));
  if (!low || !high) return wrong(hint(text));
  if (*low > *high) return wrong("its first end is above the second");
  return Expectation{Kind::range, *low, *high};
}

std::string to_text(const Expectation& expectation) {
  if (expectation.kind == Kind::range)
    return fmt::format("{}..{}", expectation.bound, expectation.upper);
  for (const Sign& sign : signs)
    if (sign.kind == expectation.kind) return fmt::format("{} {}", sign.text, expectation.bound);
  return {};
}

bool satisfied(const Expectation& expectation, double value) {
  if (!std::isfinite(value)) return false;
  switch (expectation.kind) {
    case Kind::less:
      return value < expectation.bound;
    case Kind::less_equal:
      return value <= expectation.bound;
    case Kind::greater:
      return value > expectation.bound;
    case Kind::greater_equal:
      return value >= expectation.bound;
    case Kind::equal:
      return value == expectation.bound;
    case Kind::not_equal:
      return value != expectation.bound;
    case Kind::range:
      return value >= expectation.bound && value <= expectation.upper;
  }
  return false;
}

double excess(const Expectation& expectation, double value) {
  if (!std::isfinite(value)) return std::numeric_limits<double>::infinity();
  switch (expectation.kind) {
    case Kind::less:
    case Kind::less_equal:
      return value - expectation.bound;
    case Kind::greater:
    case Kind::greater_equal:
      return expectation.bound - value;
    case Kind::equal:
      return std::fabs(value - expectation.bound);
    case Kind::not_equal:
      return -std::fabs(value - expectation.bound);
    case Kind::range:
      return std::max(expectation.bound - value, value - expectation.upper);
  }
  return 0;
}

std::vector<double> samples(const Expectation& expectation) {
  std::vector<double> out = {0, 1, -1};
  const auto around = [&](double value) {
    const double step = std::max(std::fabs(value) * 1e-6, 1e-12);
    out.insert(out.end(), {value, value - step, value + step, value * 2, value / 2});
  };
  around(expectation.bound);
  if (expectation.kind == Kind::range) {
    around(expectation.upper);
    out.push_back((expectation.bound + expectation.upper) / 2);
  }
  return out;
}

std::string show_value(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{:.6g}", value);
}

}  // namespace backout::verify
