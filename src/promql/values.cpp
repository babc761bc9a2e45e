#include "promql/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backout::promql {
namespace {

constexpr std::size_t most_constants = 6;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct Special {
  Values::Class kind;
  double value;
};
constexpr Special specials[] = {{Values::nan, not_a_number},
                                {Values::zero, 0.0},
                                {Values::minus_zero, -0.0},
                                {Values::plus_infinity, infinity},
                                {Values::minus_infinity, -infinity}};

// One member of a set, with examples of it.
struct Member {
  std::vector<double> examples;  // one when exact
  Values value;
};

std::vector<Member> members(const Values& values, const Values& other) {
  std::vector<Member> out;
  for (const Special& each : specials)
    if (values.has(each.kind)) out.push_back({{each.value}, Values(each.kind)});
  for (const double constant : values.constants())
    out.push_back({{constant}, Values::exactly(constant)});
  for (const Values::Class sign : {Values::positive, Values::negative}) {
    if (!values.has(sign)) continue;
    Member member{{1e-3, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 10, 1e3, 1e6}, Values(sign)};
    for (const double constant : other.constants())
      for (const double factor : {0.5, 1.0, 2.0})
        member.examples.push_back(std::fabs(constant) * factor);
    if (sign == Values::negative)
      for (double& example : member.examples) example = -example;
    out.push_back(std::move(member));
  }
  return out;
}

bool same_number(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

// Puts the results for all examples of one member (or pair) together: where all examples agree the
// result does not depend on which it is.
struct Results {
  Values out;
  bool agree = true, first = true;
  double value = 0;
  void take(double result) {
    agree &= first || same_number(value, result);
    value = result;
    first = false;
    out.add_class_of(result);
  }
  void add_to(Values& all) const {
    if (first) return;
    all.add(agree ? Values::exactly(value) : out);
  }
};

}  // namespace

Values Values::exactly(double value) {
  Values out;
  for (const Special& each : specials)
    if (same_number(each.value, value)) out.classes_ = each.kind;
  if (out.classes_ == 0) out.constants_.push_back(value);
  return out;
}

void Values::add(const Values& other) {
  classes_ |= other.classes_;
  for (const double constant : other.constants_) {
    const auto place = std::lower_bound(constants_.begin(), constants_.end(), constant);
    if (place == constants_.end() || *place != constant) constants_.insert(place, constant);
  }
  if (constants_.size() > most_constants) {
    classes_ = signs();
    constants_.clear();
  }
}

void Values::add_class_of(double value) {
  const Values exact = exactly(value);
  classes_ |= exact.signs();
}

std::uint8_t Values::signs() const {
  std::uint8_t out = classes_;
  for (const double constant : constants_)
    out |= static_cast<std::uint8_t>(constant > 0 ? positive : negative);
  return out;
}

const double* Values::only() const {
  if (classes_ == 0) return constants_.size() == 1 ? constants_.data() : nullptr;
  if (!constants_.empty()) return nullptr;
  for (const Special& each : specials)
    if (classes_ == each.kind) return &each.value;
  static constexpr double nothing = 0.0;
  return classes_ == (zero | minus_zero) ? &nothing : nullptr;
}

Values apply(Unary function, const Values& values) {
  Values out;
  for (const Member& member : members(values, {})) {
    Results results;
    for (const double example : member.examples) results.take(function(example));
    results.add_to(out);
  }
  return out;
}

Values apply(Binary function, const Values& left, const Values& right) {
  Values out;
  const std::vector<Member> rights = members(right, left);
  for (const Member& a : members(left, right))
    for (const Member& b : rights) {
      Results results;
      for (const double x : a.examples)
        for (const double y : b.examples) results.take(function(x, y));
      results.add_to(out);
    }
  return out;
}

Values apply_to_same(Binary function, const Values& values) {
  Values out;
  for (const Member& member : members(values, {})) {
    Results results;
    for (const double example : member.examples) results.take(function(example, example));
    results.add_to(out);
  }
  return out;
}

namespace {

template <class Pairs>
Compared compared(const Values& left, const Values& right, Pairs pairs) {
  Compared out;
  for (const Member& a : members(left, right)) {
    bool kept = false;
    pairs(a, [&](bool holds) {
      kept |= holds;
      out.can_fail |= !holds;
    });
    if (kept) out.kept.add(a.value);
    out.can_hold |= kept;
  }
  return out;
}

}  // namespace

Compared compare(Comparison comparison, const Values& left, const Values& right) {
  const std::vector<Member> rights = members(right, left);
  return compared(left, right, [&](const Member& a, auto take) {
    for (const Member& b : rights)
      for (const double x : a.examples)
        for (const double y : b.examples) take(comparison(x, y));
  });
}

Compared compare_same(Comparison comparison, const Values& values) {
  return compared(values, {}, [&](const Member& a, auto take) {
    for (const double x : a.examples) take(comparison(x, x));
  });
}

Values sums(const Values& values) {
  std::uint8_t classes = values.signs();
  if ((classes & Values::plus_infinity) && (classes & Values::minus_infinity))
    classes |= Values::nan;
  if ((classes & Values::positive) && (classes & Values::negative)) classes |= Values::zero;
  // -0 + 0 is 0; negative zeros alone stay.
  if (classes & Values::minus_zero) classes |= Values::zero;
  return Values(classes);
}

}  // namespace backout::promql
