#include "promql/selectors.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "promql/regex.h"

namespace backout::promql {
namespace {

// ---- what a metric's name says

bool has_suffix(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view each) { return name.ends_with(each); });
}
bool has_part(std::string_view name, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view each) {
    return name.find(each) != std::string_view::npos;
  });
}

// Prometheus' own convention, and metrics that are counters without following it.
bool is_counter_name(std::string_view name) {
  return has_suffix(name, {"_total", "_count", "_sum", "_bucket"}) ||
         has_suffix(name, {"_requests", "_rq", "_rq_xx", "_rq_2xx", "_rq_5xx"});
}

Series::Kind kind_of(const Selector& selector, bool used_as_counter) {
  using K = Series::Kind;
  const std::string_view name = selector.metric.text;
  if (name.empty()) return K::unknown;
  if (name == "up" || name == "probe_success") return K::flag;
  if (has_suffix(name, {"_bucket"})) return K::bucket;
  if (name.find(':') != std::string_view::npos) return K::recorded;
  for (const Matcher& matcher : selector.matchers)
    if (matcher.label.text == "quantile") return K::measured;
  if (has_suffix(name, {"_total", "_count", "_sum"}) || used_as_counter) return K::counter;
  if (has_suffix(name, {"_info"})) return K::info;
  if (has_suffix(name, {"_timestamp_seconds", "_time_seconds", "_created"})) return K::timestamp;
  if (has_part(name, {"latency", "duration", "ratio"}) ||
      has_suffix(name, {"_seconds", "_milliseconds", "_ms"}))
    return K::measured;
  if (selector.metric.placeholder) return K::unknown;
  if (name.starts_with("kube_") ||
      has_suffix(name, {"_bytes", "_in_flight", "_requests", "_lag", "_depth", "_size",
                        "_connections", "_pods", "_replicas", "_threads", "_limits"}))
    return K::amount;
  return K::gauge;
}

// ---- what a matcher on a label of outcomes lets through

enum Group : std::uint8_t { good, between, bad };

struct Word {
  std::string_view text;
  Group group;
  bool typical = false;  // there whenever its group is
};

constexpr Word codes[] = {
    {"200", good, true}, {"100", good},    {"101", good},      {"201", good},    {"202", good},
    {"204", good},       {"206", good},    {"301", good},      {"302", good},    {"303", good},
    {"304", good},       {"307", good},    {"308", good},      {"400", between}, {"401", between},
    {"403", between},    {"404", between}, {"405", between},   {"408", between}, {"409", between},
    {"410", between},    {"412", between}, {"413", between},   {"415", between}, {"422", between},
    {"429", between},    {"499", between}, {"500", bad, true}, {"501", bad},     {"502", bad},
    {"503", bad},        {"504", bad},     {"505", bad},       {"507", bad},     {"508", bad},
    {"511", bad},        {"520", bad},     {"522", bad},       {"524", bad},     {"599", bad}};
constexpr Word code_classes[] = {
    {"2xx", good, true}, {"1xx", good}, {"3xx", good}, {"4xx", between}, {"5xx", bad, true}};
constexpr Word code_digits[] = {
    {"2", good, true}, {"1", good}, {"3", good}, {"4", between}, {"5", bad, true}};
constexpr Word grpc_words[] = {
    {"OK", good, true},         {"Internal", bad, true},     {"Canceled", bad},
    {"Unknown", bad},           {"InvalidArgument", bad},    {"DeadlineExceeded", bad},
    {"NotFound", bad},          {"AlreadyExists", bad},      {"PermissionDenied", bad},
    {"ResourceExhausted", bad}, {"FailedPrecondition", bad}, {"Aborted", bad},
    {"OutOfRange", bad},        {"Unimplemented", bad},      {"Unavailable", bad},
    {"DataLoss", bad},          {"Unauthenticated", bad}};
constexpr Word grpc_numbers[] = {
    {"0", good, true}, {"13", bad, true}, {"1", bad},  {"2", bad},  {"3", bad}, {"4", bad},
    {"5", bad},        {"6", bad},        {"7", bad},  {"8", bad},  {"9", bad}, {"10", bad},
    {"11", bad},       {"12", bad},       {"14", bad}, {"15", bad}, {"16", bad}};
// Micrometer's outcomes.
constexpr Word outcomes[] = {{"SUCCESS", good, true},
                             {"INFORMATIONAL", good},
                             {"REDIRECTION", good},
                             {"CLIENT_ERROR", between},
                             {"SERVER_ERROR", bad, true}};
