#include "argocd/json.h"

#include <fmt/format.h>

namespace backout::argocd {

Result<Json> get_json(Client& client, simdjson::dom::parser& parser, std::string_view path,
                      const Query& query, std::string_view what) {
  TRY(const http::Response response, get(client, path, query, what));
  Json out;
  if (parser.parse(response.body).get(out) == simdjson::SUCCESS && out.is_object()) return out;
  const std::size_t begin = response.body.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && response.body[begin] == '<')  // a page, perhaps of a login
    return tl::unexpected(refusal(client.settings, response, what));
  return fail(ErrorKind::undecided,
              fmt::format("{}: {} answered with something that is no JSON object; is this the "
                          "address of an Argo CD server?",
                          what, http::origin(client.settings.url)));
}

}  // namespace backout::argocd
