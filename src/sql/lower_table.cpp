// CREATE TABLE, ALTER TABLE and CREATE INDEX → operations. An action of ALTER TABLE has no place in
// the tree, so the statement's text is cut at its top-level commas: actions and pieces come in the
// same order.
#include <algorithm>
#include <array>
#include <utility>

#include "sql/lexer.h"
#include "sql/lower_parts.h"

namespace backout::sql {
namespace {

// ---------------------------------------------------------------- CREATE TABLE

LikeClause like_clause(Node node) {
  // bits of TableLikeOption; PostgreSQL 14 put COMPRESSION between COMMENTS and CONSTRAINTS
  const std::int64_t options = node.number("options");
  LikeClause like;
  like.table = relation_name(node["relation"]);
  like.constraints = (options & (1 << 2)) != 0;
  like.defaults = (options & (1 << 3)) != 0;
  like.generated = (options & (1 << 4)) != 0;
  like.identity = (options & (1 << 5)) != 0;
  like.indexes = (options & (1 << 6)) != 0;
  return like;
}

void partition_spec(Node spec, CreateTable& table) {
  const std::string_view strategy =
      spec.text("strategy");  // a word until 15, an enumerator since 16
  if (strategy == "PARTITION_STRATEGY_LIST" || is_word(strategy, "list"))
    table.partition_strategy = "list";
  else if (strategy == "PARTITION_STRATEGY_HASH" || is_word(strategy, "hash"))
    table.partition_strategy = "hash";
  else
    table.partition_strategy = "range";
  for (const Node param : spec.list("partParams"))
    table.partition_columns.emplace_back(param.body("PartitionElem").text("name"));
}

void elements(const Lowering& to, Node node, CreateTable& table) {
  const NodeList list = node.list("tableElts");
  if (list.empty()) return;
  const std::vector<Span> spans =
      bracket_elements(to, static_cast<std::uint32_t>(node["relation"].number("location")));
  std::size_t i = 0;
  for (const Node element : list) {
    const Span span = spans.size() == list.size() ? spans[i] : to.statement;
    ++i;
    const Node body = element.body();
    const std::string_view kind = element.kind();
    if (kind == "ColumnDef")
      table.columns.push_back(lower_column(to, body, span));
    else if (kind == "TableLikeClause")
      table.like.push_back(like_clause(body));
    else if (kind == "Constraint" && is_constraint(body))
      table.constraints.push_back(lower_constraint(body, span));
  }
}

void create_table(const Lowering& to, Node node, bool foreign) {
  CreateTable table;
  const Node relation = node["relation"];
  table.name = relation_name(relation);
  table.if_not_exists = node.flag("if_not_exists");
  table.temporary = relation.text("relpersistence") == "t";
  table.unlogged = relation.text("relpersistence") == "u";
  table.foreign = foreign;
  elements(to, node, table);
  for (const Node parent : node.list("inhRelations"))
    table.inherits.push_back(relation_name(parent.body()));
  table.partition_of = static_cast<bool>(node["partbound"]);
  table.partition_bound = partition_bound(node["partbound"]);
  if (const Node spec = node["partspec"]) partition_spec(spec, table);
  if (const Node type = node["ofTypename"]) table.of_type = object_name(type.list("names"));
  to.add(std::move(table));
}

void create_table_as(const Lowering& to, Node node) {
  const Node into = node["into"];
  const Node relation = into["rel"];
  if (node.text("objtype") == "OBJECT_MATVIEW" || node.text("relkind") == "OBJECT_MATVIEW") {
    CreateView view;
    view.name = relation_name(relation);
    view.materialized = true;
    view.if_not_exists = node.flag("if_not_exists");
    view.with_data = !into.flag("skipData");
    view.columns = strings(into.list("colNames"));
    view.query = lower_query(node["query"]);
    view.options = options_text(into.list("options"));
    to.add(std::move(view));
    return;
  }
  CreateTable table;
  table.name = relation_name(relation);
  table.if_not_exists = node.flag("if_not_exists");
  table.temporary = relation.text("relpersistence") == "t";
  table.unlogged = relation.text("relpersistence") == "u";
  table.as_query = lower_query(node["query"]);
  table.as_columns = strings(into.list("colNames"));
  to.add(std::move(table));
}

// ---------------------------------------------------------------- CREATE INDEX

void create_index(const Lowering& to, Node node) {
  CreateIndex index;
  index.name = node.text("idxname");
  index.table = relation_name(node["relation"]);
  for (const Node param : node.list("indexParams"))
    index.keys.push_back(lower_index_key(param.body("IndexElem")));
  index.include = index_column_names(node.list("indexIncludingParams"));
  index.predicate = lower_expr(node["whereClause"]);
  if (const std::string_view method = node.text("accessMethod"); !method.empty())
    index.method = method;
  index.unique = node.flag("unique");
  index.concurrently = node.flag("concurrent");
  index.if_not_exists = node.flag("if_not_exists");
  index.only = !node["relation"].flag("inh");
  index.nulls_not_distinct = node.flag("nulls_not_distinct");
  to.add(std::move(index));
}

// ---------------------------------------------------------------- ALTER TABLE

// One action: what all of them share, and its place.
struct Alter {
  const Lowering& to;
  ObjectKind kind;
  QualifiedName table;
  bool if_exists;
  bool only;
  Node command;
  Span span;

