#include "http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>

namespace backout::test {
namespace {

// A listening socket on a free port.
int listen_somewhere(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(fd, 64) != 0 || ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    ADD_FAILURE() << "no port to listen on";
  port = ntohs(address.sin_port);
  return fd;
}

HttpRequest parse(std::string_view head) {
  HttpRequest out;
  const std::size_t first = head.find(' '), second = head.find(' ', first + 1);
  out.method = head.substr(0, first);
  std::string_view target = head.substr(first + 1, second - first - 1);
  const std::size_t mark = std::min(target.find('?'), target.size());
  out.path = target.substr(0, mark);
  if (mark < target.size()) out.query = target.substr(mark + 1);
  for (std::size_t at = head.find("\r\n"); at < head.size();) {
    at += 2;
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (const std::size_t colon = line.find(": "); colon != std::string_view::npos) {
      std::string name(line.substr(0, colon));
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      out.headers[name] = line.substr(colon + 2);
    }
    at = end;
  }
  return out;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = listen_somewhere(port_);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& connection : connections_) connection.join();
}

void HttpServer::accept_all() {
  while (!stopping_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) connections_.emplace_back([this, fd] { answer(fd); });
  }
}

void HttpServer::answer(int fd) {
  std::string bytes;
  std::array<char, 4096> buffer;
  const timeval limit{10, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const auto more = [&] {
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count > 0) bytes.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  };
  std::size_t end = std::string::npos;
  while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
    if (!more() || bytes.front() == 0x16) break;  // TLS begins so
  if (!bytes.empty() && bytes.front() == 0x16) send_all(fd, "HTTP/1.0 400 Bad Request\r\n\r\n");
  if (end != std::string::npos && bytes.find("HTTP/1.") < end) {
    HttpRequest request = parse(std::string_view(bytes).substr(0, end));
    const auto length = request.headers.find("content-length");
    const std::size_t wanted =
        length == request.headers.end() ? 0 : std::strtoul(length->second.c_str(), nullptr, 10);
    while (bytes.size() - end - 4 < wanted)
      if (!more()) break;
    request.body = bytes.substr(end + 4);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const HttpReply reply = handler_(request);
    for (int waited = 0; waited < reply.delay_ms && !stopping_; waited += 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (reply.reset) {
      const linger none{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    } else if (!reply.raw.empty()) {
      send_all(fd, reply.raw);
    } else {
      std::string head = fmt::format(
          "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
          reply.status, reply.type, reply.body.size() * reply.repeat);
      for (const std::string& header : reply.headers) head += header + "\r\n";
      bool open = send_all(fd, head + "\r\n");
      for (std::size_t i = 0; open && i < reply.repeat; ++i) open = send_all(fd, reply.body);
    }
  }
  ::close(fd);
}

std::string HttpServer::host() const { return fmt::format("127.0.0.1:{}", port_); }

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string HttpServer::log() const {
  std::string out;
  for (const HttpRequest& one : requests())
    out += one.method + " " + one.path + (one.query.empty() ? "" : "?" + one.query) + "\n";
  return out;
}

int unused_port() {
  int port = 0;
  ::close(listen_somewhere(port));
  return port;
}

}  // namespace backout::test
