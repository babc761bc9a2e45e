#include "expr/builtin.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace backout::expr {
namespace {

// Sorted by name.
constexpr Builtin table[] = {
    {"abs", "", ""},
    {"all", "ep", "ep"},
    {"any", "ep", "ep"},
    {"bitand", "", "", false},
    {"bitnand", "", "", false},
    {"bitnot", "", "", false},
    {"bitor", "", "", false},
    {"bitshl", "", "", false},
    {"bitshr", "", "", false},
    {"bitushr", "", "", false},
    {"bitxor", "", "", false},
    {"ceil", "", ""},
    {"concat", "", "", false},
    {"count", "eP", "ep"},
    {"date", "", ""},
    {"duration", "", ""},
    {"filter", "ep", "ep"},
    {"find", "ep", "ep"},
    {"findIndex", "ep", "ep"},
    {"findLast", "ep", "ep"},
    {"findLastIndex", "ep", "ep"},
    {"first", "", ""},
    {"flatten", "", "", false},
    {"float", "", ""},
    {"floor", "", ""},
    {"fromBase64", "", ""},
    {"fromJSON", "", ""},
    {"fromPairs", "", ""},
    {"get", "", ""},
    {"groupBy", "ep", "ep"},
    {"hasPrefix", "", ""},
    {"hasSuffix", "", ""},
    {"indexOf", "", ""},
    {"int", "", ""},
    {"join", "", ""},
    {"keys", "", ""},
    {"last", "", ""},
    {"lastIndexOf", "", ""},
    {"len", "", ""},
    {"lower", "", ""},
    {"map", "ep", "ep"},
    {"max", "", ""},
    {"mean", "", ""},
    {"median", "", ""},
    {"min", "", ""},
    {"none", "ep", "ep"},
    {"now", "", ""},
    {"one", "ep", "ep"},
    {"reduce", "epE", "epE"},
    {"repeat", "", ""},
    {"replace", "", ""},
    {"reverse", "", "", false},
    {"round", "", ""},
    {"sort", "", ""},
    {"sortBy", "epE", ""},
    {"split", "", ""},
    {"splitAfter", "", ""},
    {"string", "", ""},
    {"sum", "eP", ""},
    {"take", "", ""},
    {"timezone", "", "", false},
    {"toBase64", "", ""},
    {"toJSON", "", ""},
    {"toPairs", "", ""},
    {"trim", "", ""},
    {"trimPrefix", "", ""},
    {"trimSuffix", "", ""},
    {"type", "", ""},
    {"uniq", "", "", false},
    {"upper", "", ""},
    {"values", "", ""},
};

// Edits between two words, `limit` + 1 when there are more.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  constexpr std::size_t longest = 32;
  if (gap > limit || a.size() > longest || b.size() > longest) return limit + 1;
  std::array<std::size_t, longest + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

const Builtin* find_builtin(std::string_view name, Engine engine) {
  const Builtin* const found = std::lower_bound(
      std::begin(table), std::end(table), name,
      [](const Builtin& builtin, std::string_view wanted) { return builtin.name < wanted; });
  if (found == std::end(table) || found->name != name) return nullptr;
  return found->old || modern(engine) ? found : nullptr;
}

std::string_view form_of(const Builtin& builtin, Engine engine) {
  return modern(engine) ? builtin.form : builtin.old_form;
}

std::vector<std::string_view> known_names(Engine engine) {
  std::vector<std::string_view> names = {"result", "asInt", "asFloat", "isNaN",
                                         "isInf",  "isNil", "default"};
  for (const Builtin& builtin : table)
    if (builtin.old || modern(engine)) names.push_back(builtin.name);
  return names;
}

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names) {
  std::size_t limit = word.size() < 5 ? word.size() / 3 : 2;
  std::string_view best;
  for (const std::string_view name : names) {
    const std::size_t edits = distance(word, name, limit);
    if (edits > limit || (!best.empty() && edits == limit)) continue;
    best = name;
    limit = edits;
  }
  return best;
}

}  // namespace backout::expr