// What programs call it: one of the typical words, the others beside them.
constexpr Word words[] = {{"success", good, true},
                          {"succeeded", good, true},
                          {"successful", good, true},
                          {"ok", good, true},
                          {"pass", good, true},
                          {"passed", good, true},
                          {"true", good, true},
                          {"complete", good, true},
                          {"completed", good, true},
                          {"accepted", good},
                          {"processed", good},
                          {"delivered", good},
                          {"client_error", between},
                          {"canceled", between},
                          {"cancelled", between},
                          {"not_found", between},
                          {"invalid", between},
                          {"error", bad, true},
                          {"errors", bad, true},
                          {"fail", bad, true},
                          {"failed", bad, true},
                          {"failure", bad, true},
                          {"false", bad, true},
                          {"server_error", bad, true},
                          {"internal_error", bad},
                          {"internal", bad},
                          {"rejected", bad},
                          {"unknown", bad},
                          {"unavailable", bad},
                          {"timeout", bad},
                          {"aborted", bad},
                          {"exception", bad},
                          {"panic", bad},
                          {"dropped", bad},
                          {"fatal", bad},
                          {"critical", bad}};
// `error="…"`, `exception="…"`: any other word is a failure.
constexpr Word causes[] = {{"", good, true},    {"none", good, true}, {"false", good, true},
                           {"nil", good, true}, {"null", good, true}, {"0", good, true},
                           {"true", bad, true}, {"1", bad, true},     {"error", bad},
                           {"exception", bad},  {"ioexception", bad}, {"timeout", bad}};
// Envoy's response flags.
constexpr Word flags[] = {{"-", good, true}, {"", good, true}, {"UH", bad},
                          {"UF", bad},       {"UO", bad},      {"NR", bad},
                          {"URX", bad},      {"UT", bad},      {"DC", between}};

struct Vocabulary {
  std::span<const Word> words;
  // Words for the same thing, in any letter case, rather than a list of all there are.
  bool synonyms = false;
};
struct OutcomeLabel {
  std::string_view name;
  std::array<Vocabulary, 4> vocabularies;  // the first that knows a matcher's value decides
};
constexpr std::array<Vocabulary, 4> of_code{{{codes}, {code_classes}, {words, true}, {grpc_words}}};
constexpr std::array<Vocabulary, 4> of_class{{{code_digits}, {code_classes}, {words, true}, {}}};
constexpr std::array<Vocabulary, 4> of_grpc{{{grpc_words}, {grpc_numbers}, {}, {}}};
constexpr std::array<Vocabulary, 4> of_words{{{outcomes}, {words, true}, {codes}, {code_classes}}};
constexpr std::array<Vocabulary, 4> of_causes{{{causes, true}, {}, {}, {}}};
constexpr std::array<Vocabulary, 4> of_flags{{{flags}, {}, {}, {}}};

constexpr OutcomeLabel outcome_labels[] = {
    {"status", of_code},
    {"code", of_code},
    {"status_code", of_code},
    {"response_code", of_code},
    {"http_status", of_code},
    {"http_status_code", of_code},
    {"http_response_status_code", of_code},
    {"envoy_response_code", of_code},
    {"status_class", of_class},
    {"code_class", of_class},
    {"response_code_class", of_class},
    {"envoy_response_code_class", of_class},
    {"grpc_code", of_grpc},
    {"grpc_status", of_grpc},
    {"grpc_response_status", of_grpc},
    {"classification", of_words},
    {"outcome", of_words},
    {"result", of_words},
    {"success", of_words},
    {"error", of_causes},
    {"exception", of_causes},
    {"response_flags", of_flags},
};

std::string without_underscores(std::string_view label) {
  std::string out;
  for (const char c : label)
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return out;
}

const OutcomeLabel* outcome_label(std::string_view name) {
  for (const OutcomeLabel& each : outcome_labels)
    if (each.name == name) return &each;
  return nullptr;
}

// `statuscode`: meant is a label that is written otherwise.
const OutcomeLabel* misspelt_outcome_label(std::string_view name) {
  if (outcome_label(name)) return nullptr;
  const std::string plain = without_underscores(name);
  for (const OutcomeLabel& each : outcome_labels)
    if (without_underscores(each.name) == plain) return &each;
  return nullptr;
}

using Groups = std::array<Presence, 3>;

