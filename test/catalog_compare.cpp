#include "catalog_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "core/source.h"
#include "sql/parse.h"

namespace backout::test {
namespace {

using nlohmann::json;
using namespace sql;

// What an expression's type is only the server's analysis can say; ours then says that it does not
// know.
constexpr std::string_view unknown = "unknown";

// ---------------------------------------------------------------- text in one form

std::string without_quotes(std::string text) {
  std::erase(text, '"');
  return text;
}

std::string last_part(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

Expr plain(const Expr& expr) {
  if (expr.kind == Expr::Kind::cast && expr.args.size() == 1) return plain(expr.args.front());
  Expr copy = expr;
  for (Expr& arg : copy.args) arg = plain(arg);
  if (copy.kind == Expr::Kind::function) copy.text = last_part(copy.text);
  if (copy.kind == Expr::Kind::function && copy.text == "nextval" && !copy.args.empty())
    copy.args.front().text = without_quotes(copy.args.front().text);
  return copy;
}

std::string text_of(const ExprPtr& expr) { return expr ? to_text(plain(*expr)) : std::string(); }

std::string text_of(const Type& type) { return without_quotes(to_string(type)); }

// The action of the one operation that `text` comes to.
template <class T>
const T* parsed(const std::string& text, Source& source, Script& script) {
  source = make_source("server", text);
  script = parse(source, {0, static_cast<std::uint32_t>(source.text.size())}, {});
  for (const Statement& statement : script.statements) {
    for (const Operation& operation : statement.operations) {
      if (const T* action = std::get_if<T>(&operation.action)) return action;
    }
  }
  return nullptr;
}

std::string server_expression(const std::string& text) {
  Source source;
  Script script;
  const auto* found =
      parsed<SetDefault>("ALTER TABLE t ALTER COLUMN c SET DEFAULT " + text, source, script);
  return found ? text_of(found->value) : "unreadable: " + text;
}

std::string joined(std::vector<std::string> names, bool sorted = false) {
  if (sorted) std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ","));
}

std::string string_or(const json& value, std::string fallback = {}) {
  return value.is_string() ? value.get<std::string>() : std::move(fallback);
}

// ---------------------------------------------------------------- parts, from either side

char letter(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::check:
      return 'c';
    case ConstraintKind::not_null:
      return 'n';
    case ConstraintKind::unique:
      return 'u';
    case ConstraintKind::primary_key:
      return 'p';
    case ConstraintKind::foreign_key:
      return 'f';
    case ConstraintKind::exclude:
      return 'x';
  }
  return '?';
}

std::string_view action(FkAction what) {
  switch (what) {
    case FkAction::no_action:
      return "no action";
    case FkAction::restrict:
      return "restrict";
    case FkAction::cascade:
      return "cascade";
    case FkAction::set_null:
      return "set null";
    case FkAction::set_default:
      return "set default";
  }
  return "?";
}

std::string foreign_key(FkAction on_delete, FkAction on_update, char match,
                        const std::string& table, const std::vector<std::string>& columns) {
  return fmt::format(" to {}({}) delete {} update {} match {}", table, joined(columns),
                     action(on_delete), action(on_update), match);
}

std::string flags(bool validated, bool deferrable, bool deferred, bool no_inherit) {
  return fmt::format("{}{}{}{}", validated ? "" : " not valid", deferrable ? " deferrable" : "",
                     deferred ? " deferred" : "", no_inherit ? " no inherit" : "");
}

std::string text_of(const std::vector<IndexKey>& keys) {
  std::string text;
  for (const IndexKey& key : keys) {
    if (!text.empty()) text += ", ";
    text += key.column.empty() ? text_of(key.expression) : key.column;
    if (!key.collation.empty()) text += " collate " + last_part(key.collation);
    // the server leaves out its default classes
    if (!key.opclass.empty() && key.opclass != "array_ops") text += " " + last_part(key.opclass);
    if (key.descending) text += " desc";
    if (key.nulls_first != key.descending) text += key.nulls_first ? " nulls first" : " nulls last";
  }
  return text;
}

