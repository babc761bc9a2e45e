// See parse.h. The parser is called once for a run of statements that look harmless, since each
// call has its price, and again for each of them alone when that fails: one bad statement costs one
// `Unparsed`, and the others come out the same either way.
#include "sql/parse.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <string>
#include <utility>

#include "sql/failure.h"
#include "sql/guard.h"
#include "sql/lower.h"
#include "sql/split.h"
#include "sql/tree.h"

namespace backout::sql {
namespace {

// One call's worth of text: large enough to make the calls' own cost small, small enough for the
// trees to stay in the processor's cache.
constexpr std::uint32_t run_bytes = 32U << 10;

class Parse {
 public:
  Parse(const Source& source, Span section, const ParseOptions& options, Script& script)
      : source_(source),
        options_(options),
        script_(script),
        base_(section.begin),
        text_(source.text, section.begin, section.end - section.begin) {}

  void run(Span section);

 private:
  void prepare(const Split& split);
  [[nodiscard]] bool admit(const Piece& piece);
  void parse_run(const std::vector<Piece>& pieces, std::size_t begin, std::size_t end);
  void parse_alone(const Piece& piece);
  void lower(const Piece& piece, Span span, std::string_view text, std::uint32_t base, Node tree);
  void reject(const Piece& piece, ParseFailure cause, std::string message);
  ParsedText call(Span span);

  const Source& source_;
  const ParseOptions& options_;
  Script& script_;
  std::uint32_t base_;  // of text_ in the source; the spans of pieces are those of the source
  std::string text_;    // the section as the parser sees it
  Fillers fillers_;
  bool valid_utf8_ = true;
  bool has_nul_ = false;
};

void Parse::prepare(const Split& split) {
  sql::prepare(text_, base_, split, fillers_);
  script_.substituted |= !split.placeholders.empty();
  valid_utf8_ = simdjson::validate_utf8(text_);
  has_nul_ = text_.find('\0') != std::string::npos;
}

void Parse::reject(const Piece& piece, ParseFailure cause, std::string message) {
  script_.unparsed.push_back({cause, piece.span, piece.span, std::move(message)});
}

bool Parse::admit(const Piece& piece) {
  const std::string_view text =
      std::string_view(text_).substr(piece.span.begin - base_, piece.span.end - piece.span.begin);
  auto refusal = refuse(piece, text, options_.limits, has_nul_, !valid_utf8_);
  if (refusal) reject(piece, refusal->cause, std::move(refusal->message));
  return !refusal;
}

// Runs the parser on a range of the source; its NUL byte is put in for the time.
ParsedText Parse::call(Span span) {
  const std::size_t begin = span.begin - base_;
  const std::size_t end = span.end - base_;
  const char kept = text_[end];
  text_[end] = '\0';
  ParsedText parsed = parse_text(text_.data() + begin, end - begin, &fillers_);
  text_[end] = kept;
  return parsed;
}

void Parse::lower(const Piece& piece, Span span, std::string_view text, std::uint32_t base,
                  Node tree) {
  Statement& statement = script_.statements.emplace_back();
  statement.span = span;
  Lowering to;
  to.source = &source_;
  to.options = &options_;
  to.text = text;
  to.base = base;
  to.statement = span;
  to.operations = &statement.operations;
  to.unparsed = &script_.unparsed;
  to.conditional = piece.alternative;
  lower_statement(to, tree);
}

void Parse::parse_alone(const Piece& piece) {
  const std::string_view text =
      std::string_view(text_).substr(piece.span.begin - base_, piece.span.end - piece.span.begin);
  const ParsedText parsed = call(piece.span);
  if (parsed.limit) {
    reject(piece, ParseFailure::limit, parsed.message);
    return;
  }
  if (!parsed.root) {
    Unparsed unparsed = explain_failure(text, {parsed.message, parsed.offset}, piece.placeholder);
    for (Span* span : {&unparsed.statement, &unparsed.place}) {
      span->begin += piece.span.begin;
      span->end += piece.span.begin;
    }
    script_.unparsed.push_back(std::move(unparsed));
    return;
  }
  for (const Node statement : parsed.root.list("stmts"))
    lower(piece, piece.span, text, piece.span.begin, statement["stmt"]);
}

void Parse::parse_run(const std::vector<Piece>& pieces, std::size_t begin, std::size_t end) {
  if (end - begin > 1) {
    const Span span{pieces[begin].span.begin, pieces[end - 1].span.end};
    const ParsedText parsed = call(span);
    const NodeList statements = parsed.root.list("stmts");
    // The parser must have cut where we did.
    bool same = parsed.root && statements.size() == end - begin;
    std::size_t i = begin;
    if (same) {
      for (const Node statement : statements) {
        const Span piece = pieces[i++].span;
        const auto at = span.begin + statement.number("stmt_location");
        const auto length = statement.number("stmt_len");
        same &= at <= piece.begin && (length == 0 ? i == end : at + length >= piece.end);
      }
    }
    if (same) {
      const std::string_view text =
          std::string_view(text_).substr(span.begin - base_, span.end - span.begin);
      i = begin;
      for (const Node statement : statements) {
        lower(pieces[i], pieces[i].span, text, span.begin, statement["stmt"]);
        ++i;
      }
      return;
    }
  }
  for (std::size_t i = begin; i < end; ++i) parse_alone(pieces[i]);
}

void Parse::run(Span section) {
  Split pieces = split(source_.text, section, options_.placeholders == Placeholders::any,
                       options_.psql, options_.limits);
  script_.stepped_over = pieces.stepped_over;
  script_.statement_count = pieces.pieces.size();
  script_.comments.reserve(pieces.comments.size());
  for (const Span comment : pieces.comments) script_.comments.push_back({comment});
  if (pieces.pieces.empty()) return;
  prepare(pieces);
  if (pieces.too_many) {
    reject(pieces.pieces.back(), ParseFailure::limit,
           fmt::format("more statements than the limit `statements` ({}) allows",
                       options_.limits.statements));
    pieces.pieces.pop_back();
  }

  const auto& all = pieces.pieces;
  script_.statements.reserve(all.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!admit(all[i])) {
      parse_run(all, begin, i);
      begin = i + 1;
    } else if (all[i].span.end - all[begin].span.begin > run_bytes) {
      parse_run(all, begin, i);
      begin = i;
    }
  }
  parse_run(all, begin, all.size());
}

}  // namespace

