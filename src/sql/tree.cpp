// See tree.h. The one file that knows libpg_query. Its JSON output is used, never the protobuf one:
// that costs three times as much and overflows the stack on deep trees.
#include "sql/tree.h"

#include <pg_query.h>

#include <utility>

#include "sql/negative_numbers.h"
#include "sql/placeholders.h"

namespace backout::sql {

// Those of this thread that are not in use are kept, with their buffers, for its next text.
struct ParsedText::Reader {
  simdjson::dom::parser parser;

  static std::vector<std::unique_ptr<Reader>>& unused() {
    thread_local std::vector<std::unique_ptr<Reader>> readers;
    return readers;
  }
};

namespace {

// JSON nests two to eight levels for one of the tree; more than any statement within Limits needs.
constexpr std::size_t most_depth = 1U << 19;

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  std::size_t length = lead < 0x80   ? 1
                       : lead < 0xC2 ? 0
                       : lead < 0xE0 ? 2
                       : lead < 0xF0 ? 3
                       : lead < 0xF5 ? 4
                                     : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  if ((lead == 0xE0 && byte(at + 1) < 0xA0) || (lead == 0xED && byte(at + 1) > 0x9F) ||
      (lead == 0xF0 && byte(at + 1) < 0x90) || (lead == 0xF4 && byte(at + 1) > 0x8F))
    return 0;
  return length;
}

// The parser cuts names at 63 bytes, maybe in the middle of a character.
std::string valid_utf8(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t length = utf8_length(out, at);
    if (length == 0) out[at] = '?';
    at += length == 0 ? 1 : length;
  }
  return out;
}

// The parser counts characters from 1; 0 when it cannot tell.
std::uint32_t byte_offset(const char* text, std::size_t length, int cursor) {
  if (cursor <= 0) return static_cast<std::uint32_t>(length);
  std::size_t at = 0;
  for (int character = 1; character < cursor && at < length; ++character) {
    const std::size_t bytes = utf8_length({text, length}, at);
    at += bytes == 0 ? 1 : bytes;
  }
  return static_cast<std::uint32_t>(at);
}

}  // namespace

ParsedText::ParsedText() = default;
ParsedText::ParsedText(ParsedText&&) noexcept = default;
ParsedText& ParsedText::operator=(ParsedText&&) noexcept = default;
ParsedText::~ParsedText() {
  if (reader_) Reader::unused().push_back(std::move(reader_));
}

void ParsedText::read(const char* json, const Fillers* fillers) {
  auto& unused = Reader::unused();
  if (unused.empty()) {
    reader_ = std::make_unique<Reader>();
  } else {
    reader_ = std::move(unused.back());
    unused.pop_back();
  }
  auto& parser = reader_->parser;
  std::string_view text = json;
  std::string changed;
  if (fillers && !fillers->empty()) text = changed = fillers->restore(text, true);

  simdjson::error_code error = simdjson::SUCCESS;
  if (parser.max_depth() != most_depth) error = parser.allocate(text.size(), most_depth);
  simdjson::dom::element element;
  if (!error) error = parser.parse(text.data(), text.size()).get(element);
  if (error == simdjson::UTF8_ERROR) {
    changed = valid_utf8(text);
    error = parser.parse(changed.data(), changed.size()).get(element);
  }
  if (!error) {
    root = Node(element);
    return;
  }
  limit = true;
  message = error == simdjson::DEPTH_ERROR ? "the statement nests too deeply"
                                           : std::string("the parser's output cannot be read: ") +
                                                 simdjson::error_message(error);
}

ParsedText parse_text(const char* text, std::size_t length, const Fillers* fillers) {
  ParsedText parsed;
  const PgQueryParseResult result = pg_query_parse(text);
  if (result.error) {
    parsed.message =
        fillers ? fillers->restore(result.error->message, false) : result.error->message;
    parsed.offset = byte_offset(text, length, result.error->cursorpos);
  } else {
    const auto repaired = with_negative_numbers(result.parse_tree, {text, length});
    parsed.read(repaired ? repaired->c_str() : result.parse_tree, fillers);
  }
  pg_query_free_parse_result(result);
  return parsed;
}

ParsedText parse_plpgsql(const char* text, std::size_t length, const Fillers* fillers) {
  ParsedText parsed;
  const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(text);
  if (result.error) {
    parsed.message =
        fillers ? fillers->restore(result.error->message, false) : result.error->message;
    parsed.offset = byte_offset(text, length, result.error->cursorpos);
  } else {
    parsed.read(result.plpgsql_funcs, fillers);
  }
  pg_query_free_plpgsql_parse_result(result);
  return parsed;
}

int grammar_version() { return PG_VERSION_NUM / 10000; }

}  // namespace backout::sql
