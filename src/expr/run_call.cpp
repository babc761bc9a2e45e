// Calls: the controller's own functions, methods of times and durations, built-in functions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expr/builtin.h"
#include "expr/number.h"
#include "expr/runner.h"

namespace backout::expr {

Value Runner::call(NodeId id) {
  const Node& node = program_.tree[id];
  const NodeId callee_id = node.children[0];
  const Node& callee = program_.tree[callee_id];
  // A method is called on its object; the engine evaluates arguments first.
  std::vector<Value> arguments;
  for (std::size_t i = 1; i < node.children.size(); ++i)
    arguments.push_back(eval(node.children[i]));
  if (failed()) return {};
  Value target;
  if (callee.kind == Node::Kind::member) {
    Value base = eval(callee.children[0]);
    if (failed() || chain_broken_) return base;
    if (callee.flag && base.is_nil()) {
      chain_broken_ = true;
      return base;
    }
    const Value property = followed(eval(callee.children[1]));
    if (failed()) return {};
    current_ = id;
    const bool has_methods = base.kind == Kind::time || base.kind == Kind::duration ||
                             base.kind == Kind::month || base.kind == Kind::weekday ||
                             base.kind == Kind::zone;
    if (has_methods && property.kind == Kind::text)
      return call_method(base, property.text(), arguments);
    target = fetch(base, property);
  } else {
    target = eval(callee_id);
  }
  if (failed() || chain_broken_) return target;
  current_ = id;
  if (target.kind != Kind::function)
    return fail(fmt::format("{} cannot be called", describe(target)));
  return call_controller(target.function(), arguments);
}

Value Runner::call_controller(Function called, Arguments arguments) {
  if (arguments.size() != (called == Function::default_ ? 2 : 1))
    return fail("the function is given a wrong number of arguments");
  const Value& argument = arguments[0];
  switch (called) {
    // Both look at the whole result, whatever they are given.
    case Function::is_nil:
      return boolean(result_.is_nil());
    case Function::default_:
      return result_.is_nil() ? arguments[1] : result_;
    case Function::is_nan:
    case Function::is_inf:
      if (argument.kind != Kind::number)
        return fail(fmt::format("`{}` needs a float, not {}",
                                called == Function::is_nan ? "isNaN" : "isInf",
                                argument.is_integer() ? "an integer" : describe(argument)));
      return boolean(called == Function::is_nan ? std::isnan(argument.number())
                                                : std::isinf(argument.number()));
    case Function::as_int: {
      if (argument.is_integer()) return integer(argument.integer(), Kind::integer64);
      if (argument.kind == Kind::number)
        return integer(truncated(argument.number()), Kind::integer64);
      if (argument.kind != Kind::text)
        return fail(fmt::format("`asInt` cannot read {}", describe(argument)));
      if (const auto value = read_integer(argument.text())) return integer(*value, Kind::integer64);
      return fail(fmt::format("`asInt` cannot read \"{}\" as an integer", argument.text()));
    }
    case Function::as_float: {
      if (argument.is_number()) return number(argument.as_number());
      if (argument.kind != Kind::text)
        return fail(fmt::format("`asFloat` cannot read {}", describe(argument)));
      if (const auto value = read_number(argument.text())) return number(*value);
      return fail(fmt::format("`asFloat` cannot read \"{}\" as a number", argument.text()));
    }
  }
  return {};
}

namespace {

// Multiples of `unit`, towards zero or to the nearest; no unit: as it is.
std::int64_t multiple_of(std::int64_t value, std::int64_t unit, bool nearest) {
  if (unit <= 0) return value;
  const std::int64_t rest = value % unit;
  std::int64_t result = value - rest;
  const std::int64_t size = rest < 0 ? -rest : rest;
  if (nearest && size >= unit - size) result = sum_of(result, value < 0 ? -unit : unit);
  return result;
}

Value duration_method(std::int64_t value, std::string_view name, Arguments arguments) {
  const auto in = [&](std::int64_t unit) {
    const std::int64_t whole = value / unit;
    return number(static_cast<double>(whole) +
                  static_cast<double>(value % unit) / static_cast<double>(unit));
  };
  constexpr std::int64_t second = 1'000'000'000;
  if (name == "Hours") return in(3600 * second);
  if (name == "Minutes") return in(60 * second);
  if (name == "Seconds") return in(second);
  if (name == "Milliseconds") return integer(value / 1'000'000, Kind::integer64);
  if (name == "Microseconds") return integer(value / 1000, Kind::integer64);
  if (name == "Nanoseconds") return integer(value, Kind::integer64);
  if (name == "String") return text(duration_text(value));
  if (name == "Abs") return integer(value < 0 ? difference_of(0, value) : value, Kind::duration);
  return integer(multiple_of(value, arguments[0].integer(), name == "Round"), Kind::duration);
}

Value time_method(const Time& value, std::string_view name, Arguments arguments) {
  const Fields f = fields(value);
  constexpr std::int64_t second = 1'000'000'000;
  const auto since_epoch = [&](std::int64_t parts) {
    return integer(sum_of(product_of(value.seconds, parts), value.nanoseconds / (second / parts)),
                   Kind::integer64);
  };
  if (name == "Year") return integer(f.year);
  if (name == "Month") return integer(f.month, Kind::month);
  if (name == "Day") return integer(f.day);
  if (name == "Hour") return integer(f.hour);
  if (name == "Minute") return integer(f.minute);
  if (name == "Second") return integer(f.second);
  if (name == "Nanosecond") return integer(value.nanoseconds);
  if (name == "YearDay") return integer(f.year_day);
  if (name == "Weekday") return integer(f.weekday, Kind::weekday);
  if (name == "Unix") return since_epoch(1);
  if (name == "UnixMilli") return since_epoch(1000);
  if (name == "UnixMicro") return since_epoch(1'000'000);
  if (name == "UnixNano") return since_epoch(second);
  if (name == "IsZero") return boolean(same_moment(value, Time{}));
  if (name == "String") return text(format_time(value, "2006-01-02 15:04:05.999999999 -0700 MST"));
  if (name == "Format") return text(format_time(value, arguments[0].text()));
  if (name == "UTC") return time({value.seconds, value.nanoseconds, 0, "UTC"});
  if (name == "Add") return time(shifted(value, arguments[0].integer()));
  if (name == "AddDate") {
    const auto small = [](const Value& v) {
      return static_cast<int>(std::clamp<std::int64_t>(v.integer(), -1'000'000, 1'000'000));
    };
    Fields moved = f;
    moved.year += small(arguments[0]);
    moved.month += small(arguments[1]);
    moved.day += small(arguments[2]);
    return time(from_fields(moved, value.nanoseconds, value));
  }
  if (name == "Truncate" || name == "Round") {  // counted from Go's zero time
    const std::int64_t unit = arguments[0].integer();
    if (unit <= 0) return time(value);
    const Time zero;
    const __int128 since =
        static_cast<__int128>(value.seconds - zero.seconds) * second + value.nanoseconds;
    const auto rest = static_cast<std::int64_t>(since % unit);
    const bool up = name == "Round" && rest >= unit - rest;
    return time(shifted(value, up ? unit - rest : -rest));
  }
  const Time& other = arguments[0].time();
  if (name == "Sub") return integer(between(value, other), Kind::duration);
  if (name == "Before") return boolean(before(value, other));
  if (name == "After") return boolean(before(other, value));
  if (name == "Equal") return boolean(same_moment(value, other));
  return integer(before(value, other) ? -1 : before(other, value) ? 1 : 0);  // Compare
}

}  // namespace

Value Runner::call_method(const Value& receiver, std::string_view name, Arguments arguments) {
  const Method* const method = find_method(type_of(receiver).kind, name);
  if (!method) return fail(fmt::format("{} has no method `{}`", describe(receiver), name));
  bool fits = method->parameters.size() == arguments.size();
  for (std::size_t i = 0; fits && i < arguments.size(); ++i) {
    const char wanted = method->parameters[i];
    const Kind given = arguments[i].kind;
    fits = wanted == 't'   ? given == Kind::time
           : wanted == 'd' ? given == Kind::duration
           : wanted == 's' ? given == Kind::text
                           : given == Kind::integer;
  }
  if (!fits) return fail(fmt::format("`{}` is given wrong arguments", name));
  switch (receiver.kind) {
    case Kind::time:
      return time_method(receiver.time(), name, arguments);
    case Kind::duration:
      return duration_method(receiver.integer(), name, arguments);
    default:
      return text(plain_text(receiver));  // String
  }
}

Value Runner::builtin(NodeId id) {
  const Node& node = program_.tree[id];
  const Builtin* const row = find_builtin(node.text, engine());
  if (row && !form_of(*row, engine()).empty()) return predicate_function(node);
  std::vector<Value> arguments;
  for (const NodeId argument : node.children) {
    Value value = eval(argument);
    if (failed()) return {};
    arguments.push_back(is_modern() ? followed(std::move(value)) : std::move(value));
  }
  current_ = id;
  PlainFunction plain = text_function(node.text);
  if (!plain) plain = list_function(node.text);
  if (!plain) plain = number_function(node.text);
  if (!plain) return fail(fmt::format("`{}` cannot be called", node.text));
  return checked(plain(*this, arguments));
}

}  // namespace backout::expr