std::string index_text(const std::vector<IndexKey>& keys, const std::vector<std::string>& include,
                       const ExprPtr& predicate, const std::string& method, bool unique,
                       bool nulls_not_distinct) {
  return fmt::format("{}{} ({}){}{}{}", unique ? "unique " : "", method, text_of(keys),
                     include.empty() ? "" : " include " + joined(include),
                     predicate ? " where " + text_of(predicate) : "",
                     nulls_not_distinct ? " nulls not distinct" : "");
}

// Privileges as the letters of pg_class.relacl. MAINTAIN (m, since 17) is left out: it is no
// business of code.
std::string letter_of(const std::string& privilege) {
  static const std::map<std::string, std::string> letters{
      {"select", "r"},     {"insert", "a"},  {"update", "w"}, {"delete", "d"},  {"truncate", "D"},
      {"references", "x"}, {"trigger", "t"}, {"usage", "U"},  {"execute", "X"}, {"create", "C"}};
  const auto found = letters.find(privilege);
  return found == letters.end() ? std::string() : found->second;
}

std::string grants_text(std::map<std::string, std::set<char>> roles) {
  std::string text;
  for (const auto& [role, held] : roles) {
    if (held.empty() || role == "postgres") continue;  // who owns everything
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", role,
                        std::string(held.begin(), held.end()));
  }
  return text;
}

// Privileges on columns stand apart in the server's catalog and are left out.
std::string grants_text(const Grants& grants) {
  std::map<std::string, std::set<char>> roles;
  for (const auto& [role, privileges] : grants) {
    for (const std::string& privilege : privileges) {
      const std::string code = letter_of(privilege);
      if (!code.empty()) roles[role].insert(code.front());
    }
  }
  return grants_text(std::move(roles));
}

// {=U/owner,role=arw*/owner}; the owner's own entry is left out.
std::string server_grants(const json& acl, const std::string& when_null) {
  if (!acl.is_string()) return when_null;
  std::string text = without_quotes(acl.get<std::string>());
  std::map<std::string, std::set<char>> roles;
  std::size_t from = 1;
  while (from < text.size()) {
    const std::size_t to = std::min(text.find_first_of(",}", from), text.size());
    const std::string entry = text.substr(from, to - from);
    const auto equals = entry.find('=');
    const auto slash = entry.find('/');
    if (equals != std::string::npos && slash != std::string::npos) {
      const std::string role = entry.substr(0, equals);
      for (const char c : entry.substr(equals + 1, slash - equals - 1)) {
        if (c != '*' && c != 'm' && role != entry.substr(slash + 1))
          roles[role.empty() ? "public" : role].insert(c);
      }
    }
    from = to + 1;
  }
  return grants_text(std::move(roles));
}

}  // namespace

// ---------------------------------------------------------------- ours

