#include "dump.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <variant>
#include <vector>

#include "sql/query.h"

namespace backout::sql {
namespace {

// Words joined by blanks, empty ones left out.
class Line {
 public:
  explicit Line(std::string_view first) : text_(first) {}
  Line& word(std::string_view word) {
    if (!word.empty()) {
      if (!text_.empty()) text_ += ' ';
      text_ += word;
    }
    return *this;
  }
  Line& flag(bool set, std::string_view name) { return set ? word(name) : *this; }
  Line& field(std::string_view name, std::string_view value) {
    return value.empty() ? *this : word(fmt::format("{}={}", name, value));
  }
  Line& list(std::string_view name, const std::vector<std::string>& values) {
    return values.empty() ? *this : word(fmt::format("{}({})", name, fmt::join(values, ", ")));
  }
  operator std::string() const { return text_; }

 private:
  std::string text_;
};

std::string text(const ExprPtr& expr) { return expr ? to_text(*expr) : std::string(); }

std::vector<std::string> names(const std::vector<QualifiedName>& list) {
  std::vector<std::string> out;
  for (const QualifiedName& name : list) out.push_back(to_string(name));
  return out;
}

std::string arguments(const std::optional<std::vector<Type>>& types) {
  if (!types) return {};
  std::vector<std::string> out;
  for (const Type& type : *types) out.push_back(to_string(type));
  return fmt::format("({})", fmt::join(out, ", "));
}

std::string_view identity(Identity kind) {
  return kind == Identity::always ? "always" : kind == Identity::by_default ? "by default" : "";
}

std::string_view action(FkAction kind) {
  constexpr std::string_view words[] = {"", "restrict", "cascade", "set null", "set default"};
  return words[static_cast<std::size_t>(kind)];
}

std::string path(const QualifiedName& table, std::string_view part) {
  return fmt::format("{}.{}", to_string(table), part);
}

std::string letter(char c) { return std::string(1, c); }

std::string key(const IndexKey& key) {
  return Line(key.column.empty() ? "(" + text(key.expression) + ")" : key.column)
      .field("collate", key.collation)
      .word(key.opclass)
      .flag(key.descending, "desc")
      .flag(key.nulls_first != key.descending, key.nulls_first ? "nulls first" : "nulls last");
}

struct Dump {
  std::string operator()(const CreateTable& o) const {
    std::vector<std::string> columns, constraints, like;
    for (const ColumnDef& column : o.columns) columns.push_back(dump(column));
    for (const ConstraintDef& constraint : o.constraints) constraints.push_back(dump(constraint));
    for (const LikeClause& clause : o.like)
      like.push_back(Line(to_string(clause.table))
                         .flag(clause.defaults, "defaults")
                         .flag(clause.constraints, "constraints")
                         .flag(clause.indexes, "indexes")
                         .flag(clause.identity, "identity")
                         .flag(clause.generated, "generated"));
    return Line("create table")
        .flag(o.temporary, "temporary")
        .flag(o.unlogged, "unlogged")
        .flag(o.foreign, "foreign")
        .flag(o.if_not_exists, "if not exists")
        .word(to_string(o.name))
        .list("", columns)
        .list("constraints", constraints)
        .list("like", like)
        .list(o.partition_of ? "partition of" : "inherits", names(o.inherits))
        .word(o.partition_bound)
        .list(o.partition_strategy, o.partition_columns)
        .flag(o.as_query != nullptr, "as query")
        .list("names", o.as_columns)
        .field("of", o.of_type ? to_string(*o.of_type) : "");
  }
  std::string operator()(const AddColumn& o) const {
    return Line("add column")
        .flag(o.if_not_exists, "if not exists")
        .word(path(o.table, dump(o.column)))
        .flag(o.if_exists, "if-exists")
        .flag(o.only, "only");
  }
  std::string operator()(const DropColumn& o) const {
    return Line("drop column")
        .word(path(o.table, o.column))
        .flag(o.missing_ok, "if exists")
        .flag(o.cascade, "cascade")
        .flag(o.if_exists, "table-if-exists")
        .flag(o.only, "only");
  }
  std::string operator()(const AlterColumnType& o) const {
    return Line("type")
        .word(path(o.table, o.column))
        .word(to_string(o.type))
        .field("collate", o.collation)
        .field("using", text(o.using_));
  }
  std::string operator()(const SetDefault& o) const {
    return Line("set default").word(path(o.table, o.column)).word(text(o.value));
  }
  std::string operator()(const DropDefault& o) const {
    return Line("drop default").word(path(o.table, o.column));
  }
  std::string operator()(const SetNotNull& o) const {
    return Line("set not null").word(path(o.table, o.column)).flag(o.if_exists, "if-exists");
  }
  std::string operator()(const DropNotNull& o) const {
    return Line("drop not null").word(path(o.table, o.column));
  }
  std::string operator()(const SetIdentity& o) const {
    return Line(o.add ? "add identity" : "set identity")
        .word(path(o.table, o.column))
        .word(identity(o.identity))
        .word(dump(o.options));
  }
  std::string operator()(const DropIdentity& o) const {
    return Line("drop identity").word(path(o.table, o.column)).flag(o.missing_ok, "if exists");
  }
  std::string operator()(const SetExpression& o) const {
    return Line("set expression").word(path(o.table, o.column)).word(text(o.expression));
  }
  std::string operator()(const DropExpression& o) const {
    return Line("drop expression").word(path(o.table, o.column)).flag(o.missing_ok, "if exists");
  }
  std::string operator()(const AddConstraint& o) const {
    return Line("add").word(to_string(o.table)).word(dump(o.constraint)).flag(o.only, "only");
  }
  std::string operator()(const DropConstraint& o) const {
    return Line("drop constraint")
        .word(path(o.table, o.constraint))
        .flag(o.missing_ok, "if exists")
        .flag(o.cascade, "cascade");
  }
  std::string operator()(const ValidateConstraint& o) const {
    return Line("validate").word(path(o.table, o.constraint));
  }
  std::string operator()(const AlterConstraint& o) const {
    return Line("alter constraint")
        .word(path(o.table, o.constraint))
        .flag(o.deferrable, "deferrable")
        .flag(o.initially_deferred, "deferred");
  }
  std::string operator()(const AttachPartition& o) const {
    return Line(o.index ? "attach index" : "attach")
        .word(to_string(o.partition))
        .word("to")
        .word(to_string(o.table))
        .word(o.bound);
  }
  std::string operator()(const DetachPartition& o) const {
    return Line("detach")
        .word(to_string(o.partition))
        .word("from")
        .word(to_string(o.table))
        .flag(o.concurrently, "concurrently")
        .flag(o.finalize, "finalize");
  }
  std::string operator()(const SetInherit& o) const {
    return Line(o.inherit ? "inherit" : "no inherit")
        .word(to_string(o.table))
        .word(to_string(o.parent));
  }
  std::string operator()(const SetRowSecurity& o) const {
    const auto state = [](std::optional<bool> value) {
      return !value ? "" : *value ? "on" : "off";
    };
    return Line("row security")
        .word(to_string(o.table))
        .field("enabled", state(o.enabled))
        .field("forced", state(o.forced));
  }
  std::string operator()(const SetTriggerState& o) const {
    return Line(o.rule ? "rule state" : "trigger state")
        .word(path(o.table, o.all    ? "all"
                            : o.user ? "user"
                                     : o.trigger))
        .word(letter(o.state));
  }
  std::string operator()(const SetPersistence& o) const {
    return Line(o.unlogged ? "set unlogged" : "set logged").word(to_string(o.table));
  }
  std::string operator()(const SetReplicaIdentity& o) const {
    return Line("replica identity").word(to_string(o.table)).word(letter(o.kind)).word(o.index);
  }
  std::string operator()(const SetTableOption& o) const {
    return Line("option").word(to_string(o.table)).word(o.what);
  }
  std::string operator()(const CreateIndex& o) const {
    std::vector<std::string> keys;
    for (const IndexKey& one : o.keys) keys.push_back(key(one));
    return Line("create index")
        .flag(o.unique, "unique")
        .flag(o.concurrently, "concurrently")
        .flag(o.if_not_exists, "if not exists")
        .word(o.name)
        .word("on")
        .flag(o.only, "only")
        .word(to_string(o.table))
        .word(o.method == "btree" ? "" : o.method)
        .list("", keys)
        .list("include", o.include)
        .flag(o.nulls_not_distinct, "nulls not distinct")
        .field("where", text(o.predicate));
  }
  std::string operator()(const Drop& o) const {
    return Line("drop")
        .word(to_string(o.kind))
        .flag(o.concurrently, "concurrently")
        .flag(o.if_exists, "if exists")
        .word(to_string(o.name) + arguments(o.arguments))
        .field("part", o.part)
        .flag(o.cascade, "cascade");
  }
  std::string operator()(const Rename& o) const {
    return Line("rename")
        .word(to_string(o.kind))
        .flag(o.if_exists, "if exists")
        .word(to_string(o.name) + arguments(o.arguments))
        .field("part", o.part)
        .field("of", o.part.empty() ? "" : to_string(o.relation_kind))
        .word("to")
        .word(o.new_name);
  }
  std::string operator()(const SetSchema& o) const {
    return Line("set schema")
        .word(to_string(o.kind))
        .word(to_string(o.name) + arguments(o.arguments))
        .word(o.new_schema);
  }
  std::string operator()(const ChangeOwner& o) const {
    return Line("owner")
        .word(to_string(o.kind))
        .word(to_string(o.name) + arguments(o.arguments))
        .word(o.new_owner);
  }
  std::string operator()(const CreateView& o) const {
    return Line("create view")
        .flag(o.materialized, "materialized")
        .flag(o.or_replace, "or replace")
        .flag(o.if_not_exists, "if not exists")
        .flag(o.temporary, "temporary")
        .word(to_string(o.name))
        .list("", o.columns)
        .list("from", o.query ? names(o.query->relations) : std::vector<std::string>())
        .field("with", o.options)
        .flag(!o.with_data, "no data");
  }
  std::string operator()(const AlterViewColumnDefault& o) const {
    return Line("view default").word(path(o.view, o.column)).field("value", text(o.value));
  }
  std::string operator()(const CreateEnum& o) const {
    return Line("create enum").word(to_string(o.name)).list("", o.labels);
  }
  std::string operator()(const AddEnumValue& o) const {
    return Line("add value")
        .flag(o.if_not_exists, "if not exists")
        .word(path(o.type, o.label))
        .field("before", o.before)
        .field("after", o.after);
  }
  std::string operator()(const RenameEnumValue& o) const {
    return Line("rename value").word(path(o.type, o.label)).word("to").word(o.new_label);
  }
  std::string operator()(const CreateComposite& o) const {
    std::vector<std::string> attributes;
    for (const Attribute& attribute : o.attributes)
      attributes.push_back(attribute.name + " " + to_string(attribute.type));
    return Line("create composite").word(to_string(o.name)).list("", attributes);
  }
  std::string operator()(const AlterComposite& o) const {
    constexpr std::string_view words[] = {"add", "drop", "retype"};
    return Line(words[static_cast<std::size_t>(o.action)])
        .word("attribute")
        .word(path(o.type, o.attribute.name))
        .word(o.attribute.type.name.name.empty() ? "" : to_string(o.attribute.type))
        .flag(o.missing_ok, "if exists")
        .flag(o.cascade, "cascade");
  }
  std::string operator()(const CreateRange& o) const {
    return Line("create range").word(to_string(o.name)).word(to_string(o.subtype));
  }
  std::string operator()(const CreateBaseType& o) const {
    return Line("create base type").word(to_string(o.name));
  }
  std::string operator()(const CreateDomain& o) const {
    std::vector<std::string> constraints;
    for (const ConstraintDef& constraint : o.constraints) constraints.push_back(dump(constraint));
    return Line("create domain")
        .word(to_string(o.name))
        .word(to_string(o.type))
        .field("collate", o.collation)
        .flag(o.not_null, "not null")
        .field("default", text(o.default_value))
        .list("constraints", constraints);
  }
  std::string operator()(const AlterDomain& o) const {
    constexpr std::string_view words[] = {"set default",        "drop default",   "set not null",
                                          "drop not null",      "add constraint", "drop constraint",
                                          "validate constraint"};
    return Line("alter domain")
        .word(to_string(o.domain))
        .word(words[static_cast<std::size_t>(o.action)])
        .word(text(o.default_value))
        .word(o.action == AlterDomain::Action::add_constraint ? dump(o.constraint)
                                                              : o.constraint_name)
        .flag(o.missing_ok, "if exists")
        .flag(o.cascade, "cascade");
  }
  std::string operator()(const CreateFunction& o) const {
    std::vector<std::string> parameters;
    for (const Parameter& parameter : o.parameters)
      parameters.push_back(Line(parameter.mode == 'i' ? "" : letter(parameter.mode))
                               .word(parameter.name)
                               .word(to_string(parameter.type))
                               .flag(parameter.has_default, "default"));
    return Line(o.procedure ? "create procedure" : "create function")
        .flag(o.or_replace, "or replace")
        .word(to_string(o.name) + fmt::format("({})", fmt::join(parameters, ", ")))
        .field("returns", o.returns ? to_string(*o.returns) : "")
        .flag(o.returns_set, "set")
        .flag(o.returns_table, "table")
        .word(o.language)
        .flag(o.volatility != 'v', letter(o.volatility))
        .flag(o.strict, "strict")
        .flag(o.security_definer, "definer")
        .flag(o.leakproof, "leakproof")
        .flag(o.window, "window")
        .field("body", o.body)
        .flag(!o.sql_body.empty(), "sql-body");
  }
  std::string operator()(const AlterFunction& o) const {
    return Line("alter function")
        .word(to_string(o.name) + arguments(o.arguments))
        .field("volatility", o.volatility ? letter(*o.volatility) : "")
        .field("strict", !o.strict   ? ""
                         : *o.strict ? "yes"
                                     : "no")
        .field("definer", !o.security_definer   ? ""
                          : *o.security_definer ? "yes"
                                                : "no");
  }
  std::string operator()(const CreateTrigger& o) const {
    return Line("create trigger")
        .flag(o.or_replace, "or replace")
        .flag(o.constraint, "constraint")
        .word(o.name)
        .word(letter(o.timing) + ":" + o.events)
        .list("of", o.update_of)
        .word("on")
        .word(to_string(o.table))
        .flag(o.row, "row")
        .field("when", text(o.when))
        .word(to_string(o.function))
        .flag(!o.arguments.empty(), "with arguments");
  }
  std::string operator()(const CreateRule& o) const {
    return Line("create rule")
        .flag(o.or_replace, "or replace")
        .word(o.name)
        .word("on")
        .word(to_string(o.table))
        .word(o.definition.substr(0, o.definition.find("  ")));
  }
  std::string operator()(const CreatePolicy& o) const {
    return Line("create policy")
        .word(o.name)
        .word("on")
        .word(to_string(o.table))
        .word(o.command)
        .flag(!o.permissive, "restrictive")
        .list("to", o.roles)
        .field("using", text(o.using_))
        .field("check", text(o.check));
  }
  std::string operator()(const AlterPolicy& o) const {
    return Line("alter policy")
        .word(o.name)
        .word("on")
        .word(to_string(o.table))
        .list("to", o.roles.value_or(std::vector<std::string>()))
        .field("using", text(o.using_))
        .field("check", text(o.check));
  }
  std::string operator()(const CreateSequence& o) const {
    return Line("create sequence")
        .flag(o.if_not_exists, "if not exists")
        .flag(o.temporary, "temporary")
        .word(to_string(o.name))
        .word(dump(o.options));
  }
  std::string operator()(const AlterSequence& o) const {
    return Line("alter sequence")
        .flag(o.if_exists, "if exists")
        .word(to_string(o.name))
        .word(dump(o.options));
  }
  std::string operator()(const CreateSchema& o) const {
    return Line("create schema")
        .flag(o.if_not_exists, "if not exists")
        .word(o.name)
        .field("owner", o.owner);
  }
  std::string operator()(const CreateExtension& o) const {
    return Line("create extension")
        .flag(o.if_not_exists, "if not exists")
        .word(o.name)
        .field("schema", o.schema);
  }
  std::string operator()(const AlterExtension& o) const {
    return Line("alter extension").word(o.name).word(o.what);
  }
  std::string operator()(const CreateOther& o) const {
    return Line("create")
        .flag(o.or_replace, "or replace")
        .word(to_string(o.kind))
        .flag(o.if_not_exists, "if not exists")
        .word(to_string(o.name));
  }
  std::string operator()(const AlterOther& o) const {
    return Line("alter")
        .word(to_string(o.kind))
        .word(to_string(o.name))
        .word(o.what.starts_with('{') ? "" : o.what);
  }
  std::string operator()(const Grant& o) const {
    return Line(o.revoke ? "revoke" : "grant")
        .flag(o.grant_option_only, "grant option for")
        .list("", o.privileges)
        .word(to_string(o.kind))
        .word(o.all_in_schema ? "all in " + o.name.schema
                              : to_string(o.name) + arguments(o.arguments))
        .list("roles", o.roles)
        .flag(o.cascade, "cascade");
  }
  std::string operator()(const GrantRole& o) const {
    return Line(o.revoke ? "revoke role" : "grant role").list("", o.granted).list("to", o.to);
  }
  std::string operator()(const DefaultPrivileges& o) const {
    return Line("default privileges")
        .word(o.revoke ? "revoke" : "grant")
        .list("", o.privileges)
        .word(to_string(o.kind))
        .list("for", o.for_roles)
        .list("in", o.schemas)
        .list("roles", o.roles);
  }
  std::string operator()(const AlterSetting& o) const {
    return Line("setting")
        .word(to_string(o.kind))
        .word(o.object)
        .field("database", o.database)
        .word(o.setting + "=" + o.value);
  }
  std::string operator()(const SetVariable& o) const {
    return Line(o.reset ? "reset" : "set")
        .flag(o.local, "local")
        .word(o.name)
        .field("value", o.value);
  }
  std::string operator()(const Truncate& o) const {
    return Line("truncate")
        .list("", names(o.tables))
        .flag(o.cascade, "cascade")
        .flag(o.restart_identity, "restart");
  }
  std::string operator()(const Delete& o) const {
    return Line("delete").word(to_string(o.table)).flag(o.everything, "everything");
  }
  std::string operator()(const Update& o) const {
    return Line("update").word(to_string(o.table)).flag(o.everything, "everything");
  }
  std::string operator()(const Insert& o) const {
    return Line("insert").word(to_string(o.table)).list("", o.columns);
  }
  std::string operator()(const Copy& o) const {
    return Line("copy")
        .word(to_string(o.table))
        .list("", o.columns)
        .word(o.from ? "from" : "to")
        .flag(o.from_stdin, "stdin");
  }
  std::string operator()(const Merge& o) const {
    return Line("merge").word(to_string(o.table)).flag(o.deletes, "deletes");
  }
  std::string operator()(const Call& o) const { return Line("call").word(to_string(o.function)); }
  std::string operator()(const Read&) const { return "read"; }
  std::string operator()(const TransactionControl& o) const {
    constexpr std::string_view words[] = {"begin",   "commit",      "rollback", "savepoint",
                                          "release", "rollback to", "prepared"};
    return std::string(words[static_cast<std::size_t>(o.kind)]);
  }
  std::string operator()(const Lock& o) const {
    return Line("lock").list("", names(o.tables)).word(o.mode);
  }
  std::string operator()(const Maintenance& o) const {
    return Line(o.what)
        .list("", names(o.tables))
        .flag(o.full, "full")
        .flag(o.concurrently, "concurrently");
  }
  std::string operator()(const Comment& o) const {
    return Line("comment").word(to_string(o.kind)).word(to_string(o.name));
  }
  std::string operator()(const DynamicSql& o) const { return Line("dynamic").word(o.text); }
  std::string operator()(const Other& o) const { return Line("other").word(o.node); }
};

}  // namespace

std::string dump(const Action& action) { return std::visit(Dump{}, action); }

std::string dump(const ColumnDef& o) {
  std::vector<std::string> constraints;
  for (const ConstraintDef& constraint : o.constraints) constraints.push_back(dump(constraint));
  return Line(o.name)
      .word(to_string(o.type))
      .flag(o.serial, "serial")
      .field("collate", o.collation)
      .flag(o.not_null, "not null")
      .field("default", o.has_default ? text(o.default_value) : "")
      .field(o.generated == Generated::virtual_ ? "virtual" : "stored", text(o.generated_as))
      .field("identity", identity(o.identity))
      .word(dump(o.identity_options))
      .list("", constraints);
}

std::string dump(const ConstraintDef& o) {
  constexpr std::string_view kinds[] = {"check",       "not null",    "unique",
                                        "primary key", "foreign key", "exclude"};
  return Line(kinds[static_cast<std::size_t>(o.kind)])
      .word(o.name)
      .list("", o.columns)
      .list("include", o.include)
      .field("if", text(o.expression))
      .field("index", o.using_index)
      .word(o.referenced.name.empty() ? "" : "-> " + to_string(o.referenced))
      .list("", o.referenced_columns)
      .field("delete", action(o.on_delete))
      .field("update", action(o.on_update))
      .flag(o.match != 's', o.match == 'f' ? "match full" : "match partial")
      .flag(o.nulls_not_distinct, "nulls not distinct")
      .flag(o.not_valid, "not valid")
      .flag(o.not_enforced, "not enforced")
      .flag(o.no_inherit, "no inherit")
      .flag(o.deferrable, "deferrable")
      .flag(o.initially_deferred, "deferred");
}

std::string dump(const SequenceOptions& o) {
  Line line("");
  const auto number = [&](std::string_view name, std::optional<std::int64_t> value) {
    if (value) line.field(name, std::to_string(*value));
  };
  line.field("as", o.type.value_or(""));
  number("increment", o.increment);
  number("min", o.min);
  number("max", o.max);
  number("start", o.start);
  number("restart", o.restart);
  line.flag(o.restart_plain, "restart").flag(o.no_min, "no min").flag(o.no_max, "no max");
  if (o.cycle) line.word(*o.cycle ? "cycle" : "no cycle");
  if (o.owned_by) line.list("owned", *o.owned_by);
  return line;
}

}  // namespace backout::sql
