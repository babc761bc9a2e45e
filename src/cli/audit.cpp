// `backout audit`: every exception that the history tells of, for whoever has to answer for them.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/gate.h"
#include "cli/options.h"
#include "core/clock.h"
#include "core/config.h"
#include "git/blob.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/tree.h"
#include "input/exception_audit.h"
#include "report/escape.h"
#include "report/json_writer.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout audit [options]",
    "Lists the exceptions of the whole history up to the head, removed ones included: approvals of "
    "the ledger, annotations of migrations\n"
    "(`migration-incompatible`), ignore comments; for each the commit that brought it, who wrote "
    "that, who approved it until when, and whether it is\n"
    "still in force: it would let the same bytes pass today.",
    "examples\n"
    "  backout audit --since v2.0.0\n"
    "  backout audit --format csv > exceptions.csv",
};

struct Options {
  std::string since, head = "HEAD", format = "text";
};

// What a table's reader takes for a formula is made a text.
std::string cell(std::string_view text) {
  std::string out = report::visible(text);
  if (!out.empty() && std::string_view("=+-@\t\r|%").find(out.front()) != std::string_view::npos)
    out.insert(out.begin(), '\'');
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string day(const std::optional<Day>& day) { return day ? to_text(*day) : std::string(); }

std::string as_csv(const Audit& audit) {
  std::string out =
      "kind,state,path,rule,reason,approver,date,expires,sha256,commit,author,committed,"
      "removed_by,removed\r\n";
  for (const AuditEntry& one : audit.entries) {
    const std::string cells[] = {one.kind,       one.state,    one.path,      one.rule,
                                 one.reason,     one.approver, day(one.date), day(one.expires),
                                 one.sha256,     one.commit,   one.author,    one.committed,
                                 one.removed_by, one.removed};
    for (const std::string& text : cells) out += (&text == cells ? "" : ",") + cell(text);
    out += "\r\n";
  }
  return out;
}

std::string as_json(const Audit& audit) {
  std::string out;
  report::JsonWriter json(out, 2);
  const auto field = [&](std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty())
      json.null();
    else
      json.text(text);
  };
  json.open('{');
  json.field("schema_version", std::uint64_t{1});
  json.key("complete");
  json.boolean(audit.gaps.empty());
  json.key("gaps");
  json.open('[');
  for (const std::string& gap : audit.gaps) json.text(gap);
  json.close(']');
  json.key("exceptions");
  json.open('[');
  for (const AuditEntry& one : audit.entries) {
    json.open('{');
    json.field("kind", one.kind);
    json.field("state", one.state);
    json.field("path", one.path);
    field("rule", one.rule);
    field("reason", one.reason);
    field("approver", one.approver);
    field("date", day(one.date));
    field("expires", day(one.expires));
    field("sha256", one.sha256);
    field("commit", one.commit);
    field("author", one.author);
    field("committed", one.committed);
    field("removed_by", one.removed_by);
    field("removed", one.removed);
    json.close('}');
  }
  json.close(']');
  json.close('}');
  return out + '\n';
}

std::string as_text(const Audit& audit) {
  std::string out;
  const auto line = [&](std::string_view text) {
    report::append_visible(out, text);
    out += '\n';
  };
  std::map<std::string_view, std::size_t> states;
  for (const AuditEntry& one : audit.entries) {
    ++states[one.state];
    line(fmt::format("{} {}: {}{}{}", one.kind, one.state, one.path, one.rule.empty() ? "" : " ",
                     one.rule));
    if (!one.reason.empty()) line("  reason: " + one.reason);
    if (!one.approver.empty())
      line(fmt::format("  approved by {} on {}, until {}", one.approver, day(one.date),
                       day(one.expires)));
    line(fmt::format("  brought by {} on {}, {}", one.commit, one.committed, one.author));
    if (!one.removed_by.empty())
      line(fmt::format("  removed by {} on {}", one.removed_by, one.removed));
    out += '\n';
  }
  std::vector<std::string> parts;
  for (const auto& [state, count] : states) parts.push_back(fmt::format("{} {}", count, state));
  line(audit.entries.empty() ? "no exceptions"
                             : fmt::format("{} {}: {}", audit.entries.size(),
                                           audit.entries.size() == 1 ? "exception" : "exceptions",
                                           fmt::join(parts, ", ")));
  for (const std::string& gap : audit.gaps) line("incomplete: " + gap);
  return out;
}

// The ledger's path is the head's word here: nothing is let pass.
Result<std::string> ledger_path(const git::Repository& repository, const git::Commit& head) {
  TRY(const git::Tree tree, git::list(repository, head.tree));
  const git::Entry* const entry = git::find(tree, ".backout.yaml");
  if (!entry || entry->mode == git::link_mode || entry->mode == git::submodule_mode)
    return ApprovalsConfig().ledger;
  TRY(const git::Blob blob, git::read_blob(repository, entry->blob, 1 << 20, entry->path));
  if (!blob.bytes) return ApprovalsConfig().ledger;
  TRY(const Config config, read_config(*blob.bytes, entry->path));
  return config.approvals.ledger;
}

Result<int> audit(const Options& options, const Streams& streams) {
  TRY(const git::Repository repository, git::open(".", git::process_environment()));
  TRY(const git::Commit head, git::resolve(repository, options.head));
  std::optional<git::Commit> since;
  if (!options.since.empty()) {
    TRY(since, git::resolve(repository, options.since));
  }
  TRY(const std::string ledger, ledger_path(repository, head));
  TRY(const Instant instant, now());
  TRY(const Audit found, audit_exceptions(repository, head, since, ledger, day_of(instant)));
  const std::string text = options.format == "csv"    ? as_csv(found)
                           : options.format == "json" ? as_json(found)
                                                      : as_text(found);
  for (const std::string& gap : found.gaps)
    if (options.format == "csv") complain(streams, "incomplete: " + gap);
  return finish(streams, text, found.gaps.empty() ? 0 : 3);
}

}  // namespace

int audit_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--since", &options.since, "REV", "only exceptions that came after this revision"},
      {"--head", &options.head, "REV", "the revision to look back from (default: HEAD)"},
      format_option(options.format, {"text", "json", "csv"}),
  };
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 0))
    return *stopped;
  const Result<int> code = audit(options, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
