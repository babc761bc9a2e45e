// See lower.h. The table of statements, and names.
#include "sql/lower.h"

#include <algorithm>
#include <array>

#include "sql/placeholders.h"

namespace backout::sql {
namespace {

using Function = void (*)(const Lowering&, std::string_view kind, Node);

struct Entry {
  std::string_view kind;
  Function function;
};

void lower_do_statement(const Lowering& to, std::string_view, Node node) { lower_do(to, node); }

// Sorted.
constexpr std::array table{
    Entry{"AlterCollationStmt", lower_object},
    Entry{"AlterDatabaseRefreshCollStmt", lower_object},
    Entry{"AlterDatabaseSetStmt", lower_rights},
    Entry{"AlterDatabaseStmt", lower_rights},
    Entry{"AlterDefaultPrivilegesStmt", lower_rights},
    Entry{"AlterDomainStmt", lower_definition},
    Entry{"AlterEnumStmt", lower_definition},
    Entry{"AlterEventTrigStmt", lower_object},
    Entry{"AlterExtensionContentsStmt", lower_object},
    Entry{"AlterExtensionStmt", lower_object},
    Entry{"AlterFdwStmt", lower_object},
    Entry{"AlterForeignServerStmt", lower_object},
    Entry{"AlterFunctionStmt", lower_definition},
    Entry{"AlterObjectDependsStmt", lower_object},
    Entry{"AlterObjectSchemaStmt", lower_object},
    Entry{"AlterOpFamilyStmt", lower_object},
    Entry{"AlterOperatorStmt", lower_object},
    Entry{"AlterOwnerStmt", lower_object},
    Entry{"AlterPolicyStmt", lower_rights},
    Entry{"AlterPublicationStmt", lower_object},
    Entry{"AlterRoleSetStmt", lower_rights},
    Entry{"AlterRoleStmt", lower_rights},
    Entry{"AlterSeqStmt", lower_definition},
    Entry{"AlterStatsStmt", lower_object},
    Entry{"AlterSubscriptionStmt", lower_object},
    Entry{"AlterSystemStmt", lower_rights},
    Entry{"AlterTSConfigurationStmt", lower_object},
    Entry{"AlterTSDictionaryStmt", lower_object},
    Entry{"AlterTableMoveAllStmt", lower_table},
    Entry{"AlterTableSpaceOptionsStmt", lower_object},
    Entry{"AlterTableStmt", lower_table},
    Entry{"AlterTypeStmt", lower_object},
    Entry{"AlterUserMappingStmt", lower_object},
    Entry{"CallStmt", lower_data},
    Entry{"ClusterStmt", lower_session},
    Entry{"CommentStmt", lower_object},
    Entry{"CompositeTypeStmt", lower_definition},
    Entry{"CopyStmt", lower_data},
    Entry{"CreateAmStmt", lower_object},
    Entry{"CreateCastStmt", lower_object},
    Entry{"CreateConversionStmt", lower_object},
    Entry{"CreateDomainStmt", lower_definition},
    Entry{"CreateEnumStmt", lower_definition},
    Entry{"CreateEventTrigStmt", lower_object},
    Entry{"CreateExtensionStmt", lower_definition},
    Entry{"CreateFdwStmt", lower_object},
    Entry{"CreateForeignServerStmt", lower_object},
    Entry{"CreateForeignTableStmt", lower_table},
    Entry{"CreateFunctionStmt", lower_definition},
    Entry{"CreateOpClassStmt", lower_object},
    Entry{"CreateOpFamilyStmt", lower_object},
    Entry{"CreatePLangStmt", lower_object},
    Entry{"CreatePolicyStmt", lower_rights},
    Entry{"CreatePublicationStmt", lower_object},
    Entry{"CreateRangeStmt", lower_definition},
    Entry{"CreateRoleStmt", lower_rights},
    Entry{"CreateSchemaStmt", lower_definition},
    Entry{"CreateSeqStmt", lower_definition},
    Entry{"CreateStatsStmt", lower_object},
    Entry{"CreateStmt", lower_table},
    Entry{"CreateSubscriptionStmt", lower_object},
    Entry{"CreateTableAsStmt", lower_table},
    Entry{"CreateTableSpaceStmt", lower_object},
    Entry{"CreateTransformStmt", lower_object},
    Entry{"CreateTrigStmt", lower_definition},
    Entry{"CreateUserMappingStmt", lower_object},
    Entry{"CreatedbStmt", lower_object},
    Entry{"DeclareCursorStmt", lower_data},
    Entry{"DefineStmt", lower_definition},
    Entry{"DeleteStmt", lower_data},
    Entry{"DoStmt", lower_do_statement},
    Entry{"DropOwnedStmt", lower_rights},
    Entry{"DropRoleStmt", lower_rights},
    Entry{"DropStmt", lower_object},
    Entry{"DropSubscriptionStmt", lower_object},
    Entry{"DropTableSpaceStmt", lower_object},
    Entry{"DropUserMappingStmt", lower_object},
    Entry{"DropdbStmt", lower_object},
    Entry{"ExecuteStmt", lower_data},
    Entry{"ExplainStmt", lower_data},
    Entry{"GrantRoleStmt", lower_rights},
    Entry{"GrantStmt", lower_rights},
    Entry{"ImportForeignSchemaStmt", lower_object},
    Entry{"IndexStmt", lower_table},
    Entry{"InsertStmt", lower_data},
    Entry{"LockStmt", lower_session},
    Entry{"MergeStmt", lower_data},
    Entry{"PrepareStmt", lower_data},
    Entry{"ReassignOwnedStmt", lower_rights},
    Entry{"RefreshMatViewStmt", lower_session},
    Entry{"ReindexStmt", lower_session},
    Entry{"RenameStmt", lower_object},
    Entry{"RuleStmt", lower_definition},
    Entry{"SecLabelStmt", lower_object},
    Entry{"SelectStmt", lower_data},
    Entry{"TransactionStmt", lower_session},
    Entry{"TruncateStmt", lower_data},
    Entry{"UpdateStmt", lower_data},
    Entry{"VacuumStmt", lower_session},
    Entry{"VariableSetStmt", lower_rights},
    Entry{"VariableShowStmt", lower_session},
    Entry{"ViewStmt", lower_definition},
};
static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const Entry& a, const Entry& b) { return a.kind < b.kind; }));