namespace {

void add_constraint(Facts& facts, const std::string& table, const Constraint& held) {
  std::string text = fmt::format("{} ({})", letter(held.kind),
                                 joined(held.columns, held.kind == ConstraintKind::check));
  if (held.kind == ConstraintKind::check) text += " " + text_of(held.expression);
  if (held.kind == ConstraintKind::foreign_key)
    text += foreign_key(held.on_delete, held.on_update, held.match, to_string(held.referenced),
                        held.referenced_columns);
  text += flags(held.validated, held.deferrable, held.initially_deferred, held.no_inherit);
  facts["constraints"][table + "." + held.name] = text;
}

void add_table(Facts& facts, const Table& t) {
  const std::string key = to_string(t.name);
  const char kind = t.foreign ? 'f' : !t.partition_strategy.empty() ? 'p' : 'r';
  facts["tables"][key] = fmt::format("{}{}{}", kind, t.unlogged ? " unlogged" : "",
                                     t.row_security ? " row security" : "");
  if (!t.partition_strategy.empty())
    facts["partitioning"][key] =
        fmt::format("{} ({})", t.partition_strategy, joined(t.partition_columns));
  if (t.is_partition) facts["partitioning"][key + " bound"] = t.partition_bound;
  facts["grants"]["table " + key] = grants_text(t.grants);
  for (const auto& col : t.columns) {
    const std::string name = key + "." + col->name;
    facts["columns"][name] = "";
    facts["types"][name] =
        text_of(col->type) +
        (col->collation.empty() ? "" : " collate " + last_part(without_quotes(col->collation)));
    facts["not null"][name] = col->not_null ? "not null" : "";
    if (col->default_value) facts["defaults"][name] = text_of(col->default_value);
    if (col->generated != Generated::no)
      facts["defaults"][name] = "generated " + text_of(col->generated_as);
    if (col->identity != Identity::no)
      facts["defaults"][name] = col->identity == Identity::always ? "identity a" : "identity d";
  }
  for (const auto& held : t.constraints) add_constraint(facts, key, *held);
  for (const auto& held : t.triggers)
    facts["triggers"][key + "." + held->name] =
        fmt::format("{} {}", held->state, last_part(held->definition.function.name));
  for (const auto& held : t.policies) {
    const CreatePolicy& policy = held->definition;
    facts["policies"][key + "." + policy.name] =
        fmt::format("{}{}{}{}", policy.command, policy.permissive ? "" : " restrictive",
                    policy.using_ ? " using" : "", policy.check ? " check" : "");
  }
}

template <class T>
void add_indexes(Facts& facts, const T& owner) {
  for (const auto& held : owner.indexes)
    facts["indexes"][to_string(held->name)] = fmt::format(
        "{} on {}{}{}",
        index_text(held->keys, held->include, held->predicate, held->method, held->unique,
                   held->nulls_not_distinct),
        to_string(owner.name), held->primary ? " primary" : "", held->valid ? "" : " invalid");
}

void add_type(Facts& facts, const UserType& type) {
  const std::string key = to_string(type.name);
  if (type.kind == UserType::Kind::enum_) facts["enums"][key] = joined(type.labels);
  if (type.kind == UserType::Kind::composite) {
    std::vector<std::string> attributes;
    for (const Attribute& a : type.attributes) attributes.push_back(a.name + " " + text_of(a.type));
    facts["composites"][key] = joined(attributes, true);
  }
  if (type.kind != UserType::Kind::domain) return;
  std::vector<std::string> checks;
  for (const auto& held : type.constraints)
    checks.push_back(held->name + " " + text_of(held->expression) +
                     (held->validated ? "" : " not valid"));
  facts["domains"][key] = fmt::format(
      "{}{}{} {}", text_of(type.base), type.not_null ? " not null" : "",
      type.default_value ? " default " + text_of(type.default_value) : "", joined(checks, true));
}

void add_function(Facts& facts, const std::string& key, const Function& f) {
  const CreateFunction& d = f.definition;
  const auto defaults = std::count_if(d.parameters.begin(), d.parameters.end(),
                                      [](const Parameter& p) { return p.has_default; });
  std::string returns = d.returns ? text_of(*d.returns) : std::string();
  std::vector<const Parameter*> out;
  for (const Parameter& p : d.parameters) {
    if (p.mode == 'o' || p.mode == 'b' || p.mode == 't') out.push_back(&p);
  }
  if (!d.procedure && out.size() == 1) returns = text_of(out.front()->type);
  if (!d.procedure && out.size() > 1) returns = "record";
  if (d.procedure) returns = "";
  facts["functions"][without_quotes(key)] = fmt::format(
      "{} {} returns {} {}{}{} {} defaults", d.procedure ? 'p' : 'f', d.language, returns,
      d.volatility, d.security_definer ? " definer" : "", d.strict ? " strict" : "", defaults);
  facts["grants"]["function " + without_quotes(key)] = grants_text(f.grants);
}

}  // namespace

