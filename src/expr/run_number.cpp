// Built-in functions on numbers and lists of them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expr/number.h"
#include "expr/runner.h"

namespace backout::expr {
namespace {

Value wrong(Runner& runner, std::string_view name, const Value& value) {
  return runner.fail(fmt::format("`{}` needs a number, not {}", name, describe(value)));
}

Value abs(Runner& runner, Arguments a) {
  if (a[0].kind == Kind::number) return a[0].number() < 0 ? number(-a[0].number()) : a[0];
  if (!a[0].is_integer()) return wrong(runner, "abs", a[0]);
  return a[0].integer() < 0 ? integer(difference_of(0, a[0].integer()), a[0].kind) : a[0];
}

template <double (*Round)(double)>
Value rounded(Runner& runner, Arguments a) {
  if (!a[0].is_number()) return wrong(runner, "round", a[0]);
  return number(a[0].kind == Kind::number ? Round(a[0].number()) : a[0].as_number());
}

Value to_int(Runner& runner, Arguments a) {
  if (a[0].is_integer()) return integer(a[0].integer());
  if (a[0].kind == Kind::number) return integer(truncated(a[0].number()));
  if (a[0].kind == Kind::text)
    if (const auto value = read_integer(a[0].text())) return integer(*value);
  // Named types of integers can be converted in 1.17.
  if (runner.is_modern() &&
      (a[0].kind == Kind::duration || a[0].kind == Kind::month || a[0].kind == Kind::weekday))
    return integer(a[0].integer());
  return runner.fail(fmt::format(
      "`int` cannot read {}", a[0].kind == Kind::text ? '"' + a[0].text() + '"' : describe(a[0])));
}

Value to_float(Runner& runner, Arguments a) {
  if (a[0].is_number()) return number(a[0].as_number());
  if (a[0].kind == Kind::text)
    if (const auto value = read_number(a[0].text())) return number(*value);
  return runner.fail(fmt::format("`float` cannot read {}", a[0].kind == Kind::text
                                                               ? '"' + a[0].text() + '"'
                                                               : describe(a[0])));
}

// Whether `b` takes the place of the best so far. NaN never does, and is never replaced.
bool better(Runner& runner, const Value& best, const Value& b, bool largest) {
  return largest ? runner.is_less(best, b) : runner.is_less(b, best);
}

// 1.15: of the arguments themselves, whatever can be compared.
Value extreme_old(Runner& runner, Arguments a, bool largest) {
  Value best;
  for (const Value& value : a)
    if (best.kind == Kind::nil || better(runner, best, value, largest)) best = value;
  return runner.failed() ? Value{} : best;
}

// 1.17: lists count with their elements; of nothing it is nil.
Value extreme(Runner& runner, Arguments a, bool largest, std::string_view name) {
  Value best;
  for (const Value& value : a) {
    Value candidate = value;
    if (value.kind == Kind::list) {
      for (const Value& item : value.list().items)
        if (item.kind != Kind::list && !item.is_number()) return wrong(runner, name, item);
      if (!runner.take_steps(value.list().items.size() + 1)) return {};
      candidate = {};
      for (const Value& item : value.list().items) {
        const Value inner =
            item.kind == Kind::list ? extreme(runner, {&item, 1}, largest, name) : item;
        if (runner.failed()) return {};
        if (inner.kind == Kind::nil) continue;
        if (candidate.kind == Kind::nil || better(runner, candidate, inner, largest))
          candidate = inner;
      }
      if (candidate.kind == Kind::nil) continue;
    } else if (!value.is_number()) {
      // A single argument that is no number comes back as it is.
      return a.size() == 1 ? value : wrong(runner, name, value);
    }
    if (best.kind == Kind::nil || better(runner, best, candidate, largest)) best = candidate;
    if (runner.failed()) return {};
  }
  return best;
}

Value max(Runner& runner, Arguments a) {
  return runner.is_modern() ? extreme(runner, a, true, "max") : extreme_old(runner, a, true);
}
Value min(Runner& runner, Arguments a) {
  return runner.is_modern() ? extreme(runner, a, false, "min") : extreme_old(runner, a, false);
}

// Numbers of the arguments, in 1.17 of lists in lists too.
bool collect(Runner& runner, std::string_view name, const Value& value,
             std::vector<double>& numbers, bool nested) {
  if (!runner.take_steps(1)) return false;
  if (value.is_number()) {
    numbers.push_back(value.as_number());
  } else if (value.kind == Kind::list && nested) {
    for (const Value& item : value.list().items)
      if (!collect(runner, name, item, numbers, runner.is_modern())) return false;
  } else {
    wrong(runner, name, value);
    return false;
  }
  return true;
}

std::vector<double> numbers_of(Runner& runner, std::string_view name, Arguments a) {
  std::vector<double> numbers;
  for (const Value& value : a) {
    if (!runner.is_modern() && value.kind != Kind::list) {
      runner.fail(fmt::format("`{}` needs a list, not {}", name, describe(value)));
      return {};
    }
    if (!collect(runner, name, value, numbers, true)) return {};
  }
  return numbers;
}

Value mean(Runner& runner, Arguments a) {
  const std::vector<double> numbers = numbers_of(runner, "mean", a);
  if (runner.failed()) return {};
  double total = 0;
  for (const double value : numbers) total += value;
  return number(numbers.empty() ? 0 : total / static_cast<double>(numbers.size()));
}

Value median(Runner& runner, Arguments a) {
  std::vector<double> numbers = numbers_of(runner, "median", a);
  if (runner.failed()) return {};
  if (numbers.empty()) return number(0);
  // NaN comes first.
  std::sort(numbers.begin(), numbers.end(),
            [](double x, double y) { return x < y || (std::isnan(x) && !std::isnan(y)); });
  const std::size_t half = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return number(numbers[half]);
  return number((numbers[half - 1] + numbers[half]) / 2);
}

// Of 1.15: integers as long as they go.
Value sum(Runner& runner, Arguments a) {
  if (a[0].kind != Kind::list)
    return runner.fail(fmt::format("`sum` needs a list, not {}", describe(a[0])));
  std::int64_t whole = 0;
  double total = 0;
  bool floats = false;
  for (const Value& item : a[0].list().items) {
    if (!item.is_number() || item.kind == Kind::byte) return wrong(runner, "sum", item);
    if (!floats && item.kind == Kind::number) {
      floats = true;
      total = static_cast<double>(whole);
    }
    if (floats)
      total += item.as_number();
    else
      whole = sum_of(whole, item.integer());
  }
  return floats ? number(total) : integer(whole);
}

bool bits(Runner& runner, Arguments a) {
  for (const Value& value : a) {
    if (value.is_integer()) continue;
    runner.fail(fmt::format("bits need integers, not {}", describe(value)));
    return false;
  }
  return true;
}

Value bit_and(Runner& runner, Arguments a) {
  return bits(runner, a) ? integer(a[0].integer() & a[1].integer()) : Value{};
}
Value bit_or(Runner& runner, Arguments a) {
  return bits(runner, a) ? integer(a[0].integer() | a[1].integer()) : Value{};
}
Value bit_xor(Runner& runner, Arguments a) {
  return bits(runner, a) ? integer(a[0].integer() ^ a[1].integer()) : Value{};
}
Value bit_nand(Runner& runner, Arguments a) {
  return bits(runner, a) ? integer(a[0].integer() & ~a[1].integer()) : Value{};
}
Value bit_not(Runner& runner, Arguments a) {
  return bits(runner, a) ? integer(~a[0].integer()) : Value{};
}

// By 64 and more nothing is left but the sign.
bool shift(Runner& runner, Arguments a) {
  if (!bits(runner, a)) return false;
  if (a[1].integer() < 0) runner.fail("a shift needs a count of 0 or more");
  return !runner.failed();
}
Value shift_left(Runner& runner, Arguments a) {
  if (!shift(runner, a)) return {};
  const std::int64_t count = a[1].integer();
  return integer(count > 63 ? 0 : wrapped(static_cast<std::uint64_t>(a[0].integer()) << count));
}
Value shift_right(Runner& runner, Arguments a) {
  if (!shift(runner, a)) return {};
  return integer(a[0].integer() >> std::min<std::int64_t>(a[1].integer(), 63));
}
Value shift_right_unsigned(Runner& runner, Arguments a) {
  if (!shift(runner, a)) return {};
  const std::int64_t count = a[1].integer();
  return integer(count > 63 ? 0 : wrapped(static_cast<std::uint64_t>(a[0].integer()) >> count));
}

struct Row {
  std::string_view name;
  PlainFunction function;
};
constexpr Row table[] = {{"abs", abs},
                         {"bitand", bit_and},
                         {"bitnand", bit_nand},
                         {"bitnot", bit_not},
                         {"bitor", bit_or},
                         {"bitshl", shift_left},
                         {"bitshr", shift_right},
                         {"bitushr", shift_right_unsigned},
                         {"bitxor", bit_xor},
                         {"ceil", rounded<std::ceil>},
                         {"float", to_float},
                         {"floor", rounded<std::floor>},
                         {"int", to_int},
                         {"max", max},
                         {"mean", mean},
                         {"median", median},
                         {"min", min},
                         {"round", rounded<std::round>},
                         {"sum", sum}};

}  // namespace

PlainFunction number_function(std::string_view name) {
  for (const Row& row : table)
    if (row.name == name) return row.function;
  return nullptr;
}

}  // namespace backout::expr
