// One request: the clock, the faults, the hook, the API.
#include "argocd_server.h"

#include <fmt/format.h>

#include <optional>

#include "argocd_controller.h"
#include "argocd_routes.h"

namespace backout::test {
namespace {

HttpReply broken() {
  HttpReply out;
  out.reset = true;
  return out;
}

// It ends too early, so that the client knows that something is missing.
HttpReply half(const HttpReply& reply) {
  HttpReply out;
  out.raw =
      fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", reply.status,
                  reply.type, reply.body.size(), reply.body.substr(0, reply.body.size() / 2));
  return out;
}

HttpReply refused(const Fault& fault) {
  HttpReply out;
  if (fault.kind == Fault::Kind::html)
    out = {fault.status, "<html><head><title>503</title></head></html>", "text/html"};
  else
    out = {fault.status, R"({"error":"unavailable","code":14,"message":"unavailable"})"};
  if (fault.retry_after > 0)
    out.headers.push_back(fmt::format("Retry-After: {}", fault.retry_after));
  out.delay_ms = fault.delay_ms;
  return out;
}

}  // namespace

ArgocdServer::ArgocdServer(sim::World world)
    : world_(std::move(world)),
      root_path_(world_.root_path),
      http_([this](const HttpRequest& request) { return answer(request); }) {
  const std::lock_guard lock(mutex_);
  sim::note_changes(world_);
}

sim::World ArgocdServer::world() const {
  const std::lock_guard lock(mutex_);
  return world_;
}

void ArgocdServer::change(const std::function<void(sim::World&)>& change) {
  const std::lock_guard lock(mutex_);
  change(world_);
  sim::note_changes(world_);
}

void ArgocdServer::advance(sim::Seconds seconds) {
  const std::lock_guard lock(mutex_);
  sim::pass_time(world_, seconds);
}

bool ArgocdServer::advance_until(const std::function<bool(const sim::World&)>& done) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < 86400 && !done(world_); ++i) sim::pass_time(world_, 1);
  return done(world_);
}

void ArgocdServer::after(sim::Seconds seconds, std::function<void(sim::World&)> change) {
  const std::lock_guard lock(mutex_);
  world_.script.emplace(world_.now + seconds, std::move(change));
}

void ArgocdServer::add_fault(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void ArgocdServer::set_hook(Hook hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

Fault* ArgocdServer::fault_for(const HttpRequest& request, int number) {
  for (Fault& fault : faults_)
    if (fault.times != 0 && (fault.request == 0 || fault.request == number) &&
        (fault.method.empty() || fault.method == request.method) &&
        request.path.find(fault.path) != std::string::npos) {
      if (fault.times > 0) --fault.times;
      return &fault;
    }
  return nullptr;
}

HttpReply ArgocdServer::answer(const HttpRequest& request) {
  using Kind = Fault::Kind;
  const int number = ++requests_;
  std::optional<Fault> fault;
  Hook hook;
  {
    const std::lock_guard lock(mutex_);
    if (const Fault* const found = fault_for(request, number)) fault = *found;
    hook = hook_;
  }
  if (hook && !hook(request, When::before)) return broken();
  HttpReply reply;
  {
    const std::lock_guard lock(mutex_);
    sim::pass_time(world_, world_.pace.request);
    if (fault && fault->kind == Kind::reset_before) return broken();
    if (fault && (fault->kind == Kind::status || fault->kind == Kind::html)) return refused(*fault);
    if (fault && fault->kind == Kind::unauthorized)
      for (sim::Token& one : world_.tokens) one.valid_requests = 0;
    reply = sim::call_api(world_, request);
    sim::note_changes(world_);
    if (request.method != "GET" && reply.status < 300) ++mutations_;
  }
  if (hook && !hook(request, When::after)) return broken();
  if (!fault) return reply;
  if (fault->kind == Kind::reset_after) return broken();
  if (fault->kind == Kind::half_reply) return half(reply);
  if (fault->kind == Kind::slow) reply.delay_ms += fault->delay_ms;
  return reply;
}

}  // namespace backout::test
