#include "promql/outcome.h"

#include <algorithm>

#include "promql/literal.h"

namespace backout::promql {
namespace {

struct Name {
  std::string_view label, words;
};
constexpr std::array<Name, situation_count> names{{
    {"S1", "the metric is missing"},
    {"S2", "no traffic"},
    {"S3a", "no failing series yet"},
    {"S3b", "only failing series"},
    {"S4", "one sample so far"},
    {"S5", "normal traffic"},
}};

}  // namespace

std::string_view label(Situation situation) {
  return names[static_cast<std::size_t>(situation)].label;
}
std::string_view in_words(Situation situation) {
  return names[static_cast<std::size_t>(situation)].words;
}

std::vector<Situation> faces_of_s3(const Outcomes& outcomes) {
  std::vector<Situation> out;
  for (const Situation face : {Situation::no_failures_yet, Situation::only_failures})
    if (outcomes[static_cast<std::size_t>(face)].lacks_series) out.push_back(face);
  if (out.empty()) out.push_back(Situation::no_failures_yet);
  return out;
}

std::vector<std::string> Outcome::classes() const {
  using V = Values;
  std::vector<std::string> out;
  if (fails) out.emplace_back("error");
  if (empty) out.emplace_back("empty");
  if (values.has(V::nan)) out.emplace_back("NaN");
  if (values.has(V::zero | V::minus_zero)) out.emplace_back("0");
  if (values.has(V::plus_infinity)) out.emplace_back("+Inf");
  if (values.has(V::minus_infinity)) out.emplace_back("-Inf");
  if (values.has(V::positive | V::negative)) {
    out.emplace_back("real");
  } else {
    for (const double constant : values.constants()) out.push_back(number_text(constant));
  }
  if (values.has(V::text)) out.emplace_back("string");
  return out;
}

std::vector<std::vector<double>> Outcome::witnesses(const std::vector<double>& numbers) const {
  using V = Values;
  std::vector<double> single;
  const auto add = [&](double value) {
    // NaN is not equal to itself; it is added once anyway.
    if (std::find(single.begin(), single.end(), value) == single.end()) single.push_back(value);
  };
  const auto special = [&](std::uint8_t kind) {
    if (values.has(kind)) add(*V(kind).only());
  };
  for (const V::Class kind : {V::nan, V::zero, V::minus_zero, V::plus_infinity, V::minus_infinity})
    special(kind);
  for (const double constant : values.constants()) add(constant);
  for (const auto& [sign, factor] : {std::pair(V::positive, 1.0), std::pair(V::negative, -1.0)}) {
    if (!values.has(sign)) continue;
    add(factor);
    for (const double each : numbers)
      if (each * factor > 0) add(each);
  }
  std::vector<std::vector<double>> out;
  if (empty) out.emplace_back();
  for (const double value : single) out.push_back({value});
  if (several)
    for (const double value : single) out.push_back({single.front(), value});
  return out;
}

}  // namespace backout::promql
