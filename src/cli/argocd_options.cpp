#include "cli/argocd_options.h"

#include <CLI/CLI.hpp>

#include "git/repository.h"

namespace backout::cli {

void declare(CLI::App& app, ArgocdOptions& options) {
  argocd::Flags& flags = options.flags;
  app.add_option("--server", flags.server, "Argo CD's address, if not the context's")
      ->type_name("HOST[:PORT]");
  app.add_option("--project", options.project,
                 "the application's project: turns `permission denied` into `not found`")
      ->type_name("NAME");
  app.add_option("-N,--app-namespace", options.name_space,
                 "the application's namespace, if not Argo CD's")
      ->type_name("NAME");
  app.add_option("--argocd-context", flags.context, "a context of Argo CD's configuration")
      ->type_name("NAME");
  app.add_option("--argocd-config", flags.config, "Argo CD's configuration, if in another place")
      ->type_name("FILE");
  app.add_option("--grpc-web-root-path", flags.root_path, "the path that the server's API is below")
      ->type_name("PATH");
  app.add_option("--header", flags.headers, "a header for every request; may be given again")
      ->type_name("'NAME: VALUE'")
      ->take_all();
  app.add_option("--server-crt", flags.authorities_file, "trust this certificate, too (PEM)")
      ->type_name("FILE");
  app.add_option("--client-crt", flags.certificate_file, "the client's certificate (PEM)")
      ->type_name("FILE");
  app.add_option("--client-crt-key", flags.key_file, "and its key (PEM)")->type_name("FILE");
  app.add_flag("--insecure", flags.insecure, "do not check the server's certificate");
  app.add_flag("--plaintext", flags.plain_text, "no TLS");
  app.add_flag("--grpc-web", options.grpc_web, "accepted, without effect: this is not gRPC");
  app.add_option("--auth-token", options.token,
                 "refused: others can read a command line; use ARGOCD_AUTH_TOKEN");
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