  [[nodiscard]] std::string name() const { return std::string(command.text("name")); }
  [[nodiscard]] Node def() const { return command["def"]; }
  [[nodiscard]] bool cascade() const { return command.text("behavior") == "DROP_CASCADE"; }
  [[nodiscard]] bool missing_ok() const { return command.flag("missing_ok"); }
  void add(Action action) const { to.add(span, std::move(action)); }
  void other(std::string what) const {
    add(AlterOther{.kind = kind, .name = table, .what = std::move(what)});
  }
};

void alter_composite(const Alter& alter, AlterComposite::Action action) {
  AlterComposite composite{.type = alter.table, .action = action, .attribute = {}};
  const Node column = alter.def().body("ColumnDef");
  composite.attribute.name =
      action == AlterComposite::Action::add ? std::string(column.text("colname")) : alter.name();
  if (const Node type = column["typeName"]) composite.attribute.type = lower_type(type);
  composite.missing_ok = alter.missing_ok();
  composite.cascade = alter.cascade();
  alter.add(std::move(composite));
}

void add_column(const Alter& alter) {
  if (alter.kind == ObjectKind::type) {
    alter_composite(alter, AlterComposite::Action::add);
    return;
  }
  const Node column = alter.def().body("ColumnDef");
  const Span definition{std::max(alter.to.offset(column), alter.span.begin), alter.span.end};
  alter.add(AddColumn{.table = alter.table,
                      .column = lower_column(alter.to, column, definition),
                      .if_not_exists = alter.missing_ok(),
                      .if_exists = alter.if_exists,
                      .only = alter.only});
}

void drop_column(const Alter& alter) {
  if (alter.kind == ObjectKind::type) {
    alter_composite(alter, AlterComposite::Action::drop);
    return;
  }
  alter.add(DropColumn{.table = alter.table,
                       .column = alter.name(),
                       .missing_ok = alter.missing_ok(),
                       .cascade = alter.cascade(),
                       .if_exists = alter.if_exists,
                       .only = alter.only});
}

void alter_column_type(const Alter& alter) {
  if (alter.kind == ObjectKind::type) {
    alter_composite(alter, AlterComposite::Action::retype);
    return;
  }
  const Node column = alter.def().body("ColumnDef");
  alter.add(AlterColumnType{.table = alter.table,
                            .column = alter.name(),
                            .type = lower_type(column["typeName"]),
                            .collation = to_string(collation_name(column["collClause"])),
                            .using_ = lower_expr(column["raw_default"]),
                            .if_exists = alter.if_exists});
}

void column_default(const Alter& alter) {
  const bool none = !alter.def() || is_null_constant(alter.def());
  const ExprPtr value = none ? nullptr : lower_expr(alter.def());
  if (alter.kind == ObjectKind::view)
    alter.add(AlterViewColumnDefault{alter.table, alter.name(), value});
  else if (none)
    alter.add(DropDefault{alter.table, alter.name(), alter.if_exists, alter.only});
  else
    alter.add(SetDefault{alter.table, alter.name(), value, alter.if_exists, alter.only});
}

void add_constraint(const Alter& alter) {
  const Node constraint = alter.def().body("Constraint");
  if (!is_constraint(constraint)) {
    alter.other("add constraint");
    return;
  }
  alter.add(AddConstraint{.table = alter.table,
                          .constraint = lower_constraint(constraint, alter.span),
                          .if_exists = alter.if_exists,
                          .only = alter.only});
}

void alter_constraint(const Alter& alter) {
  const Node def = alter.def().body();  // Constraint; ATAlterConstraint since 18
  const bool deferred = def.flag("initdeferred");
  alter.add(
      AlterConstraint{.table = alter.table,
                      .constraint = std::string(def.text("conname")),
                      .deferrable = def.flag("deferrable") || deferred,
                      .initially_deferred = deferred,
                      .not_enforced = def.flag("alterEnforceability") && !def.flag("is_enforced"),
                      .if_exists = alter.if_exists});
}

void add_identity(const Alter& alter) {
  const Node def = alter.def().body("Constraint");
  alter.add(SetIdentity{
      .table = alter.table,
      .column = alter.name(),
      .identity = def.text("generated_when") == "d" ? Identity::by_default : Identity::always,
      .add = true,
      .options = lower_sequence_options(def.list("options")),
      .if_exists = alter.if_exists});
}

// SET GENERATED …, SET START …, RESTART: `no` when the kind stays as it is.
void set_identity(const Alter& alter) {
  const NodeList options = alter.def().body("List").list("items");
  Identity identity = Identity::no;
  for (const Node wrapped : options) {
    const Node option = wrapped.body("DefElem");
    if (option.text("defname") == "generated")  // the character's code: 'a' or 'd'
      identity = option["arg"].body("Integer").number("ival") == 'd' ? Identity::by_default
                                                                     : Identity::always;
  }
  alter.add(SetIdentity{.table = alter.table,
                        .column = alter.name(),
                        .identity = identity,
                        .add = false,
                        .options = lower_sequence_options(options),
                        .if_exists = alter.if_exists});
}

void attach_partition(const Alter& alter) {
  const Node command = alter.def().body("PartitionCmd");
  alter.add(AttachPartition{.table = alter.table,
                            .partition = relation_name(command["name"]),
                            .bound = partition_bound(command["bound"]),
                            .index = alter.kind == ObjectKind::index});
}

void detach_partition(const Alter& alter) {
  const Node command = alter.def().body("PartitionCmd");
  alter.add(
      DetachPartition{.table = alter.table,
                      .partition = relation_name(command["name"]),
                      .concurrently = command.flag("concurrent"),
                      .finalize = alter.command.text("subtype") == "AT_DetachPartitionFinalize"});
}

void trigger_state(const Alter& alter) {
  struct State {
    std::string_view subtype;
    char state;
    bool rule, all, user;
  };
  constexpr std::array states{
      State{"AT_EnableTrig", 'O', false, false, false},
      State{"AT_EnableAlwaysTrig", 'A', false, false, false},
      State{"AT_EnableReplicaTrig", 'R', false, false, false},
      State{"AT_DisableTrig", 'D', false, false, false},
      State{"AT_EnableTrigAll", 'O', false, true, false},
      State{"AT_DisableTrigAll", 'D', false, true, false},
      State{"AT_EnableTrigUser", 'O', false, false, true},
      State{"AT_DisableTrigUser", 'D', false, false, true},
      State{"AT_EnableRule", 'O', true, false, false},
      State{"AT_EnableAlwaysRule", 'A', true, false, false},
      State{"AT_EnableReplicaRule", 'R', true, false, false},
      State{"AT_DisableRule", 'D', true, false, false},
  };
  for (const State& known : states)
    if (known.subtype == alter.command.text("subtype"))
      alter.add(SetTriggerState{.table = alter.table,
                                .trigger = alter.name(),
                                .all = known.all,
                                .user = known.user,
                                .rule = known.rule,
                                .state = known.state});
}

void replica_identity(const Alter& alter) {
  const Node def = alter.def().body("ReplicaIdentityStmt");
  const std::string_view kind = def.text("identity_type");
  alter.add(
      SetReplicaIdentity{alter.table, kind.empty() ? 'd' : kind[0], std::string(def.text("name"))});
}

void table_option(const Alter& alter) {
  // "AT_SetStatistics" → "set statistics"
  std::string what;
  for (const char c : alter.command.text("subtype").substr(3)) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !what.empty()) what += ' ';
    what += upper ? static_cast<char>(c + 32) : c;
  }
  if (alter.kind == ObjectKind::view || alter.kind == ObjectKind::materialized_view)
    alter.other(what + " (" + options_text(alter.def().body("List").list("items")) + ")");
  else
    alter.add(SetTableOption{alter.table, std::move(what)});
}

