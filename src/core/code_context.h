// What stands around a name in code: a mapping of an object mapper, the text of a statement, a
// comment. By marks and keywords on the spot, not by parsing twenty languages: it decides what a
// report calls a place, and never makes a name go away, but for comments.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/source.h"
#include "core/spelling.h"

namespace backout {

struct CodeLine {
  Span span;               // without the line's end
  std::string_view text;   // without indentation
  std::string_view above;  // the line before, or empty
};
[[nodiscard]] CodeLine line_at(std::string_view text, std::size_t at);

// Nothing but a comment; a trailing one counts as code.
[[nodiscard]] bool is_comment(std::string_view line);

// The mapper whose mark the line (or, for annotations, the one above) has; empty: none.
[[nodiscard]] std::string_view mapper_of(const CodeLine& line, std::string_view path);
// A relation to another row, which mappers name without the `_id` of its column.
[[nodiscard]] bool is_relation(const CodeLine& line);
[[nodiscard]] bool is_many_to_many(const CodeLine& line);
// Of a class, struct or model.
[[nodiscard]] bool is_declaration(const CodeLine& line);
// Within `ignored_columns = […]` of Rails: the opposite of a use.
[[nodiscard]] bool is_ignored_column(std::string_view text, std::size_t at);

// Within the text of a statement, as far as keywords around it tell.
[[nodiscard]] bool is_in_statement(std::string_view text, Span name);
// In quotes of any kind, alone: 'sent', "gift_note", :gift_note.
[[nodiscard]] bool is_quoted(std::string_view text, Span name);

// A statement that may touch a column without naming it, from one of its keywords.
struct OpenStatement {
  enum class Kind { star, dynamic } kind;
  std::string_view tables;  // the text that names its tables; empty: known at run time alone
};
// `keyword`: where `select`, `insert`, `update` or `returning` begins.
[[nodiscard]] std::optional<OpenStatement> open_statement(std::string_view text,
                                                          std::size_t keyword);

}  // namespace backout
