// The fixed form of a query.
#include <fmt/format.h>

#include "promql/ast.h"
#include "promql/literal.h"

namespace backout::promql {
namespace {

using Kind = Expr::Kind;

bool is_plain_name(std::string_view name, bool colons) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
          (colons && c == ':')))
      return false;
  return true;
}

void append_labels(std::string& out, const Labels& labels) {
  using K = Labels::Kind;
  constexpr std::string_view words[] = {"",         "by",         "without",    "on",
                                        "ignoring", "group_left", "group_right"};
  if (labels.kind == K::none) return;
  out += words[static_cast<std::size_t>(labels.kind)];
  out += " (";
  for (std::size_t i = 0; i < labels.names.size(); ++i) {
    if (i > 0) out += ", ";
    const Name& name = labels.names[i];
    out += name.placeholder || is_plain_name(name.text, false) ? name.text : quoted(name.text);
  }
  out += ") ";
}

void append_selector(std::string& out, const Selector& selector) {
  const Name& metric = selector.metric;
  const bool plain = metric.placeholder || is_plain_name(metric.text, true);
  if (plain) out += metric.text;
  std::string inside;
  const auto comma = [&] { inside += inside.empty() ? "" : ", "; };
  if (!plain && !metric.text.empty()) inside += quoted(metric.text);
  for (const Matcher& matcher : selector.matchers) {
    comma();
    if (matcher.opaque) {
      inside += ' ' + matcher.label.text + ' ';
      continue;
    }
    constexpr std::string_view operators[] = {"=", "!=", "=~", "!~"};
    const Name& label = matcher.label;
    inside +=
        label.placeholder || is_plain_name(label.text, false) ? label.text : quoted(label.text);
    inside += operators[static_cast<std::size_t>(matcher.op)];
    inside += quoted(matcher.value.text);
  }
  if (!inside.empty() || !plain) out += fmt::format("{{{}}}", inside);
}

std::string text_of(const Duration& duration) {
  return duration.placeholder ? "{{…}}" : duration_text(duration.milliseconds);
}

void append_shift(std::string& out, const Expr& expr) {
  if (expr.offset.written()) out += " offset " + text_of(expr.offset);
  if (expr.at.kind == At::Kind::time) out += fmt::format(" @ {:.3f}", expr.at.seconds);
  if (expr.at.kind == At::Kind::start) out += " @ start()";
  if (expr.at.kind == At::Kind::end) out += " @ end()";
}

void append(std::string& out, const Expr& expr);

void append_arguments(std::string& out, const Expr& expr) {
  out += '(';
  for (std::size_t i = 0; i < expr.args.size(); ++i) {
    if (i > 0) out += ", ";
    append(out, expr.args[i]);
  }
  out += ')';
}

void append(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case Kind::number:
      out += number_text(expr.number);
      return;
    case Kind::string:
      out += quoted(expr.text);
      return;
    case Kind::selector:
      append_selector(out, expr.selector);
      append_shift(out, expr);
      return;
    case Kind::range:
      append_selector(out, expr.args[0].selector);
      out += fmt::format("[{}]", text_of(expr.window));
      append_shift(out, expr.args[0]);
      return;
    case Kind::subquery:
      append(out, expr.args[0]);
      out += fmt::format("[{}:{}]", text_of(expr.window),
                         expr.step.written() ? text_of(expr.step) : "");
      append_shift(out, expr);
      return;
    case Kind::call:
      out += expr.text;
      append_arguments(out, expr);
      return;
    case Kind::aggregation:
      out += expr.text;
      if (expr.grouping.kind != Labels::Kind::none) out += ' ';
      append_labels(out, expr.grouping);
      append_arguments(out, expr);
      return;
    case Kind::unary:
      out += to_string(expr.op);
      append(out, expr.args[0]);
      return;
    case Kind::binary:
      append(out, expr.args[0]);
      out += fmt::format(" {} ", to_string(expr.op));
      if (expr.returns_bool) out += "bool ";
      append_labels(out, expr.matching);
      append_labels(out, expr.grouping);
      append(out, expr.args[1]);
      return;
    case Kind::parentheses:
      out += '(';
      append(out, expr.args[0]);
      out += ')';
      return;
    case Kind::placeholder:
      out += expr.text;
      return;
  }
}

}  // namespace

std::string_view to_string(Op op) {
  constexpr std::string_view names[] = {"+",  "-", "*",  "/", "%",  "^",   "atan2", "==",
                                        "!=", ">", ">=", "<", "<=", "and", "or",    "unless"};
  return names[static_cast<std::size_t>(op)];
}

std::string to_text(const Expr& expr) {
  std::string out;
  append(out, expr);
  return out;
}

bool same(const Expr& a, const Expr& b) { return to_text(bare(a)) == to_text(bare(b)); }

}  // namespace backout::promql
