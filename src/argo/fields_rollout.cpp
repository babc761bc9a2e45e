// Fields of Rollout and Experiment.
#include "argo/fields_shared.h"
#include "argo/fields_tables.h"

namespace backout::argo::fields {
namespace {

constexpr std::string_view refused = "the API server refuses the object";
constexpr std::string_view invalid = "the rollout is invalid";
constexpr std::string_view lost_step =
    "the step loses what it says, and a step that says nothing else makes the rollout invalid";

// ---- analyses of a rollout

constexpr Field argument_source[] = {
    {"podTemplateHashValue", string},
    {"fieldRef", object(field_reference)},
};
constexpr std::string_view empty_argument = "the template gets an empty text";
constexpr Field rollout_argument[] = {
    {"name", string, {.missing = refused}},
    {"value", argument, {.missing = empty_argument}},
    {"valueFrom", object(argument_source), {.missing = empty_argument}},
};
constexpr std::string_view missing_arguments =
    "the templates get no arguments, and without those they declare the rollout is invalid";

constexpr Field analysis[] = {
    {"templates",
     list_of(template_reference),
     {.missing = "there is no template to run, so nothing is measured"}},
    {"args", list_of(rollout_argument), {.missing = missing_arguments}},
    all_of(run_settings),
    all_of(run_metadata),
    // before 1.0
    {"templateName",
     string,
     {.missing = "there is no template to run, so nothing is measured",
      .moved = "templates: [{templateName: …}]"}},
    {"clusterScope",
     boolean,
     {.missing = "the template is looked for in the rollout's namespace",
      .moved = "templates: [{templateName: …, clusterScope: …}]"}},
};
constexpr Field background_analysis[] = {
    all_of(analysis),
    {"startingStep", integer, {.missing = "the analysis starts with the first step"}},
};

constexpr Field experiment_analysis[] = {
    {"name", string, {.missing = refused}},
    {"templateName", string, {.missing = refused}},
    {"clusterScope", boolean, {.missing = "the template is looked for in the rollout's namespace"}},
    {"args", list_of(rollout_argument), {.missing = missing_arguments}},
    {"requiredForCompletion",
     boolean,
     {.missing = "the experiment succeeds without waiting for this analysis"}},
};
constexpr Field named_service[] = {{"name", string}};

// ---- steps

constexpr Field pause_step[] = {
    {"duration", pause, {.missing = "the step waits for a person", .unreadable = invalid}},
};
constexpr Field canary_scale[] = {
    {"weight", integer},
    {"replicas", integer},
    {"matchTrafficWeight", boolean},
};
constexpr Field string_match[] = {{"exact", string}, {"prefix", string}, {"regex", string}};
constexpr Field header_match[] = {
    {"headerName", string, {.missing = refused}},
    {"headerValue", object(string_match), {.missing = refused}},
};
constexpr Field header_route[] = {
    {"name", string},
    {"match", list_of(header_match), {.missing = "the route is removed"}},
};
constexpr Field mirror_match[] = {
    {"method", object(string_match)},
    {"path", object(string_match)},
    {"headers", map_of(object(string_match))},
};
constexpr Field mirror_route[] = {
    {"name", string, {.missing = refused}},
    {"match", list_of(mirror_match), {.missing = "the route is removed"}},
    {"percentage", integer},
};
constexpr Field step_template[] = {
    {"name", string, {.missing = refused}},
    {"specRef", string, {.missing = refused}},
    {"replicas", integer, {.missing = "there is one replica"}},
    {"metadata", object(labels_and_annotations)},
    {"selector", object(label_selector)},
    {"weight", integer, {.missing = "the template gets no traffic"}},
    {"service", object(named_service), {.missing = "there is no service for the template"}},
};
constexpr std::string_view endless_experiment =
    "the experiment runs until it is terminated or its required analyses succeed";
constexpr Field experiment_step[] = {
    {"templates", list_of(step_template), {.missing = refused}},
    {"duration",
     duration,
     {.missing = endless_experiment,
      .unreadable = "the controller cannot tell when the experiment ends"}},
    {"analyses",
     list_of(experiment_analysis),
     {.missing = "the experiment measures nothing and succeeds"}},
    {"dryRun",
     list_of(dry_run),
     {.missing = "no metric is a dry run: all of them can fail the release", .since = {1, 2}}},
    all_of(run_metadata),
    {"scaleDownDelaySeconds", integer},
};
constexpr Field plugin_step[] = {
    {"name", string, {.missing = refused}},
    {"config", anything},
};

constexpr Field step[] = {
    {"setWeight", integer, {.missing = lost_step}},
    {"pause", object(pause_step), {.missing = lost_step}},
    {"setCanaryScale", object(canary_scale), {.missing = lost_step}},
    {"analysis", object(analysis), {.missing = lost_step}},
    {"experiment", object(experiment_step), {.missing = lost_step}},
    {"setHeaderRoute", object(header_route), {.missing = lost_step, .since = {1, 3}}},
    {"setMirrorRoute", object(mirror_route), {.missing = lost_step, .since = {1, 3}}},
    {"plugin", object(plugin_step), {.missing = lost_step, .since = {1, 8}}},
};

// ---- traffic routing

constexpr Field named_routes[] = {{"name", string}, {"routes", list_of(string)}};
constexpr Field tls_route[] = {{"port", integer}, {"sniHosts", list_of(string)}};
constexpr Field tcp_route[] = {{"port", integer}};
constexpr Field virtual_service[] = {
    all_of(named_routes),
    {"tlsRoutes", list_of(tls_route)},
    {"tcpRoutes", list_of(tcp_route), {.since = {1, 4}}},
};
constexpr Field destination_rule[] = {
    {"name", string, {.missing = refused}},
    {"canarySubsetName", string, {.missing = refused}},
    {"stableSubsetName", string, {.missing = refused}},
    {"additionalSubsetNames", list_of(string), {.since = {1, 9}}},
};
constexpr Field istio[] = {
    {"virtualService", object(virtual_service)},
    {"virtualServices", list_of(virtual_service)},
    {"destinationRule", object(destination_rule)},
};
constexpr Field nginx[] = {
    {"stableIngress", string},
    {"stableIngresses", list_of(string), {.since = {1, 5}}},
    {"annotationPrefix", string},
    {"additionalIngressAnnotations", map_of(string)},
    {"canaryIngressAnnotations", map_of(string), {.since = {1, 8}}},
};
constexpr Field stickiness[] = {{"enabled", boolean}, {"durationSeconds", integer}};
constexpr Field alb[] = {
    {"ingress", string},
    {"ingresses", list_of(string), {.since = {1, 6}}},
    {"servicePort", integer, {.missing = refused}},
    {"rootService", string},
    {"annotationPrefix", string},
    {"stickinessConfig", object(stickiness), {.since = {1, 2}}},
};
constexpr Field smi[] = {{"rootService", string}, {"trafficSplitName", string}};
constexpr Field ambassador[] = {{"mappings", list_of(string), {.missing = refused}}};
constexpr Field node_reference[] = {{"name", string}};
constexpr Field virtual_node_group[] = {
    {"canaryVirtualNodeRef", object(node_reference), {.missing = refused}},
    {"stableVirtualNodeRef", object(node_reference), {.missing = refused}},
};
constexpr Field app_mesh[] = {
    {"virtualService", object(named_routes)},
    {"virtualNodeGroup", object(virtual_node_group)},
};
constexpr Field traefik[] = {{"weightedTraefikServiceName", string, {.missing = refused}}};
constexpr Field apisix_route[] = {{"name", string}, {"rules", list_of(string)}};
constexpr Field apisix[] = {{"route", object(apisix_route)}};
constexpr Field managed_route[] = {{"name", string}};

constexpr Field traffic_routing[] = {
    {"managedRoutes", list_of(managed_route), {.since = {1, 3}}},
    {"maxTrafficWeight", integer, {.missing = "a weight of 100 is all traffic", .since = {1, 7}}},
    {"istio", object(istio)},
    {"nginx", object(nginx)},
    {"alb", object(alb)},
    {"ambassador", object(ambassador)},
    {"traefik", object(traefik), {.since = {1, 3}}},
    {"apisix", object(apisix), {.since = {1, 4}}},
    {"plugins", anything, {.since = {1, 5}}},
    {"smi", object(smi), {.retired = "the Service Mesh Interface was archived in 2023"}},
    {"appMesh", object(app_mesh), {.since = {1, 2}, .retired = "AWS App Mesh ends on 2026-09-30"}},
};

// ---- strategies

constexpr Field preferred_affinity[] = {{"weight", integer}};
constexpr Field anti_affinity[] = {
    {"preferredDuringSchedulingIgnoredDuringExecution", object(preferred_affinity)},
    {"requiredDuringSchedulingIgnoredDuringExecution", anything},
};
constexpr Field ping_pong[] = {
    {"pingService", string, {.missing = refused}},
    {"pongService", string, {.missing = refused}},
};
constexpr Field progress_threshold[] = {
    {"type", string, {.missing = refused}},
    {"value", integer, {.missing = refused}},
};
constexpr Field canary[] = {
    {"canaryService", string, {.missing = "no service points at the canary alone"}},
    {"stableService", string, {.missing = "no service points at the stable pods alone"}},
    {"steps",
     list_of(step),
     {.missing = "there are no steps: the update rolls through without weights, pauses or "
                 "analyses"}},
    {"trafficRouting",
     object(traffic_routing),
     {.missing = "weights are approximated by numbers of replicas"}},
    {"maxSurge", int_or_string, {.missing = "25 % of the replicas come on top"}},
    {"maxUnavailable", int_or_string, {.missing = "25 % of the replicas may be unavailable"}},
    {"analysis", object(background_analysis), {.missing = "no analysis runs in the background"}},
    {"antiAffinity", object(anti_affinity)},
    {"canaryMetadata", object(labels_and_annotations)},
    {"stableMetadata", object(labels_and_annotations)},
    {"scaleDownDelaySeconds",
     integer,
     {.missing = "the old pods are kept for 30 seconds after the promotion"}},
    {"scaleDownDelayRevisionLimit", integer},
    {"abortScaleDownDelaySeconds",
     integer,
     {.missing = "the canary is scaled down 30 seconds after an abort"}},
    {"dynamicStableScale", boolean, {.missing = "the stable pods keep their full number"}},
    {"pingPong", object(ping_pong), {.since = {1, 2}}},
    {"minPodsPerReplicaSet", integer, {.since = {1, 4}}},
    {"replicaProgressThreshold",
     object(progress_threshold),
     {.missing = "a step waits for all its canary pods", .since = {1, 9}}},
};

constexpr Field blue_green[] = {
    {"activeService", string, {.missing = refused}},
    {"previewService", string, {.missing = "nothing can reach the new pods before the switch"}},
    {"previewReplicaCount", integer, {.missing = "the preview has all replicas"}},
    {"autoPromotionEnabled",
     boolean,
     {.missing = "the switch comes by itself, as soon as the new pods are available"}},
    {"autoPromotionSeconds",
     integer,
     {.missing = "the switch comes as soon as the new pods are available"}},
    {"maxUnavailable", int_or_string},
    {"scaleDownDelaySeconds",
     integer,
     {.missing = "the old pods are kept for 30 seconds after the switch"}},
    {"scaleDownDelayRevisionLimit", integer},
    {"prePromotionAnalysis", object(analysis), {.missing = "no analysis guards the switch"}},
    {"postPromotionAnalysis", object(analysis), {.missing = "no analysis follows the switch"}},
    {"antiAffinity", object(anti_affinity)},
    {"previewMetadata", object(labels_and_annotations)},
    {"activeMetadata", object(labels_and_annotations)},
    {"abortScaleDownDelaySeconds",
     integer,
     {.missing = "the preview is scaled down 30 seconds after an abort"}},
    {"analysis",
     anything,
     {.missing = "no analysis guards the switch",
      .moved = "prePromotionAnalysis` or `postPromotionAnalysis"}},
};
constexpr Field strategy[] = {
    {"canary", object(canary), {.missing = invalid}},
    {"blueGreen", object(blue_green), {.missing = invalid}},
};

// ---- objects

constexpr Field workload_reference[] = {
    {"apiVersion", string},
    {"kind", string},
    {"name", string},
    {"scaleDown", string, {.missing = "the Deployment keeps its pods", .since = {1, 7}}},
};
constexpr Field rollback_window[] = {{"revisions", integer}};
constexpr Field run_history[] = {
    {"successfulRunHistoryLimit", integer, {.missing = "5 runs are kept"}},
    {"unsuccessfulRunHistoryLimit", integer, {.missing = "5 runs are kept"}},
};
constexpr Field rollout_spec[] = {
    {"replicas", integer, {.missing = "there is one replica"}},
    {"selector", object(label_selector), {.missing = invalid}},
    {"template", anything, {.missing = invalid}},
    {"workloadRef", object(workload_reference), {.missing = invalid}},
    {"strategy", object(strategy), {.missing = invalid}},
    {"minReadySeconds", integer, {.missing = "a pod counts as available the moment it is ready"}},
    {"rollbackWindow",
     object(rollback_window),
     {.missing = "a rollback goes through all steps again", .since = {1, 4}}},
    {"revisionHistoryLimit", integer, {.missing = "10 old revisions are kept"}},
    {"paused", boolean},
    {"progressDeadlineSeconds", integer, {.missing = "the deadline is 600 seconds"}},
    {"progressDeadlineAbort",
     boolean,
     {.missing = "a canary that misses the deadline stays where it is"}},
    {"restartAt", string},
    {"analysis", object(run_history)},
};
constexpr Field rollout[] = {
    all_of(any_object),
    {"spec", object(rollout_spec), {.missing = refused}},
};

constexpr Field secret_source[] = {
    {"secretKeyRef", object(secret_reference)},
    {"fieldRef", object(field_reference)},
};
constexpr Field secret_argument[] = {
    {"name", string, {.missing = refused}},
    {"value", argument, {.missing = empty_argument}},
    {"valueFrom", object(secret_source), {.missing = empty_argument}},
};
constexpr Field own_analysis[] = {
    {"name", string, {.missing = refused}},
    {"templateName", string, {.missing = refused}},
    {"clusterScope",
     boolean,
     {.missing = "the template is looked for in the experiment's namespace"}},
    {"args", list_of(secret_argument)},
    {"requiredForCompletion",
     boolean,
     {.missing = "the experiment succeeds without waiting for this analysis"}},
};
constexpr Field experiment_template[] = {
    {"name", string, {.missing = refused}},
    {"replicas", integer, {.missing = "there is one replica"}},
    {"minReadySeconds", integer, {.missing = "a pod counts as available the moment it is ready"}},
    {"selector", object(label_selector), {.missing = refused}},
    {"template", anything, {.missing = refused}},
    {"service", object(named_service), {.missing = "there is no service for the template"}},
};
constexpr Field experiment_spec[] = {
    {"templates", list_of(experiment_template), {.missing = refused}},
    {"duration",
     duration,
     {.missing = endless_experiment,
      .unreadable = "the controller cannot tell when the experiment ends"}},
    {"progressDeadlineSeconds", integer, {.missing = "the deadline is 600 seconds"}},
    {"terminate", boolean},
    {"analyses",
     list_of(own_analysis),
     {.missing = "the experiment measures nothing and succeeds"}},
    {"scaleDownDelaySeconds", integer, {.missing = "the pods are kept for 30 seconds"}},
    all_of(run_settings),
    all_of(run_metadata),
};
constexpr Field experiment[] = {
    all_of(any_object),
    {"spec", object(experiment_spec), {.missing = refused}},
};

}  // namespace

std::span<const Field> of_rollout() { return rollout; }
std::span<const Field> of_experiment() { return experiment; }

}  // namespace backout::argo::fields
