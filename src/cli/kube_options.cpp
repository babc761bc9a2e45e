#include "cli/kube_options.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>

#include "git/repository.h"

namespace backout::cli {

void declare(OptionList& list, kube::Flags& flags) {
  declare(list, {{"--kubeconfig", &flags.kubeconfig, "FILE", "the kubeconfig, if not KUBECONFIG's"},
                 {"--context", &flags.context, "NAME", "a context of the kubeconfig"},
                 {"-n,--namespace", &flags.name_space, "NAME", "the Rollout's namespace"}});
}

Result<kube::Client> kube_client(const kube::Flags& flags) {
  TRY(kube::Settings settings, kube::find_settings(flags, git::process_environment()));
  return kube::Client{std::move(settings)};
}

drive::Facts connection_of(const kube::Flags& flags, const kube::Settings& settings) {
  drive::Facts out{{"kube_server", settings.server}, {"kube_context", settings.context}};
  if (!flags.kubeconfig.empty()) {
    std::error_code ignored;
    out["kubeconfig"] = std::filesystem::absolute(flags.kubeconfig, ignored).string();
  } else if (const auto list = git::process_environment()("KUBECONFIG")) {
    out["kubeconfig_list"] = *list;
  }
  return out;
}

bool is_kube(const drive::Facts& connection) {
  return !drive::fact(connection, "kube_server").empty();
}

Result<kube::Client> reconnect_kube(const drive::Facts& connection) {
  kube::Flags flags;
  flags.kubeconfig = drive::fact(connection, "kubeconfig");
  flags.context = drive::fact(connection, "kube_context");
  const std::string noted(drive::fact(connection, "kubeconfig_list"));
  const auto process = git::process_environment();
  TRY(kube::Settings settings,
      kube::find_settings(flags, [&](const char* name) -> std::optional<std::string> {
        auto value = process(name);
        if (!value && std::strcmp(name, "KUBECONFIG") == 0 && !noted.empty()) return noted;
        return value;
      }));
  const std::string_view server = drive::fact(connection, "kube_server");
  if (settings.server != server)
    return fail(ErrorKind::usage,
                fmt::format("the operation was begun at {}, and {} leads to {} now; set KUBECONFIG "
                            "to what it was",
                            http::origin(server), settings.origin, http::origin(settings.server)));
  return kube::Client{std::move(settings)};
}

}  // namespace backout::cli