Facts facts_of(const Catalog& catalog) {
  Facts facts;
  for (const auto& [key, s] : catalog.schemas.all()) {
    if (key == "pg_catalog" || key == "information_schema") continue;
    facts["schemas"][key] = "";
    facts["grants"]["schema " + key] = grants_text(s->grants);
  }
  for (const auto& [key, t] : catalog.tables.all()) {
    if (t->temporary || !t->known) continue;
    add_table(facts, *t);
    add_indexes(facts, *t);
  }
  for (const auto& [key, v] : catalog.views.all()) {
    if (key.starts_with("pg_temp.") || !v->known) continue;
    facts["views"][key] =
        fmt::format("{}{}", v->materialized ? "m" : "v", v->populated ? "" : " not populated");
    for (const ViewColumn& column : v->columns) {
      const std::string name = key + "." + column.name;
      facts["view columns"][name] = "";
      facts["view types"][name] =
          column.type.name.name.empty() ? std::string(unknown) : text_of(column.type);
    }
    facts["grants"]["table " + key] = grants_text(v->grants);
    add_indexes(facts, *v);
    for (const auto& held : v->triggers)
      facts["triggers"][key + "." + held->name] =
          fmt::format("{} {}", held->state, last_part(held->definition.function.name));
  }
  for (const auto& [key, s] : catalog.sequences.all()) {
    if (key.starts_with("pg_temp.")) continue;
    std::string owner;
    const std::string table_key = catalog.relation_with(s->owner_table);
    if (const Table* t = catalog.tables.find(table_key)) {
      const Column* col = t->column(s->owner_column);
      owner = table_key + "." + (col ? col->name : "?");
    }
    facts["sequences"][key] = fmt::format("{} by {} from {}{} owned by {}", s->type, s->increment,
                                          s->start, s->cycle ? " cycle" : "", owner);
    facts["grants"]["sequence " + key] = grants_text(s->grants);
  }
  for (const auto& [key, type] : catalog.types.all()) add_type(facts, *type);
  for (const auto& [key, f] : catalog.functions.all())
    if (f->known && !key.starts_with("pg_temp.")) add_function(facts, key, *f);
  return facts;
}

// ---------------------------------------------------------------- theirs

