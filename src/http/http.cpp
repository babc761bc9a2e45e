// The easy interface of libcurl. Redirects are our own loop: libcurl would compare hosts only, and
// follow https to http.
#include "http/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/version.h"
#include "http/libcurl.h"

namespace backout::http {
namespace {

using Kind = Failure::Kind;

constexpr int most_redirects = 3;
constexpr std::size_t most_header_bytes = std::size_t{256} << 10;

tl::unexpected<Failure> failure(Kind kind, std::string message) {
  return tl::unexpected<Failure>(Failure{kind, std::move(message)});
}

struct FreeList {
  void operator()(curl_slist* list) const { libcurl().slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

struct FreeUrl {
  void operator()(CURLU* url) const { libcurl().url_cleanup(url); }
};
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (libcurl().url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  libcurl().free(text);
  return out;
}

struct Place {
  std::string scheme, host, port;
  bool operator==(const Place&) const = default;
};
std::optional<Place> place_of(std::string_view url) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(libcurl().url());
  if (!parsed ||
      libcurl().url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK)
    return std::nullopt;
  Place out{part_of(parsed.get(), CURLUPART_SCHEME), part_of(parsed.get(), CURLUPART_HOST),
            part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if (out.scheme != "http" && out.scheme != "https") return std::nullopt;
  std::transform(out.host.begin(), out.host.end(), out.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// Another name in the URL, and a connection to the host meant: the name goes into the handshake and
// is what the certificate is held against.
struct Renamed {
  std::string url, connect_to, host_header;
};
std::optional<Renamed> renamed(const std::string& url, const std::string& name) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(libcurl().url());
  if (!parsed || libcurl().url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return std::nullopt;
  const std::string host = part_of(parsed.get(), CURLUPART_HOST);
  const std::string port = part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (libcurl().url_set(parsed.get(), CURLUPART_HOST, name.c_str(), 0) != CURLUE_OK)
    return std::nullopt;
  return Renamed{part_of(parsed.get(), CURLUPART_URL),
                 fmt::format("{}:{}:{}:{}", name, port, host, port),
                 fmt::format("Host: {}:{}", host, port)};
}

struct Receiver {
  Response response;
  std::size_t most_bytes, header_bytes = 0;
  bool too_large = false;
};

std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  if (one * count > receiver.most_bytes - receiver.response.body.size()) {
    receiver.too_large = true;
    return 0;
  }
  receiver.response.body.append(bytes, one * count);
  return one * count;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  const std::string_view line(bytes, one * count);
  receiver.header_bytes += line.size();
  if (receiver.header_bytes > most_header_bytes) {
    receiver.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) receiver.response.headers.clear();  // after a 100 or a proxy's
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    receiver.response.headers.push_back(
        {std::move(name), std::string(trim(line.substr(colon + 1)))});
  }
  return line.size();
}

int on_progress(void* request, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Request*>(request)->cancelled() ? 1 : 0;
}

curl_blob blob(const std::string& bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_NOCOPY};  // read only
}

bool has_line_end(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

bool append(List& list, const std::string& line) {
  curl_slist* const longer = libcurl().slist_append(list.get(), line.c_str());
  if (!longer) return false;
  static_cast<void>(list.release());
  list.reset(longer);
  return true;
}

tl::expected<List, Failure> header_list(const Request& request) {
  List list;
  const auto add = [&](const std::string& line) { return append(list, line); };
  bool complete = add("Expect:");  // no waiting for a 100
  for (const Header& header : request.headers) {
    if (header.name.empty() || has_line_end(header.name) || has_line_end(header.value))
      return failure(Kind::request,
                     fmt::format("the header `{}` has a line end in it, or no name", header.name));
    complete = complete &&
               add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  if (!complete) return failure(Kind::request, "out of memory");
  return list;
}

// `reason`: libcurl's words, which name hosts and certificates, never headers.
Failure why(CURLcode code, const Request& request, std::string_view reason) {
  const std::string at = origin(request.url);
  if (reason.empty()) reason = libcurl().easy_strerror(code);
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '.'))
    reason.remove_suffix(1);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Kind::no_name, fmt::format("{}: the host's name is not known to DNS", at)};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::no_name,
              fmt::format("{}: the proxy's name is not known to DNS; it is from {}", at,
                          request.proxy.empty() ? "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
                                                : "the cluster's `proxy-url`")};
    case CURLE_COULDNT_CONNECT:
      return {Kind::refused, fmt::format("{}: no connection ({})", at, reason)};
    case CURLE_ABORTED_BY_CALLBACK:
      return {Kind::cancelled, fmt::format("{}: interrupted", at)};
    case CURLE_OPERATION_TIMEDOUT:
      return {Kind::timeout, fmt::format("{}: no complete answer within {} s", at,
                                         static_cast<double>(request.timeout.count()) / 1000)};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {Kind::untrusted,
              fmt::format("{}: the server's certificate is not trusted ({})", at, reason)};
    case CURLE_SSL_CONNECT_ERROR:
      return {Kind::untrusted, fmt::format("{}: no TLS connection ({})", at, reason)};
    case CURLE_SSL_CERTPROBLEM:
      return {Kind::request,
              fmt::format("{}: the client certificate or its key cannot be used ({})", at, reason)};
    case CURLE_SSL_CACERT_BADFILE:
      return {Kind::request,
              fmt::format("{}: the certificate authority cannot be read ({})", at, reason)};
    case CURLE_URL_MALFORMAT:
    case CURLE_FAILED_INIT:
      return {Kind::request, fmt::format("{}: {}", at, reason)};
    default:  // among them: HTTP/0.9, which is no HTTP; a header line beyond libcurl's bound
      return {Kind::broken, fmt::format("{}: {}", at, reason)};
  }
}