// Calls `take` for the ways to write a word.
template <class Take>
void each_case(std::string_view word, Take take) {
  take(word);
  std::string upper(word), capital(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  if (!word.empty()) capital[0] = upper[0];
  take(upper);
  take(capital);
}

// What a matcher of these words lets through; nothing when it knows none of them.
template <class Matches>
std::optional<Groups> groups_through(const Vocabulary& vocabulary, bool positive, Matches matches) {
  std::array<bool, 3> through{}, held{}, typical_matched{}, typical_through{};
  bool any = false;
  for (const Word& word : vocabulary.words) {
    bool found = matches(word.text);
    if (!found && vocabulary.synonyms)
      each_case(word.text, [&](std::string_view each) { found = found || matches(each); });
    any |= found;
    (found == positive ? through : held)[word.group] = true;
    typical_matched[word.group] |= found && word.typical;
    typical_through[word.group] |= found == positive && word.typical;
  }
  if (!any) return std::nullopt;
  Groups out{};
  for (const Group group : {good, between, bad}) {
    if (!through[group] && !held[group]) continue;  // these words know no such outcome
    const bool hit = positive ? through[group] : held[group];
    if (vocabulary.synonyms) {
      const Presence typical = positive ? Presence::yes : Presence::no;
      const Presence none = positive ? Presence::no : Presence::yes;
      out[group] = typical_matched[group] ? typical : hit ? Presence::maybe : none;
    } else {
      out[group] = typical_through[group] || !held[group] ? Presence::yes
                   : through[group]                       ? Presence::maybe
                                                          : Presence::no;
    }
  }
  return out;
}

bool is_positive(const Matcher& matcher) {
  return matcher.op == Matcher::Op::equal || matcher.op == Matcher::Op::matches;
}
bool is_pattern(const Matcher& matcher) { return matcher.op >= Matcher::Op::matches; }

// A pattern behind `=`, where it is no pattern.
bool looks_like_pattern(std::string_view value) {
  return has_part(value, {".*", ".+", "..", "|", "^", "$", "[0-9]", "\\d"});
}

constexpr Groups only_failures{Presence::no, Presence::no, Presence::yes};

void restrict_to(Series& series, const Groups& groups) {
  ++series.restrictions;
  series.good = std::min(series.good, groups[good]);
  series.between = std::min(series.between, groups[between]);
  series.bad = std::min(series.bad, groups[bad]);
}

void apply_outcome(Series& series, const Matcher& matcher, const OutcomeLabel& label) {
  const std::string_view value = matcher.value.text;
  if (matcher.value.placeholder) {
    series.unsure |= is_positive(matcher);
    return;
  }
  const bool code = label.vocabularies[0].words.data() == codes;
  const bool digit_first = !value.empty() && value[0] >= '0' && value[0] <= '9';
  const Regex regex(is_pattern(matcher) ? value : std::string_view());
  const auto matches = [&](std::string_view word) {
    return is_pattern(matcher) ? regex.matches(word) : word == value;
  };
  for (const Vocabulary& vocabulary : label.vocabularies) {
    const auto through = groups_through(vocabulary, is_positive(matcher), matches);
    if (!through) continue;
    restrict_to(series, *through);
    series.doubtful |= code && digit_first && vocabulary.words.data() != codes;
    return;
  }
  if (value.empty() || !is_positive(matcher)) return;
  if (label.vocabularies[0].words.data() == causes) {
    restrict_to(series, only_failures);
    return;
  }
  series.unsure = true;
  series.doubtful |= code && digit_first && !(value.size() == 3 && !is_pattern(matcher));
}

// ---- selectors beside each other

std::string text_of(const Matcher& matcher) {
  constexpr std::string_view operators[] = {"=", "!=", "=~", "!~"};
  std::string out = matcher.label.text;
  out += operators[static_cast<std::size_t>(matcher.op)];
  return out += matcher.value.text;
}

using MatcherSet = std::set<std::string>;
MatcherSet matcher_set(const Selector& selector) {
  MatcherSet out;
  for (const Matcher& matcher : selector.matchers)
    if (!outcome_label(matcher.label.text) && matcher.label.text != "le")
      out.insert(text_of(matcher));
  return out;
}

// Part of what another selector of the query selects, by labels that are no outcomes: `canary` of
// all. It may be there or not.
void mark_parts(SeriesOf& series) {
  std::map<std::string_view, std::vector<std::pair<MatcherSet, Series*>>> by_metric;
  for (auto& [expr, each] : series)
    by_metric[expr->selector.metric.text].emplace_back(matcher_set(expr->selector), &each);
  constexpr std::size_t most = 100;  // each is compared with each
  for (auto& [metric, all] : by_metric)
    for (auto& [matchers, each] : all) {
      if (all.size() > most) each->unsure = true;
      for (std::size_t i = 0; i < all.size() && !each->unsure; ++i) {
        const MatcherSet& whole = all[i].first;
        each->unsure = whole.size() < matchers.size() &&
                       std::includes(matchers.begin(), matchers.end(), whole.begin(), whole.end());
      }
    }
}

Series describe(const Selector& selector, bool used_as_counter) {
  Series out;
  const std::string_view name = selector.metric.text;
  out.kind = kind_of(selector, used_as_counter);
  out.several_names = name.empty();
  out.counter_name = is_counter_name(name);
  const bool counter = out.kind == Series::Kind::counter || out.counter_name;
  const bool failures =
      counter && has_part(name, {"error", "fail", "timeout", "drop", "reject", "abort", "panic",
                                 "exception", "evict", "retry", "retries", "oom"});
  out.events = failures || has_part(name, {"restart", "reset"});
  if (failures) restrict_to(out, only_failures);
  for (const Matcher& matcher : selector.matchers) {
    if (matcher.opaque || matcher.label.placeholder) {
      out.unsure = true;
      continue;
    }
    const std::string_view label = matcher.label.text;
    if (matcher.op == Matcher::Op::equal && looks_like_pattern(matcher.value.text))
      out.doubtful = true;
    if (label == "le" && matcher.value.text != "+Inf") out.single_buckets = true;
    const OutcomeLabel* outcome = outcome_label(label);
    if (!outcome && is_positive(matcher)) {
      outcome = misspelt_outcome_label(label);
      out.doubtful |= outcome != nullptr;
    }
    if (outcome) apply_outcome(out, matcher, *outcome);
  }
  return out;
}

void collect(SeriesOf& out, const Expr& expr, bool used_as_counter) {
  if (expr.kind == Expr::Kind::selector) {
    out.emplace(&expr, describe(expr.selector, used_as_counter));
    return;
  }
  const bool counts = expr.kind == Expr::Kind::call &&
                      (expr.text == "rate" || expr.text == "irate" || expr.text == "increase");
  for (const Expr& each : expr.args)
    collect(out, each, counts || (used_as_counter && expr.kind == Expr::Kind::range));
}

}  // namespace

