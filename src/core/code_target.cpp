#include "core/code_target.h"

#include <cstddef>
#include <utility>

namespace backout {
namespace {

using Sort = CodeTarget::Sort;

// "public.orders.gift_note" → its last two parts; the arguments of a function go.
struct Parts {
  std::string_view owner, last;
};
Parts parts_of(std::string_view name) {
  name = name.substr(0, name.find('('));
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {{}, name};
  const std::string_view left = name.substr(0, dot);
  return {left.substr(left.rfind('.') + 1), name.substr(dot + 1)};
}

bool is_one_of(std::string_view kind, std::initializer_list<std::string_view> kinds) {
  for (const std::string_view one : kinds)
    if (kind == one) return true;
  return false;
}

// Kinds that code uses by name. Not schemas, which a search path stands for; not triggers.
bool is_named_by_code(std::string_view kind) {
  return is_one_of(kind, {"function", "procedure", "aggregate", "type", "enum", "domain",
                          "composite type", "range", "constraint", "domain constraint", "index"});
}

void add(CodeTarget& to, NameForm::Kind kind, Spelling spelling) {
  if (!spelling.words.empty() && spelling.seed().size() > 1)
    to.forms.push_back({kind, std::move(spelling)});
}

// The words from `first` on.
Spelling tail(const Spelling& spelling, std::size_t first) {
  std::string name;
  for (std::size_t i = first; i < spelling.words.size(); ++i)
    name += (name.empty() ? "" : "_") + spelling.words[i];
  return spelling_of(name);
}

void add_relation_forms(CodeTarget& to, const Spelling& name) {
  using Kind = NameForm::Kind;
  if (auto one = singular_of(name)) add(to, Kind::singular, *std::move(one));
  if (name.words.size() < 2) return;
  const Spelling model = tail(name, 1), last = tail(name, name.words.size() - 1);
  if (auto one = singular_of(model)) add(to, Kind::model, *std::move(one));
  add(to, Kind::model, model);
  add(to, Kind::joined, last);
}

}  // namespace

CodeTarget code_target(const ObjectRef& object) {
  CodeTarget out;
  const Parts parts = parts_of(object.name);
  if (object.kind == "column")
    out.sort = Sort::column;
  else if (object.kind == "enum value")
    out.sort = Sort::label;
  else if (is_one_of(object.kind,
                     {"table", "view", "materialized view", "foreign table", "sequence"}))
    out.sort = Sort::relation;
  else if (!is_named_by_code(object.kind))
    return out;
  out.name = parts.last;
  if (out.sort == Sort::column || out.sort == Sort::label) out.owner = parts.owner;
  const Spelling name = spelling_of(parts.last);
  out.distinct = name.words.size() > 1 || out.name.size() > 11;
  add(out, NameForm::Kind::whole, name);
  if (out.forms.empty()) return out;
  if (out.sort == Sort::relation) add_relation_forms(out, name);
  if (out.sort == Sort::column && name.words.size() > 1 && name.words.back() == "id")
    add(out, NameForm::Kind::row, spelling_of(parts.last.substr(0, parts.last.size() - 2)));
  return out;
}

}  // namespace backout
