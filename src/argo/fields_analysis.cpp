// Fields of AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun.
#include "argo/fields_shared.h"
#include "argo/fields_tables.h"

namespace backout::argo::fields {
namespace {

constexpr std::string_view refused = "the API server refuses the object";

// ---- providers

constexpr Field header[] = {{"key", string}, {"value", string}};
constexpr Field sigv4[] = {{"region", string}, {"profile", string}, {"roleArn", string}};
constexpr Field oauth2[] = {
    {"tokenUrl", string},
    {"clientId", string},
    {"clientSecret", string},
    {"scopes", list_of(string)},
};
constexpr Field basic_auth[] = {{"username", string}, {"password", string}};
constexpr Field authentication[] = {
    {"sigv4", object(sigv4), {.since = {1, 6}}},
    {"oauth2", object(oauth2), {.since = {1, 7}}},
    {"basicAuth", object(basic_auth), {.since = {1, 10}}},
};

constexpr Field range_query[] = {
    {"start", string},
    {"end", string},
    {"step", duration, {.unreadable = "every measurement ends in Error"}},
};
constexpr Field prometheus[] = {
    {"address",
     string,
     {.missing = "the controller's own address is used, and without one every measurement ends in "
                 "Error"}},
    {"query", string, {.missing = "there is no query, so every measurement ends in Error"}},
    {"rangeQuery",
     object(range_query),
     {.missing = "the query is an instant one", .since = {1, 8}}},
    {"timeout", integer, {.missing = "a query may take 30 seconds", .since = {1, 6}}},
    {"insecure", boolean, {.missing = "certificates are checked"}},
    {"headers", list_of(header)},
    {"authentication", object(authentication), {.since = {1, 6}}},
    {"server",
     string,
     {.missing = "the address does not exist: the controller's own one is used, and without one "
                 "every measurement ends in Error",
      .renamed = "address"}},
};

constexpr Field datadog_secret[] = {{"name", string}, {"namespaced", boolean}};
constexpr Field datadog[] = {
    {"apiVersion", string, {.missing = "the query goes to version 1 of Datadog's API"}},
    {"interval",
     duration,
     {.missing = "the query looks back 5 minutes",
      .unreadable = "every measurement ends in Error"}},
    {"query", string, {.missing = "there is no query", .alone = refused, .partner = "queries"}},
    {"queries", map_of(string), {.missing = "there are no queries", .since = {1, 7}}},
    {"formula", string, {.missing = "no formula joins the queries", .since = {1, 7}}},
    {"aggregator", string, {.missing = "the last value counts", .since = {1, 7}}},
    {"secretRef", object(datadog_secret), {.since = {1, 8}}},
    {"requestTimeout",
     duration,
     {.missing = "a query may take 10 seconds",
      .unreadable = "every measurement ends in Error",
      .since = {1, 10}}},
};

constexpr Field new_relic[] = {
    {"profile", string, {.missing = "the secret `newrelic` is used"}},
    {"query", string, {.missing = refused}},
    {"timeout", integer, {.missing = "a query may take 5 seconds", .since = {1, 6}}},
};
constexpr Field address_and_query[] = {
    // wavefront, graphite
    {"address", string, {.missing = "every measurement ends in Error"}},
    {"query", string, {.missing = "there is no query, so every measurement ends in Error"}},
};
constexpr Field skywalking[] = {
    all_of(address_and_query),
    {"interval",
     duration,
     {.missing = "there is no interval to query, so every measurement ends in Error",
      .unreadable = "every measurement ends in Error"}},
};
constexpr Field influxdb[] = {
    {"profile", string, {.missing = "the secret `influxdb` is used"}},
    {"query", string, {.missing = "there is no query, so every measurement ends in Error"}},
};

constexpr Field dimension[] = {{"name", string}, {"value", string}};
constexpr Field cloud_watch_metric[] = {
    {"metricName", string},
    {"namespace", string},
    {"dimensions", list_of(dimension)},
};
constexpr Field metric_stat[] = {
    {"metric", object(cloud_watch_metric)},
    {"period", int_or_string},
    {"stat", string},
    {"unit", string},
};
constexpr Field metric_data_query[] = {
    {"id", string},
    {"expression", string},
    {"label", string},
    {"metricStat", object(metric_stat)},
    {"period", int_or_string},
    {"returnData", boolean},
};
constexpr Field cloud_watch[] = {
    {"interval",
     duration,
     {.missing = "the query looks back 5 minutes",
      .unreadable = "every measurement ends in Error"}},
    {"metricDataQueries", list_of(metric_data_query), {.missing = refused}},
};

constexpr Field web[] = {
    {"url", string, {.missing = refused}},
    {"method", string, {.missing = "the request is a GET", .since = {1, 2}}},
    {"headers", list_of(header), {.missing = "the request has no headers of its own"}},
    {"body", string, {.missing = "the request has no body", .since = {1, 2}}},
    {"jsonBody", anything, {.missing = "the request has no body", .since = {1, 4}}},
    {"timeoutSeconds", integer, {.missing = "a request may take 10 seconds"}},
    {"jsonPath", string, {.missing = "the result is the whole answer"}},
    {"insecure", boolean, {.missing = "certificates are checked"}},
    {"authentication", object(authentication), {.since = {1, 6}}},
};

constexpr Field kayenta_side[] = {
    {"scope", string}, {"region", string}, {"step", integer}, {"start", string}, {"end", string},
};
constexpr Field kayenta_scope[] = {
    {"name", string},
    {"controlScope", object(kayenta_side)},
    {"experimentScope", object(kayenta_side)},
};
constexpr Field kayenta_threshold[] = {{"pass", integer}, {"marginal", integer}};
constexpr Field kayenta[] = {
    {"address", string, {.missing = refused}},
    {"application", string, {.missing = refused}},
    {"canaryConfigName", string, {.missing = refused}},
    {"metricsAccountName", string, {.missing = refused}},
    {"configurationAccountName", string, {.missing = refused}},
    {"storageAccountName", string, {.missing = refused}},
    {"threshold", object(kayenta_threshold), {.missing = refused}},
    {"scopes", list_of(kayenta_scope), {.missing = refused}},
    {"lookback", boolean, {.since = {1, 9}}},
};

constexpr Field job[] = {
    {"metadata", object(labels_and_annotations)},
    {"spec", anything, {.missing = refused}},
};

constexpr Field provider[] = {
    {"prometheus", object(prometheus)},
    {"datadog", object(datadog)},
    {"newRelic", object(new_relic)},
    {"wavefront", object(address_and_query)},
    {"cloudWatch", object(cloud_watch)},
    {"web", object(web)},
    {"graphite", object(address_and_query)},
    {"influxdb", object(influxdb), {.since = {1, 3}}},
    {"skywalking", object(skywalking), {.since = {1, 5}}},
    {"kayenta", object(kayenta)},
    {"job", object(job)},
    {"plugin", anything, {.since = {1, 5}}},
};

// ---- metrics

constexpr Field metric[] = {
    {"name", string, {.missing = refused}},
    {"interval",
     duration,
     {.missing = "the metric is measured once", .unreadable = "the run ends in Error"}},
    {"initialDelay",
     duration,
     {.missing = "the first measurement is taken at once, of a canary that has just started",
      .unreadable = "the run ends in Error"}},
    {"count",
     limit,
     {.missing = "the metric is measured without end when there is an `interval`, and once when "
                 "there is none",
      .unreadable = "it is measured without end when there is an `interval`, and once when there "
                    "is none"}},
    {"successCondition",
     condition,
     {.missing = "the condition does not exist",
      .alone = "every measurement passes",
      .partner = "failureCondition"}},
    {"failureCondition",
     condition,
     {.missing = "the condition does not exist",
      .alone = "every measurement passes",
      .partner = "successCondition"}},
    {"failureLimit",
     limit,
     {.missing = "the limit is 0: the first failed measurement fails the metric",
      .unreadable = "the first failed measurement fails the metric"}},
    {"inconclusiveLimit",
     limit,
     {.missing = "the limit is 0: the first inconclusive measurement ends the metric",
      .unreadable = "the first inconclusive measurement ends the metric"}},
    {"consecutiveErrorLimit",
     limit,
     {.missing = "the limit is 4: the fifth error in a row ends the metric",
      .unreadable = "the first error ends the metric"}},
    {"consecutiveSuccessLimit",
     limit,
     {.missing = "successes in a row do not end the metric",
      .unreadable = "the limit does not exist",
      .since = {1, 8}}},
    {"provider", object(provider), {.missing = refused}},
    // before 1.0
    {"maxFailures",
     limit,
     {.missing = "the limit is 0: the first failed measurement fails the metric",
      .renamed = "failureLimit"}},
    {"maxInconclusive",
     limit,
     {.missing = "the limit is 0: the first inconclusive measurement ends the metric",
      .renamed = "inconclusiveLimit"}},
    {"maxConsecutiveErrors",
     limit,
     {.missing = "the limit is 4: the fifth error in a row ends the metric",
      .renamed = "consecutiveErrorLimit"}},
};

// ---- objects

constexpr Field argument_source[] = {
    {"secretKeyRef", object(secret_reference)},
    {"fieldRef", object(field_reference)},
};
constexpr Field template_argument[] = {
    {"name", string, {.missing = refused}},
    {"value",
     argument,
     {.missing = "the argument has no value of its own: whoever uses the template must give one"}},
    {"valueFrom", object(argument_source)},
};

constexpr Field run_spec[] = {
    {"metrics", list_of(metric), {.missing = "there is nothing to measure"}},
    {"args",
     list_of(template_argument),
     {.missing = "no argument is declared: `{{args.NAME}}` cannot be resolved and the run ends in "
                 "Error"}},
    all_of(run_settings),
};
constexpr Field template_spec[] = {
    all_of(run_spec),
    {"templates", list_of(template_reference)},
};
constexpr Field ttl_strategy[] = {
    {"secondsAfterCompletion", integer},
    {"secondsAfterFailure", integer},
    {"secondsAfterSuccess", integer},
};
constexpr Field analysis_run_spec[] = {
    all_of(run_spec),
    {"terminate", boolean},
    {"ttlStrategy", object(ttl_strategy), {.since = {1, 7}}},
};

constexpr Field analysis_template[] = {
    all_of(any_object),
    {"spec", object(template_spec), {.missing = refused}},
};
constexpr Field analysis_run[] = {
    all_of(any_object),
    {"spec", object(analysis_run_spec), {.missing = refused}},
};

}  // namespace

std::span<const Field> of_analysis_template() { return analysis_template; }
std::span<const Field> of_analysis_run() { return analysis_run; }

}  // namespace backout::argo::fields
