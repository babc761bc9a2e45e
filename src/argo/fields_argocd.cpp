// Fields of Application, ApplicationSet and AppProject.
#include "argo/fields_shared.h"
#include "argo/fields_tables.h"

namespace backout::argo::fields {
namespace {

constexpr std::string_view refused = "the API server refuses the object";

constexpr Field name_and_value[] = {
    {"name", string, {.missing = refused}},
    {"value", string, {.missing = refused}},
};

// ---- where an Application's manifests come from

constexpr Field helm_parameter[] = {
    {"name", string},
    {"value", string, {.missing = "the parameter is empty"}},
    {"forceString", boolean, {.missing = "Helm guesses the parameter's type"}},
};
constexpr Field helm_file_parameter[] = {{"name", string}, {"path", string}};
constexpr Field helm[] = {
    {"valueFiles", list_of(string), {.missing = "only the chart's own values count"}},
    {"parameters", list_of(helm_parameter), {.missing = "the chart's values are not overridden"}},
    {"fileParameters", list_of(helm_file_parameter)},
    {"releaseName", string, {.missing = "the release has the Application's name"}},
    {"values", string, {.missing = "the chart's values are not overridden"}},
    {"valuesObject", anything, {.missing = "the chart's values are not overridden"}},
    {"ignoreMissingValueFiles", boolean, {.missing = "a missing file fails the sync"}},
    {"passCredentials", boolean},
    {"skipCrds", boolean},
    {"skipTests", boolean},
    {"skipSchemaValidation", boolean},
    {"namespace", string},
    {"kubeVersion", string},
    {"apiVersions", list_of(string)},
    {"version", string},
};
constexpr Field patch_target[] = {
    {"group", string},         {"version", string},   {"kind", string},
    {"name", string},          {"namespace", string}, {"annotationSelector", string},
    {"labelSelector", string},
};
constexpr Field kustomize_patch[] = {
    {"path", string},
    {"patch", string},
    {"target", object(patch_target), {.missing = "the patch finds its object by its own name"}},
    {"options", map_of(boolean)},
};
constexpr Field kustomize_replica[] = {
    {"name", string, {.missing = refused}},
    {"count", int_or_string, {.missing = refused}},
};
constexpr Field kustomize[] = {
    {"namePrefix", string},
    {"nameSuffix", string},
    {"namespace", string},
    {"images", list_of(string), {.missing = "the images are those of the repository"}},
    {"replicas", list_of(kustomize_replica)},
    {"patches", list_of(kustomize_patch)},
    {"components", list_of(string)},
    {"ignoreMissingComponents", boolean},
    {"commonLabels", map_of(string)},
    {"forceCommonLabels", boolean},
    {"labelWithoutSelector", boolean},
    {"labelIncludeTemplates", boolean},
    {"commonAnnotations", map_of(string)},
    {"commonAnnotationsEnvsubst", boolean},
    {"forceCommonAnnotations", boolean},
    {"kubeVersion", string},
    {"apiVersions", list_of(string)},
    {"version", string},
};
constexpr Field jsonnet_variable[] = {
    {"name", string, {.missing = refused}},
    {"value", string, {.missing = refused}},
    {"code", boolean},
};
constexpr Field jsonnet[] = {
    {"extVars", list_of(jsonnet_variable)},
    {"tlas", list_of(jsonnet_variable)},
    {"libs", list_of(string)},
};
constexpr Field directory[] = {
    {"recurse", boolean, {.missing = "folders below are left out"}},
    {"include", string},
    {"exclude", string},
    {"jsonnet", object(jsonnet)},
    {"disableExtensionFilter", boolean},
};
constexpr Field plugin_parameter[] = {
    {"name", string},
    {"string", string},
    {"array", list_of(string)},
    {"map", map_of(string)},
};
constexpr Field source_plugin[] = {
    {"name", string},
    {"env", list_of(name_and_value)},
    {"parameters", list_of(plugin_parameter)},
};
constexpr Field dry_source[] = {
    {"repoURL", string, {.missing = refused}},
    {"targetRevision", string, {.missing = "the revision is HEAD"}},
    {"path", string},
    {"helm", object(helm), {.missing = "the chart's values are not overridden"}},
    {"kustomize", object(kustomize)},
    {"directory", object(directory)},
    {"plugin", object(source_plugin)},
};
constexpr Field source[] = {
    all_of(dry_source),
    {"chart", string},
    {"ref", string, {.missing = "other sources cannot name this one's files"}},
    {"name", string},
    {"tagPrefix", string},
};
constexpr Field sync_source[] = {
    {"targetBranch", string, {.missing = refused}},
    {"path", string, {.missing = refused}},
    {"repoURL", string},
};
constexpr Field hydrate_to[] = {{"targetBranch", string, {.missing = refused}}};
constexpr Field source_hydrator[] = {
    {"drySource", object(dry_source), {.missing = refused}},
    {"syncSource", object(sync_source), {.missing = refused}},
    {"hydrateTo", object(hydrate_to)},
};

// ---- Application

constexpr Field destination[] = {
    {"server", string},
    {"name", string},
    {"namespace", string, {.missing = "objects go where their manifests say, or to `default`"}},
};
constexpr Field difference[] = {
    {"group", string},
    {"kind", string, {.missing = refused}},
    {"name", string, {.missing = "the difference is ignored in every object of the kind"}},
    {"namespace", string},
    {"jsonPointers", list_of(string), {.missing = "the difference is not ignored"}},
    {"jqPathExpressions", list_of(string), {.missing = "the difference is not ignored"}},
    {"managedFieldsManagers", list_of(string), {.missing = "the difference is not ignored"}},
};
constexpr Field automated[] = {
    {"prune", boolean, {.missing = "objects that left git stay in the cluster"}},
    {"selfHeal", boolean, {.missing = "changes in the cluster are not undone"}},
    {"allowEmpty", boolean, {.missing = "a sync that would delete everything is refused"}},
    {"enabled", boolean, {.missing = "syncs start by themselves"}},
};
constexpr Field backoff_time[] = {
    {"duration",
     backoff,
     {.missing = "the first retry comes after 5 seconds", .unreadable = "no retry can start"}},
    {"factor", integer, {.missing = "the wait doubles with each retry"}},
    {"maxDuration",
     backoff,
     {.missing = "a retry waits at most 3 minutes", .unreadable = "no retry can start"}},
};
constexpr Field retry[] = {
    {"limit", integer, {.missing = "a failed sync is not retried"}},
    {"backoff", object(backoff_time)},
    {"refresh", boolean, {.missing = "a retry stays at its revision"}},
};
constexpr Field sync_policy[] = {
    {"automated", object(automated), {.missing = "every sync waits for a person"}},
    {"syncOptions", list_of(string), {.missing = "the options do not count"}},
    {"retry", object(retry)},
    {"managedNamespaceMetadata", object(labels_and_annotations)},
};
constexpr Field application_spec[] = {
    {"project", string, {.missing = refused}},
    {"source", object(source)},
    {"sources", list_of(source)},
    {"sourceHydrator", object(source_hydrator)},
    {"destination", object(destination), {.missing = refused}},
    {"syncPolicy", object(sync_policy), {.missing = "every sync waits for a person"}},
    {"ignoreDifferences", list_of(difference), {.missing = "all differences count"}},
    {"revisionHistoryLimit", integer, {.missing = "10 revisions are kept to roll back to"}},
    {"info", list_of(name_and_value)},
};
constexpr Field initiator[] = {{"username", string}, {"automated", boolean}};
constexpr Field sync_resource[] = {
    {"group", string}, {"kind", string}, {"name", string}, {"namespace", string}};
constexpr Field force[] = {{"force", boolean}};
constexpr Field sync_strategy[] = {{"apply", object(force)}, {"hook", object(force)}};
constexpr Field sync_operation[] = {
    {"revision", string},
    {"revisions", list_of(string)},
    {"source", object(source)},
    {"sources", list_of(source)},
    {"prune", boolean},
    {"dryRun", boolean},
    {"resources", list_of(sync_resource)},
    {"manifests", list_of(string)},
    {"syncOptions", list_of(string)},
    {"syncStrategy", object(sync_strategy)},
    {"autoHealAttemptsCount", integer},
};
constexpr Field operation[] = {
    {"sync", object(sync_operation)},
    {"initiatedBy", object(initiator)},
    {"info", list_of(name_and_value)},
    {"retry", object(retry)},
};
constexpr Field application[] = {
    all_of(any_object),
    {"spec", object(application_spec), {.missing = refused}},
    {"operation", object(operation)},
};

// ---- ApplicationSet

constexpr Field template_metadata[] = {
    all_of(labels_and_annotations),
    {"name", string},
    {"namespace", string},
    {"finalizers", list_of(string)},
};
constexpr Field application_template[] = {
    {"metadata", object(template_metadata), {.missing = refused}},
    {"spec", object(application_spec), {.missing = refused}},
};
// What most generators have.
constexpr Field generator[] = {
    {"template", object(application_template)},
    {"values", map_of(string)},
};
constexpr Field polling_generator[] = {
    all_of(generator),
    {"requeueAfterSeconds", integer},
};

constexpr Field secret[] = {{"secretName", string}, {"key", string}};
constexpr Field config_map_key[] = {{"configMapName", string}, {"key", string}};
constexpr Field basic_authentication[] = {
    {"username", string},
    {"passwordRef", object(secret)},
};
constexpr Field bearer_token[] = {{"tokenRef", object(secret)}};

constexpr Field list_generator[] = {
    {"elements", list_of(anything)},
    {"elementsYaml", string},
    {"template", object(application_template)},
};
constexpr Field cluster_generator[] = {
    all_of(generator),
    {"selector", object(label_selector), {.missing = "every cluster is meant"}},
    {"flatList", boolean},
};
constexpr Field git_path[] = {{"path", string}, {"exclude", boolean}};
constexpr Field git_generator[] = {
    all_of(polling_generator),          {"repoURL", string},          {"revision", string},
    {"directories", list_of(git_path)}, {"files", list_of(git_path)}, {"pathParamPrefix", string},
};
constexpr Field decision_generator[] = {
    all_of(polling_generator),
    {"configMapRef", string},
    {"name", string},
    {"labelSelector", object(label_selector)},
};
constexpr Field plugin_configuration[] = {{"name", string}};
constexpr Field plugin_input[] = {{"parameters", map_of(anything)}};
constexpr Field plugin_generator[] = {
    all_of(polling_generator),
    {"configMapRef", object(plugin_configuration)},
    {"input", object(plugin_input)},
};

constexpr Field scm_common[] = {{"allBranches", boolean}, {"api", string}};
constexpr Field scm_github[] = {
    all_of(scm_common),        {"organization", string},          {"tokenRef", object(secret)},
    {"appSecretName", string}, {"excludeArchivedRepos", boolean},
};
constexpr Field scm_gitlab[] = {
    all_of(scm_common),
    {"group", string},
    {"includeSubgroups", boolean},
    {"includeSharedProjects", boolean},
    {"includeArchivedRepos", boolean},
    {"tokenRef", object(secret)},
    {"insecure", boolean},
    {"topic", string},
    {"caRef", object(config_map_key)},
};
constexpr Field scm_gitea[] = {
    all_of(scm_common),
    {"owner", string},
    {"tokenRef", object(secret)},
    {"insecure", boolean},
    {"excludeArchivedRepos", boolean},
};
constexpr Field scm_bitbucket[] = {
    {"allBranches", boolean},
    {"owner", string},
    {"user", string},
    {"appPasswordRef", object(secret)},
};
constexpr Field scm_bitbucket_server[] = {
    all_of(scm_common),
    {"project", string},
    {"basicAuth", object(basic_authentication)},
    {"bearerToken", object(bearer_token)},
    {"insecure", boolean},
    {"caRef", object(config_map_key)},
};
constexpr Field scm_azure[] = {
    all_of(scm_common),
    {"organization", string},
    {"teamProject", string},
    {"accessTokenRef", object(secret)},
};
constexpr Field tag_filter[] = {{"key", string}, {"value", string}};
constexpr Field scm_code_commit[] = {
    {"allBranches", boolean},
    {"tagFilters", list_of(tag_filter)},
    {"role", string},
    {"region", string},
};
constexpr Field scm_filter[] = {
    {"repositoryMatch", string},
    {"branchMatch", string},
    {"labelMatch", string},
    {"pathsExist", list_of(string)},
    {"pathsDoNotExist", list_of(string)},
};
constexpr Field scm_generator[] = {
    all_of(polling_generator),
    {"github", object(scm_github)},
    {"gitlab", object(scm_gitlab)},
    {"gitea", object(scm_gitea)},
    {"bitbucket", object(scm_bitbucket)},
    {"bitbucketServer", object(scm_bitbucket_server)},
    {"azureDevOps", object(scm_azure)},
    {"awsCodeCommit", object(scm_code_commit)},
    {"filters", list_of(scm_filter), {.missing = "every repository is meant"}},
    {"cloneProtocol", string},
};

constexpr Field pull_github[] = {
    {"owner", string},         {"repo", string},
    {"api", string},           {"tokenRef", object(secret)},
    {"appSecretName", string}, {"labels", list_of(string)},
};
constexpr Field pull_gitlab[] = {
    {"project", string},
    {"api", string},
    {"tokenRef", object(secret)},
    {"labels", list_of(string)},
    {"pullRequestState", string},
    {"insecure", boolean},
    {"caRef", object(config_map_key)},
};
constexpr Field pull_gitea[] = {
    {"owner", string},     {"repo", string},
    {"api", string},       {"tokenRef", object(secret)},
    {"insecure", boolean}, {"labels", list_of(string)},
};
constexpr Field pull_bitbucket[] = {
    {"owner", string},
    {"repo", string},
    {"api", string},
    {"basicAuth", object(basic_authentication)},
    {"bearerToken", object(bearer_token)},
};
constexpr Field pull_bitbucket_server[] = {
    {"project", string},
    {"repo", string},
    {"api", string},
    {"basicAuth", object(basic_authentication)},
    {"bearerToken", object(bearer_token)},
    {"insecure", boolean},
    {"caRef", object(config_map_key)},
};
constexpr Field pull_azure[] = {
    {"organization", string}, {"project", string},          {"repo", string},
    {"api", string},          {"tokenRef", object(secret)}, {"labels", list_of(string)},
};
constexpr Field pull_filter[] = {
    {"branchMatch", string},
    {"targetBranchMatch", string},
    {"titleMatch", string},
};
constexpr Field pull_generator[] = {
    all_of(polling_generator),
    {"github", object(pull_github)},
    {"gitlab", object(pull_gitlab)},
    {"gitea", object(pull_gitea)},
    {"bitbucket", object(pull_bitbucket)},
    {"bitbucketServer", object(pull_bitbucket_server)},
    {"azuredevops", object(pull_azure)},
    {"filters", list_of(pull_filter), {.missing = "every pull request is meant"}},
    {"continueOnRepoNotFoundError", boolean},
};

constexpr Field plain_generator[] = {
    {"list", object(list_generator)},
    {"clusters", object(cluster_generator)},
    {"git", object(git_generator)},
    {"scmProvider", object(scm_generator)},
    {"pullRequest", object(pull_generator)},
    {"clusterDecisionResource", object(decision_generator)},
    {"plugin", object(plugin_generator)},
    {"selector", object(label_selector), {.missing = "every result counts"}},
};
// matrix and merge hold generators, among them matrix and merge again, but no deeper.
constexpr Field innermost_matrix[] = {{"generators", list_of(plain_generator)}};
constexpr Field innermost_merge[] = {
    {"generators", list_of(plain_generator)},
    {"mergeKeys", list_of(string)},
};
constexpr Field nested_generator[] = {
    all_of(plain_generator),
    {"matrix", object(innermost_matrix)},
    {"merge", object(innermost_merge)},
};
constexpr Field matrix[] = {
    {"generators", list_of(nested_generator)},
    {"template", object(application_template)},
};
constexpr Field merge[] = {all_of(matrix), {"mergeKeys", list_of(string)}};
constexpr Field any_generator[] = {
    all_of(plain_generator),
    {"matrix", object(matrix)},
    {"merge", object(merge)},
};

constexpr Field rolling_step[] = {
    {"matchExpressions", list_of(label_requirement)},
    {"maxUpdate", int_or_string, {.missing = "all Applications of the step sync at once"}},
};
constexpr Field rolling_sync[] = {{"steps", list_of(rolling_step)}};
constexpr Field set_strategy[] = {
    {"type", string, {.missing = "all Applications sync at once"}},
    {"rollingSync", object(rolling_sync)},
    {"deletionOrder", string},
};
constexpr Field set_sync_policy[] = {
    {"applicationsSync", string, {.missing = "Applications are changed and deleted with the set"}},
    {"preserveResourcesOnDeletion",
     boolean,
     {.missing = "what an Application deployed is deleted with it"}},
};
constexpr Field preserved[] = {{"annotations", list_of(string)}, {"labels", list_of(string)}};
constexpr Field ignored_difference[] = {
    {"name", string},
    {"jsonPointers", list_of(string)},
    {"jqPathExpressions", list_of(string)},
};
constexpr Field application_set_spec[] = {
    {"generators", list_of(any_generator), {.missing = refused}},
    {"template", object(application_template), {.missing = refused}},
    {"templatePatch", string},
    {"goTemplate", boolean, {.missing = "placeholders are not those of Go templates"}},
    {"goTemplateOptions", list_of(string), {.missing = "a missing key gives `<no value>`"}},
    {"syncPolicy", object(set_sync_policy)},
    {"strategy", object(set_strategy), {.missing = "all Applications sync at once"}},
    {"preservedFields", object(preserved), {.missing = "they are overwritten"}},
    {"ignoreApplicationDifferences",
     list_of(ignored_difference),
     {.missing = "changes to the Applications are undone"}},
    {"applyNestedSelectors", boolean},
};
constexpr Field application_set[] = {
    all_of(any_object),
    {"spec", object(application_set_spec), {.missing = refused}},
};

// ---- AppProject

constexpr Field group_kind[] = {{"group", string}, {"kind", string}};
constexpr Field group_kind_name[] = {all_of(group_kind), {"name", string}};
constexpr Field service_account[] = {
    {"server", string}, {"namespace", string}, {"defaultServiceAccount", string}};
constexpr Field orphaned_resources[] = {{"warn", boolean}, {"ignore", list_of(group_kind_name)}};
constexpr Field token[] = {{"iat", integer}, {"exp", integer}, {"id", string}};
constexpr Field role[] = {
    {"name", string},
    {"description", string},
    {"policies", list_of(string), {.missing = "the role may do nothing"}},
    {"groups", list_of(string), {.missing = "nobody has the role"}},
    {"jwtTokens", list_of(token)},
};
constexpr Field signature_key[] = {{"keyID", string}};
constexpr Field policy_repository[] = {{"url", string}};
constexpr Field policy_gpg[] = {{"mode", string}, {"keys", list_of(string)}};
constexpr Field integrity_policy[] = {
    {"repos", list_of(policy_repository)},
    {"gpg", object(policy_gpg)},
};
constexpr Field git_integrity[] = {{"policies", list_of(integrity_policy)}};
constexpr Field source_integrity[] = {{"git", object(git_integrity)}};
constexpr Field sync_window[] = {
    {"kind", string},
    {"schedule", string},
    {"duration", duration, {.unreadable = "the window is invalid"}},
    {"applications", list_of(string)},
    {"namespaces", list_of(string)},
    {"clusters", list_of(string)},
    {"manualSync", boolean, {.missing = "the window holds manual syncs and rollbacks up as well"}},
    {"timeZone", string, {.missing = "the schedule is in UTC"}},
    {"andOperator", boolean, {.missing = "one match of the three lists is enough"}},
    {"description", string},
    {"syncOverrun", boolean, {.missing = "a running sync stops when the window closes"}},
};
constexpr Field app_project_spec[] = {
    {"sourceRepos", list_of(string), {.missing = "no repository is allowed"}},
    {"destinations", list_of(destination), {.missing = "no destination is allowed"}},
    {"sourceNamespaces", list_of(string)},
    {"description", string},
    {"roles", list_of(role)},
    {"clusterResourceWhitelist",
     list_of(group_kind_name),
     {.missing = "no cluster-scoped object is allowed"}},
    {"clusterResourceBlacklist", list_of(group_kind_name), {.missing = "nothing is forbidden"}},
    {"namespaceResourceWhitelist", list_of(group_kind), {.missing = "every kind is allowed"}},
    {"namespaceResourceBlacklist", list_of(group_kind), {.missing = "nothing is forbidden"}},
    {"orphanedResources", object(orphaned_resources)},
    {"syncWindows", list_of(sync_window), {.missing = "syncs may run at any time"}},
    {"signatureKeys", list_of(signature_key), {.missing = "commits need no signature"}},
    {"sourceIntegrity", object(source_integrity), {.missing = "commits need no signature"}},
    {"permitOnlyProjectScopedClusters", boolean},
    {"destinationServiceAccounts", list_of(service_account)},
};
constexpr Field app_project[] = {
    all_of(any_object),
    {"spec", object(app_project_spec), {.missing = refused}},
};

}  // namespace

std::span<const Field> of_application() { return application; }
std::span<const Field> of_application_set() { return application_set; }
std::span<const Field> of_app_project() { return app_project; }

}  // namespace backout::argo::fields
