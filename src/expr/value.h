// The Go values that a condition computes with. Which Go type a value has decides what may be done
// with it and what it equals, so lists and objects remember theirs. Values are immutable and share
// their content; copying one is cheap.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "expr/time.h"

namespace backout::expr {

enum class Kind : std::uint8_t {
  nil,
  boolean,
  integer,    // int: literals, lengths, counts
  integer64,  // int64: what asInt() gives
  byte,       // uint8: what indexing a string gives
  number,     // float64
  text,
  status,        // a named string type: StatusCode of CloudWatch
  text_pointer,  // *string, never nil (a nil one is `nil`): Id and Label of CloudWatch
  list,
  object,
  time,
  duration,
  month,
  weekday,
  zone,
  function,
};

// Go's element type of a slice.
enum class Elements : std::uint8_t {
  any,
  integer,
  number,
  text,
  byte,
  pair,     // [2]any
  row,      // a New Relic row
  record,   // a CloudWatch result
  message,  // a message in one
  time,
};

// Go's type of what has keys.
enum class Shape : std::uint8_t {
  json,     // map[string]any
  row,      // the same under a name: nrdb.NRDBResult
  any,      // map[any]any: fromPairs()
  groups,   // map[any][]any: groupBy()
  record,   // struct MetricDataResult of CloudWatch
  message,  // struct MessageData
};
[[nodiscard]] constexpr bool is_struct(Shape shape) {
  return shape == Shape::record || shape == Shape::message;
}

// The functions that the controller adds to the language.
enum class Function : std::uint8_t { as_int, as_float, is_nan, is_inf, is_nil, default_ };

struct List;
struct Object;

struct Value {
  Kind kind = Kind::nil;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::shared_ptr<const List>,
               std::shared_ptr<const Object>, Time, Function>
      data;

  // `kind` says which may be asked; integers of all kinds, durations (ns), months and weekdays are
  // `integer`, all strings and zones are `text`.
  [[nodiscard]] bool boolean() const { return *std::get_if<bool>(&data); }
  [[nodiscard]] std::int64_t integer() const { return *std::get_if<std::int64_t>(&data); }
  [[nodiscard]] double number() const { return *std::get_if<double>(&data); }
  [[nodiscard]] const std::string& text() const { return *std::get_if<std::string>(&data); }
  [[nodiscard]] const List& list() const {
    return **std::get_if<std::shared_ptr<const List>>(&data);
  }
  [[nodiscard]] const Object& object() const {
    return **std::get_if<std::shared_ptr<const Object>>(&data);
  }
  [[nodiscard]] const Time& time() const { return *std::get_if<Time>(&data); }
  [[nodiscard]] Function function() const { return *std::get_if<Function>(&data); }

  [[nodiscard]] bool is_integer() const {
    return kind == Kind::integer || kind == Kind::integer64 || kind == Kind::byte;
  }
  [[nodiscard]] bool is_number() const { return is_integer() || kind == Kind::number; }
  // Of a number of any kind.
  [[nodiscard]] double as_number() const {
    return kind == Kind::number ? number() : static_cast<double>(integer());
  }
  [[nodiscard]] std::uint32_t depth() const;  // of lists and objects in each other
  [[nodiscard]] bool is_nil() const;
};

struct Entry {
  Value key;
  Value value;
};

struct List {
  Elements elements = Elements::any;
  bool nil = false;         // a nil slice: equals nil, has no elements
  bool array = false;       // a pair itself, [2]any
  std::uint32_t depth = 1;  // of lists and objects in each other
  std::vector<Value> items = {};
};

struct Object {
  Shape shape = Shape::json;
  std::uint32_t depth = 1;
  // json, row: sorted by key, each key once; structs: in the order of their fields.
  std::vector<Entry> entries = {};
  [[nodiscard]] const Value* find(std::string_view key) const;  // a text key; null: none
};

inline std::uint32_t Value::depth() const {
  return kind == Kind::list ? list().depth : kind == Kind::object ? object().depth : 0;
}
inline bool Value::is_nil() const {
  return kind == Kind::nil || (kind == Kind::list && list().nil);
}

[[nodiscard]] Value boolean(bool value);
[[nodiscard]] Value integer(std::int64_t value, Kind kind = Kind::integer);
[[nodiscard]] Value number(double value);
[[nodiscard]] Value text(std::string value, Kind kind = Kind::text);
[[nodiscard]] Value list(std::vector<Value> items, Elements elements = Elements::any);
[[nodiscard]] Value pair(Value first, Value second);  // [2]any
[[nodiscard]] Value object(std::vector<Entry> entries, Shape shape = Shape::json);
[[nodiscard]] Value time(Time value);
[[nodiscard]] Value function(Function value);

// Longer texts are not made; what prints values stops soon after.
inline constexpr std::size_t most_text_bytes = 16 << 20;

// As fmt prints it with %v: "1.5", "<nil>", "[1 2]", "map[a:1]".
[[nodiscard]] std::string plain_text(const Value& value);
// For messages: "a number", "nil", "a list of 2 elements".
[[nodiscard]] std::string describe(const Value& value);

}  // namespace backout::expr