struct Subtype {
  std::string_view name;
  void (*function)(const Alter&);
};

// Sorted.
constexpr std::array subtypes{
    Subtype{"AT_AddColumn", add_column},
    Subtype{"AT_AddConstraint", add_constraint},
    Subtype{"AT_AddIdentity", add_identity},
    Subtype{"AT_AddInherit",
            [](const Alter& alter) {
              alter.add(SetInherit{alter.table, relation_name(alter.def().body("RangeVar")), true});
            }},
    Subtype{"AT_AlterColumnType", alter_column_type},
    Subtype{"AT_AlterConstraint", alter_constraint},
    Subtype{"AT_AttachPartition", attach_partition},
    Subtype{"AT_ChangeOwner",
            [](const Alter& alter) {
              alter.add(ChangeOwner{.kind = alter.kind,
                                    .name = alter.table,
                                    .new_owner = role_name(alter.command["newowner"]),
                                    .arguments = {}});
            }},
    Subtype{"AT_ClusterOn", table_option},
    Subtype{"AT_ColumnDefault", column_default},
    Subtype{"AT_DetachPartition", detach_partition},
    Subtype{"AT_DetachPartitionFinalize", detach_partition},
    Subtype{"AT_DisableRowSecurity",
            [](const Alter& alter) {
              alter.add(SetRowSecurity{alter.table, false, {}, alter.if_exists});
            }},
    Subtype{"AT_DisableRule", trigger_state},
    Subtype{"AT_DisableTrig", trigger_state},
    Subtype{"AT_DisableTrigAll", trigger_state},
    Subtype{"AT_DisableTrigUser", trigger_state},
    Subtype{"AT_DropCluster", table_option},
    Subtype{"AT_DropColumn", drop_column},
    Subtype{"AT_DropConstraint",
            [](const Alter& alter) {
              alter.add(DropConstraint{.table = alter.table,
                                       .constraint = alter.name(),
                                       .missing_ok = alter.missing_ok(),
                                       .cascade = alter.cascade(),
                                       .if_exists = alter.if_exists,
                                       .only = alter.only});
            }},
    Subtype{
        "AT_DropExpression",
        [](const Alter& alter) {
          alter.add(DropExpression{alter.table, alter.name(), alter.missing_ok(), alter.if_exists});
        }},
    Subtype{
        "AT_DropIdentity",
        [](const Alter& alter) {
          alter.add(DropIdentity{alter.table, alter.name(), alter.missing_ok(), alter.if_exists});
        }},
    Subtype{
        "AT_DropInherit",
        [](const Alter& alter) {
          alter.add(SetInherit{alter.table, relation_name(alter.def().body("RangeVar")), false});
        }},
    Subtype{"AT_DropNotNull",
            [](const Alter& alter) {
              alter.add(DropNotNull{alter.table, alter.name(), alter.if_exists, alter.only});
            }},
    Subtype{"AT_DropOids", table_option},
    Subtype{"AT_EnableAlwaysRule", trigger_state},
    Subtype{"AT_EnableAlwaysTrig", trigger_state},
    Subtype{"AT_EnableReplicaRule", trigger_state},
    Subtype{"AT_EnableReplicaTrig", trigger_state},
    Subtype{"AT_EnableRowSecurity",
            [](const Alter& alter) {
              alter.add(SetRowSecurity{alter.table, true, {}, alter.if_exists});
            }},
    Subtype{"AT_EnableRule", trigger_state},
    Subtype{"AT_EnableTrig", trigger_state},
    Subtype{"AT_EnableTrigAll", trigger_state},
    Subtype{"AT_EnableTrigUser", trigger_state},
    Subtype{"AT_ForceRowSecurity",
            [](const Alter& alter) {
              alter.add(SetRowSecurity{alter.table, {}, true, alter.if_exists});
            }},
    Subtype{"AT_NoForceRowSecurity",
            [](const Alter& alter) {
              alter.add(SetRowSecurity{alter.table, {}, false, alter.if_exists});
            }},
    Subtype{"AT_ReplaceRelOptions", table_option},
    Subtype{"AT_ReplicaIdentity", replica_identity},
    Subtype{"AT_ResetOptions", table_option},
    Subtype{"AT_ResetRelOptions", table_option},
    Subtype{"AT_SetAccessMethod", table_option},
    Subtype{"AT_SetCompression", table_option},
    Subtype{"AT_SetExpression",
            [](const Alter& alter) {
              alter.add(SetExpression{alter.table, alter.name(), lower_expr(alter.def()),
                                      alter.if_exists});
            }},
    Subtype{"AT_SetIdentity", set_identity},
    Subtype{"AT_SetLogged",
            [](const Alter& alter) {
              alter.add(SetPersistence{alter.table, false, alter.if_exists});
            }},
    Subtype{"AT_SetNotNull",
            [](const Alter& alter) {
              alter.add(SetNotNull{alter.table, alter.name(), alter.if_exists, alter.only});
            }},
    Subtype{"AT_SetOptions", table_option},
    Subtype{"AT_SetRelOptions", table_option},
    Subtype{"AT_SetStatistics", table_option},
    Subtype{"AT_SetStorage", table_option},
    Subtype{"AT_SetTableSpace", table_option},
    Subtype{"AT_SetUnLogged",
            [](const Alter& alter) {
              alter.add(SetPersistence{alter.table, true, alter.if_exists});
            }},
    Subtype{"AT_ValidateConstraint",
            [](const Alter& alter) {
              alter.add(ValidateConstraint{alter.table, alter.name(), alter.if_exists});
            }},
};
static_assert(std::is_sorted(subtypes.begin(), subtypes.end(),
                             [](const Subtype& a, const Subtype& b) { return a.name < b.name; }));

