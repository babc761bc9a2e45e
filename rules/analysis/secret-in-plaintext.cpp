#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "argo/endpoint.h"
#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

// `secret` alone is mostly the name of one, `max-tokens` a number.
constexpr std::array<std::string_view, 9> endings = {
    "authorization", "password",  "passwd",       "token",      "apikey",
    "accesskey",     "secretkey", "clientsecret", "credentials"};

bool names_a_secret(std::string_view name) {
  std::string lower;
  for (const char c : name)
    if (c != '-' && c != '_') lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

// A value that is written out, without a placeholder (`Bearer {{args.token}}`).
bool is_literal(const yaml::Node* value) {
  if (!value) return false;
  const std::string_view text = yaml::as_string(*value).value_or("");
  return !text.empty() && text.find("{{") == std::string_view::npos &&
         text.find("${") == std::string_view::npos;
}

// The value itself is never shown: at the key it stands behind.
const yaml::Node& key_of_value(const yaml::Node& holder, std::string_view key) {
  return holder.entry(key)->key;
}

void check_arguments(const argo::Object& object, const yaml::Node* list, Report& report) {
  if (!list) return;
  for (const yaml::Node& item : list->items) {
    const std::string_view name = argo::text_at(item, {"name"});
    if (!names_a_secret(name) || !is_literal(item.find("value"))) continue;
    report(object, key_of_value(item, "value"),
           fmt::format("argument `{}` stands in the manifest: everybody who reads the repository "
                       "or an AnalysisRun has it",
                       name));
  }
}

void check_metric(const argo::Object& object, const yaml::Node& metric, Report& report) {
  const std::string_view name = argo::text_at(metric, {"name"});
  const yaml::Node* const providers = metric.find("provider");
  if (!providers) return;
  for (const yaml::Entry& entry : providers->entries) {
    const yaml::Node& provider = entry.value;
    if (const yaml::Node* const headers = provider.find("headers"))
      for (const yaml::Node& header : headers->items) {
        const std::string_view key = argo::text_at(header, {"key"});
        if (names_a_secret(key) && is_literal(header.find("value")))
          report(object, key_of_value(header, "key"),
                 fmt::format("the header `{}` of metric `{}` stands in the manifest: everybody who "
                             "reads the repository or an AnalysisRun has it",
                             key, name));
      }
    using Path = std::array<std::string_view, 2>;
    for (const auto& [method, key] :
         {Path{"oauth2", "clientSecret"}, Path{"basicAuth", "password"}})
      if (const yaml::Node* const holder = provider.find({"authentication", method}))
        if (is_literal(holder->find(key)))
          report(object, key_of_value(*holder, key),
                 fmt::format("`{}` of metric `{}` stands in the manifest: everybody who reads the "
                             "repository or an AnalysisRun has it",
                             key, name));
    for (const char* key : {"address", "url"}) {
      const yaml::Node* const node = provider.find(key);
      if (!is_literal(node)) continue;
      const std::string_view user = argo::parse_url(yaml::as_string(*node).value_or("")).user;
      if (user.find(':') != std::string_view::npos)
        report(object, key_of_value(provider, key),
               fmt::format("the {} of metric `{}` holds a password: everybody who reads the "
                           "repository or an AnalysisRun has it",
                           key, name));
    }
  }
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  using argo::ObjectKind;
  if (object.kind == ObjectKind::analysis_template ||
      object.kind == ObjectKind::cluster_analysis_template ||
      object.kind == ObjectKind::analysis_run) {
    check_arguments(object, object.node->find({"spec", "args"}), report);
    if (const yaml::Node* const metrics = object.node->find({"spec", "metrics"}))
      for (const yaml::Node& metric : metrics->items) check_metric(object, metric, report);
  }
  if (object.kind != ObjectKind::rollout) return;
  const yaml::Node* const canary = object.node->find({"spec", "strategy", "canary"});
  if (canary) check_arguments(object, canary->find({"analysis", "args"}), report);
  if (const yaml::Node* const steps = canary ? canary->find("steps") : nullptr)
    for (const yaml::Node& step : steps->items)
      check_arguments(object, step.find({"analysis", "args"}), report);
  for (const char* gate : {"prePromotionAnalysis", "postPromotionAnalysis"})
    check_arguments(object, object.node->find({"spec", "strategy", "blueGreen", gate, "args"}),
                    report);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_secret_in_plaintext{
    .id = "analysis/secret-in-plaintext",
    .summary = "a credential of a metric written into the manifest",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Headers, passwords and arguments with a value are part of the template, and of each "
        "AnalysisRun that is made of it: everybody who may read those has the credential, and it "
        "cannot be taken back from git's history.",
    .instead =
        "1. Declare an argument with `valueFrom: {secretKeyRef: {name: …, key: …}}` and write "
        "`{{args.NAME}}` where the value is needed.\n2. Replace the credential: it is known.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/analysis/web/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
