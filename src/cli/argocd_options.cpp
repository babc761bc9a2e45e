#include "cli/argocd_options.h"

#include "git/repository.h"

namespace backout::cli {

void declare(OptionList& list, ArgocdOptions& options) {
  argocd::Flags& flags = options.flags;
  declare(
      list,
      {{"--server", &flags.server, "HOST[:PORT]", "Argo CD's address, if not the context's"},
       {"--project", &options.project, "NAME",
        "the application's project: turns `permission denied` into `not found`"},
       {"-N,--app-namespace", &options.name_space, "NAME",
        "the application's namespace, if not Argo CD's"},
       {"--argocd-context", &flags.context, "NAME", "a context of Argo CD's configuration"},
       {"--argocd-config", &flags.config, "FILE", "Argo CD's configuration, if in another place"},
       {"--grpc-web-root-path", &flags.root_path, "PATH",
        "the path that the server's API is below"},
       {"--header", &flags.headers, "'NAME: VALUE'",
        "a header for every request; may be given again"},
       {"--server-crt", &flags.authorities_file, "FILE", "trust this certificate, too (PEM)"},
       {"--client-crt", &flags.certificate_file, "FILE", "the client's certificate (PEM)"},
       {"--client-crt-key", &flags.key_file, "FILE", "and its key (PEM)"},
       {"--insecure", &flags.insecure, "", "do not check the server's certificate"},
       {"--plaintext", &flags.plain_text, "", "no TLS"},
       {"--grpc-web", &options.grpc_web, "", "accepted, without effect: this is not gRPC"},
       {"--auth-token", &options.token, "TEXT",
        "refused: others can read a command line; use ARGOCD_AUTH_TOKEN"}});
}

Result<argocd::Client> argocd_client(const ArgocdOptions& options) {
  if (!options.token.empty())
    return fail(ErrorKind::usage,
                "`--auth-token` shows the token to everybody on this machine; put it into the "
                "environment variable ARGOCD_AUTH_TOKEN");
  TRY(argocd::Settings settings, argocd::find_settings(options.flags, git::process_environment()));
  return argocd::Client{std::move(settings)};
}

}  // namespace backout::cli