// The text of each action, behind `ALTER TABLE [IF EXISTS] [ONLY] name [*]`.
std::vector<Span> action_spans(const Lowering& to, Node relation) {
  const Span statement = statement_in_text(to);
  Lexer lexer(to.text, {static_cast<std::uint32_t>(relation.number("location")), statement.end},
              {});
  Token token = lexer.next_code();  // first part of the name
  std::uint32_t begin = token.end;
  for (token = lexer.next_code(); lexer.is_symbol(token, '.'); token = lexer.next_code())
    begin = lexer.next_code().end;
  if ((token.kind == Token::Kind::operator_ && lexer.text(token) == "*") ||
      lexer.is_symbol(token, ')'))
    begin = token.end;
  std::vector<Span> spans;
  for_each_comma_piece(to.text, {begin, statement.end},
                       [&](Span piece) { spans.push_back(source_span(to, piece)); });
  return spans;
}

// The server does not run the actions of one ALTER TABLE in the order they are written, but in
// passes (AlterTablePass of tablecmds.c): a key is dropped before another one is added.
int pass(const Action& action) {
  if (const auto* constraint = std::get_if<AddConstraint>(&action)) {
    switch (constraint->constraint.kind) {
      case ConstraintKind::check:
      case ConstraintKind::not_null:
        return 3;
      case ConstraintKind::foreign_key:
        return 6;
      default:
        return 5;
    }
  }
  if (const auto* identity = std::get_if<SetIdentity>(&action)) return identity->add ? 6 : 4;
  const auto is = [&action](auto... kinds) {
    return (std::holds_alternative<decltype(kinds)>(action) || ...);
  };
  if (is(DropColumn(), DropConstraint(), DropDefault(), DropNotNull(), DropExpression(),
         DropIdentity()))
    return 0;
  if (is(AlterColumnType())) return 1;
  if (is(AddColumn())) return 2;
  if (is(SetNotNull())) return 4;
  if (is(SetDefault())) return 6;
  return 7;
}

