// See type_change.h. Domains are looked through first; what remains is a comparison of two built-in
// types, by family.
#include "sql/type_change.h"

#include <optional>
#include <string_view>

namespace backout::sql {
namespace {

bool constrained(const UserType& type) { return type.not_null || !type.constraints.empty(); }

// What a domain stands for; other types stand for themselves.
const Type& underlying(TypeRef ref) {
  return ref.user && ref.user->kind == UserType::Kind::domain ? ref.user->base : ref.type;
}

bool is(const Type& type, std::string_view name) {
  return type.name.name == name && (type.name.schema.empty() || name == "citext");
}
bool is_text(const Type& type) { return is(type, "text") || is(type, "character varying"); }
bool is_array(const Type& type) { return type.dimensions > 0; }

// 1 to 3 for the integers, 4 and 5 for the floating-point types, 0 for anything else.
int number_rank(const Type& type) {
  static constexpr std::string_view names[] = {"smallint", "integer", "bigint", "real",
                                               "double precision"};
  for (int i = 0; i < 5; ++i)
    if (is(type, names[i])) return i + 1;
  return 0;
}
bool is_integer(const Type& type) { return number_rank(type) >= 1 && number_rank(type) <= 3; }
bool is_float(const Type& type) { return number_rank(type) >= 4; }

constexpr std::string_view with_zone = "timestamp with time zone";
constexpr std::string_view without_zone = "timestamp without time zone";
bool is_timestamp(const Type& type) { return is(type, with_zone) || is(type, without_zone); }
bool is_time(const Type& type) {
  return is(type, "time with time zone") || is(type, "time without time zone");
}

// The first modifier, or nothing when the type is unlimited.
std::optional<std::int32_t> length(const Type& type) {
  if (type.modifiers.empty() || type.modifiers[0] < 0) return std::nullopt;
  return type.modifiers[0];
}
bool at_least(std::optional<std::int32_t> after, std::optional<std::int32_t> before) {
  return !after || (before && *after >= *before);
}

// numeric(10) is numeric(10,0); numeric alone has no limit.
struct Digits {
  std::int32_t whole, scale;
};
std::optional<Digits> digits(const Type& type) {
  if (type.modifiers.empty()) return std::nullopt;
  const std::int32_t scale = type.modifiers.size() > 1 ? type.modifiers[1] : 0;
  return Digits{type.modifiers[0] - scale, scale};
}

// Same type name, other modifiers: does every old value fit?
bool holds(const Type& before, const Type& after) {
  if (is(before, "numeric")) {
    const auto from = digits(before), to = digits(after);
    return !to || (from && to->whole >= from->whole && to->scale >= from->scale);
  }
  return at_least(length(after), length(before));
}

bool equal(const Type& before, const Type& after) {
  // int[] and int[][] are one type to PostgreSQL.
  return before.name == after.name && before.modifiers == after.modifiers &&
         is_array(before) == is_array(after);
}

TypeChange classify_plain(const Type& before, const Type& after) {
  if (equal(before, after)) return TypeChange::none;
  if (is_array(before) != is_array(after)) return TypeChange::replaced;
  if (before.name == after.name)
    return holds(before, after) ? TypeChange::grown : TypeChange::narrowed;
  if (is_text(before) && is_text(after)) {
    if (is(after, "text") || !length(after))
      return length(before) ? TypeChange::to_text : TypeChange::none;
    return TypeChange::narrowed;
  }
  if (is(before, "character") || is(after, "character")) {
    const Type& other = is(before, "character") ? after : before;
    if (!is_text(other)) return TypeChange::replaced;
    const bool fits = is(before, "character") ? at_least(length(after), length(before)) : false;
    return fits ? TypeChange::blank_padding : TypeChange::narrowed;
  }
  if (is_integer(before) && is_integer(after))
    return number_rank(after) > number_rank(before) ? TypeChange::widened : TypeChange::narrowed;
  if (is_float(before) && is_float(after))
    return number_rank(after) > number_rank(before) ? TypeChange::widened : TypeChange::narrowed;
  if (is_timestamp(before) && is_timestamp(after)) return TypeChange::time_zone;
  if (is_timestamp(before) && (is(after, "date") || is_time(after))) return TypeChange::narrowed;
  if ((is_float(before) || is(before, "numeric")) && is_integer(after)) return TypeChange::narrowed;
  if (is(before, "bit") && is(after, "bit varying"))
    return at_least(length(after), length(before)) ? TypeChange::grown : TypeChange::narrowed;
  const bool json_before = is(before, "json") || is(before, "jsonb");
  const bool json_after = is(after, "json") || is(after, "jsonb");
  if (json_before && json_after) return TypeChange::json;
  if ((is_text(before) && is(after, "citext")) || (is(before, "citext") && is_text(after)))
    return length(after) ? TypeChange::narrowed : TypeChange::case_folding;
  return TypeChange::replaced;
}

Fit fit_plain(const Type& before, const Type& after) {
  if (equal(before, after)) return Fit::kept;
  if (is_array(before) != is_array(after)) return Fit::refused;
  const bool numbers = (number_rank(before) > 0 || is(before, "numeric")) &&
                       (number_rank(after) > 0 || is(after, "numeric"));
  if (before.name == after.name) {
    if (holds(before, after)) return Fit::kept;
    if (is(before, "numeric")) {
      const auto from = digits(before), to = digits(after);
      return !from || to->scale < from->scale ? Fit::altered : Fit::refused;
    }
    // An assignment refuses what is too long, of strings and of bits; it rounds fractions of a
    // second.
    return is_timestamp(before) || is_time(before) || before.name.name.starts_with("interval")
               ? Fit::altered
               : Fit::refused;
  }
  if (numbers) {
    if (is_integer(before)) {
      if (is_integer(after))
        return number_rank(after) > number_rank(before) ? Fit::kept : Fit::refused;
      if (is(after, "numeric")) return after.modifiers.empty() ? Fit::kept : Fit::refused;
      // A double holds every integer up to 2^53, a real up to 2^24.
      if (is(after, "double precision")) return is(before, "bigint") ? Fit::altered : Fit::kept;
      return is(before, "smallint") ? Fit::kept : Fit::altered;
    }
    return is(before, "real") && is(after, "double precision") ? Fit::kept : Fit::altered;
  }
  switch (classify_plain(before, after)) {
    case TypeChange::none:
    case TypeChange::grown:
    case TypeChange::to_text:
    case TypeChange::case_folding:
      return Fit::kept;
    case TypeChange::narrowed:
      return is_timestamp(before) ? Fit::altered : Fit::refused;
    case TypeChange::blank_padding:
      return is(before, "character") ? Fit::altered : Fit::refused;
    case TypeChange::json:
      return is(after, "jsonb") ? Fit::altered : Fit::kept;  // key order and duplicate keys go
    case TypeChange::time_zone:
      return is(before, with_zone) ? Fit::altered : Fit::kept;
    default:
      break;
  }
  if (is(before, "time with time zone") && is(after, "time without time zone")) return Fit::altered;
  if (is(before, "inet") && is(after, "cidr")) return Fit::altered;  // host bits are cleared
  if (is(before, "name") || is(before, "date")) return Fit::kept;
  return is_text(after) && !length(after) ? Fit::kept : Fit::refused;
}

Rewrite rewrite_plain(const Type& before, const Type& after) {
  if (equal(before, after)) return Rewrite::none;
  if (is_array(before) || is_array(after)) return Rewrite::table;
  if (before.name == after.name) {
    // Lengths of char(n) and bit(n) are part of the stored value.
    if (is(before, "character") || is(before, "bit") || !holds(before, after))
      return Rewrite::table;
    if (!is(before, "numeric")) return Rewrite::none;
    const auto from = digits(before), to = digits(after);
    return !to || (from && from->scale == to->scale) ? Rewrite::none : Rewrite::table;
  }
  if (is_text(before) && is_text(after))
    return at_least(length(after), length(before)) ? Rewrite::none : Rewrite::table;
  if (is_timestamp(before) && is_timestamp(after))
    return length(before) == length(after) ? Rewrite::unless_utc : Rewrite::table;
  if (is(before, "xml") && is(after, "text")) return Rewrite::none;
  if (is(before, "cidr") && is(after, "inet")) return Rewrite::none;
  if (is(before, "oid") && is(after, "integer")) return Rewrite::none;
  if (is(before, "integer") && is(after, "oid")) return Rewrite::indexes;
  if (is(before, "bit") && is(after, "bit varying") && at_least(length(after), length(before)))
    return Rewrite::none;
  if ((is(before, "text") && is(after, "citext")) || (is(before, "citext") && is(after, "text")))
    return Rewrite::indexes;
  if ((is(before, "citext") && is(after, "character varying") && !length(after)) ||
      (is(before, "character varying") && is(after, "citext")))
    return Rewrite::indexes;
  return Rewrite::table;
}

bool same_user_type(TypeRef before, TypeRef after) {
  return before.user && after.user && before.user->id == after.user->id &&
         is_array(before.type) == is_array(after.type);
}
bool gains_constraints(TypeRef after) {
  return after.user && after.user->kind == UserType::Kind::domain && constrained(*after.user);
}

}  // namespace

TypeChange classify(TypeRef before, TypeRef after) {
  if (same_user_type(before, after)) return TypeChange::none;
  const TypeChange plain = classify_plain(underlying(before), underlying(after));
  const bool harmless =
      plain == TypeChange::none || plain == TypeChange::grown || plain == TypeChange::to_text;
  return harmless && gains_constraints(after) ? TypeChange::constrained : plain;
}

Fit fit(TypeRef before, TypeRef after) {
  if (same_user_type(before, after)) return Fit::kept;
  const Fit plain = fit_plain(underlying(before), underlying(after));
  return plain == Fit::kept && gains_constraints(after) ? Fit::refused : plain;
}

Rewrite rewrite(TypeRef before, TypeRef after) {
  if (same_user_type(before, after)) return Rewrite::none;
  if (gains_constraints(after)) return Rewrite::table;
  return rewrite_plain(underlying(before), underlying(after));
}

}  // namespace backout::sql
