// Functions and procedures. Their identity is name and input types; a replacement keeps it.
#include <algorithm>
#include <functional>
#include <type_traits>
#include <variant>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"
#include "sql/plpgsql.h"

namespace backout::sql {

void Editor::operator()(const CreateFunction& op) {
  Function made;
  made.definition = op;
  made.definition.name.schema = creation_schema(op.name);
  std::vector<Id> uses;
  const auto resolved = [&](const Type& type) {
    Id used = 0;
    Type result = resolve(type, &used);
    uses.push_back(used);
    return result;
  };
  for (Parameter& parameter : made.definition.parameters) {
    parameter.type = resolved(parameter.type);
    if (parameter.mode != 'o' && parameter.mode != 't') made.input_types.push_back(parameter.type);
  }
  if (made.definition.returns) made.definition.returns = resolved(*made.definition.returns);
  made.body_hash = std::hash<std::string>{}(op.sql_body.empty() ? op.body : op.sql_body);
  const std::string key = signature(made.definition.name, made.input_types);
  if (const Function* there = c.functions.find(key)) {
    if (there->known && !op.or_replace) {
      outcome = Outcome::conflict;
      return;
    }
    // The server refuses another result type; who writes this will drop and create.
    if (there->known && there->definition.returns != made.definition.returns)
      outcome = Outcome::conflict;
    made.id = there->id;
    made.owner = there->owner;
    made.grants = there->grants;
    touch(made.id, Aspect::definition);
    c.called_.erase(made.id);
    c.idle_.erase(made.id);
  } else {
    made.id = settle_in(ObjectKind::function, key);
    made.owner = c.role_;
    apply_default_grants(ObjectKind::function, made.definition.name.schema, made.grants);
    c.function_names_[qualified(made.definition.name)].push_back(key);
    touch(made.id, Aspect::existence);
  }
  for (const Id used : uses) depend(made.id, used);
  c.functions.put(key, std::move(made));
}

std::vector<std::string> Editor::functions_meant(
    const QualifiedName& name, const std::optional<std::vector<Type>>& arguments) const {
  std::vector<std::string> schemas = c.search_path_;
  if (!name.schema.empty()) schemas = {name.schema};
  std::vector<Type> types;
  if (arguments) {
    for (const Type& type : *arguments) {
      // Looking up only: a type that is not there is no new object.
      Type resolved = type;
      const std::string key = c.resolve_type(type.name);
      if (const UserType* user = c.types.find(key)) resolved.name = user->name;
      if (const Table* row = c.tables.find(key)) resolved.name = row->name;
      if (const View* row = c.views.find(key)) resolved.name = row->name;
      types.push_back(std::move(resolved));
    }
  }
  for (const std::string& schema_name : schemas) {
    const QualifiedName full{schema_name, name.name};
    if (arguments) {
      std::string key = signature(full, types);
      if (c.functions.find(key)) return {key};
      continue;
    }
    const auto it = c.function_names_.find(qualified(full));
    if (it != c.function_names_.end() && !it->second.empty()) return it->second;
  }
  return {};
}

Function* Editor::function(const QualifiedName& name,
                           const std::optional<std::vector<Type>>& arguments, bool if_exists) {
  const std::vector<std::string> keys = functions_meant(name, arguments);
  if (keys.size() > 1) {  // ambiguous
    outcome = Outcome::conflict;
    return nullptr;
  }
  if (!keys.empty()) return &c.functions.edit(keys.front());
  const QualifiedName full{creation_schema(name), name.name};
  const std::string key = signature(full, arguments.value_or(std::vector<Type>()));
  if (c.functions.find_before(key)) {
    outcome = if_exists ? Outcome::no_op : Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(if_exists)) return nullptr;
  const Id id = settle_in(ObjectKind::function, key);
  c.function_names_[qualified(full)].push_back(key);
  c.functions.assume(key, [&](Function& made) {
    made.id = id;
    made.known = false;
    made.definition.name = full;
    made.input_types = arguments.value_or(std::vector<Type>());
  });
  return &c.functions.edit(key);
}

void Editor::operator()(const AlterFunction& op) {
  Function* f = function(op.name, op.arguments, false);
  if (!f) return;
  if (op.volatility) f->definition.volatility = *op.volatility;
  if (op.strict) f->definition.strict = *op.strict;
  if (op.security_definer) f->definition.security_definer = *op.security_definer;
  touch(f->id, Aspect::attributes);
}

// The one function of this name that takes so many arguments, else null.
const Function* Editor::function_called(const Call& op) const {
  const Function* found = nullptr;
  for (const std::string& key : functions_meant(op.function, std::nullopt)) {
    const Function* f = c.functions.find(key);
    if (!f || !f->known) continue;
    const auto defaults = static_cast<std::size_t>(
        std::count_if(f->definition.parameters.begin(), f->definition.parameters.end(),
                      [](const Parameter& p) { return p.has_default; }));
    if (op.arguments.size() > f->input_types.size() ||
        op.arguments.size() + defaults < f->input_types.size())
      continue;
    if (found) return nullptr;
    found = f;
  }
  return found;
}

// Not those that read or write rows, nor dynamic SQL, of which nothing is known.
static bool may_change_schema(const Operation& operation) {
  return std::visit(
      [](const auto& action) {
        return !one_of<std::remove_cvref_t<decltype(action)>, Read, Insert, Update, Delete, Merge,
                       Truncate, Copy, Lock, DynamicSql, Other>;
      },
      operation.action);
}

// What a migration has its own function do is done by the migration. Once a change: the same body
// does the same again, and a function may call itself.
void Editor::run_body(const Function& function) {
  constexpr unsigned max_depth = 16;  // functions that call functions
  const Id id = function.id;          // the body may drop the function
  if (c.call_depth_ >= max_depth || c.idle_.contains(id) || !c.called_.insert(id).second) return;
  ++c.call_depth_;
  const BodyOperations body = body_operations(function.definition);
  for (const Operation& operation : body.operations) {
    const Outcome result = c.apply(operation, cause_);
    if (result == Outcome::conflict || result == Outcome::unknown_object) outcome = result;
  }
  --c.call_depth_;
  if (std::none_of(body.operations.begin(), body.operations.end(), may_change_schema))
    c.idle_.insert(id);  // called again, it need not be read again
}

void Editor::operator()(const Call& op) {
  const std::string& name = op.function.name;
  const bool builtin = op.function.schema.empty() || op.function.schema == "pg_catalog";
  if (!builtin || name != "setval" || op.arguments.size() < 2) {
    if (const Function* f = function_called(op)) run_body(*f);
    return;
  }
  const Expr* target = op.arguments[0].get();
  while (target && target->kind == Expr::Kind::cast && target->args.size() == 1)
    target = &target->args.front();
  if (!target || target->kind != Expr::Kind::constant) return;
  const std::string key = c.resolve_relation(name_in_text(target->text));
  if (!c.sequences.find(key)) return;
  Sequence& s = c.sequences.edit(key);
  s.restarted.reset();
  const Expr* value = op.arguments[1].get();
  if (value && value->kind == Expr::Kind::constant && value->text.size() < 19 &&
      value->text.find_first_not_of("0123456789") == std::string::npos && !value->text.empty())
    s.restarted = std::stoll(value->text);
  touch(s.id, Aspect::sequence);
}

}  // namespace backout::sql