void alter_table(const Lowering& to, Node node) {
  const Node relation = node["relation"];
  const NodeList commands = node.list("cmds");
  std::string_view objtype = node.text("objtype");
  if (objtype.empty()) objtype = node.text("relkind");  // before 14
  const std::vector<Span> spans = action_spans(to, relation);
  const auto first = static_cast<std::ptrdiff_t>(to.operations->size());
  std::size_t i = 0;
  for (const Node wrapped : commands) {
    Alter alter{.to = to,
                .kind = object_kind(objtype),
                .table = relation_name(relation),
                .if_exists = node.flag("missing_ok"),
                .only = !relation.flag("inh"),
                .command = wrapped.body("AlterTableCmd"),
                .span = spans.size() == commands.size() ? spans[i] : to.statement};
    ++i;
    const std::string_view name = alter.command.text("subtype");
    const auto found =
        std::lower_bound(subtypes.begin(), subtypes.end(), name,
                         [](const Subtype& a, std::string_view b) { return a.name < b; });
    if (found != subtypes.end() && found->name == name)
      found->function(alter);
    else
      alter.other(std::string(name));
  }
  std::stable_sort(
      to.operations->begin() + first, to.operations->end(),
      [](const Operation& a, const Operation& b) { return pass(a.action) < pass(b.action); });
}

}  // namespace

void lower_table(const Lowering& to, std::string_view kind, Node node) {
  if (kind == "CreateStmt")
    create_table(to, node, false);
  else if (kind == "CreateForeignTableStmt")
    create_table(to, node["base"], true);
  else if (kind == "CreateTableAsStmt")
    create_table_as(to, node);
  else if (kind == "IndexStmt")
    create_index(to, node);
  else if (kind == "AlterTableStmt")
    alter_table(to, node);
  else if (kind == "AlterTableMoveAllStmt")
    to.add(AlterOther{.kind = ObjectKind::tablespace,
                      .name = {{}, std::string(node.text("orig_tablespacename"))},
                      .what = "move all"});
}

}  // namespace backout::sql
