#include "cli/prometheus_options.h"

#include <CLI/CLI.hpp>

#include "git/repository.h"

namespace backout::cli {

void declare(CLI::App& app, PrometheusOptions& options, bool alone) {
  prometheus::Flags& flags = options.flags;
  app.add_option("--prometheus", flags.url, "Prometheus's address, if not PROMETHEUS_URL")
      ->type_name("URL");
  app.add_option(alone ? "--header,--prometheus-header" : "--prometheus-header", flags.headers,
                 "a header for every request to it, as `X-Scope-OrgID: shop`; may be given again")
      ->type_name("'NAME: VALUE'")
      ->take_all();
  app.add_option("--prometheus-ca", flags.authorities_file, "trust this certificate, too (PEM)")
      ->type_name("FILE");
  app.add_option("--prometheus-crt", flags.certificate_file, "the client's certificate (PEM)")
      ->type_name("FILE");
  app.add_option("--prometheus-crt-key", flags.key_file, "and its key (PEM)")->type_name("FILE");
  app.add_flag("--prometheus-insecure", flags.insecure, "do not check the server's certificate");
  app.add_option("--prometheus-token", options.token,
                 "refused: others can read a command line; use PROMETHEUS_TOKEN");
}

Result<prometheus::Client> prometheus_client(const PrometheusOptions& options) {
  if (!options.token.empty())
    return fail(ErrorKind::usage,
                "`--prometheus-token` shows the token to everybody on this machine; put it into "
                "the environment variable PROMETHEUS_TOKEN, or into a file that "
                "PROMETHEUS_TOKEN_FILE names");
  TRY(prometheus::Settings settings,
      prometheus::find_settings(options.flags, git::process_environment()));
  prometheus::Client out;
  out.settings = std::move(settings);
  return out;
}

}  // namespace backout::cli
