#include "core/suppress.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "core/config.h"
#include "core/manifest_comments.h"
#include "core/rule.h"

namespace backout {
namespace {

constexpr std::string_view marker = "backout:";
constexpr std::string_view form = "`-- backout:ignore RULE reason`";
constexpr std::string_view manifest_form = "`# backout:ignore RULE reason`";
constexpr std::size_t most_in_a_manifest = 1000;  // ignores; each is held against each finding
constexpr std::uint32_t most_bytes_between =
    4096;  // from a comment to its statement; keeps heaps of comments linear
constexpr std::size_t most_suggestions = 1000;    // "did you mean" costs a look at every rule
constexpr std::uint32_t whole_file = UINT32_MAX;  // in place of a statement's offset
constexpr std::string_view unknown_rule = "hygiene/ignore-unknown-rule",
                           without_reason = "hygiene/ignore-without-reason",
                           unused = "hygiene/ignore-unused";

std::string_view trim(std::string_view text, std::string_view what = " \t\r\n") {
  const std::size_t begin = text.find_first_not_of(what);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(what) - begin + 1);
}

// What stands between the comment signs.
std::string_view content(std::string_view comment) {
  if (comment.starts_with("--")) return trim(comment.substr(2));
  if (comment.ends_with("*/")) comment.remove_suffix(2);
  return trim(comment.substr(std::min<std::size_t>(2, comment.size())));
}

std::string_view take_word(std::string_view& text, std::string_view ends) {
  const std::size_t end = std::min(text.find_first_of(ends), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

// A comment that speaks to us.
struct Directive {
  std::string_view word;                // "ignore"
  std::vector<std::string_view> rules;  // as written
  std::string_view reason;
};

// `text`: behind the word, "RULE[, RULE…] reason".
Directive read_rules(std::string_view word, std::string_view text) {
  Directive directive{word, {}, {}};
  text = trim(text);
  bool more = !text.empty();
  while (more) {
    directive.rules.push_back(take_word(text, ",: \t\r\n"));
    more = text.starts_with(',');
    if (more) text = trim(text.substr(1));
  }
  directive.reason = trim(text, " \t\r\n:;,.-");
  return directive;
}

std::optional<Directive> read_directive(std::string_view comment) {
  std::string_view text = content(comment);
  if (!text.starts_with(marker)) return std::nullopt;
  text.remove_prefix(marker.size());
  const std::string_view word = take_word(text, " \t\r\n");
  return read_rules(word, text);
}

struct Ignore {
  std::string_view rule;  // of the rule table
  Location comment;
  std::string_view reason;
  std::vector<std::uint32_t> covers;  // where the statement begins, whole_file; of a manifest: none
  Span range{};                       // of a manifest
  std::vector<ObjectRef> hidden{};
  bool refused = false;            // met an error that it may not hide
  Severity worst = Severity::off;  // of them
};

// The words of the rules about comments, at their levels.
class Complaints {
 public:
  Complaints(const RuleSet& rules, std::vector<Finding>& out) : out_(out) {
    for (const auto& subject : rules.by_subject)
      for (const ActiveRule& active : subject) on_[active.rule->id] = active;
  }
  [[nodiscard]] bool is_on(std::string_view rule) const { return on_.count(rule) != 0; }
  void operator()(std::string_view rule, const Location& comment, std::string message) {
    const auto active = on_.find(rule);
    if (active == on_.end()) return;
    Report(*active->second.rule, active->second.level, out_)
        .at(comment, {"comment", ""}, std::move(message));
  }

  std::string suggestion(std::string_view written) {
    if (written.ends_with("/*")) return "; name each rule";
    const std::string_view near =
        suggestions_++ < most_suggestions ? nearest(written, rule_ids()) : std::string_view();
    return near.empty() ? "" : fmt::format(", did you mean `{}`?", near);
  }

 private:
  std::size_t suggestions_ = 0;
  std::map<std::string_view, ActiveRule> on_;
  std::vector<Finding>& out_;
};

// All statements of a script, read or not, in order.
std::vector<Span> statement_spans(const sql::Script& script) {
  std::vector<Span> spans;
  spans.reserve(script.statements.size() + script.unparsed.size());
  for (const sql::Statement& statement : script.statements) spans.push_back(statement.span);
  for (const sql::Unparsed& statement : script.unparsed) spans.push_back(statement.statement);
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  return spans;
}

bool is_comment_at(const sql::Script& script, std::uint32_t offset, std::uint32_t& end) {
  const auto after = std::upper_bound(script.comments.begin(), script.comments.end(), offset,
                                      [](std::uint32_t wanted, const sql::TextComment& comment) {
                                        return wanted < comment.span.begin;
                                      });
  if (after == script.comments.begin() || std::prev(after)->span.begin != offset) return false;
  end = std::prev(after)->span.end;
  return true;
}

// The statement a comment belongs to: the one it stands in, else the one that ends before it on the
// same line, else the next one when only comments and single line ends lie between.
std::optional<Span> statement_of(const Source& source, const sql::Script& script,
                                 const std::vector<Span>& spans, const Span& comment) {
  const std::string_view text = source.text;
  const auto next =
      std::upper_bound(spans.begin(), spans.end(), comment.begin,
                       [](std::uint32_t wanted, const Span& span) { return wanted < span.begin; });
  if (next != spans.begin()) {
    const Span& before = *std::prev(next);
    if (comment.begin < before.end) return before;
    const std::uint32_t between = comment.begin - before.end;
    if (between <= most_bytes_between &&
        text.substr(before.end, between).find('\n') == std::string_view::npos)
      return before;
  }
  if (next == spans.end() || next->begin - comment.end > most_bytes_between) return std::nullopt;
  unsigned line_ends = comment.end > 0 && text[comment.end - 1] == '\n' ? 1 : 0;
  for (std::uint32_t at = comment.end; at < next->begin;) {
    std::uint32_t comment_end = 0;
    if (text[at] == '\n') {
      if (++line_ends > 1) return std::nullopt;
      ++at;
    } else if (is_comment_at(script, at, comment_end)) {
      line_ends = comment_end > 0 && text[comment_end - 1] == '\n' ? 1 : 0;
      at = std::max(comment_end, at + 1);
    } else if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r') {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return *next;
}

// Takes the rules of a directive that can take effect: `use(rule)`; the others are complained
// about.
template <class Use>
void take_rules(const Directive& directive, const Location& place, bool covers_something,
                std::string_view wanted_form, std::string_view nowhere, Complaints& complain,
                const Use& use) {
  if (directive.word != "ignore") {
    complain(unknown_rule, place,
             fmt::format("`backout:{}` is no directive; ignore comments read {}", directive.word,
                         wanted_form));
    return;
  }
  if (directive.rules.empty())
    complain(unknown_rule, place,
             fmt::format("ignore comment names no rule; write {}", wanted_form));
  for (const std::string_view written : directive.rules) {
    if (const RuleEntry* entry = find_rule(written); !entry) {
      complain(unknown_rule, place,
               fmt::format("ignore comment names `{}`, which is no rule{}", written,
                           complain.suggestion(written)));
    } else if (directive.reason.empty()) {
      complain(without_reason, place,
               fmt::format("ignore of `{}` gives no reason and has no effect; write {}", written,
                           wanted_form));
    } else if (!covers_something) {
      complain(unused, place, fmt::format("ignore of `{}` {}", written, nowhere));
    } else {
      use(entry->rule->id);
    }
  }
}

// Reads the comments of one script: ignores that can take effect go to `out`, the others are
// complained about.
void collect(const JudgedScript& script, Complaints& complain, std::vector<Ignore>& out) {
  const Source& source = *script.source;
  std::optional<std::vector<Span>> spans;
  for (const sql::TextComment& comment : script.script->comments) {
    const std::string_view text =
        std::string_view(source.text)
            .substr(comment.span.begin, comment.span.end - comment.span.begin);
    const auto directive = read_directive(text);
    if (!directive) continue;
    const Location place{&source, comment.span};
    if (!spans) spans = statement_spans(*script.script);
    const auto statement = statement_of(source, *script.script, *spans, comment.span);
    std::vector<std::uint32_t> covered;
    if (statement) covered.push_back(statement->begin);
    if (spans->empty() || comment.span.begin < spans->front().begin) covered.push_back(whole_file);
    take_rules(*directive, place, !covered.empty(), form,
               "belongs to no statement: put it on the line before one or behind it", complain,
               [&](std::string_view rule) {
                 out.push_back({rule, place, directive->reason, covered});
               });
  }
}

void collect(const argo::File& file, Complaints& complain, std::vector<Ignore>& out) {
  std::size_t count = 0;
  for (const ManifestComment& comment : manifest_comments(file)) {
    std::string_view text = comment.text;
    const bool annotated = file.source->text[comment.place.begin] != '#';
    const std::string_view word = annotated ? "ignore" : take_word(text, " \t\r\n");
    const Directive directive = read_rules(word, text);
    const Location place{file.source, comment.place};
    take_rules(directive, place, comment.covers && count < most_in_a_manifest, manifest_form,
               comment.covers
                   ? fmt::format("is beyond the first {} of its file", most_in_a_manifest)
                   : "belongs to nothing: put it on the line before a field or behind it",
               complain, [&](std::string_view rule) {
                 ++count;
                 out.push_back({rule, place, directive.reason, {}, *comment.covers});
               });
  }
}

// The ignore of a manifest that a finding lies in.
Ignore* covering(const Finding& finding, const std::vector<Ignore*>& ignores) {
  const auto found = std::find_if(ignores.begin(), ignores.end(), [&](const Ignore* ignore) {
    const std::uint32_t at = finding.location.span.begin;
    return ignore->range.begin <= at && at < ignore->range.end;
  });
  return found == ignores.end() ? nullptr : *found;
}

}  // namespace

IgnoreWords read_ignore(std::string_view text) {
  Directive directive = read_rules("ignore", text);
  return {std::move(directive.rules), directive.reason};
}

std::vector<IgnoreInForce> apply_ignores(std::vector<Finding>& findings,
                                         std::span<const JudgedScript> scripts,
                                         const RuleSet& rules,
                                         const std::deque<argo::File>& manifests,
                                         bool errors_stay) {
  std::vector<Finding> about_comments;
  Complaints complain(rules, about_comments);
  std::vector<Ignore> ignores;
  for (const JudgedScript& script : scripts) collect(script, complain, ignores);
  for (const argo::File& file : manifests)
    if (file.judged) collect(file, complain, ignores);

  std::map<std::tuple<const Source*, std::uint32_t, std::string_view>, Ignore*> by_place;
  std::map<std::pair<const Source*, std::string_view>, std::vector<Ignore*>> by_manifest;
  for (Ignore& ignore : ignores) {
    for (const std::uint32_t covered : ignore.covers)
      by_place.try_emplace({ignore.comment.source, covered, ignore.rule}, &ignore);
    if (ignore.covers.empty()) by_manifest[{ignore.comment.source, ignore.rule}].push_back(&ignore);
  }
  const auto ignore_of = [&](const Finding& finding) -> Ignore* {
    const Source* const source = finding.location.source;
    if (const auto list = by_manifest.find({source, finding.rule}); list != by_manifest.end())
      return covering(finding, list->second);
    const std::uint32_t place = finding.statement == Span{} ? whole_file : finding.statement.begin;
    const auto found = by_place.find({source, place, finding.rule});
    return found == by_place.end() ? nullptr : found->second;
  };
  if (!ignores.empty()) {
    std::erase_if(findings, [&](Finding& finding) {
      Ignore* const ignore = ignore_of(finding);
      if (!ignore) return false;
      if (errors_stay && finding.severity == Severity::error && !ignore->covers.empty()) {
        ignore->refused = true;
        finding.notes.push_back({ignore->comment,
                                 "an ignore comment accepts no error of a migration here: the "
                                 "configuration wants it approved (`approvals`)"});
        return false;
      }
      ignore->hidden.push_back(finding.object);
      ignore->worst = std::max(ignore->worst, finding.severity);
      return true;
    });
  }

  std::vector<IgnoreInForce> in_force;
  for (Ignore& ignore : ignores) {
    if (!ignore.hidden.empty()) {
      in_force.push_back({ignore.rule, ignore.comment, std::string(ignore.reason),
                          std::move(ignore.hidden), ignore.worst});
    } else if (!ignore.refused &&
               complain.is_on(ignore.rule)) {  // of a rule that is off nobody can tell
      complain(unused, ignore.comment, fmt::format("ignore of `{}` hides nothing", ignore.rule));
    }
  }
  findings.insert(findings.end(), std::make_move_iterator(about_comments.begin()),
                  std::make_move_iterator(about_comments.end()));
  return in_force;
}

std::vector<std::string_view> ignored_rules(const Source& file) {
  std::vector<Finding> unwanted;
  Complaints complain({}, unwanted);
  std::vector<Ignore> ignores;
  if (!sql::is_sql_file(file.path)) {
    collect(argo::read_file(file, {}, argo::Interest::surroundings), complain, ignores);
  } else {
    const Span all{0, static_cast<std::uint32_t>(file.text.size())};
    const sql::Script script = sql::parse(file, all, {});
    collect(JudgedScript{&file, &script}, complain, ignores);
  }
  std::vector<std::string_view> rules;
  for (const Ignore& ignore : ignores) rules.push_back(ignore.rule);
  return rules;
}

}  // namespace backout
