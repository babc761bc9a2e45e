#include "expr/type.h"

#include <algorithm>
#include <iterator>

namespace backout::expr {
namespace {

using K = Type::Kind;

constexpr Type of(K kind) { return {.kind = kind}; }

constexpr Type integer_type = of(K::integer);
constexpr Type number_type = of(K::number);
constexpr Type text_type = of(K::text);
constexpr Type byte_type = of(K::byte);
constexpr Type pair_type = of(K::pair);
constexpr Type time_type = of(K::time);
constexpr Type row_type = {.kind = K::object, .shape = Shape::row};
constexpr Type record_type = {.kind = K::object, .shape = Shape::record};
constexpr Type message_type = {.kind = K::object, .shape = Shape::message};

const Type* element_type(Elements elements) {
  switch (elements) {
    case Elements::any:
      return nullptr;
    case Elements::integer:
      return &integer_type;
    case Elements::number:
      return &number_type;
    case Elements::text:
      return &text_type;
    case Elements::byte:
      return &byte_type;
    case Elements::pair:
      return &pair_type;
    case Elements::row:
      return &row_type;
    case Elements::record:
      return &record_type;
    case Elements::message:
      return &message_type;
    case Elements::time:
      return &time_type;
  }
  return nullptr;
}

Type list_of(Elements elements) { return {.kind = K::list, .element = element_type(elements)}; }

// Go's reflect.Kind.
enum class GoKind : std::uint8_t {
  none,
  boolean,
  integer,
  integer64,
  byte,
  number,
  text,
  slice,
  array,
  map,
  structure,
  pointer,
  function,
  interface
};

GoKind go_kind(const Type& type) {
  switch (type.kind) {
    case K::any:
      return GoKind::interface;
    case K::nil:
      return GoKind::none;
    case K::boolean:
      return GoKind::boolean;
    case K::integer:
    case K::month:
    case K::weekday:
      return GoKind::integer;
    case K::integer64:
    case K::duration:
      return GoKind::integer64;
    case K::byte:
      return GoKind::byte;
    case K::number:
      return GoKind::number;
    case K::text:
    case K::status:
      return GoKind::text;
    case K::list:
      return GoKind::slice;
    case K::pair:
      return GoKind::array;
    case K::object:
      return is_struct(type.shape) ? GoKind::structure : GoKind::map;
    case K::time:
      return GoKind::structure;
    case K::text_pointer:
    case K::zone:
      return GoKind::pointer;
    case K::function:
    case K::method:
    case K::builtin:
      return GoKind::function;
  }
  return GoKind::none;
}

bool same_element(const Type& a, const Type& b) {
  const Type* const x = a.loose ? nullptr : a.element;
  const Type* const y = b.loose ? nullptr : b.element;
  if (!x || !y) return (!x || x->kind == K::any) && (!y || y->kind == K::any);
  if (x->kind != y->kind) return false;
  if (x->kind == K::list) return same_element(*x, *y);
  return x->kind != K::object || x->shape == y->shape;
}

}  // namespace

Type type_of(const Value& value) {
  switch (value.kind) {
    case Kind::nil:
      return of(K::nil);
    case Kind::boolean:
      return of(K::boolean);
    case Kind::integer:
      return integer_type;
    case Kind::integer64:
      return of(K::integer64);
    case Kind::byte:
      return byte_type;
    case Kind::number:
      return number_type;
    case Kind::text:
      return text_type;
    case Kind::status:
      return of(K::status);
    case Kind::text_pointer:
      return of(K::text_pointer);
    case Kind::list:
      return value.list().array ? pair_type : list_of(value.list().elements);
    case Kind::object:
      return {.kind = K::object, .shape = value.object().shape};
    case Kind::time:
      return time_type;
    case Kind::duration:
      return of(K::duration);
    case Kind::month:
      return of(K::month);
    case Kind::weekday:
      return of(K::weekday);
    case Kind::zone:
      return of(K::zone);
    case Kind::function:
      return {.kind = K::function, .function = value.function()};
  }
  return {};
}

Type member_type(Shape shape) { return shape == Shape::groups ? list_of(Elements::any) : Type{}; }

Type field_type(Shape shape, std::string_view name) {
  if (shape == Shape::message)
    return of(name == "Code" || name == "Value" ? K::text_pointer : K::nil);
  if (name == "Id" || name == "Label") return of(K::text_pointer);
  if (name == "StatusCode") return of(K::status);
  if (name == "Values") return list_of(Elements::number);
  if (name == "Timestamps") return list_of(Elements::time);
  if (name == "Messages") return list_of(Elements::message);
  return of(K::nil);
}

const Method* find_method(K receiver, std::string_view name) {
  static constexpr Method methods[] = {
      {K::time, "Year", K::integer, ""},
      {K::time, "Month", K::month, ""},
      {K::time, "Day", K::integer, ""},
      {K::time, "Hour", K::integer, ""},
      {K::time, "Minute", K::integer, ""},
      {K::time, "Second", K::integer, ""},
      {K::time, "Nanosecond", K::integer, ""},
      {K::time, "YearDay", K::integer, ""},
      {K::time, "Weekday", K::weekday, ""},
      {K::time, "Unix", K::integer64, ""},
      {K::time, "UnixMilli", K::integer64, ""},
      {K::time, "UnixMicro", K::integer64, ""},
      {K::time, "UnixNano", K::integer64, ""},
      {K::time, "IsZero", K::boolean, ""},
      {K::time, "Before", K::boolean, "t"},
      {K::time, "After", K::boolean, "t"},
      {K::time, "Equal", K::boolean, "t"},
      {K::time, "Compare", K::integer, "t"},
      {K::time, "Add", K::time, "d"},
      {K::time, "AddDate", K::time, "iii"},
      {K::time, "Sub", K::duration, "t"},
      {K::time, "UTC", K::time, ""},
      {K::time, "Truncate", K::time, "d"},
      {K::time, "Round", K::time, "d"},
      {K::time, "Format", K::text, "s"},
      {K::time, "String", K::text, ""},
      {K::duration, "Hours", K::number, ""},
      {K::duration, "Minutes", K::number, ""},
      {K::duration, "Seconds", K::number, ""},
      {K::duration, "Milliseconds", K::integer64, ""},
      {K::duration, "Microseconds", K::integer64, ""},
      {K::duration, "Nanoseconds", K::integer64, ""},
      {K::duration, "Abs", K::duration, ""},
      {K::duration, "Truncate", K::duration, "d"},
      {K::duration, "Round", K::duration, "d"},
      {K::duration, "String", K::text, ""},
      {K::month, "String", K::text, ""},
      {K::weekday, "String", K::text, ""},
      {K::zone, "String", K::text, ""},
  };
  const auto* const found = std::find_if(
      std::begin(methods), std::end(methods),
      [&](const Method& method) { return method.receiver == receiver && method.name == name; });
  return found == std::end(methods) ? nullptr : found;
}

bool same_go_kind(const Type& a, const Type& b) { return go_kind(a) == go_kind(b); }

bool is_integer(const Type& type, Engine engine) {
  if (type.kind == K::integer || type.kind == K::integer64 || type.kind == K::byte) return true;
  return !modern(engine) &&
         (type.kind == K::duration || type.kind == K::month || type.kind == K::weekday);
}

bool is_number(const Type& type, Engine engine) {
  return type.kind == K::number || is_integer(type, engine);
}

bool is_text(const Type& type) { return type.kind == K::text || type.kind == K::status; }
bool is_list(const Type& type) { return type.kind == K::list || type.kind == K::pair; }

bool assignable(const Type& from, const Type& to) {
  if (from.kind == K::nil) {
    const GoKind kind = go_kind(to);
    return kind == GoKind::interface || kind == GoKind::pointer || kind == GoKind::slice ||
           kind == GoKind::map || kind == GoKind::function;
  }
  if (to.kind == K::any) return true;
  if (from.kind != to.kind) return false;
  if (from.kind == K::list) return same_element(from, to);
  if (from.kind == K::function) return from.function == to.function;
  if (from.kind != K::object) return true;
  // A named map and the same without a name go together.
  const auto plain = [](Shape shape) { return shape == Shape::row ? Shape::json : shape; };
  return plain(from.shape) == plain(to.shape);
}

std::string describe(const Type& type) {
  switch (type.kind) {
    case K::any:
      return "a value of any type";
    case K::nil:
      return "nil";
    case K::boolean:
      return "a boolean";
    case K::integer:
    case K::integer64:
    case K::byte:
      return "an integer";
    case K::number:
      return "a number";
    case K::text:
    case K::text_pointer:
      return "a text";
    case K::status:
      return "a status code (a type of its own)";
    case K::list:
    case K::pair: {
      const K element = element_of(type).kind;
      if (element == K::number) return "a list of numbers";
      if (element == K::integer) return "a list of integers";
      if (element == K::text) return "a list of texts";
      return "a list";
    }
    case K::object:
      return "an object";
    case K::time:
      return "a time";
    case K::duration:
      return "a duration";
    case K::month:
      return "a month";
    case K::weekday:
      return "a weekday";
    case K::zone:
      return "a time zone";
    case K::function:
    case K::method:
    case K::builtin:
      return "a function";
  }
  return {};
}

}  // namespace backout::expr
