// The vocabulary of the field tables, and tables that several kinds share.
#pragma once

#include "argo/fields.h"

namespace backout::argo::fields {

inline constexpr FieldType anything{FieldType::anything};
inline constexpr FieldType string{FieldType::string};
inline constexpr FieldType condition{FieldType::condition};
inline constexpr FieldType argument{FieldType::argument};
inline constexpr FieldType duration{FieldType::duration};
inline constexpr FieldType pause{FieldType::pause};
inline constexpr FieldType backoff{FieldType::backoff};
inline constexpr FieldType boolean{FieldType::boolean};
inline constexpr FieldType integer{FieldType::integer};
inline constexpr FieldType int_or_string{FieldType::int_or_string};
inline constexpr FieldType limit{FieldType::limit};

template <std::size_t Count>
constexpr FieldType object(const Field (&fields)[Count]) {
  return {FieldType::object, FieldType::one, fields, Count};
}
constexpr FieldType list_of(FieldType type) {
  type.holds = FieldType::list;
  return type;
}
constexpr FieldType map_of(FieldType type) {
  type.holds = FieldType::map;
  return type;
}
template <std::size_t Count>
constexpr FieldType list_of(const Field (&fields)[Count]) {
  return list_of(object(fields));
}
// Not a field of its own: those of a table that belong here too.
template <std::size_t Count>
constexpr Field all_of(const Field (&fields)[Count]) {
  return {{}, object(fields)};
}

// ---- Kubernetes

inline constexpr Field label_requirement[] = {
    {"key", string},
    {"operator", string},
    {"values", list_of(string)},
};
inline constexpr Field label_selector[] = {
    {"matchLabels", map_of(string)},
    {"matchExpressions", list_of(label_requirement)},
};
inline constexpr Field labels_and_annotations[] = {
    {"labels", map_of(string)},
    {"annotations", map_of(string)},
};
inline constexpr Field owner_reference[] = {
    {"apiVersion", string}, {"kind", string},        {"name", string},
    {"uid", string},        {"controller", boolean}, {"blockOwnerDeletion", boolean},
};
inline constexpr Field object_metadata[] = {
    all_of(labels_and_annotations),
    {"name", string},
    {"generateName", string},
    {"namespace", string},
    {"finalizers", list_of(string)},
    {"ownerReferences", list_of(owner_reference)},
    {"creationTimestamp", string},
    {"deletionTimestamp", string},
    {"deletionGracePeriodSeconds", integer},
    {"generation", integer},
    {"managedFields", anything},
    {"resourceVersion", string},
    {"selfLink", string},
    {"uid", string},
    {"clusterName", string},
};
inline constexpr Field any_object[] = {
    {"apiVersion", string},
    {"kind", string},
    {"metadata", object(object_metadata)},
    {"status", anything},
};

// ---- analyses: what templates, Rollouts and Experiments have in common

inline constexpr Field field_reference[] = {{"fieldPath", string}};
inline constexpr Field secret_reference[] = {{"name", string}, {"key", string}};

inline constexpr Field template_reference[] = {
    {"templateName", string, {.missing = "no template is named, so there is nothing to run"}},
    {"clusterScope", boolean, {.missing = "the template is looked for in the rollout's namespace"}},
};
inline constexpr Field dry_run[] = {{"metricName", string}};
inline constexpr Field measurement_retention[] = {{"metricName", string}, {"limit", integer}};

// The settings of whatever runs analyses.
inline constexpr Field run_settings[] = {
    {"dryRun",
     list_of(dry_run),
     {.missing = "no metric is a dry run: all of them can fail the release", .since = {1, 2}}},
    {"measurementRetention", list_of(measurement_retention), {.since = {1, 2}}},
};
inline constexpr Field run_metadata[] = {
    {"analysisRunMetadata", object(labels_and_annotations), {.since = {1, 6}}},
};

}  // namespace backout::argo::fields