// One request, no redirects. `next`: where the answer redirects to.
Answer perform(CURL* curl, const Request& request, const std::string& url, std::string& next) {
  libcurl().easy_reset(curl);
  auto headers = header_list(request);
  if (!headers) return tl::unexpected(headers.error());
  List connect_to;
  const bool named = !request.tls.server_name.empty() && url.starts_with("https:");
  std::optional<Renamed> other;
  if (named) {
    other = renamed(url, request.tls.server_name);
    if (!other || !append(connect_to, other->connect_to) || !append(*headers, other->host_header))
      return failure(Kind::request,
                     fmt::format("`{}` is no name of a server", request.tls.server_name));
  }
  Receiver receiver{{}, request.most_bytes};
  std::array<char, CURL_ERROR_SIZE> reason{};
  bool accepted = true;
  const auto set = [&](CURLoption option, auto value) {
    accepted = libcurl().easy_setopt(curl, option, value) == CURLE_OK && accepted;
  };
  set(CURLOPT_URL, other ? other->url.c_str() : url.c_str());
  if (other) set(CURLOPT_CONNECT_TO, connect_to.get());
  if (!request.proxy.empty()) {
    set(CURLOPT_PROXY, request.proxy.c_str());
    set(CURLOPT_NOPROXY, "");  // NO_PROXY is about the environment's
  }
  set(CURLOPT_HTTPHEADER, headers->get());
  set(CURLOPT_USERAGENT, fmt::format("backout/{}", version()).c_str());
  set(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can unpack
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, reason.data());
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &receiver);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &receiver);
  if (request.cancelled) {
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(CURLOPT_XFERINFODATA, const_cast<Request*>(&request));  // read only
  }
  if (request.method != "GET" || !request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  set(CURLOPT_SSL_VERIFYPEER, request.tls.verify ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, request.tls.verify ? 2L : 0L);
  curl_blob authorities = blob(request.tls.authorities), key = blob(request.tls.key),
            certificate = blob(request.tls.certificate);
  // The system's folder of authorities stays in use beside these, unless they are to be alone.
  if (request.tls.authorities_only) set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  if (!request.tls.authorities.empty()) set(CURLOPT_CAINFO_BLOB, &authorities);
  if (!request.tls.certificate.empty()) {
    set(CURLOPT_SSLCERTTYPE, "PEM");
    set(CURLOPT_SSLCERT_BLOB, &certificate);
    set(CURLOPT_SSLKEYTYPE, "PEM");
    set(CURLOPT_SSLKEY_BLOB, &key);
  }
  if (!accepted)
    return failure(Kind::request, "this libcurl does not know an option that is needed");

  const CURLcode code = libcurl().easy_perform(curl);
  libcurl().easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);  // the handle outlives it
  if (receiver.too_large)
    return failure(Kind::too_large, fmt::format("{}: the answer is larger than {} bytes",
                                                origin(url), request.most_bytes));
  if (code != CURLE_OK) return tl::unexpected(why(code, request, reason.data()));
  long status = 0;
  const char* to = nullptr;
  libcurl().easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  libcurl().easy_getinfo(curl, CURLINFO_REDIRECT_URL, &to);
  receiver.response.status = static_cast<int>(status);
  next = to ? to : "";
  return std::move(receiver.response);
}

}  // namespace

void CloseHandle::operator()(void* handle) const { libcurl().easy_cleanup(handle); }

std::string_view Response::header(std::string_view lower_case_name) const {
  for (const Header& each : headers)
    if (each.name == lower_case_name) return each.value;
  return {};
}

Answer send(Session& session, const Request& request) {
  if (!libcurl().ready)
    return failure(Kind::request, "libcurl (libcurl.so.4) is missing or cannot be set up");
  if (!session.handle) session.handle.reset(libcurl().easy_init());
  if (!session.handle) return failure(Kind::request, "libcurl cannot be set up");
  const auto place = place_of(request.url);
  if (!place)
    return failure(Kind::request,
                   fmt::format("`{}` is no address of an HTTP server", origin(request.url)));
  std::string url = request.url;
  for (int hop = 0;; ++hop) {
    std::string next;
    Answer answer = perform(static_cast<CURL*>(session.handle.get()), request, url, next);
    if (!answer || next.empty()) return answer;
    const auto target = place_of(next);
    if (target != place || request.method != "GET")
      return failure(Kind::redirect, fmt::format("{} redirects to {}, which is not followed",
                                                 origin(request.url), origin(next)));
    if (hop == most_redirects)
      return failure(Kind::redirect, fmt::format("{} redirects in a circle", origin(request.url)));
    url = std::move(next);
  }
}

std::string encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string origin(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);  // never a password
  return std::string(url.substr(0, begin)) + std::string(authority);
}

}  // namespace backout::http
