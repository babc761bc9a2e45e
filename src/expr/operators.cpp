#include "expr/operators.h"

#include <cmath>

#include "expr/number.h"

namespace backout::expr {
namespace {

// reflect.DeepEqual: the Go types must be the same all the way down.
bool deep_equal(const Value& a, const Value& b, std::uint64_t& steps) {
  if (++steps > most_steps || a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::nil:
      return true;
    case Kind::boolean:
      return a.boolean() == b.boolean();
    case Kind::integer:
    case Kind::integer64:
    case Kind::byte:
    case Kind::duration:
    case Kind::month:
    case Kind::weekday:
      return a.integer() == b.integer();
    case Kind::number:
      return a.number() == b.number();
    case Kind::text:
    case Kind::status:
    case Kind::text_pointer:
    case Kind::zone:
      return a.text() == b.text();
    case Kind::time:
      return same_moment(a.time(), b.time()) && a.time().zone == b.time().zone;
    case Kind::function:
      return false;
    case Kind::list: {
      const List &x = a.list(), &y = b.list();
      if (x.elements != y.elements || x.array != y.array || x.nil != y.nil ||
          x.items.size() != y.items.size())
        return false;
      if (&x == &y) return true;  // even with NaN in it
      for (std::size_t i = 0; i < x.items.size(); ++i)
        if (!deep_equal(x.items[i], y.items[i], steps)) return false;
      return true;
    }
    case Kind::object: {
      const Object &x = a.object(), &y = b.object();
      if (x.shape != y.shape || x.entries.size() != y.entries.size()) return false;
      if (&x == &y) return true;
      for (std::size_t i = 0; i < x.entries.size(); ++i) {
        const Entry& entry = x.entries[i];
        const Entry* other = nullptr;
        for (std::size_t j = 0; j < y.entries.size() && !other; ++j) {
          const Entry& candidate = y.entries[(i + j) % y.entries.size()];  // most often the same
          if (deep_equal(entry.key, candidate.key, steps)) other = &candidate;
        }
        if (!other || !deep_equal(entry.value, other->value, steps)) return false;
      }
      return true;
    }
  }
  return false;
}

// Element by element where 1.17 knows both types of list.
bool comparable_lists(const List& a, const List& b) {
  const auto known = [](const List& list) {
    return !list.array && !list.nil &&
           (list.elements == Elements::any || list.elements == Elements::integer ||
            list.elements == Elements::number || list.elements == Elements::text ||
            list.elements == Elements::byte);
  };
  if (!known(a) || !known(b)) return false;
  return a.elements == b.elements || a.elements == Elements::any || b.elements == Elements::any;
}

}  // namespace

bool equal(const Value& a, const Value& b, Engine engine, std::uint64_t& steps) {
  if (++steps > most_steps) return false;
  if (a.is_number() && b.is_number()) {
    if (a.kind == Kind::number || b.kind == Kind::number) return a.as_number() == b.as_number();
    return a.integer() == b.integer();
  }
  if (a.kind == Kind::time && b.kind == Kind::time) return same_moment(a.time(), b.time());
  if (a.is_nil() && b.is_nil()) return true;
  if (modern(engine) && a.kind == Kind::list && b.kind == Kind::list &&
      comparable_lists(a.list(), b.list())) {
    const std::vector<Value>&x = a.list().items, &y = b.list().items;
    if (x.size() != y.size()) return false;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!equal(x[i], y[i], engine, steps)) return false;
    return true;
  }
  return deep_equal(a, b, steps);
}

std::optional<bool> less(const Value& a, const Value& b, Engine engine) {
  if (a.is_number() && b.is_number()) {
    if (a.kind == Kind::number || b.kind == Kind::number) return a.as_number() < b.as_number();
    return a.integer() < b.integer();
  }
  if (a.kind != b.kind) return std::nullopt;
  if (a.kind == Kind::text) return a.text() < b.text();
  if (a.kind == Kind::time) return before(a.time(), b.time());
  if (a.kind == Kind::duration && modern(engine)) return a.integer() < b.integer();
  return std::nullopt;
}

std::optional<Value> arithmetic(char op, const Value& a, const Value& b, Engine engine) {
  const auto are = [&](Kind x, Kind y) { return a.kind == x && b.kind == y; };
  if (a.is_number() && b.is_number()) {
    const bool integers = a.is_integer() && b.is_integer();
    const double x = a.as_number(), y = b.as_number();
    switch (op) {
      case '+':
        return integers ? integer(sum_of(a.integer(), b.integer())) : number(x + y);
      case '-':
        return integers ? integer(difference_of(a.integer(), b.integer())) : number(x - y);
      case '*':
        if (integers) return integer(product_of(a.integer(), b.integer()));
        return number(x * y);
      case '/':
        return number(x / y);
      case '%':
        if (!integers || b.integer() == 0) return std::nullopt;
        return integer(remainder_of(a.integer(), b.integer()));
      default:
        return number(std::pow(x, y));
    }
  }
  if (op == '+') {
    if (are(Kind::text, Kind::text)) return text(a.text() + b.text());
    if (are(Kind::time, Kind::duration)) return time(shifted(a.time(), b.integer()));
    if (are(Kind::duration, Kind::time)) return time(shifted(b.time(), a.integer()));
  }
  if (op == '-') {
    if (are(Kind::time, Kind::time)) return integer(between(a.time(), b.time()), Kind::duration);
    if (are(Kind::time, Kind::duration))
      return time(shifted(a.time(), difference_of(0, b.integer())));
  }
  if (!modern(engine)) return std::nullopt;
  if (are(Kind::duration, Kind::duration)) {
    const std::int64_t x = a.integer(), y = b.integer();
    if (op == '+') return integer(sum_of(x, y), Kind::duration);
    if (op == '-') return integer(difference_of(x, y), Kind::duration);
    if (op == '*') return integer(product_of(x, y), Kind::duration);
  }
  if (op == '*' && (a.kind == Kind::duration || b.kind == Kind::duration)) {
    const Value& span = a.kind == Kind::duration ? a : b;
    const Value& factor = a.kind == Kind::duration ? b : a;
    if (factor.is_integer())
      return integer(product_of(span.integer(), factor.integer()), Kind::duration);
    if (factor.kind == Kind::number)
      return integer(truncated(static_cast<double>(span.integer()) * factor.number()),
                     Kind::duration);
  }
  return std::nullopt;
}

}  // namespace backout::expr
