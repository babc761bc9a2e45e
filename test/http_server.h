// A small HTTP server for tests, on a port of its own at 127.0.0.1. It answers each connection on a
// thread of its own and then closes it, so that a test can also be slow, rude or endless.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace backout::test {

struct HttpRequest {
  std::string method, path, query;                          // "/api/version", "a=b"
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string body{};
  std::string type = "application/json";
  std::vector<std::string> headers{};  // "Location: /x"
  int delay_ms = 0;
  std::string raw{};       // instead of all that: these bytes, then the end
  std::size_t repeat = 1;  // of the body
  bool reset = false;      // instead of all that: the connection breaks
};

class HttpServer {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::string host() const;  // "127.0.0.1:4711"
  [[nodiscard]] std::string url() const { return "http://" + host(); }
  [[nodiscard]] std::vector<HttpRequest> requests() const;  // so far
  [[nodiscard]] std::string log() const;                    // "GET /a?b=c\n…"

 private:
  void accept_all();
  void answer(int fd);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

// A port at which nothing listens.
int unused_port();

}  // namespace backout::test
