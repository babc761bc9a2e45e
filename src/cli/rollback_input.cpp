#include "cli/rollback_input.h"

#include <fmt/format.h>

#include "argocd/words.h"
#include "cli/preflight_gitops.h"
#include "cli/revision_config.h"
#include "preflight/preflight.h"

namespace backout::cli {

Result<Home> home_of(const argocd::Application& app, const std::string& service,
                     const std::string& config_repository, const std::string& config) {
  Home out;
  out.gitops = config_repository;
  auto here = git::open(".", git::process_environment());
  if (!here) {
    if (!service.empty() || !config.empty()) return tl::unexpected(here.error());
    return out;  // on call nobody stands in a clone of the service
  }
  out.repository = std::move(*here);
  TRY(out.config, checked_out_config(*out.repository, config));
  TRY(const ServiceConfig* named, named_service(out.config, service));
  if (!named) named = service_of(out.config, app);
  if (!named) return out;
  out.service = *named;
  if (out.gitops.empty() && !named->gitops.empty())
    out.gitops =
        named->gitops.starts_with('/') ? named->gitops : out.repository->work_dir + named->gitops;
  return out;
}

Result<Verdict> pre_flight(const Home& home, const argocd::Application& app,
                           const argocd::Target& target) {
  Verdict out;
  if (!home.service || !home.repository) {
    out.words = fmt::format(
        "no pre-flight: {}; whether the old code runs on the schema there is now, nobody has "
        "looked",
        home.repository
            ? fmt::format("no service of `.backout.yaml` says `app: {}`", full_name(app))
            : std::string("this is no clone of the service's repository"));
    return out;
  }
  if (home.gitops.empty()) {
    out.words =
        "no pre-flight: no clone of the GitOps repository is known (`--config-repo DIR`, "
        "or `services.*.gitops`)";
    return out;
  }
  preflight::Preflight all;
  TRY_VOID(look_at_gitops(*home.repository, home.config,
                          {home.gitops, target.from, target.to, home.service->name}, all));
  preflight::conclude(all, home.config, false);
  out.made = true;
  out.safe = all.decision == preflight::Decision::safe;
  std::string why;
  for (const preflight::Assessment& one : all.services) {
    if (!one.breaks.empty()) why = one.breaks.front().message;
    if (why.empty() && !one.doubts.empty()) why = one.doubts.front();
  }
  if (why.empty() && !all.doubts.empty()) why = all.doubts.front();
  out.words = fmt::format("pre-flight from {} to {}: {}{}{}", argocd::short_revision(target.from),
                          argocd::short_revision(target.to), preflight::to_string(all.decision),
                          why.empty() || out.safe ? "" : ": ", out.safe ? std::string() : why);
  out.markdown = preflight::markdown(all);
  return out;
}

}  // namespace backout::cli