void append_text(std::string& out, Node node) {
  simdjson::dom::object object;
  if (!node.element().get(object)) {
    out += '{';
    for (const auto field : object) {
      if (field.key == "location" || field.key == "stmt_location" || field.key == "stmt_len")
        continue;
      out.append(field.key).append(":");
      append_text(out, Node(field.value));
      out += ' ';
    }
    out += '}';
  } else if (node.is_array()) {
    out += '[';
    for (const Node item : node.as_list()) {
      append_text(out, item);
      out += ' ';
    }
    out += ']';
  } else {
    out += simdjson::minify(node.element());
  }
}

}  // namespace

std::uint32_t Lowering::offset(Node node) const {
  const std::int64_t location = node.number("location");
  if (!node || location < 0 || !verbatim) return statement.begin;
  return base + static_cast<std::uint32_t>(location);
}

void lower_statement(const Lowering& to, Node node) {
  const std::string_view kind = node.kind();
  const std::size_t before = to.operations->size();
  const auto found =
      std::lower_bound(table.begin(), table.end(), kind,
                       [](const Entry& entry, std::string_view text) { return entry.kind < text; });
  if (found != table.end() && found->kind == kind) found->function(to, kind, node.body());
  // nothing made of it, and nothing lost
  if (to.operations->size() == before) to.add(Other{std::string(kind)});
}

std::string tree_text(Node node) {
  std::string text;
  if (node) append_text(text, node);
  return text;
}

QualifiedName relation_name(Node range_var) {
  QualifiedName name{std::string(range_var.text("schemaname")),
                     std::string(range_var.text("relname"))};
  if (has_placeholder(name.schema)) name.schema.clear();
  return name;
}

QualifiedName object_name(NodeList names) {
  QualifiedName name;
  for (const Node part : names) {
    name.schema = std::move(name.name);
    name.name = part.string();
  }
  if (has_placeholder(name.schema)) name.schema.clear();
  return name;
}

std::vector<std::string> strings(NodeList list) {
  std::vector<std::string> out;
  out.reserve(list.size());
  for (const Node item : list) out.emplace_back(item.string());
  return out;
}

}  // namespace backout::sql
