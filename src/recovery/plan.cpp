#include "recovery/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace backout::recovery {
namespace {

// RFC 1123, as the API server wants names.
bool is_object_name(std::string_view name, std::size_t most) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= most && is_letter(name.front()) &&
         is_letter(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter(c) || c == '-' || c == '.';
         });
}

Result<void> check_name(std::string_view option, std::string_view name, std::size_t most) {
  if (is_object_name(name, most)) return {};
  return fail(ErrorKind::usage,
              fmt::format("`{}` cannot be `{}`: Kubernetes allows at most {} lower-case letters, "
                          "digits, `-` and `.`",
                          option, name, most));
}

}  // namespace

Result<Plan> make_plan(Request request) {
  Plan out;
  if (request.manifest && request.namespace_name.empty())
    request.namespace_name = request.manifest->namespace_name;
  if (!request.namespace_name.empty())
    TRY_VOID(check_name("--namespace", request.namespace_name, 63));
  if (!request.cluster.empty()) {
    // CloudNativePG refuses longer names of clusters: its Services add to them.
    constexpr std::size_t most = 50;
    if (request.new_name.empty()) request.new_name = request.cluster + "-restore";
    TRY_VOID(check_name("--cluster", request.cluster, most));
    TRY_VOID(check_name("--new-name", request.new_name, most));
    if (request.new_name == request.cluster)
      return fail(ErrorKind::usage,
                  fmt::format("`--new-name` cannot be `{}`: a cluster is never restored in place, "
                              "and the live one keeps its name until the cut-over",
                              request.new_name));
    if (!request.backup.empty()) TRY_VOID(check_name("--backup", request.backup, 253));
    TRY(Database database, plan_database(request));
    out.manifest = std::move(database.manifest);
    out.steps.push_back(std::move(database.step));
    out.notes = std::move(database.notes);
  }
  for (const std::string& place : request.s3) {
    TRY(Step step, plan_s3(place, request.target));
    out.steps.push_back(std::move(step));
  }
  for (const std::string& backup : request.velero) {
    TRY_VOID(check_name("--velero-backup", backup, 253));
    out.steps.push_back(plan_velero(backup, request.namespace_name));
  }
  out.request = std::move(request);
  return out;
}

}  // namespace backout::recovery
