// A database object as code may name it: the forms of its name that object mappers make of it by
// convention, and how much each says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/spelling.h"

namespace backout {

struct NameForm {
  enum class Kind : std::uint8_t {
    whole,     // the name itself
    singular,  // class Order for the table `orders`: counts where a mapper or a declaration stands
    row,       // `customer` for the column `customer_id`: counts in relations
    model,     // class Order of the application `shop` for `shop_order`: counts in declarations
    joined,    // `books` for `author_books`: counts in relations of many to many
  };
  Kind kind;
  Spelling spelling;
};

struct CodeTarget {
  enum class Sort : std::uint8_t { column, relation, label, other };
  Sort sort = Sort::other;
  std::string name;             // as the database has it, unqualified
  std::vector<NameForm> forms;  // the whole name first; empty: a search cannot tell
  std::string owner;            // of a column its table, of an enum's label its type
  bool distinct = false;        // hardly anything else has this name
};
[[nodiscard]] CodeTarget code_target(const ObjectRef& object);

}  // namespace backout
