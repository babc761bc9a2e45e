// The report for programs; its form is promised by report_schema() in schema.cpp. Lines and columns
// count from 1, columns in bytes, ends are exclusive, `offset` is the byte in the file as it is
// stored (a byte-order mark counts there, and nowhere else).
#include <map>
#include <unordered_map>

#include "core/version.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/report.h"

namespace backout::report {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = (bits << 8U) | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      out += j <= group.size() ? alphabet[(bits >> (18 - 6 * j)) & 63U] : '=';
  }
  return out;
}

std::string_view word(Mode mode) {
  switch (mode) {
    case Mode::lint:
      return "lint";
    case Mode::check:
      return "check";
    case Mode::staged:
      return "staged";
    case Mode::runbooks:
      break;
  }
  return "runbooks";
}

std::string_view word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::input:
      return "input";
    case ErrorKind::undecided:
      return "undecided";
    case ErrorKind::internal:
      break;
  }
  return "internal";
}

class Json {
 public:
  explicit Json(const RunReport& run) : run_(run) {}

  std::string write() {
    out_.reserve(4096 + run_.findings.size() * 640 + run_.inputs.size() * 160);
    json_.open('{');
    json_.field("schema_version", std::uint64_t{schema_version});
    write_tool();
    json_.field("mode", word(run_.mode));
    write_revision("base", run_.base);
    write_revision("head", run_.head);
    write_config();
    write_verdict();
    write_counts();
    list("findings", run_.findings, [this](const Finding& finding) { write(finding); });
    list("overrides", run_.overrides, [this](const Override& one) { write(one); });
    list("ignores", run_.ignores, [this](const IgnoreInForce& ignore) { write(ignore); });
    list("histories", run_.histories, [this](const HistoryUse& history) { write(history); });
    list("inputs", run_.inputs, [this](const FileUse& input) { write(input); });
    list("limits", run_.limits, [this](const std::string& limit) { json_.text(limit); });
    list("errors", run_.errors, [this](const Error& error) {
      json_.open('{');
      json_.field("kind", word(error.kind));
      json_.field("message", error.message);
      json_.close('}');
    });
    json_.close('}');
    out_ += '\n';
    return std::move(out_);
  }

 private:
  template <class T, class Function>
  void list(std::string_view name, const std::vector<T>& items, Function function) {
    json_.key(name);
    json_.open('[');
    for (const T& item : items) function(item);
    json_.close(']');
  }

  void path(std::string_view value) {
    json_.field("path", value);
    if (!is_utf8(value)) json_.field("path_base64", base64(value));
  }

  void position(std::string_view name, const Source& source, const LineIndex& lines,
                std::uint32_t offset) {
    const Position at = lines.position(offset);
    json_.key(name);
    json_.open('{');
    json_.field("line", std::uint64_t{at.line});
    json_.field("column", std::uint64_t{at.column});
    json_.field("offset", std::uint64_t{offset} + source.bom_bytes);
    json_.close('}');
  }

  // Path, start and end; of a place about the whole file, the path alone.
  void location(std::string_view name, const Location& location) {
    json_.key(name);
    if (!location.source) return json_.null();
    json_.open('{');
    path(location.source->path);
    if (location.span != Span{}) {
      const LineIndex& lines =
          lines_.try_emplace(location.source, location.source->text).first->second;
      position("start", *location.source, lines, location.span.begin);
      position("end", *location.source, lines, location.span.end);
    }
    json_.close('}');
  }

  void object(const ObjectRef& object) {
    json_.open('{');
    json_.field("kind", object.kind);
    json_.field("name", object.name);
    if (!object.field.empty()) json_.field("field", object.field);
    json_.close('}');
  }

  void write_tool() {
    json_.key("tool");
    json_.open('{');
    json_.field("name", "backout");
    json_.field("version", version());
    json_.field("commit", commit());
    json_.field("grammar", grammar());
    json_.close('}');
  }

  void write_revision(std::string_view name, const std::optional<Revision>& revision) {
    json_.key(name);
    if (!revision) return json_.null();
    json_.open('{');
    json_.field("name", revision->name);
    json_.field("id", revision->id);
    json_.field("chosen_by", revision->chosen_by);
    json_.close('}');
  }

