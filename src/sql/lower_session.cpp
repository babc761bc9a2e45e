// Transactions, locks, upkeep of tables, and other statements that leave the schema as it is →
// operations.
#include <array>
#include <utility>

#include "sql/lower_parts.h"

namespace backout::sql {
namespace {

std::vector<QualifiedName> relations(NodeList list) {
  std::vector<QualifiedName> names;
  for (const Node node : list) {
    const Node range_var = node.body("RangeVar");
    names.push_back(relation_name(range_var ? range_var : node.body()["relation"]));
  }
  return names;
}

void transaction(const Lowering& to, Node node) {
  using Kind = TransactionControl::Kind;
  struct Known {
    std::string_view name;
    Kind kind;
  };
  constexpr std::array kinds{Known{"TRANS_STMT_BEGIN", Kind::begin},
                             Known{"TRANS_STMT_START", Kind::begin},
                             Known{"TRANS_STMT_COMMIT", Kind::commit},
                             Known{"TRANS_STMT_ROLLBACK", Kind::rollback},
                             Known{"TRANS_STMT_SAVEPOINT", Kind::savepoint},
                             Known{"TRANS_STMT_RELEASE", Kind::release},
                             Known{"TRANS_STMT_ROLLBACK_TO", Kind::rollback_to},
                             Known{"TRANS_STMT_PREPARE", Kind::prepared},
                             Known{"TRANS_STMT_COMMIT_PREPARED", Kind::prepared},
                             Known{"TRANS_STMT_ROLLBACK_PREPARED", Kind::prepared}};
  for (const Known& known : kinds)
    if (known.name == node.text("kind")) to.add(TransactionControl{known.kind});
}

void lock(const Lowering& to, Node node) {
  constexpr std::array<std::string_view, 9> modes{
      "",      "access share",        "row share", "row exclusive",   "share update exclusive",
      "share", "share row exclusive", "exclusive", "access exclusive"};
  const std::int64_t mode = node.number("mode");
  to.add(Lock{relations(node.list("relations")),
              std::string(mode > 0 && mode < 9 ? modes[static_cast<std::size_t>(mode)] : "")});
}

void vacuum(const Lowering& to, Node node) {
  const NodeList options = node.list("options");
  to.add(Maintenance{.what = node.flag("is_vacuumcmd") ? "vacuum" : "analyze",
                     .tables = relations(node.list("rels")),
                     .full = has_option(options, "full"),
                     .concurrently = false});
}

void cluster(const Lowering& to, Node node) {
  Maintenance operation;
  operation.what = "cluster";
  if (const Node relation = node["relation"]) operation.tables.push_back(relation_name(relation));
  to.add(std::move(operation));
}

void reindex(const Lowering& to, Node node) {
  Maintenance operation;
  const std::string_view kind = node.text("kind");
  operation.what = kind == "REINDEX_OBJECT_INDEX"      ? "reindex index"
                   : kind == "REINDEX_OBJECT_TABLE"    ? "reindex table"
                   : kind == "REINDEX_OBJECT_SCHEMA"   ? "reindex schema"
                   : kind == "REINDEX_OBJECT_SYSTEM"   ? "reindex system"
                   : kind == "REINDEX_OBJECT_DATABASE" ? "reindex database"
                                                       : "reindex";
  operation.concurrently = has_option(node.list("params"), "concurrently");
  if (const Node relation = node["relation"])
    operation.tables.push_back(relation_name(relation));
  else
    operation.tables.push_back({{}, std::string(node.text("name"))});
  to.add(std::move(operation));
}

}  // namespace

void lower_session(const Lowering& to, std::string_view kind, Node node) {
  if (kind == "TransactionStmt")
    transaction(to, node);
  else if (kind == "LockStmt")
    lock(to, node);
  else if (kind == "VacuumStmt")
    vacuum(to, node);
  else if (kind == "ClusterStmt")
    cluster(to, node);
  else if (kind == "ReindexStmt")
    reindex(to, node);
  else if (kind == "RefreshMatViewStmt")
    to.add(Maintenance{.what = "refresh",
                       .tables = {relation_name(node["relation"])},
                       .full = false,
                       .concurrently = node.flag("concurrent")});
  else if (kind == "VariableShowStmt")
    to.add(Read{});
}

}  // namespace backout::sql