namespace {

void add_server_table(Facts& facts, const std::string& key, const json& t) {
  facts["tables"][key] = fmt::format("{}{}{}", t["kind"].get<std::string>(),
                                     t["persistence"] == "u" ? " unlogged" : "",
                                     t["rls"].get<bool>() ? " row security" : "");
  Source source;
  Script script;
  if (const std::string by = string_or(t["partition_key"]); !by.empty()) {
    const auto* table =
        parsed<CreateTable>("CREATE TABLE t (a int) PARTITION BY " + by, source, script);
    facts["partitioning"][key] =
        table ? fmt::format("{} ({})", table->partition_strategy, joined(table->partition_columns))
              : "unreadable: " + by;
  }
  if (const std::string bound = string_or(t["partition_bound"]); !bound.empty()) {
    const auto* table =
        parsed<CreateTable>("CREATE TABLE t PARTITION OF p " + bound, source, script);
    facts["partitioning"][key + " bound"] = table ? table->partition_bound : "unreadable: " + bound;
  }
  facts["grants"]["table " + key] = server_grants(t["acl"], "");
  for (const auto& [column, col] : t["columns"].items()) {
    const std::string name = key + "." + column;
    facts["columns"][name] = "";
    const std::string collation = string_or(col["collation"]);
    facts["types"][name] =
        without_quotes(col["type"].get<std::string>()) +
        (collation.empty() ? "" : " collate " + last_part(without_quotes(collation)));
    facts["not null"][name] = col["not_null"].get<bool>() ? "not null" : "";
    // a NULL that is cut to the column's length is still no default
    if (col["default"].is_string() && !col["default"].get<std::string>().starts_with("NULL::"))
      facts["defaults"][name] = server_expression(col["default"].get<std::string>());
    if (col["generated"].is_string())
      facts["defaults"][name] =
          "generated " + server_expression(col["generated"].get<std::string>());
    if (col["identity"].is_string())
      facts["defaults"][name] = "identity " + col["identity"].get<std::string>();
  }
}

std::vector<std::string> string_list(const json& list) {
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

std::string server_constraint(const json& held) {
  const std::string kind = held["kind"].get<std::string>();
  const std::string definition = held["def"].get<std::string>();
  std::string text =
      fmt::format("{} ({})", kind, joined(string_list(held["columns"]), kind == "c"));
  Source source;
  Script script;
  const auto* found =
      parsed<AddConstraint>("ALTER TABLE t ADD CONSTRAINT n " + definition, source, script);
  if (!found) return text + " unreadable: " + definition;
  const ConstraintDef& def = found->constraint;
  if (kind == "c") text += " " + text_of(def.expression);
  if (kind == "f")
    text += foreign_key(def.on_delete, def.on_update, def.match, string_or(held["ref"]),
                        string_list(held["ref_columns"]));
  return text + flags(held["validated"].get<bool>(), held["deferrable"].get<bool>(),
                      def.initially_deferred, def.no_inherit);
}

std::string server_index(const json& held) {
  Source source;
  Script script;
  const std::string definition = held["def"].get<std::string>();
  const auto* found = parsed<CreateIndex>(definition, source, script);
  if (!found) return "unreadable: " + definition;
  return fmt::format("{} on {}{}{}",
                     index_text(found->keys, found->include, found->predicate, found->method,
                                found->unique, found->nulls_not_distinct),
                     held["table"].get<std::string>(),
                     held["primary"].get<bool>() ? " primary" : "",
                     held["valid"].get<bool>() ? "" : " invalid");
}

std::string server_domain(const json& domain) {
  std::vector<std::string> checks;
  for (const auto& [name, check] : domain["checks"].items()) {
    std::string text = check.get<std::string>();
    const bool not_valid = text.ends_with(" NOT VALID");
    if (not_valid) text.resize(text.size() - 10);
    const std::string word = "CHECK ";
    checks.push_back(name + " " + server_expression(text.substr(word.size())) +
                     (not_valid ? " not valid" : ""));
  }
  const std::string value = string_or(domain["default"]);
  return fmt::format("{}{}{} {}", without_quotes(domain["type"].get<std::string>()),
                     domain["not_null"].get<bool>() ? " not null" : "",
                     value.empty() ? "" : " default " + server_expression(value),
                     joined(checks, true));
}

std::string server_function(const json& f) {
  const std::string attributes =
      f["attrs"].get<std::string>();  // "vfalsetrue": volatile, strict, security definer
  const bool strict = attributes.compare(1, 4, "true") == 0;
  const bool definer = attributes.ends_with("true");
  std::string returns = without_quotes(string_or(f["returns"]));
  if (returns.starts_with("TABLE(")) {
    const bool one = returns.find(',') == std::string::npos;
    returns = one ? returns.substr(returns.find(' ') + 1) : "record";
    if (one) returns.pop_back();
  }
  if (returns.starts_with("SETOF ")) returns.erase(0, 6);
  if (f["kind"] == "p") returns.clear();
  return fmt::format("{} {} returns {} {}{}{} {} defaults", f["kind"].get<std::string>(),
                     f["language"].get<std::string>(), returns, attributes.front(),
                     definer ? " definer" : "", strict ? " strict" : "", f["defaults"].get<int>());
}

std::string_view command_of(const std::string& code) {
  if (code == "r") return "select";
  if (code == "a") return "insert";
  if (code == "w") return "update";
  if (code == "d") return "delete";
  return "all";
}

}  // namespace

Facts facts_of(const json& server) {
  Facts facts;
  for (const auto& [key, s] : server["schemas"].items()) {
    facts["schemas"][key] = "";
    facts["grants"]["schema " + key] = server_grants(s["acl"], "");
  }
  for (const auto& [key, t] : server["tables"].items()) add_server_table(facts, key, t);
  for (const auto& [key, held] : server["constraints"].items()) {
    const std::string table = held["table"].get<std::string>();
    if (!table.empty()) facts["constraints"][key] = server_constraint(held);
  }
  for (const auto& [key, held] : server["indexes"].items())
    facts["indexes"][key] = server_index(held);
  for (const auto& [key, labels] : server["enums"].items())
    facts["enums"][key] = joined(string_list(labels));
  for (const auto& [key, attributes] : server["composites"].items()) {
    std::vector<std::string> list;
    for (const auto& [name, type] : attributes.items())
      list.push_back(name + " " + without_quotes(type.get<std::string>()));
    facts["composites"][key] = joined(list, true);
  }
  for (const auto& [key, domain] : server["domains"].items())
    facts["domains"][key] = server_domain(domain);
  for (const auto& [key, v] : server["views"].items()) {
    facts["views"][key] = fmt::format("{}{}", v["kind"].get<std::string>(),
                                      v["populated"].get<bool>() ? "" : " not populated");
    for (const auto& [column, type] : v["columns"].items()) {
      facts["view columns"][key + "." + column] = "";
      facts["view types"][key + "." + column] = without_quotes(type.get<std::string>());
    }
    facts["grants"]["table " + key] = server_grants(v["acl"], "");
  }
  for (const auto& [key, s] : server["sequences"].items()) {
    facts["sequences"][key] = fmt::format("{} by {} from {}{} owned by {}",
                                          s["type"].get<std::string>(), s["increment"].dump(),
                                          s["start"].dump(), s["cycle"].get<bool>() ? " cycle" : "",
                                          without_quotes(string_or(s["owned_by"])));
    facts["grants"]["sequence " + key] = server_grants(s["acl"], "");
  }
  for (const auto& [key, f] : server["functions"].items()) {
    if (f["language"] == "internal") continue;  // constructors of range types
    facts["functions"][without_quotes(key)] = server_function(f);
    facts["grants"]["function " + without_quotes(key)] = server_grants(f["acl"], "public=X");
  }
  for (const auto& [key, t] : server["triggers"].items()) {
    const std::string function = t["function"].get<std::string>();
    facts["triggers"][key] =
        fmt::format("{} {}", t["enabled"].get<std::string>(),
                    last_part(without_quotes(function.substr(0, function.find('(')))));
  }
  for (const auto& [key, policy] : server["policies"].items())
    facts["policies"][key] = fmt::format("{}{}{}{}", command_of(policy["cmd"].get<std::string>()),
                                         policy["permissive"].get<bool>() ? "" : " restrictive",
                                         policy["using"].is_null() ? "" : " using",
                                         policy["check"].is_null() ? "" : " check");
  return facts;
}

// ---------------------------------------------------------------- both

namespace {

// A day as a constant of a timestamp type: the server writes its midnight, in its own time zone.
std::string without_midnight(std::string text) {
  constexpr std::string_view midnight = " 00:00:00";
  for (auto at = text.find(midnight); at != std::string::npos; at = text.find(midnight, at)) {
    std::size_t length = midnight.size();
    if (text.compare(at + length, 3, "+00") == 0) length += 3;
    if (text.compare(at + length, 1, "'") == 0)
      text.erase(at, length);
    else
      at += length;
  }
  return text;
}

bool same(const std::string& kind, const std::string& ours, const std::string& theirs) {
  if (ours == theirs || (kind == "view types" && ours == unknown)) return true;
  return without_midnight(ours) == without_midnight(theirs);
}

}  // namespace

std::vector<Mismatch> compare(const Facts& ours, const Facts& theirs) {
  static const std::map<std::string, std::string> none;
  std::vector<Mismatch> found;
  std::set<std::string> kinds;
  for (const auto& [kind, objects] : ours) kinds.insert(kind);
  for (const auto& [kind, objects] : theirs) kinds.insert(kind);
  for (const std::string& kind : kinds) {
    const auto& a = ours.contains(kind) ? ours.at(kind) : none;
    const auto& b = theirs.contains(kind) ? theirs.at(kind) : none;
    for (const auto& [object, text] : a) {
      const auto other = b.find(object);
      if (other == b.end())
        found.push_back({kind, object, text.empty() ? "there" : text, ""});
      else if (!same(kind, text, other->second))
        found.push_back({kind, object, text, other->second});
    }
    for (const auto& [object, text] : b) {
      if (!a.contains(object)) found.push_back({kind, object, "", text.empty() ? "there" : text});
    }
  }
  return found;
}

}  // namespace backout::test