  void write_config() {
    json_.key("configuration");
    if (!run_.config) return json_.null();
    json_.open('{');
    json_.field("ref", run_.config->ref);
    path(run_.config->path);
    json_.field("blob", run_.config->blob);
    json_.close('}');
  }

  void write_verdict() {
    json_.key("verdict");
    json_.open('{');
    json_.field("decision", to_string(run_.verdict.decision));
    json_.field("exit_code", static_cast<std::uint64_t>(run_.verdict.exit_code));
    list("reasons", run_.verdict.reasons,
         [this](const std::string& reason) { json_.text(reason); });
    json_.close('}');
  }

  void write_counts() {
    std::map<std::string_view, std::uint64_t> by_rule;
    for (const Finding& finding : run_.findings) ++by_rule[finding.rule];
    json_.key("counts");
    json_.open('{');
    json_.field("error", std::uint64_t{run_.counts.errors});
    json_.field("warning", std::uint64_t{run_.counts.warnings});
    json_.field("note", std::uint64_t{run_.counts.notes});
    json_.field("omitted", std::uint64_t{run_.omitted});
    json_.field("overridden", std::uint64_t{run_.overrides.size()});
    json_.key("by_rule");
    json_.open('{');
    for (const auto& [rule, findings] : by_rule) json_.field(rule, findings);
    json_.close('}');
    json_.close('}');
  }

  void write(const Finding& finding) {
    json_.open('{');
    json_.field("rule", finding.rule);
    json_.field("level", to_string(finding.severity));
    json_.field("message", finding.message);
    json_.key("object");
    object(finding.object);
    location("location", finding.location);
    if (finding.statement != Span{})
      location("statement", {finding.location.source, finding.statement});
    list("notes", finding.notes, [this](const Note& note) {
      json_.open('{');
      json_.field("text", note.text);
      if (note.location) location("location", *note.location);
      json_.close('}');
    });
    json_.field("fingerprint", finding.fingerprint);
    json_.close('}');
  }

  void write(const Override& one) {
    json_.open('{');
    json_.key("finding");
    write(one.finding);
    json_.key("settled");
    json_.boolean(one.unsettled.empty());
    if (!one.unsettled.empty()) json_.field("unsettled", one.unsettled);
    json_.field("reason", one.reason);
    json_.key("approval");
    json_.open('{');
    json_.field("file", one.approval.file);
    json_.field("rule", one.approval.rule);
    json_.field("sha256", one.approval.sha256);
    json_.field("approver", one.approval.approver);
    json_.field("reason", one.approval.reason);
    json_.field("date", to_text(one.approval.date));
    json_.field("expires", to_text(one.approval.expires));
    location("location", one.approval_at);
    json_.close('}');
    list("evidence", one.evidence, [this](const std::string& text) { json_.text(text); });
    json_.close('}');
  }

  void write(const IgnoreInForce& ignore) {
    json_.open('{');
    json_.field("rule", ignore.rule);
    json_.field("reason", ignore.reason);
    location("location", ignore.location);
    list("hidden", ignore.hidden, [this](const ObjectRef& hidden) { object(hidden); });
    json_.close('}');
  }

  void write(const HistoryUse& history) {
    json_.open('{');
    path(history.path);
    json_.field("framework", history.framework);
    json_.field("evidence", history.evidence);
    json_.field("migrations", std::uint64_t{history.migrations});
    json_.field("judged", std::uint64_t{history.judged});
    json_.field("statements", std::uint64_t{history.statements});
    json_.key("complete");
    json_.boolean(history.complete);
    json_.close('}');
  }

  void write(const FileUse& input) {
    json_.open('{');
    path(input.path);
    json_.key("judged");
    json_.boolean(input.judged);
    json_.field("use", input.use);
    json_.field("reason", input.reason);
    json_.field("blob", input.blob);
    json_.close('}');
  }

  const RunReport& run_;
  std::unordered_map<const Source*, LineIndex> lines_;
  std::string out_;
  JsonWriter json_{out_, 2};
};

}  // namespace

std::string json(const RunReport& run) { return Json(run).write(); }

}  // namespace backout::report
