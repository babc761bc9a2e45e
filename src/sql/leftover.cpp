// One function a kind says what differs, in words, empty when nothing does.
#include "sql/leftover.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <type_traits>

#include "sql/difference.h"

namespace backout::sql {
namespace {

std::string shown(const ExprPtr& expr) { return expr ? "`" + to_text(*expr) + "`" : "none"; }

std::string was(std::string_view what, std::string_view now, std::string_view before) {
  return fmt::format("its {} is {}, was {}", what, now, before);
}

// ---------------------------------------------------------------- parts of a table

std::string differs(const Column& a, const Column& b) {
  if (a.type != b.type)
    return was("type", "`" + to_string(b.type) + "`", "`" + to_string(a.type) + "`");
  if (a.not_null != b.not_null)
    return b.not_null ? "it is NOT NULL now" : "it is no longer NOT NULL";
  if (!same(a.default_value, b.default_value))
    return was("default", shown(b.default_value), shown(a.default_value));
  if (a.generated != b.generated || !same(a.generated_as, b.generated_as))
    return "it is computed otherwise";
  if (a.identity != b.identity) return "its identity differs";
  return a.collation != b.collation ? "its collation differs" : "";
}

std::string differs(const Constraint& a, const Constraint& b) {
  if (a.validated != b.validated)
    return b.validated ? "it is validated now" : "it is not validated";
  if (a.on_delete != b.on_delete || a.on_update != b.on_update)
    return "its action on delete or update differs";
  const bool alike = a.kind == b.kind && a.columns == b.columns &&
                     same(a.expression, b.expression) && a.exclude_text == b.exclude_text &&
                     a.enforced == b.enforced && a.deferrable == b.deferrable &&
                     a.initially_deferred == b.initially_deferred &&
                     a.nulls_not_distinct == b.nulls_not_distinct && a.match == b.match &&
                     a.referenced == b.referenced && a.referenced_columns == b.referenced_columns;
  return alike ? "" : "its definition differs";
}

std::string differs(const Index& a, const Index& b) {
  const bool same_keys =
      std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
                 [](const IndexKey& x, const IndexKey& y) {
                   return x.column == y.column && same(x.expression, y.expression) &&
                          x.collation == y.collation && x.opclass == y.opclass &&
                          x.descending == y.descending && x.nulls_first == y.nulls_first;
                 });
  if (!same_keys) return "its columns differ";
  if (a.unique != b.unique) return b.unique ? "it is unique now" : "it is no longer unique";
  if (!same(a.predicate, b.predicate)) return "its WHERE differs";
  const bool alike = a.include == b.include && a.method == b.method &&
                     a.nulls_not_distinct == b.nulls_not_distinct;
  return alike ? "" : "its definition differs";
}

std::string differs(const Trigger& a, const Trigger& b) {
  const CreateTrigger &x = a.definition, &y = b.definition;
  if (a.state != b.state) return "it is enabled otherwise";
  const bool alike = x.function == y.function && x.timing == y.timing && x.events == y.events &&
                     x.update_of == y.update_of && x.row == y.row && x.arguments == y.arguments &&
                     same(x.when, y.when);
  return alike ? "" : "its definition differs";
}

std::string differs(const Policy& a, const Policy& b) {
  const CreatePolicy &x = a.definition, &y = b.definition;
  const bool alike = x.command == y.command && x.permissive == y.permissive && x.roles == y.roles &&
                     same(x.using_, y.using_) && same(x.check, y.check);
  return alike ? "" : "its definition differs";
}

std::string differs(const RewriteRule& a, const RewriteRule& b) {
  return a.definition == b.definition && a.state == b.state ? "" : "its definition differs";
}

// ---------------------------------------------------------------- whole objects

std::string differs(const Table& a, const Table& b) {
  if (a.unlogged != b.unlogged) return b.unlogged ? "it is unlogged now" : "it is logged now";
  if (a.row_security != b.row_security || a.force_row_security != b.force_row_security)
    return "its row level security differs";
  if (a.replica_identity != b.replica_identity) return "its replica identity differs";
  const bool alike = a.is_partition == b.is_partition && a.partition_bound == b.partition_bound &&
                     a.partition_strategy == b.partition_strategy &&
                     a.partition_columns == b.partition_columns;
  return alike ? "" : "its partitioning differs";
}

std::string differs(const View& a, const View& b) {
  return a.text == b.text && a.options == b.options && a.materialized == b.materialized
             ? ""
             : "its query differs";
}

std::string differs(const Sequence& a, const Sequence& b) {
  const bool alike = a.type == b.type && a.increment == b.increment && a.min == b.min &&
                     a.max == b.max && a.cycle == b.cycle;
  return alike ? "" : "its definition differs";
}

std::string labels_not_in(const UserType& a, const UserType& b) {
  std::string out;
  for (const std::string& label : a.labels)
    if (std::find(b.labels.begin(), b.labels.end(), label) == b.labels.end())
      out += (out.empty() ? "`" : ", `") + label + "`";
  return out;
}
std::string differs(const UserType& a, const UserType& b) {
  if (const std::string gone = labels_not_in(a, b); !gone.empty()) return "it has no label " + gone;
  if (const std::string more = labels_not_in(b, a); !more.empty()) return "it keeps label " + more;
  if (a.labels != b.labels) return "its labels stand in another order";
  const bool same_attributes = std::equal(
      a.attributes.begin(), a.attributes.end(), b.attributes.begin(), b.attributes.end(),
      [](const Attribute& x, const Attribute& y) { return x.name == y.name && x.type == y.type; });
  const bool same_checks = std::equal(
      a.constraints.begin(), a.constraints.end(), b.constraints.begin(), b.constraints.end(),
      [](const auto& x, const auto& y) { return x->name == y->name && differs(*x, *y).empty(); });
  const bool alike = a.kind == b.kind && same_attributes && same_checks && a.base == b.base &&
                     a.collation == b.collation && a.not_null == b.not_null &&
                     same(a.default_value, b.default_value);
  return alike ? "" : "its definition differs";
}

std::string differs(const Function& a, const Function& b) {
  const CreateFunction &x = a.definition, &y = b.definition;
  if (a.body_hash != b.body_hash || x.sql_body != y.sql_body) return "its body differs";
  if (x.returns != y.returns || x.returns_set != y.returns_set) return "its result type differs";
  const bool same_parameters =
      std::equal(x.parameters.begin(), x.parameters.end(), y.parameters.begin(), y.parameters.end(),
                 [](const Parameter& p, const Parameter& q) {
                   return p.name == q.name && p.type == q.type && p.mode == q.mode &&
                          p.has_default == q.has_default;
                 });
  const bool alike = same_parameters && x.language == y.language && x.volatility == y.volatility &&
                     x.strict == y.strict && x.security_definer == y.security_definer;
  return alike ? "" : "its definition differs";
}

std::string differs(const SchemaObject&, const SchemaObject&) { return {}; }
std::string differs(const Extension&, const Extension&) { return {}; }
std::string differs(const OtherObject&, const OtherObject&) { return {}; }

// ---------------------------------------------------------------- from differences

template <class T>
constexpr bool has_known = requires(const T& object) {
  object.known;
};

template <class T>
void collect(const std::vector<Difference<T>>& differences, std::vector<Leftover>& out) {
  for (const Difference<T>& d : differences) {
    if constexpr (std::is_same_v<T, Sequence>)
      if ((d.before ? d.before : d.after)->owner_table != 0) continue;  // its column says it
    Leftover found{.object = d.object, .certain = d.certain};
    if constexpr (has_known<T>) found.certain = found.certain && (!d.before || d.before->known);
    if (d.table_before) found.certain = found.certain && d.table_before->known;
    if (!d.before) {
      found.how = Leftover::How::stays;
    } else if (const T* now = d.after ? d.after : d.replacement) {
      found.detail = differs(*d.before, *now);
      if (found.detail.empty() && !d.after) found.detail = "it has another name";
      if (found.detail.empty()) continue;
    } else if (d.moved) {
      found.detail = "it has another name";
    } else {
      found.how = Leftover::How::missing;
    }
    out.push_back(std::move(found));
  }
}

}  // namespace

std::vector<Leftover> leftovers(const Catalog& catalog) {
  const Differences found = differences(catalog);
  std::vector<Leftover> out;
  collect(found.schemas, out);
  collect(found.tables, out);
  collect(found.columns, out);
  collect(found.constraints, out);
  collect(found.indexes, out);
  collect(found.triggers, out);
  collect(found.policies, out);
  collect(found.rules, out);
  collect(found.views, out);
  collect(found.sequences, out);
  collect(found.types, out);
  collect(found.functions, out);
  collect(found.extensions, out);
  collect(found.others, out);
  return out;
}

}  // namespace backout::sql
