#include "cli/prometheus_options.h"

#include "git/repository.h"

namespace backout::cli {

void declare(OptionList& list, PrometheusOptions& options, bool alone) {
  prometheus::Flags& flags = options.flags;
  declare(
      list,
      {{"--prometheus", &flags.url, "URL", "Prometheus's address, if not PROMETHEUS_URL"},
       {alone ? "--header,--prometheus-header" : "--prometheus-header", &flags.headers,
        "'NAME: VALUE'",
        "a header for every request to it, as `X-Scope-OrgID: shop`; may be given again"},
       {"--prometheus-ca", &flags.authorities_file, "FILE", "trust this certificate, too (PEM)"},
       {"--prometheus-crt", &flags.certificate_file, "FILE", "the client's certificate (PEM)"},
       {"--prometheus-crt-key", &flags.key_file, "FILE", "and its key (PEM)"},
       {"--prometheus-insecure", &flags.insecure, "", "do not check the server's certificate"},
       {"--prometheus-token", &options.token, "TEXT",
        "refused: others can read a command line; use PROMETHEUS_TOKEN"}});
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
