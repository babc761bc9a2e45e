// Words for kinds of objects.
#include "sql/operation.h"

namespace backout::sql {

std::string_view to_string(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::schema:
      return "schema";
    case ObjectKind::table:
      return "table";
    case ObjectKind::foreign_table:
      return "foreign table";
    case ObjectKind::column:
      return "column";
    case ObjectKind::constraint:
      return "constraint";
    case ObjectKind::index:
      return "index";
    case ObjectKind::view:
      return "view";
    case ObjectKind::materialized_view:
      return "materialized view";
    case ObjectKind::sequence:
      return "sequence";
    case ObjectKind::type:
      return "type";
    case ObjectKind::domain:
      return "domain";
    case ObjectKind::attribute:
      return "attribute";
    case ObjectKind::function:
      return "function";
    case ObjectKind::procedure:
      return "procedure";
    case ObjectKind::aggregate:
      return "aggregate";
    case ObjectKind::routine:
      return "routine";
    case ObjectKind::trigger:
      return "trigger";
    case ObjectKind::rule:
      return "rule";
    case ObjectKind::policy:
      return "policy";
    case ObjectKind::extension:
      return "extension";
    case ObjectKind::role:
      return "role";
    case ObjectKind::database:
      return "database";
    case ObjectKind::tablespace:
      return "tablespace";
    case ObjectKind::publication:
      return "publication";
    case ObjectKind::subscription:
      return "subscription";
    case ObjectKind::operator_:
      return "operator";
    case ObjectKind::operator_class:
      return "operator class";
    case ObjectKind::operator_family:
      return "operator family";
    case ObjectKind::cast:
      return "cast";
    case ObjectKind::collation:
      return "collation";
    case ObjectKind::conversion:
      return "conversion";
    case ObjectKind::statistics:
      return "statistics";
    case ObjectKind::event_trigger:
      return "event trigger";
    case ObjectKind::language:
      return "language";
    case ObjectKind::foreign_data_wrapper:
      return "foreign-data wrapper";
    case ObjectKind::server:
      return "server";
    case ObjectKind::user_mapping:
      return "user mapping";
    case ObjectKind::transform:
      return "transform";
    case ObjectKind::access_method:
      return "access method";
    case ObjectKind::text_search:
      return "text search object";
    case ObjectKind::enum_value:
      return "enum value";
    case ObjectKind::default_acl:
      return "default privileges";
    case ObjectKind::other:
      break;
  }
  return "object";
}

}  // namespace backout::sql
