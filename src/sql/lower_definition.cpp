// Views, types, domains, functions, triggers, rules, sequences, schemas, extensions: CREATE and
// their own ALTER → operations.
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <variant>

#include "sql/lexer.h"
#include "sql/lower_parts.h"

namespace backout::sql {
namespace {

// ---------------------------------------------------------------- views

void create_view(const Lowering& to, Node node) {
  const Node relation = node["view"];
  CreateView view;
  view.name = relation_name(relation);
  view.or_replace = node.flag("replace");
  view.temporary = relation.text("relpersistence") == "t";
  view.columns = strings(node.list("aliases"));
  view.query = lower_query(node["query"]);
  view.options = options_text(node.list("options"));
  const std::string_view check = node.text("withCheckOption");
  if (check == "LOCAL_CHECK_OPTION" || check == "CASCADED_CHECK_OPTION") {
    if (!view.options.empty()) view.options += ", ";
    view.options += check == "LOCAL_CHECK_OPTION" ? "check_option=local" : "check_option=cascaded";
  }
  to.add(std::move(view));
}

// ---------------------------------------------------------------- types and domains

void create_enum(const Lowering& to, Node node) {
  to.add(CreateEnum{object_name(node.list("typeName")), strings(node.list("vals"))});
}

void alter_enum(const Lowering& to, Node node) {
  const QualifiedName type = object_name(node.list("typeName"));
  const std::string label(node.text("newVal"));
  if (const std::string_view old = node.text("oldVal"); !old.empty()) {
    to.add(RenameEnumValue{type, std::string(old), label});
    return;
  }
  AddEnumValue add{.type = type, .label = label, .before = {}, .after = {}};
  (node.flag("newValIsAfter") ? add.after : add.before) = node.text("newValNeighbor");
  add.if_not_exists = node.flag("skipIfNewValExists");
  to.add(std::move(add));
}

void create_composite(const Lowering& to, Node node) {
  CreateComposite type;
  type.name = relation_name(node["typevar"]);
  for (const Node wrapped : node.list("coldeflist")) {
    const Node column = wrapped.body("ColumnDef");
    type.attributes.push_back(
        {std::string(column.text("colname")), lower_type(column["typeName"])});
  }
  to.add(std::move(type));
}

void create_range(const Lowering& to, Node node) {
  CreateRange range{object_name(node.list("typeName")), {}};
  for (const Node wrapped : node.list("params")) {
    const Node option = wrapped.body("DefElem");
    if (option.text("defname") == "subtype")
      range.subtype = lower_type(option["arg"].body("TypeName"));
  }
  to.add(std::move(range));
}

// CREATE AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH …; and base and shell types.
void define(const Lowering& to, Node node) {
  const ObjectKind kind = object_kind(node.text("kind"));
  const QualifiedName name = object_name(node.list("defnames"));
  if (kind == ObjectKind::type)
    to.add(CreateBaseType{name});
  else
    to.add(CreateOther{.kind = kind,
                       .name = name,
                       .part = tree_text(node["args"]),
                       .or_replace = node.flag("replace"),
                       .if_not_exists = node.flag("if_not_exists")});
}

void create_domain(const Lowering& to, Node node) {
  CreateDomain domain;
  domain.name = object_name(node.list("domainname"));
  domain.type = lower_type(node["typeName"]);
  domain.collation = to_string(collation_name(node["collClause"]));
  for (const Node wrapped : node.list("constraints")) {
    const Node constraint = wrapped.body("Constraint");
    const std::string_view type = constraint.text("contype");
    if (type == "CONSTR_NOTNULL")
      domain.not_null = true;
    else if (type == "CONSTR_DEFAULT" && !is_null_constant(constraint["raw_expr"]))
      domain.default_value = lower_expr(constraint["raw_expr"]);
    else if (is_constraint(constraint))
      domain.constraints.push_back(
          lower_constraint(constraint, {to.offset(constraint), to.statement.end}));
  }
  to.add(std::move(domain));
}

void alter_domain(const Lowering& to, Node node) {
  using Action = AlterDomain::Action;
  const Node def = node["def"];
  AlterDomain alter{.domain = object_name(node.list("typeName")),
                    .action = Action::set_default,
                    .default_value = nullptr,
                    .constraint = {},
                    .constraint_name = std::string(node.text("name")),
                    .missing_ok = node.flag("missing_ok"),
                    .cascade = node.text("behavior") == "DROP_CASCADE"};
  const std::string_view subtype = node.text("subtype");
  if (subtype == "T") {
    if (!def || is_null_constant(def))
      alter.action = Action::drop_default;
    else
      alter.default_value = lower_expr(def);
  } else if (subtype == "N") {
    alter.action = Action::drop_not_null;
  } else if (subtype == "O") {
    alter.action = Action::set_not_null;
  } else if (subtype == "C") {
    const Node constraint = def.body("Constraint");
    if (constraint.text("contype") == "CONSTR_NOTNULL") {  // 17
      alter.action = Action::set_not_null;
    } else {
      alter.action = Action::add_constraint;
      alter.constraint = lower_constraint(constraint, to.statement);
    }
  } else if (subtype == "X") {
    alter.action = Action::drop_constraint;
  } else if (subtype == "V") {
    alter.action = Action::validate_constraint;
  } else {
    to.add(
        AlterOther{.kind = ObjectKind::domain, .name = alter.domain, .what = std::string(subtype)});
    return;
  }
  to.add(std::move(alter));
}

// ---------------------------------------------------------------- functions

char parameter_mode(std::string_view mode) {
  if (mode == "FUNC_PARAM_OUT") return 'o';
  if (mode == "FUNC_PARAM_INOUT") return 'b';
  if (mode == "FUNC_PARAM_VARIADIC") return 'v';
  if (mode == "FUNC_PARAM_TABLE") return 't';
  return 'i';
}

char volatility_letter(std::string_view word) { return word.empty() ? 'v' : word[0]; }

// The literal behind AS, from the place of the option.
Span body_literal(const Lowering& to, Node option) {
  Lexer lexer(to.text,
              {static_cast<std::uint32_t>(option.number("location")), statement_in_text(to).end},
              {});
  Token token = lexer.next_code();
  if (lexer.is(token, "as")) token = lexer.next_code();
  if (token.kind != Token::Kind::string) return {};
  return source_span(to, {token.begin, token.end});
}

void create_function(const Lowering& to, Node node) {
  CreateFunction function;
  function.name = object_name(node.list("funcname"));
  function.procedure = node.flag("is_procedure");
  function.or_replace = node.flag("replace");
  for (const Node wrapped : node.list("parameters")) {
    const Node parameter = wrapped.body("FunctionParameter");
    function.parameters.push_back(
        {std::string(parameter.text("name")), lower_type(parameter["argType"]),
         parameter_mode(parameter.text("mode")), static_cast<bool>(parameter["defexpr"])});
    function.returns_table |= function.parameters.back().mode == 't';
  }
  if (const Node returns = node["returnType"]) {
    function.returns = lower_type(returns);
    function.returns_set = returns.flag("setof");
  }
  for (const Node wrapped : node.list("options")) {
    const Node option = wrapped.body("DefElem");
    const std::string_view name = option.text("defname");
    const Node argument = option["arg"];
    if (name == "as") {
      const std::vector<std::string> texts = strings(argument.body("List").list("items"));
      for (const std::string& text : texts) {
        if (!function.body.empty()) function.body += ' ';
        function.body += text;
      }
      function.body_span = body_literal(to, option);
    } else if (name == "language") {
      function.language = option_text(argument);
      std::transform(function.language.begin(), function.language.end(), function.language.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    } else if (name == "volatility") {
      function.volatility = volatility_letter(option_text(argument));
    } else if (name == "strict") {
      function.strict = option_text(argument) == "true";
    } else if (name == "security") {
      function.security_definer = option_text(argument) == "true";
    } else if (name == "leakproof") {
      function.leakproof = option_text(argument) == "true";
    } else if (name == "window") {
      function.window = true;
    }
  }
  if (const Node body = node["sql_body"]) {
    function.sql_body = tree_text(body);
    if (function.language.empty()) function.language = "sql";
  }
  to.add(std::move(function));
}

void alter_function(const Lowering& to, Node node) {
  const ObjectTarget target = signature(node["func"]);
  AlterFunction alter{.name = target.name,
                      .arguments = target.arguments,
                      .volatility = {},
                      .strict = {},
                      .security_definer = {}};
  bool other = false;
  for (const Node wrapped : node.list("actions")) {
    const Node action = wrapped.body("DefElem");
    const std::string_view name = action.text("defname");
    const std::string value = option_text(action["arg"]);
    if (name == "volatility")
      alter.volatility = volatility_letter(value);
    else if (name == "strict")
      alter.strict = value == "true";
    else if (name == "security")
      alter.security_definer = value == "true";
    else
      other = true;
  }
  if (alter.volatility || alter.strict || alter.security_definer) to.add(std::move(alter));
  if (other)
    to.add(AlterOther{.kind = object_kind(node.text("objtype")),
                      .name = target.name,
                      .what = options_text(node.list("actions"))});
}

// ---------------------------------------------------------------- triggers and rules

void create_trigger(const Lowering& to, Node node) {
  CreateTrigger trigger;
  trigger.name = node.text("trigname");
  trigger.table = relation_name(node["relation"]);
  trigger.function = object_name(node.list("funcname"));
  trigger.or_replace = node.flag("replace");
  trigger.constraint = node.flag("isconstraint");
  trigger.row = node.flag("row");
  const std::int64_t timing = node.number("timing");  // TRIGGER_TYPE_BEFORE 2, _INSTEAD 64
  trigger.timing = (timing & 64) != 0 ? 'i' : (timing & 2) != 0 ? 'b' : 'a';
  const std::int64_t events = node.number("events");
  if ((events & 8) != 0) trigger.events += 'd';
  if ((events & 4) != 0) trigger.events += 'i';
  if ((events & 32) != 0) trigger.events += 't';
  if ((events & 16) != 0) trigger.events += 'u';
  trigger.update_of = strings(node.list("columns"));
  trigger.when = lower_expr(node["whenClause"]);
  trigger.arguments = tree_text(node["args"]);
  for (const Node relation : node.list("transitionRels"))
    trigger.transition_tables.emplace_back(relation.body().text("name"));
  to.add(std::move(trigger));
}

void create_rule(const Lowering& to, Node node) {
  std::string definition(node.text("event"));
  if (node.flag("instead")) definition += " instead";
  definition.append(" ").append(tree_text(node["whereClause"]));
  definition.append(" ").append(tree_text(node["actions"]));
  to.add(CreateRule{std::string(node.text("rulename")), relation_name(node["relation"]),
                    node.flag("replace"), std::move(definition)});
}

// ---------------------------------------------------------------- sequences, schemas, extensions

void create_sequence(const Lowering& to, Node node) {
  const Node relation = node["sequence"];
  to.add(CreateSequence{relation_name(relation), node.flag("if_not_exists"),
                        relation.text("relpersistence") == "t",
                        lower_sequence_options(node.list("options"))});
}

void alter_sequence(const Lowering& to, Node node) {
  to.add(AlterSequence{relation_name(node["sequence"]),
                       lower_sequence_options(node.list("options")), node.flag("missing_ok")});
}

using Names = std::vector<std::string>;

// The query of a view that CREATE SCHEMA makes: what the same statement made is found first.
QueryPtr within_schema(const QueryPtr& query, const std::string& schema, const Names& made) {
  if (!query) return nullptr;
  auto copy = std::make_shared<Query>(*query);
  const auto put = [&](QualifiedName& name) {
    if (name.schema.empty() && std::find(made.begin(), made.end(), name.name) != made.end())
      name.schema = schema;
  };
  for (QualifiedName& relation : copy->relations) put(relation);
  for (Query::Item& item : copy->from) {
    put(item.relation);
    item.subquery = within_schema(item.subquery, schema, made);
  }
  return copy;
}

// What CREATE SCHEMA holds is created in that schema, unless it says otherwise.
void put_in_schema(Action& action, const std::string& schema, Names& made) {
  const auto put = [&](QualifiedName& name) {
    if (name.schema.empty()) name.schema = schema;
  };
  std::visit(
      [&](auto& operation) {
        using Operation = std::remove_cvref_t<decltype(operation)>;
        if constexpr (std::is_same_v<Operation, CreateTable> ||
                      std::is_same_v<Operation, CreateView> ||
                      std::is_same_v<Operation, CreateSequence> || std::is_same_v<Operation, Grant>)
          put(operation.name);
        if constexpr (std::is_same_v<Operation, CreateView>)
          operation.query = within_schema(operation.query, schema, made);
        if constexpr (std::is_same_v<Operation, CreateTable> ||
                      std::is_same_v<Operation, CreateView>)
          made.push_back(operation.name.name);
        if constexpr (std::is_same_v<Operation, CreateIndex> ||
                      std::is_same_v<Operation, CreateTrigger>)
          put(operation.table);
        if constexpr (std::is_same_v<Operation, CreateTable>) {
          for (ConstraintDef& constraint : operation.constraints)
            if (!constraint.referenced.name.empty()) put(constraint.referenced);
          for (ColumnDef& column : operation.columns)
            for (ConstraintDef& constraint : column.constraints)
              if (!constraint.referenced.name.empty()) put(constraint.referenced);
        }
      },
      action);
}

void create_schema(const Lowering& to, Node node) {
  CreateSchema schema;
  schema.owner = node["authrole"] ? role_name(node["authrole"]) : std::string();
  schema.name = node.text("schemaname");
  if (schema.name.empty()) schema.name = schema.owner;
  schema.if_not_exists = node.flag("if_not_exists");
  const std::string name = schema.name;
  to.add(std::move(schema));
  std::size_t begin = to.operations->size();
  for (const Node element : node.list("schemaElts")) lower_statement(to, element);
  Names made;
  for (; begin < to.operations->size(); ++begin)
    put_in_schema((*to.operations)[begin].action, name, made);
}

void create_extension(const Lowering& to, Node node) {
  CreateExtension extension;
  extension.name = node.text("extname");
  extension.if_not_exists = node.flag("if_not_exists");
  for (const Node wrapped : node.list("options")) {
    const Node option = wrapped.body("DefElem");
    if (option.text("defname") == "schema") extension.schema = option_text(option["arg"]);
  }
  to.add(std::move(extension));
}

struct Known {
  std::string_view kind;
  void (*function)(const Lowering&, Node);
};
constexpr std::array statements{
    Known{"AlterDomainStmt", alter_domain},
    Known{"AlterEnumStmt", alter_enum},
    Known{"AlterFunctionStmt", alter_function},
    Known{"AlterSeqStmt", alter_sequence},
    Known{"CompositeTypeStmt", create_composite},
    Known{"CreateDomainStmt", create_domain},
    Known{"CreateEnumStmt", create_enum},
    Known{"CreateExtensionStmt", create_extension},
    Known{"CreateFunctionStmt", create_function},
    Known{"CreateRangeStmt", create_range},
    Known{"CreateSchemaStmt", create_schema},
    Known{"CreateSeqStmt", create_sequence},
    Known{"CreateTrigStmt", create_trigger},
    Known{"DefineStmt", define},
    Known{"RuleStmt", create_rule},
    Known{"ViewStmt", create_view},
};

}  // namespace

void lower_definition(const Lowering& to, std::string_view kind, Node node) {
  for (const Known& known : statements)
    if (known.kind == kind) known.function(to, node);
}

}  // namespace backout::sql
