#include "argo/endpoint.h"

#include <algorithm>
#include <array>

#include "yaml/value.h"

namespace backout::argo {
namespace {

bool is_scheme(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
         });
}

constexpr std::array<std::string_view, 12> public_endings = {
    "com", "org", "net", "io", "dev", "cloud", "app", "ai", "co", "de", "uk", "eu"};

}  // namespace

Url parse_url(std::string_view text) {
  Url out;
  if (const std::size_t colon = text.find(':');
      colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
    out.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (!text.starts_with("//")) {
    out.path = text;  // `prometheus:9090` is scheme `prometheus`, and no host
    return out;
  }
  text.remove_prefix(2);
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  out.path = text.substr(end);
  out.host = text.substr(0, end);
  if (const std::size_t at = out.host.rfind('@'); at != std::string_view::npos) {
    out.user = out.host.substr(0, at);
    out.host.remove_prefix(at + 1);
  }
  const std::size_t bracket = out.host.find(']');
  const std::size_t port = out.host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  out.host = out.host.substr(0, port);
  return out;
}

bool is_internal(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || host.find(".svc") != std::string_view::npos) return true;
  const std::string_view ending = host.substr(dot + 1);
  if (!ending.empty() && ending.find_first_not_of("0123456789") == std::string_view::npos)
    return host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("172.") ||
           host.starts_with("127.");
  return std::find(public_endings.begin(), public_endings.end(), ending) == public_endings.end();
}

std::optional<Endpoint> endpoint_of(const Metric& metric, const Gate& gate) {
  const yaml::Node* const providers = metric.node->find("provider");
  if (!providers) return std::nullopt;
  Endpoint out;
  switch (metric.provider) {
    case Provider::prometheus:
    case Provider::graphite:
    case Provider::wavefront:
    case Provider::skywalking:
    case Provider::kayenta:
      out.key = "address";
      break;
    case Provider::web:
      out.key = "url";
      break;
    default:
      return std::nullopt;
  }
  out.provider = providers->find(to_string(metric.provider));
  if (!out.provider) return std::nullopt;
  if (const yaml::Node* const node = out.provider->find(out.key))
    out.text = put_arguments(*node, gate.arguments);
  return out;
}

}  // namespace backout::argo
