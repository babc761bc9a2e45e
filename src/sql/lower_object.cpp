// What can be done to any object: DROP, RENAME, SET SCHEMA, OWNER TO, COMMENT; and CREATE and ALTER
// of the kinds that the model does not look into → operations.
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "sql/lower_parts.h"

namespace backout::sql {
namespace {

// ---------------------------------------------------------------- DROP

void drop(const Lowering& to, Node node) {
  const ObjectKind kind = object_kind(node.text("removeType"));
  const NodeList objects = node.list("objects");
  std::shared_ptr<std::vector<QualifiedName>> also;  // they may depend on each other
  if (objects.size() > 1) {
    also = std::make_shared<std::vector<QualifiedName>>();
    for (const Node object : objects) also->push_back(object_target(kind, object).name);
  }
  for (const Node object : objects) {
    ObjectTarget target = object_target(kind, object);
    to.add(Drop{.kind = kind,
                .name = std::move(target.name),
                .part = std::move(target.part),
                .arguments = std::move(target.arguments),
                .if_exists = node.flag("missing_ok"),
                .cascade = node.text("behavior") == "DROP_CASCADE",
                .concurrently = node.flag("concurrent"),
                .also = also});
  }
}

void drop_named(const Lowering& to, ObjectKind kind, std::string_view name, Node node) {
  to.add(Drop{.kind = kind,
              .name = {{}, std::string(name)},
              .part = {},
              .arguments = {},
              .if_exists = node.flag("missing_ok"),
              .cascade = node.text("behavior") == "DROP_CASCADE",
              .concurrently = false});
}

// ---------------------------------------------------------------- RENAME, SET SCHEMA, OWNER TO

bool has_relation(std::string_view type) {
  return type == "OBJECT_TABLE" || type == "OBJECT_VIEW" || type == "OBJECT_MATVIEW" ||
         type == "OBJECT_INDEX" || type == "OBJECT_SEQUENCE" || type == "OBJECT_FOREIGN_TABLE";
}

void rename(const Lowering& to, Node node) {
  const std::string_view type = node.text("renameType");
  Rename rename;
  rename.kind = object_kind(type);
  rename.new_name = node.text("newname");
  rename.if_exists = node.flag("missing_ok");
  const std::string part(node.text("subname"));
  if (const Node relation = node["relation"]) {
    rename.name = relation_name(relation);
    if (!has_relation(type)) {  // column, constraint, trigger, policy, rule, attribute
      rename.part = part;
      const ObjectKind of = object_kind(node.text("relationType"));
      if (of != ObjectKind::other && of != ObjectKind::access_method) rename.relation_kind = of;
      if (rename.kind == ObjectKind::attribute) rename.relation_kind = ObjectKind::type;
    }
  } else if (type == "OBJECT_DOMCONSTRAINT") {
    rename.relation_kind = ObjectKind::domain;
    rename.name = object_target(ObjectKind::domain, node["object"]).name;
    rename.part = part;
  } else if (const Node object = node["object"]) {
    ObjectTarget target = object_target(rename.kind, object);
    rename.name = std::move(target.name);
    rename.part = std::move(target.part);
    rename.arguments = std::move(target.arguments);
  } else {  // schema, database, role, tablespace
    rename.name.name = part;
  }
  to.add(std::move(rename));
}

ObjectTarget target_of(ObjectKind kind, Node node) {
  if (const Node relation = node["relation"]) return {relation_name(relation), {}, {}};
  return object_target(kind, node["object"]);
}

void set_schema(const Lowering& to, Node node) {
  const ObjectKind kind = object_kind(node.text("objectType"));
  ObjectTarget target = target_of(kind, node);
  to.add(SetSchema{.kind = kind,
                   .name = std::move(target.name),
                   .new_schema = std::string(node.text("newschema")),
                   .arguments = std::move(target.arguments),
                   .if_exists = node.flag("missing_ok")});
}

void change_owner(const Lowering& to, Node node) {
  const ObjectKind kind = object_kind(node.text("objectType"));
  ObjectTarget target = target_of(kind, node);
  to.add(ChangeOwner{.kind = kind,
                     .name = std::move(target.name),
                     .new_owner = role_name(node["newowner"]),
                     .arguments = std::move(target.arguments)});
}

void comment(const Lowering& to, Node node) {
  const ObjectKind kind = object_kind(node.text("objtype"));
  to.add(Comment{kind, object_target(kind, node["object"]).name});
}

// ---------------------------------------------------------------- what the model does not look
// into

void alter_extension(const Lowering& to, Node node) {
  to.add(AlterExtension{std::string(node.text("extname")), "update"});
}

void alter_extension_contents(const Lowering& to, Node node) {
  const ObjectKind kind = object_kind(node.text("objtype"));
  const ObjectTarget target = object_target(kind, node["object"]);
  std::string what = node.number("action") < 0 ? "drop " : "add ";
  what.append(to_string(kind)).append(" ").append(to_string(target.name));
  to.add(AlterExtension{std::string(node.text("extname")), std::move(what)});
}

// What of a publication changes; options by name ("set publish").
void alter_publication(const Lowering& to, Node node) {
  std::string what;
  for (const Node option : node.list("options"))
    what.append(what.empty() ? "set " : ", ").append(option.body("DefElem").text("defname"));
  const std::string_view action = node.text("action");
  if (what.empty())
    what = action == "AP_DropObjects"  ? "drop objects"
           : action == "AP_SetObjects" ? "set objects"
                                       : "add objects";
  to.add(AlterOther{.kind = ObjectKind::publication,
                    .name = {{}, std::string(node.text("pubname"))},
                    .what = std::move(what)});
}

// The name of one of these is in a field of its own: text, or a list of strings.
struct Plain {
  std::string_view statement;
  char verb;  // c(reate), a(lter), d(rop)
  ObjectKind kind;
  std::string_view name;
};
constexpr std::array plain{
    Plain{"AlterCollationStmt", 'a', ObjectKind::collation, "collname"},
    Plain{"AlterDatabaseRefreshCollStmt", 'a', ObjectKind::database, "dbname"},
    Plain{"AlterEventTrigStmt", 'a', ObjectKind::event_trigger, "trigname"},
    Plain{"AlterFdwStmt", 'a', ObjectKind::foreign_data_wrapper, "fdwname"},
    Plain{"AlterForeignServerStmt", 'a', ObjectKind::server, "servername"},
    Plain{"AlterOpFamilyStmt", 'a', ObjectKind::operator_family, "opfamilyname"},
    Plain{"AlterStatsStmt", 'a', ObjectKind::statistics, "defnames"},
    Plain{"AlterSubscriptionStmt", 'a', ObjectKind::subscription, "subname"},
    Plain{"AlterTSConfigurationStmt", 'a', ObjectKind::text_search, "cfgname"},
    Plain{"AlterTSDictionaryStmt", 'a', ObjectKind::text_search, "dictname"},
    Plain{"AlterTableSpaceOptionsStmt", 'a', ObjectKind::tablespace, "tablespacename"},
    Plain{"AlterTypeStmt", 'a', ObjectKind::type, "typeName"},
    Plain{"AlterUserMappingStmt", 'a', ObjectKind::user_mapping, "servername"},
    Plain{"CreateAmStmt", 'c', ObjectKind::access_method, "amname"},
    Plain{"CreateConversionStmt", 'c', ObjectKind::conversion, "conversion_name"},
    Plain{"CreateEventTrigStmt", 'c', ObjectKind::event_trigger, "trigname"},
    Plain{"CreateFdwStmt", 'c', ObjectKind::foreign_data_wrapper, "fdwname"},
    Plain{"CreateForeignServerStmt", 'c', ObjectKind::server, "servername"},
    Plain{"CreateOpClassStmt", 'c', ObjectKind::operator_class, "opclassname"},
    Plain{"CreateOpFamilyStmt", 'c', ObjectKind::operator_family, "opfamilyname"},
    Plain{"CreatePLangStmt", 'c', ObjectKind::language, "plname"},
    Plain{"CreatePublicationStmt", 'c', ObjectKind::publication, "pubname"},
    Plain{"CreateStatsStmt", 'c', ObjectKind::statistics, "defnames"},
    Plain{"CreateSubscriptionStmt", 'c', ObjectKind::subscription, "subname"},
    Plain{"CreateTableSpaceStmt", 'c', ObjectKind::tablespace, "tablespacename"},
    Plain{"CreateUserMappingStmt", 'c', ObjectKind::user_mapping, "servername"},
    Plain{"CreatedbStmt", 'c', ObjectKind::database, "dbname"},
    Plain{"DropSubscriptionStmt", 'd', ObjectKind::subscription, "subname"},
    Plain{"DropTableSpaceStmt", 'd', ObjectKind::tablespace, "tablespacename"},
    Plain{"DropUserMappingStmt", 'd', ObjectKind::user_mapping, "servername"},
    Plain{"DropdbStmt", 'd', ObjectKind::database, "dbname"},
    Plain{"ImportForeignSchemaStmt", 'c', ObjectKind::other, "local_schema"},
};

void lower_plain(const Lowering& to, const Plain& known, Node node) {
  const Node field = node[known.name];
  const QualifiedName name = field.is_array() ? object_name(field.as_list())
                                              : QualifiedName{{}, std::string(field.as_text())};
  if (known.verb == 'd')
    drop_named(to, known.kind, name.name, node);
  else if (known.verb == 'c')
    to.add(CreateOther{.kind = known.kind,
                       .name = name,
                       .part = {},
                       .or_replace = node.flag("replace"),
                       .if_not_exists = node.flag("if_not_exists")});
  else
    to.add(AlterOther{.kind = known.kind, .name = name, .what = tree_text(node)});
}

}  // namespace

void lower_object(const Lowering& to, std::string_view kind, Node node) {
  if (kind == "DropStmt") return drop(to, node);
  if (kind == "RenameStmt") return rename(to, node);
  if (kind == "AlterObjectSchemaStmt") return set_schema(to, node);
  if (kind == "AlterOwnerStmt") return change_owner(to, node);
  if (kind == "CommentStmt") return comment(to, node);
  if (kind == "AlterExtensionStmt") return alter_extension(to, node);
  if (kind == "AlterExtensionContentsStmt") return alter_extension_contents(to, node);
  if (kind == "AlterPublicationStmt") return alter_publication(to, node);
  if (kind == "CreateCastStmt")
    return to.add(CreateOther{.kind = ObjectKind::cast,
                              .name = {{},
                                       to_string(lower_type(node["sourcetype"])) + " AS " +
                                           to_string(lower_type(node["targettype"]))},
                              .part = {},
                              .or_replace = false,
                              .if_not_exists = false});
  if (kind == "CreateTransformStmt")
    return to.add(CreateOther{.kind = ObjectKind::transform,
                              .name = {{},
                                       to_string(lower_type(node["type_name"])) + " LANGUAGE " +
                                           std::string(node.text("lang"))},
                              .part = {},
                              .or_replace = node.flag("replace"),
                              .if_not_exists = false});
  if (kind == "AlterOperatorStmt")
    return to.add(AlterOther{.kind = ObjectKind::operator_,
                             .name = signature(node["opername"]).name,
                             .what = options_text(node.list("options"))});
  if (kind == "AlterObjectDependsStmt" || kind == "SecLabelStmt") {
    const bool label = kind == "SecLabelStmt";
    const ObjectKind of = object_kind(node.text(label ? "objtype" : "objectType"));
    return to.add(AlterOther{.kind = of,
                             .name = target_of(of, node).name,
                             .what = label ? "security label" : "depends on extension"});
  }
  for (const Plain& known : plain)
    if (known.statement == kind) return lower_plain(to, known, node);
}

}  // namespace backout::sql
