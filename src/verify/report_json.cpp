// The report for programs. Times are seconds since `began`.
#include "core/version.h"
#include "report/json_writer.h"
#include "verify/verify.h"

namespace backout::verify {
namespace {

constexpr std::uint64_t schema_version = 1;

double seconds(Time time) { return static_cast<double>(time.count()) / 1000; }

void write_texts(report::JsonWriter& json, std::string_view key,
                 const std::vector<std::string>& texts) {
  json.key(key);
  json.open('[');
  for (const std::string& each : texts) json.text(each);
  json.close(']');
}

void write_real(report::JsonWriter& json, std::string_view key, double value) {
  json.key(key);
  json.real(value);
}

void write_check(report::JsonWriter& json, const CheckReport& check) {
  const Watch& watch = check.watch;
  json.open('{');
  json.field("name", check.check.name);
  json.field("query", check.check.query);
  json.field("expect", to_text(check.check.expectation));
  write_real(json, "for_seconds", seconds(watch.terms.hold));
  write_real(json, "within_seconds", seconds(watch.terms.within));
  write_real(json, "interval_seconds", seconds(watch.terms.interval));
  json.field("state", in_words(watch.state));
  json.field("reason", reason(check));
  write_real(json, "held_seconds", seconds(watch.held));
  json.field("readings", std::uint64_t{watch.readings});
  json.field("failures", std::uint64_t{watch.failures});
  json.field("gaps", std::uint64_t{watch.gaps});
  json.key("last");
  if (check.last) {
    json.open('{');
    write_real(json, "worst", check.last->worst);
    json.field("series", std::uint64_t{check.last->series});
    json.field("breaking", std::uint64_t{check.last->breaking});
    write_texts(json, "offenders", check.last->offenders);
    json.close('}');
  } else {
    json.null();
  }
  json.field("last_error", check.last_error);
  write_texts(json, "remarks", check.remarks);
  json.key("events");
  json.open('[');
  for (const Event& event : check.events) {
    json.open('{');
    write_real(json, "at", seconds(event.at));
    json.field("text", event.text);
    json.close('}');
  }
  json.close(']');
  json.key("values");
  json.open('[');
  for (const Point& point : check.values) {
    json.open('[');
    json.real(seconds(point.at));
    if (point.value)
      json.real(*point.value);
    else
      json.null();
    json.close(']');
  }
  json.close(']');
  json.close('}');
}

}  // namespace

std::string json(const Report& report) {
  std::string out;
  report::JsonWriter json(out, 4);
  json.open('{');
  json.field("schema_version", schema_version);
  json.field("version", version());
  json.field("verdict", in_words(verdict(report)));
  json.field("exit_code", static_cast<std::uint64_t>(exit_code(report)));
  json.field("service", report.service);
  json.field("server", report.server);
  json.field("began", backout::to_text(report.began));
  write_real(json, "took_seconds", seconds(report.took));
  json.key("interrupted");
  json.boolean(report.interrupted);
  write_texts(json, "overridden", report.overridden);
  json.key("checks");
  json.open('[');
  for (const CheckReport& check : report.checks) write_check(json, check);
  json.close(']');
  json.close('}');
  return out + '\n';
}

}  // namespace backout::verify
