// One HTTP request and its answer. The one place that knows libcurl (7.81 and up). Careful rather
// than able: TLS is verified unless the user says otherwise, answers are bounded in time and size,
// a redirect is followed only to the same scheme, host and port (so that a token never travels
// elsewhere), and no message ever holds a header's value or a URL's query. Proxies are taken from
// the environment (HTTPS_PROXY, NO_PROXY).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace backout::http {

struct Header {
  std::string name, value;
};

struct Tls {
  std::string authorities;        // PEM, trusted besides the system's
  bool authorities_only = false;  // and not besides: instead of them
  std::string server_name;        // of the server's certificate; empty: the URL's host
  std::string certificate;        // PEM of the client, with `key`; empty: none
  std::string key;
  bool verify = true;
};

struct Request {
  std::string method = "GET";
  std::string url;  // absolute, http or https
  std::vector<Header> headers{};
  std::string body{};
  Tls tls{};
  std::string proxy{};  // "http://host:port", https or socks5h; empty: the environment's
  std::chrono::milliseconds timeout{30'000};       // for all of it
  std::size_t most_bytes = std::size_t{64} << 20;  // of the answer's body, unpacked
  std::function<bool()> cancelled{};               // asked every second at least; true: give up
};

struct Response {
  int status = 0;
  std::vector<Header> headers;  // names in lower case
  std::string body;
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
};

// Why there is no answer. Up to `untrusted` the request has not reached the server; after the
// others it may have done its work.
struct Failure {
  enum class Kind : std::uint8_t {
    request,    // not sent: a URL, header or certificate that cannot be
    no_name,    // DNS
    refused,    // nothing listens there, no way to the host
    untrusted,  // TLS: no certificate we trust, or no TLS at all
    timeout,
    broken,    // the connection ended early, or this is no HTTP
    redirect,  // to another place
    too_large,
    cancelled,  // by us
  } kind;
  std::string message;  // what and where, and why; lower-case, no full stop
};
using Answer = tl::expected<Response, Failure>;

struct CloseHandle {
  void operator()(void* handle) const;
};
// Keeps connections open between requests. Move-only, one thread at a time.
struct Session {
  std::unique_ptr<void, CloseHandle> handle;
};

// Any status is an answer.
[[nodiscard]] Answer send(Session& session, const Request& request);

// For a part of a path or a query: all but letters, digits and `-._~` as %XX.
[[nodiscard]] std::string encode(std::string_view text);
// "https://cd.example.com:8443" of a URL: what may be printed.
[[nodiscard]] std::string origin(std::string_view url);

}  // namespace backout::http
