#include "prometheus.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

namespace backout::test {
namespace {

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

Prometheus::Prometheus(std::string_view open_metrics, std::string_view config) {
  if (!open_metrics.empty()) write_file(directory_.path() + "/data.om", open_metrics);
  write_file(directory_.path() + "/config.yml", config);
  write_file(directory_.path() + "/log", "");
  if (!start() && error_.empty())
    error_ = "the server did not start: " + read_file(directory_.path() + "/log");
}

// The data become blocks of the server's database, the server says where it listens.
bool Prometheus::start() {
  process_ = fork();
  if (process_ < 0) return false;
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (chdir(directory_.path().c_str()) != 0) _exit(127);
    const char* const script =
        "exec > log 2>&1; command -v promtool prometheus || exit 126; "
        "test ! -e data.om || promtool tsdb create-blocks-from openmetrics data.om tsdb || exit 1; "
        "exec prometheus --config.file=config.yml --storage.tsdb.path=tsdb "
        "--storage.tsdb.retention.time=50y --web.listen-address=127.0.0.1:0 --log.level=info";
    execl("/bin/sh", "sh", "-c", script, static_cast<char*>(nullptr));
    _exit(127);
  }
  return true;
}

bool Prometheus::wait_for_port() {
  using Clock = std::chrono::steady_clock;
  const std::string said = "Listening on\" address=127.0.0.1:", ready = "ready to receive";
  for (const auto end = Clock::now() + std::chrono::seconds(60); Clock::now() < end;) {
    const std::string log = read_file(directory_.path() + "/log");
    const std::size_t at = log.find(said);
    if (at != std::string::npos && log.find(ready) != std::string::npos) {
      port_ = std::atoi(log.c_str() + at + said.size());
      return port_ > 0;
    }
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = 0;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 126)
        error_ = "no Prometheus on the path (package `prometheus`)";
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (error_.empty()) error_ = "no answer: " + read_file(directory_.path() + "/log");
  return false;
}

std::string Prometheus::http(const std::string& request) const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{20, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    char buffer[1 << 16];
    for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return answer;
}

std::string Prometheus::url() {
  if (!error_.empty() || (port_ == 0 && !wait_for_port())) return {};
  return fmt::format("http://127.0.0.1:{}", port_);
}

Answered Prometheus::ask(const std::string& query) {
  Answered out;
  if (!error_.empty() || (port_ == 0 && !wait_for_port())) {
    out.error = error_;
    return out;
  }
  const std::string body = fmt::format("query={}&time={}", url_encoded(query), golden_time);
  // HTTP 1.0: the answer ends with the connection.
  const std::string answer =
      http(fmt::format("POST /api/v1/query HTTP/1.0\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\n"
                       "Content-Length: {}\r\n\r\n{}",
                       body.size(), body));
  const std::size_t head = answer.find("\r\n\r\n");
  const auto json = nlohmann::json::parse(
      head == std::string::npos ? std::string() : answer.substr(head + 4), nullptr, false);
  if (!json.is_object()) {
    out.error = "no answer to the query";
    return out;
  }
  if (json["status"] != "success") {
    out.error = json["error"];
    out.refused = json["errorType"] == "bad_data";
    return out;
  }
  const nlohmann::json& data = json["data"];
  out.type = data["resultType"];
  const auto add = [&](const nlohmann::json& sample) {
    out.values.push_back(std::strtod(sample[1].get<std::string>().c_str(), nullptr));
  };
  if (out.type == "scalar") add(data["result"]);
  if (out.type == "vector")
    for (const nlohmann::json& element : data["result"]) add(element["value"]);
  if (out.type == "matrix")
    for (const nlohmann::json& series : data["result"])
      for (const nlohmann::json& sample : series["values"]) add(sample);
  return out;
}

Prometheus::~Prometheus() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace backout::test
