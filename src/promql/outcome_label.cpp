// Words of HTTP, gRPC, Micrometer and Envoy, and those that programs invent.
#include "promql/outcome_label.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "promql/regex.h"

namespace backout::promql {
namespace {

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
}  // namespace

struct OutcomeLabel {
  std::string_view name;
  std::array<Vocabulary, 4> vocabularies;  // the first that knows a matcher's value decides
};

namespace {

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

constexpr Groups only_failures{Presence::no, Presence::no, Presence::yes};

void restrict_to(Series& series, const Groups& groups) {
  ++series.restrictions;
  series.good = std::min(series.good, groups[good]);
  series.between = std::min(series.between, groups[between]);
  series.bad = std::min(series.bad, groups[bad]);
}

}  // namespace

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

void restrict_to_failures(Series& series) { restrict_to(series, only_failures); }

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
    restrict_to_failures(series);
    return;
  }
  series.unsure = true;
  series.doubtful |= code && digit_first && !(value.size() == 3 && !is_pattern(matcher));
}

}  // namespace backout::promql