Presence Series::presence(Situation situation) const {
  using P = Presence;
  const P part = doubtful || unsure ? P::maybe : P::yes;
  switch (situation) {
    case Situation::no_metric:
      return P::no;
    case Situation::no_failures_yet:
      // Refused requests, 4xx, come or do not.
      return std::min(part, good == P::no && between != P::no ? P::maybe : good);
    case Situation::only_failures:
      return std::min(part, bad);
    default: {
      const P best = std::max(good, bad);
      const bool contradictory = restrictions > 1 && best != P::yes;
      return doubtful || best == P::no || contradictory ? P::maybe : P::yes;
    }
  }
}

Values Series::values(Situation situation) const {
  using V = Values;
  const bool busy = situation != Situation::no_traffic && situation != Situation::one_sample;
  switch (kind) {
    case Kind::counter:
      return rates_are_positive() && busy ? V(V::positive) : V(V::zero | V::positive);
    case Kind::bucket:
    case Kind::amount:
      return V(V::zero | V::positive);
    case Kind::gauge:
      return V::numbers();
    case Kind::measured:
      return V(V::nan | V::zero | V::positive);
    case Kind::recorded:
      return V(V::nan | V::zero | V::positive | V::negative);
    case Kind::flag: {
      Values out(V::zero);
      out.add(V::exactly(1));
      return out;
    }
    case Kind::info:
      return V::exactly(1);
    case Kind::timestamp:
      return V(V::positive);
    case Kind::unknown:
      break;
  }
  return V(V::nan | V::zero | V::positive | V::negative);
}

bool Series::rates_are_positive() const {
  return counter_name && good == Presence::yes && !unsure && !doubtful && !events &&
         !single_buckets;
}

Values Series::rates(Situation situation) const {
  const bool failing = situation == Situation::only_failures && counter_name &&
                       bad == Presence::yes && !events && !unsure && !doubtful && !single_buckets;
  Values out(Values::zero);
  if (situation != Situation::no_traffic)
    out = rates_are_positive() || failing ? Values(Values::positive)
                                          : Values(Values::zero | Values::positive);
  if (kind == Kind::measured || kind == Kind::recorded) out.add(Values(Values::nan));
  return out;
}

SeriesOf series_of(const Expr& root) {
  SeriesOf out;
  collect(out, root, false);
  mark_parts(out);
  return out;
}

}  // namespace backout::promql
