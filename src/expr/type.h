// Static types as the engine's checker sees them: Go's types, and `any` where it has to wait for
// the value. Cheap to copy; what they point to lives in tables or in the checker that made it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "expr/engine.h"
#include "expr/value.h"

namespace backout::expr {

struct Type {
  enum class Kind : std::uint8_t {
    any,
    nil,
    boolean,
    integer,
    integer64,
    byte,
    number,
    text,
    status,
    text_pointer,
    list,
    pair,  // [2]any
    object,
    time,
    duration,
    month,
    weekday,
    zone,
    function,  // of the controller
    method,    // of a time or duration; element is what it returns
    builtin,   // a built-in function that is not called
  };
  Kind kind = Kind::any;
  bool loose = false;             // list: Go's type is []any although the elements are known (1.17)
  Shape shape = Shape::json;      // object
  Function function{};            // function
  const Type* element = nullptr;  // list, method; null: any
};

[[nodiscard]] inline Type element_of(const Type& type) {
  return type.element ? *type.element : Type{};
}

// Of a value; elements point into static tables.
[[nodiscard]] Type type_of(const Value& value);
// The values of an object of this shape.
[[nodiscard]] Type member_type(Shape shape);
// A field of a struct; `nil`: there is none.
[[nodiscard]] Type field_type(Shape shape, std::string_view name);
// A method of a time, duration, month, weekday or zone. Parameters, a letter each: t time,
// d duration, s text, i integer.
struct Method {
  Type::Kind receiver;
  std::string_view name;
  Type::Kind result;
  std::string_view parameters;
};
// Null: there is none.
[[nodiscard]] const Method* find_method(Type::Kind receiver, std::string_view name);

// Go's reflect.Kind, as far as it matters: in 1.15 a duration counts as an integer, for example.
[[nodiscard]] bool same_go_kind(const Type& a, const Type& b);
[[nodiscard]] bool is_integer(const Type& type, Engine engine);
[[nodiscard]] bool is_number(const Type& type, Engine engine);
[[nodiscard]] bool is_text(const Type& type);
[[nodiscard]] bool is_list(const Type& type);
// Whether Go would let a value of `from` be assigned to `to`.
[[nodiscard]] bool assignable(const Type& from, const Type& to);

// For messages: "a number", "a list of numbers".
[[nodiscard]] std::string describe(const Type& type);

}  // namespace backout::expr