InnerSql parse_inner(std::string sql, const ParseOptions& options) {
  InnerSql inner;
  inner.text = std::move(sql);
  const auto size = static_cast<std::uint32_t>(inner.text.size());
  const Span whole{0, size};
  const Split pieces = split(inner.text, whole, options.placeholders == Placeholders::any,
                             options.psql, options.limits);
  for (const Piece& piece : pieces.pieces) {
    const std::string_view text =
        std::string_view(inner.text).substr(piece.span.begin, piece.span.end - piece.span.begin);
    if (auto refusal = refuse(piece, text, options.limits, true, true)) {
      inner.failure = Unparsed{refusal->cause, whole, whole, std::move(refusal->message)};
      return inner;
    }
  }
  Fillers fillers;
  prepare(inner.text, 0, pieces, fillers);
  inner.parsed = parse_text(inner.text.c_str(), inner.text.size(), &fillers);
  if (inner.parsed.limit)
    inner.failure = Unparsed{ParseFailure::limit, whole, whole, inner.parsed.message};
  else if (!inner.parsed.root)
    inner.failure = explain_failure(inner.text, {inner.parsed.message, inner.parsed.offset},
                                    !pieces.placeholders.empty());
  return inner;
}

Script parse(const Source& source, Span section, const ParseOptions& options) {
  Script script;
  section.end = std::min(section.end, static_cast<std::uint32_t>(source.text.size()));
  section.begin = std::min(section.begin, section.end);
  Parse(source, section, options, script).run(section);
  std::stable_sort(
      script.unparsed.begin(), script.unparsed.end(),
      [](const Unparsed& a, const Unparsed& b) { return a.statement.begin < b.statement.begin; });
  return script;
}

}  // namespace backout::sql
