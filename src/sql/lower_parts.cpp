// See lower_parts.h. Field and enumerator names are those of parsenodes.h.
#include "sql/lower_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "sql/lexer.h"

namespace backout::sql {
namespace {

struct Kind {
  std::string_view enumerator;
  ObjectKind kind;
};
constexpr std::array kinds{
    Kind{"OBJECT_ACCESS_METHOD", ObjectKind::access_method},
    Kind{"OBJECT_AGGREGATE", ObjectKind::aggregate},
    Kind{"OBJECT_ATTRIBUTE", ObjectKind::attribute},
    Kind{"OBJECT_CAST", ObjectKind::cast},
    Kind{"OBJECT_COLLATION", ObjectKind::collation},
    Kind{"OBJECT_COLUMN", ObjectKind::column},
    Kind{"OBJECT_CONVERSION", ObjectKind::conversion},
    Kind{"OBJECT_DATABASE", ObjectKind::database},
    Kind{"OBJECT_DEFACL", ObjectKind::default_acl},
    Kind{"OBJECT_DOMAIN", ObjectKind::domain},
    Kind{"OBJECT_DOMCONSTRAINT", ObjectKind::constraint},
    Kind{"OBJECT_EVENT_TRIGGER", ObjectKind::event_trigger},
    Kind{"OBJECT_EXTENSION", ObjectKind::extension},
    Kind{"OBJECT_FDW", ObjectKind::foreign_data_wrapper},
    Kind{"OBJECT_FOREIGN_SERVER", ObjectKind::server},
    Kind{"OBJECT_FOREIGN_TABLE", ObjectKind::foreign_table},
    Kind{"OBJECT_FUNCTION", ObjectKind::function},
    Kind{"OBJECT_INDEX", ObjectKind::index},
    Kind{"OBJECT_LANGUAGE", ObjectKind::language},
    Kind{"OBJECT_MATVIEW", ObjectKind::materialized_view},
    Kind{"OBJECT_OPCLASS", ObjectKind::operator_class},
    Kind{"OBJECT_OPERATOR", ObjectKind::operator_},
    Kind{"OBJECT_OPFAMILY", ObjectKind::operator_family},
    Kind{"OBJECT_POLICY", ObjectKind::policy},
    Kind{"OBJECT_PROCEDURE", ObjectKind::procedure},
    Kind{"OBJECT_PUBLICATION", ObjectKind::publication},
    Kind{"OBJECT_ROLE", ObjectKind::role},
    Kind{"OBJECT_ROUTINE", ObjectKind::routine},
    Kind{"OBJECT_RULE", ObjectKind::rule},
    Kind{"OBJECT_SCHEMA", ObjectKind::schema},
    Kind{"OBJECT_SEQUENCE", ObjectKind::sequence},
    Kind{"OBJECT_STATISTIC_EXT", ObjectKind::statistics},
    Kind{"OBJECT_SUBSCRIPTION", ObjectKind::subscription},
    Kind{"OBJECT_TABCONSTRAINT", ObjectKind::constraint},
    Kind{"OBJECT_TABLE", ObjectKind::table},
    Kind{"OBJECT_TABLESPACE", ObjectKind::tablespace},
    Kind{"OBJECT_TRANSFORM", ObjectKind::transform},
    Kind{"OBJECT_TRIGGER", ObjectKind::trigger},
    Kind{"OBJECT_TSCONFIGURATION", ObjectKind::text_search},
    Kind{"OBJECT_TSDICTIONARY", ObjectKind::text_search},
    Kind{"OBJECT_TSPARSER", ObjectKind::text_search},
    Kind{"OBJECT_TSTEMPLATE", ObjectKind::text_search},
    Kind{"OBJECT_TYPE", ObjectKind::type},
    Kind{"OBJECT_USER_MAPPING", ObjectKind::user_mapping},
    Kind{"OBJECT_VIEW", ObjectKind::view},
};

FkAction fk_action(std::string_view code) {
  if (code == "r") return FkAction::restrict;
  if (code == "c") return FkAction::cascade;
  if (code == "n") return FkAction::set_null;
  if (code == "d") return FkAction::set_default;
  return FkAction::no_action;
}

std::optional<ConstraintKind> constraint_kind(std::string_view contype) {
  if (contype == "CONSTR_CHECK") return ConstraintKind::check;
  if (contype == "CONSTR_NOTNULL") return ConstraintKind::not_null;
  if (contype == "CONSTR_UNIQUE") return ConstraintKind::unique;
  if (contype == "CONSTR_PRIMARY") return ConstraintKind::primary_key;
  if (contype == "CONSTR_FOREIGN") return ConstraintKind::foreign_key;
  if (contype == "CONSTR_EXCLUSION") return ConstraintKind::exclude;
  return std::nullopt;
}

// Numbers beyond 32 bits come as Float nodes.
std::optional<std::int64_t> integer(Node argument) {
  if (const Node body = argument.body("Integer")) return body.number("ival");
  const std::string_view text = argument.body("Float").text("fval");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "name" or "schema.name" of the strings up to `count`.
QualifiedName qualified(const std::vector<std::string>& names, std::size_t count) {
  QualifiedName name;
  if (count > 0) name.name = names[count - 1];
  if (count > 1) name.schema = names[count - 2];
  return name;
}

Span without_blanks_behind(const Lowering& to, Span span) {
  if (!to.verbatim) return span;
  constexpr std::string_view blanks = " \t\r\n\f\v";
  while (span.end > span.begin && span.end - to.base <= to.text.size() &&
         blanks.find(to.text[span.end - to.base - 1]) != std::string_view::npos)
    --span.end;
  return span;
}

}  // namespace

ObjectKind object_kind(std::string_view enumerator) {
  const auto found = std::lower_bound(
      kinds.begin(), kinds.end(), enumerator,
      [](const Kind& kind, std::string_view text) { return kind.enumerator < text; });
  return found != kinds.end() && found->enumerator == enumerator ? found->kind : ObjectKind::other;
}

ObjectTarget signature(Node object_with_args) {
  ObjectTarget target;
  target.name = object_name(object_with_args.list("objname"));
  if (!object_with_args.flag("args_unspecified")) {
    target.arguments.emplace();
    for (const Node argument : object_with_args.list("objargs"))
      target.arguments->push_back(lower_type(argument.body("TypeName")));
  }
  return target;
}

ObjectTarget object_target(ObjectKind kind, Node object) {
  ObjectTarget target;
  if (const Node with_args = object.body("ObjectWithArgs")) return signature(with_args);
  if (const Node type = object.body("TypeName")) {
    target.name = object_name(type.list("names"));
  } else if (const Node list = object.body("List")) {
    const NodeList items = list.list("items");
    if (kind == ObjectKind::trigger || kind == ObjectKind::rule || kind == ObjectKind::policy ||
        kind == ObjectKind::constraint) {
      // relation and part; a domain comes as its type
      const Node domain = items.front().body("TypeName");
      if (domain) {
        target.name = object_name(domain.list("names"));
        target.part = items.back().string();
      } else {
        const std::vector<std::string> names = strings(items);
        if (!names.empty()) {
          target.name = qualified(names, names.size() - 1);
          target.part = names.back();
        }
      }
    } else if (kind == ObjectKind::cast || kind == ObjectKind::transform) {
      target.name.name = to_string(lower_type(items.front().body("TypeName")));
      if (kind == ObjectKind::cast)
        target.name.name += " AS " + to_string(lower_type(items.back().body("TypeName")));
      else
        target.name.name.append(" LANGUAGE ").append(items.back().string());
    } else if (kind == ObjectKind::operator_class || kind == ObjectKind::operator_family) {
      const std::vector<std::string> names = strings(items);  // access method first
      if (names.size() > 1) {
        target.name = qualified({names.begin() + 1, names.end()}, names.size() - 1);
        target.part = names.front();
      }
    } else {
      target.name = object_name(items);
    }
  } else if (object.kind() == "String") {
    target.name.name = object.string();
  } else if (object) {
    target.part = tree_text(object);
  }
  return target;
}

bool is_null_constant(Node expr) {
  while (const Node cast = expr.body("TypeCast")) expr = cast["arg"];
  return expr.body("A_Const").flag("isnull");
}

bool is_constraint(Node constraint) {
  return constraint_kind(constraint.text("contype")).has_value();
}

bool apply_attribute(Node constraint, ConstraintDef& to) {
  const std::string_view type = constraint.text("contype");
  if (type == "CONSTR_ATTR_DEFERRABLE")
    to.deferrable = true;
  else if (type == "CONSTR_ATTR_NOT_DEFERRABLE")
    to.deferrable = false;
  else if (type == "CONSTR_ATTR_DEFERRED")
    to.deferrable = to.initially_deferred = true;
  else if (type == "CONSTR_ATTR_IMMEDIATE")
    to.initially_deferred = false;
  else if (type == "CONSTR_ATTR_NOT_ENFORCED")  // 18
    to.not_enforced = true;
  else
    return type == "CONSTR_ATTR_ENFORCED";
  return true;
}

ConstraintDef lower_constraint(Node node, Span span) {
  ConstraintDef constraint;
  constraint.kind = constraint_kind(node.text("contype")).value_or(ConstraintKind::check);
  constraint.name = node.text("conname");
  constraint.span = span;
  constraint.columns = strings(node.list("keys"));
  constraint.include = strings(node.list("including"));
  constraint.expression = lower_expr(node["raw_expr"]);
  constraint.not_valid = node.flag("skip_validation");
  // 18 writes `is_enforced` of CHECK and foreign keys that are
  constraint.not_enforced =
      grammar_version() >= 18 && !node.flag("is_enforced") &&
      (constraint.kind == ConstraintKind::check || constraint.kind == ConstraintKind::foreign_key);
  constraint.no_inherit = node.flag("is_no_inherit");
  constraint.initially_deferred = node.flag("initdeferred");
  constraint.deferrable = node.flag("deferrable") || constraint.initially_deferred;
  constraint.nulls_not_distinct = node.flag("nulls_not_distinct");
  constraint.using_index = node.text("indexname");
  if (constraint.kind == ConstraintKind::foreign_key) {
    constraint.columns = strings(node.list("fk_attrs"));
    constraint.referenced = relation_name(node["pktable"]);
    constraint.referenced_columns = strings(node.list("pk_attrs"));
    constraint.on_delete = fk_action(node.text("fk_del_action"));
    constraint.on_update = fk_action(node.text("fk_upd_action"));
    if (const std::string_view match = node.text("fk_matchtype"); !match.empty())
      constraint.match = match[0];
  }
  if (constraint.kind == ConstraintKind::exclude) {
    constraint.exclude_text =
        fmt::format("{} {} {}", node.text("access_method"), tree_text(node["exclusions"]),
                    tree_text(node["where_clause"]));
    for (const Node exclusion : node.list("exclusions"))
      if (const auto column =
              exclusion.body("List").list("items").front().body("IndexElem").text("name");
          !column.empty())
        constraint.columns.emplace_back(column);
  }
  return constraint;
}

ColumnDef lower_column(const Lowering& to, Node node, Span span) {
  ColumnDef column;
  column.name = node.text("colname");
  column.span = span;
  if (const Node type = node["typeName"]) column.type = lower_type(type, &column.serial);
  column.collation = to_string(collation_name(node["collClause"]));
  const NodeList constraints = node.list("constraints");
  std::vector<std::uint32_t> starts;  // a constraint ends where the next one begins
  for (const Node wrapped : constraints) starts.push_back(to.offset(wrapped.body()));
  starts.push_back(span.end);
  std::size_t i = 0;
  for (const Node wrapped : constraints) {
    const Node constraint = wrapped.body("Constraint");
    const std::string_view type = constraint.text("contype");
    const Span place = without_blanks_behind(to, {starts[i], std::max(starts[i], starts[i + 1])});
    ++i;
    if (type == "CONSTR_NOTNULL") {
      column.not_null = true;
    } else if (type == "CONSTR_DEFAULT") {
      const Node value = constraint["raw_expr"];
      column.has_default = !is_null_constant(value);
      column.default_value = column.has_default ? lower_expr(value) : nullptr;
    } else if (type == "CONSTR_GENERATED") {
      column.generated_as = lower_expr(constraint["raw_expr"]);
      column.generated = constraint.text("generated_kind") == "v" ? Generated::virtual_  // 18
                                                                  : Generated::stored;
    } else if (type == "CONSTR_IDENTITY") {
      column.identity =
          constraint.text("generated_when") == "d" ? Identity::by_default : Identity::always;
      column.identity_options = lower_sequence_options(constraint.list("options"));
    } else if (is_constraint(constraint)) {
      ConstraintDef definition = lower_constraint(constraint, place);
      definition.columns = {column.name};
      column.constraints.push_back(std::move(definition));
    } else if (!column.constraints.empty()) {
      apply_attribute(constraint, column.constraints.back());
    }
  }
  return column;
}

IndexKey lower_index_key(Node node) {
  IndexKey key;
  key.column = node.text("name");
  key.expression = lower_expr(node["expr"]);
  key.collation = to_string(object_name(node.list("collation")));
  key.opclass = to_string(object_name(node.list("opclass")));
  key.descending = node.text("ordering") == "SORTBY_DESC";
  const std::string_view nulls = node.text("nulls_ordering");
  key.nulls_first =
      nulls == "SORTBY_NULLS_FIRST" || (nulls != "SORTBY_NULLS_LAST" && key.descending);
  return key;
}

std::vector<std::string> index_column_names(NodeList index_elems) {
  std::vector<std::string> names;
  for (const Node elem : index_elems) names.emplace_back(elem.body("IndexElem").text("name"));
  return names;
}

SequenceOptions lower_sequence_options(NodeList def_elems) {
  SequenceOptions options;
  for (const Node wrapped : def_elems) {
    const Node option = wrapped.body("DefElem");
    const std::string_view name = option.text("defname");
    const Node argument = option["arg"];
    if (name == "as") {
      options.type = to_string(lower_type(argument.body("TypeName")));
    } else if (name == "increment") {
      options.increment = integer(argument);
    } else if (name == "minvalue") {
      options.min = integer(argument);
      options.no_min = !argument;
    } else if (name == "maxvalue") {
      options.max = integer(argument);
      options.no_max = !argument;
    } else if (name == "start") {
      options.start = integer(argument);
    } else if (name == "restart") {
      options.restart = integer(argument);
      options.restart_plain = !argument;
    } else if (name == "cycle") {
      options.cycle = option_text(argument) != "false";
    } else if (name == "owned_by") {
      options.owned_by = strings(argument.body("List").list("items"));
    }
  }
  return options;
}

QualifiedName collation_name(Node coll_clause) {
  QualifiedName name = object_name(coll_clause.list("collname"));
  return name.name == "default" ? QualifiedName() : name;  // as if it were not written
}

std::string partition_bound(Node bound) {
  if (!bound) return {};
  if (bound.flag("is_default")) return "default";
  const auto list = [](NodeList values) {
    std::string text;
    for (const Node value : values) {
      if (!text.empty()) text += ", ";
      if (const ExprPtr expr = lower_expr(value)) text += to_text(*expr);
    }
    return text;
  };
  const std::string_view strategy = bound.text("strategy");
  if (strategy == "h")
    return fmt::format("for values with (modulus {}, remainder {})", bound.number("modulus"),
                       bound.number("remainder"));
  if (strategy == "l") return fmt::format("for values in ({})", list(bound.list("listdatums")));
  return fmt::format("for values from ({}) to ({})", list(bound.list("lowerdatums")),
                     list(bound.list("upperdatums")));
}

std::string role_name(Node role_spec) {
  const std::string_view type = role_spec.text("roletype");
  if (type == "ROLESPEC_PUBLIC") return "public";
  if (type == "ROLESPEC_CURRENT_USER") return "current_user";
  if (type == "ROLESPEC_CURRENT_ROLE") return "current_role";
  if (type == "ROLESPEC_SESSION_USER") return "session_user";
  return std::string(role_spec.text("rolename"));
}

std::vector<std::string> role_names(NodeList role_specs) {
  std::vector<std::string> names;
  for (const Node role : role_specs) names.push_back(role_name(role.body("RoleSpec")));
  return names;
}

std::string option_text(Node argument) {
  if (!argument) return {};
  const std::string_view kind = argument.kind();
  const Node body = argument.body();
  if (kind == "String") return std::string(body.text("sval"));
  if (kind == "Integer") return std::to_string(body.number("ival"));
  if (kind == "Float") return std::string(body.text("fval"));
  if (kind == "Boolean") return body.flag("boolval") ? "true" : "false";
  if (kind == "TypeName") return to_string(lower_type(body));
  if (kind == "List") return fmt::format("{}", fmt::join(strings(body.list("items")), "."));
  if (kind == "A_Const") {
    if (body.flag("isnull")) return "null";
    const Node value = body["sval"] ? body["sval"] : body["fval"];
    if (value) return std::string(value.text(body["sval"] ? "sval" : "fval"));
    if (body["boolval"]) return body["boolval"].flag("boolval") ? "true" : "false";
    return std::to_string(body["ival"].number("ival"));
  }
  return tree_text(argument);
}

std::string options_text(NodeList def_elems) {
  std::string text;
  for (const Node wrapped : def_elems) {
    const Node option = wrapped.body("DefElem");
    if (!text.empty()) text += ", ";
    text += option.text("defname");
    if (const Node argument = option["arg"]) text.append("=").append(option_text(argument));
  }
  return text;
}

bool has_option(NodeList def_elems, std::string_view name) {
  for (const Node wrapped : def_elems) {
    const Node option = wrapped.body("DefElem");
    if (option.text("defname") != name) continue;
    const std::string value = option_text(option["arg"]);
    return value.empty() || value == "true" || value == "on" || value == "1";
  }
  return false;
}

Span source_span(const Lowering& to, Span in_text) {
  if (!to.verbatim) return to.statement;
  return {to.base + in_text.begin, to.base + in_text.end};
}

Span statement_in_text(const Lowering& to) {
  if (!to.verbatim) return {0, static_cast<std::uint32_t>(to.text.size())};
  return {to.statement.begin - to.base, to.statement.end - to.base};
}

std::vector<Span> bracket_elements(const Lowering& to, std::uint32_t offset) {
  Lexer lexer(to.text, {offset, statement_in_text(to).end}, {});
  Token token = lexer.next_code();
  while (token.kind != Token::Kind::end && !lexer.is_symbol(token, '(')) token = lexer.next_code();
  std::vector<Span> elements;
  for_each_comma_piece(to.text, {token.end, statement_in_text(to).end},
                       [&](Span piece) { elements.push_back(source_span(to, piece)); });
  return elements;
}

}  // namespace backout::sql
