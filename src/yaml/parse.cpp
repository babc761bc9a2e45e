// The one file that knows yaml-cpp. Its event interface is used and not `YAML::Node`, which hides
// duplicate keys, misplaces aliases and copies what they name. Events give begins alone; ends are
// found in the source (yaml/scalar.h).
#include "yaml/parse.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <utility>

#include "yaml/encoding.h"
#include "yaml/scalar.h"

namespace backout::yaml {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

Span span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

// Behind blanks, line ends and comments.
std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (is_space(text[at]))
      ++at;
    else if (text[at] == '#' && (at == 0 || is_space(text[at - 1])))
      at = std::min(text.find('\n', at), text.size());
    else
      break;
  }
  return at;
}

bool is_null_word(std::string_view word) {
  return word == "~" || word == "null" || word == "Null" || word == "NULL";
}

// Tag and anchor before a value.
struct Properties {
  std::string_view tag, anchor;
  std::size_t value_begin;
};

Properties read_properties(std::string_view text, std::size_t at) {
  Properties out{{}, {}, at};
  while (at < text.size() && (text[at] == '!' || text[at] == '&')) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    (text[at] == '!' ? out.tag : out.anchor) = text.substr(at, end - at);
    out.value_begin = at = skip_space(text, end);
  }
  return out;
}

// go-yaml's; yaml-cpp takes any character, and so an `&&` for an anchor.
bool is_anchor_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// What a subtree comes to when aliases are followed.
struct Extent {
  std::uint32_t values = 1;
  std::uint32_t height = 0;
};

// Builds the tree. The first defect ends the parse by an exception that does not leave this file.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string_view text, std::size_t base, const Bounds& bounds, Document& out)
      : text_(text), base_(base), bounds_(bounds), out_(out) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(seen_, true))
      throw Defect{place(mark), "text behind the end of the document, which nobody reads"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Properties properties = properties_at(mark);
    const std::size_t begin = properties.value_begin;
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,]}:", begin), text_.size());
    // The parser gives an absent value the place of what comes next, which may be the key `null`.
    const bool is_key = end < text_.size() && text_[end] == ':';
    const bool written = is_null_word(text_.substr(begin, end - begin)) && (!is_key || at_key());
    Node node;
    node.tag = properties.tag;
    node.span = node.value = written ? span_of(begin, end) : absent_place(begin);
    if (written && node.tag == "!!str") {
      node.kind = Kind::scalar;
      node.text = text_.substr(begin, end - begin);
    }
    put(node, {}, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& value) override {
    const Properties properties = properties_at(mark);
    Node node;
    node.kind = Kind::scalar;
    node.tag = properties.tag;
    read_scalar(properties.value_begin, value, node);
    node.value = node.span;
    if (node.style == Style::plain && node.tag.empty() && is_null_word(node.text)) {
      node.kind = Kind::null;
      node.text = {};
    }
    put(node, {}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t begin = offset(mark);
    const Anchored* const target = anchor <= anchors_.size() ? &anchors_[anchor - 1] : nullptr;
    if (target == nullptr || target->extent.values == 0)
      throw Defect{place(mark), "an alias inside the value it names"};
    Node node = target->node;
    node.alias = true;
    node.span = span_of(begin, std::min(text_.find_first_of(" \t\r\n,[]{}", begin), text_.size()));
    put(node, target->extent, 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Kind::sequence, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Kind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  [[nodiscard]] Span place(const YAML::Mark& mark) const {
    const std::size_t at = mark.is_null() ? base_ : offset(mark);
    return span_of(at, at);
  }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::size_t first;  // of its children in nodes_
    std::uint32_t values = 1;
    std::uint32_t height = 0;  // of its highest child
  };
  struct Anchored {
    Node node;
    Extent extent{0, 0};  // no values: not closed yet
  };

  // yaml-cpp counts bytes from the begin of what it was given.
  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    return std::min(base_ + static_cast<std::size_t>(mark.pos), text_.size());
  }
  [[nodiscard]] Properties properties_at(const YAML::Mark& mark) const {
    const Properties out = read_properties(text_, offset(mark));
    if (!out.anchor.empty() && !is_anchor_name(out.anchor.substr(1)))
      throw Defect{place(mark), fmt::format("`{}` is no name of an anchor", out.anchor)};
    return out;
  }
  // Whether what comes next is the key of a map's entry.
  [[nodiscard]] bool at_key() const {
    return !open_.empty() && open_.back().node.kind == Kind::map &&
           (nodes_.size() - open_.back().first) % 2 == 0;
  }
  // Where a value that is not there would stand: behind the colon of its key.
  [[nodiscard]] Span absent_place(std::size_t begin) const {
    if (!open_.empty() && open_.back().node.kind == Kind::map && !at_key()) {
      std::size_t at = skip_space(text_, nodes_.back().span.end);
      if (at < text_.size() && text_[at] == ':') ++at;
      begin = std::min(at, begin);
    }
    return span_of(begin, begin);
  }

  std::string_view keep(std::string value) {
    return out_.memory.texts.emplace_back(std::move(value));
  }

  void read_scalar(std::size_t begin, const std::string& value, Node& node) {
    node.style = style_at(text_, begin);
    if (node.style == Style::single_quoted || node.style == Style::double_quoted) {
      const std::size_t end = std::min(quoted_end(text_, begin), text_.size());
      const std::string_view inside = text_.substr(begin + 1, end - begin - 2);
      node.span = span_of(begin, end);
      node.text = inside == value ? inside : keep(decode_quoted(text_, begin, end));
    } else if (node.style == Style::plain && text_.substr(begin, value.size()) == value) {
      node.span = span_of(begin, begin + value.size());
      node.text = text_.substr(begin, value.size());
    } else {
      const std::size_t line_end = std::min(text_.find('\n', begin), text_.size());
      node.span = span_of(begin, unquoted_end(text_, begin, value).value_or(line_end));
      node.text = keep(value);
    }
  }

  void charge(std::uint32_t values, Span at) {
    if (values > bounds_.values - values_)
      throw Defect{at,
                   fmt::format("more than {} values, aliases followed (`limits.yaml_values`)",
                               bounds_.values),
                   true};
    values_ += values;
  }
  void check_depth(std::uint32_t height, Span at) const {
    if (open_.size() + height > bounds_.depth)
      throw Defect{at,
                   fmt::format("nested deeper than {}, aliases followed (`limits.yaml_nesting`)",
                               bounds_.depth),
                   true};
  }

  void open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Properties properties{{}, {}, offset(mark)};
    if (anchor != 0 || tag != "?") properties = properties_at(mark);
    Node node;
    node.kind = kind;
    node.tag = properties.tag;
    node.span = span_of(properties.value_begin, properties.value_begin);
    charge(1, node.span);
    check_depth(1, node.span);
    open_.push_back({node, anchor, nodes_.size()});
  }

  void close() {
    Open done = open_.back();
    open_.pop_back();
    Node& node = done.node;
    node.span.end = node.value.end = end_of(done);
    node.value.begin = node.span.begin;
    const std::span<const Node> children(nodes_.data() + done.first, nodes_.size() - done.first);
    if (node.kind == Kind::sequence)
      node.items = store(out_.memory.nodes, children);
    else
      node.entries = read_entries(children, done.values);
    nodes_.resize(done.first);
    put(node, {done.values, done.height + 1}, done.anchor, true);
  }

  // A collection in brackets ends with one, any other with its last child.
  [[nodiscard]] std::uint32_t end_of(const Open& done) const {
    const std::size_t begin = done.node.span.begin;
    const bool empty = nodes_.size() == done.first;
    const std::uint32_t last = empty ? done.node.span.begin : nodes_.back().span.end;
    const bool bracket = begin < text_.size() && (text_[begin] == '[' || text_[begin] == '{');
    // `[a]: b` is a map that begins with a bracket of its first key.
    if (!bracket || (!empty && nodes_[done.first].span.begin == begin)) return last;
    const char closing = text_[begin] == '[' ? ']' : '}';
    std::size_t at = empty ? begin + 1 : last;
    while ((at = skip_space(text_, at)) < text_.size() && text_[at] != closing) ++at;
    return static_cast<std::uint32_t>(std::min(at + 1, text_.size()));
  }

  template <class T>
  static std::span<const T> store(std::vector<std::unique_ptr<T[]>>& memory,
                                  std::span<const T> values) {
    if (values.empty()) return {};
    auto copy = std::make_unique<T[]>(values.size());
    std::copy(values.begin(), values.end(), copy.get());
    return {memory.emplace_back(std::move(copy)).get(), values.size()};
  }

  // Keys and values that take turns become entries with unlike keys, as go-yaml v2 fills a map
  // (sigs.k8s.io/yaml, so kubectl, Helm and Argo CD): one after another, the later counts, and what
  // `<<` takes in is later than the keys above it.
  std::span<const Entry> read_entries(std::span<const Node> children, std::uint32_t& values) {
    entries_.clear();
    merged_.clear();
    index_.clear();
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      const Node& key = children[i];
      if (key.kind == Kind::sequence || key.kind == Kind::map)
        throw Defect{key.span, is_second_brace(key.span.begin)
                                   ? "`{{` without quotes begins a map, not a placeholder"
                                   : "a key that is no plain text"};
      if (is_merge(key))
        merge(key, children[i + 1], true, values);
      else
        put_entry(key, children[i + 1], nullptr);
    }
    return store<Entry>(out_.memory.entries, entries_);
  }

  [[nodiscard]] bool is_second_brace(std::size_t at) const {
    return at > 0 && at < text_.size() && text_[at] == '{' && text_[at - 1] == '{';
  }
  static bool is_merge(const Node& key) {
    return key.kind == Kind::scalar && key.style == Style::plain && key.text == "<<" &&
           (key.tag.empty() || key.tag == "!!merge");
  }
  // Of a list the first counts.
  void merge(const Node& key, const Node& from, bool list_allowed, std::uint32_t& values) {
    if (from.kind == Kind::sequence && list_allowed) {
      for (auto item = from.items.rbegin(); item != from.items.rend(); ++item)
        merge(key, *item, false, values);
      return;
    }
    if (from.kind != Kind::map)
      throw Defect{from.span, "`<<` takes a map or a list of maps in, and this is none"};
    for (const Entry& entry : from.entries) {
      charge(2, from.span);
      values += 2;
      put_entry(entry.key, entry.value, &key);
    }
  }
  // `merge`: the `<<` that brings it; null: it stands there itself.
  void put_entry(const Node& key, const Node& value, const Node* merge) {
    const std::size_t at = place_of(key.text);
    if (at == entries_.size()) {
      entries_.push_back({key, value});
      merged_.push_back(merge != nullptr);
      return;
    }
    Entry& known = entries_[at];
    const bool same = merge && known.value.kind == Kind::scalar && known.value.text == value.text;
    if (!merged_[at] && !same)
      out_.duplicates.push_back({known.key, merge ? *merge : key, merge != nullptr});
    known = {key, value};
    merged_[at] = merge != nullptr;
  }
  // Where the entry of that key stands, or will.
  std::size_t place_of(std::string_view key) {
    constexpr std::size_t few = 16;  // up to here looking at each is quicker than an index
    if (entries_.size() > few && index_.empty())
      for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].key.text, i);
    if (!index_.empty()) return index_.try_emplace(key, entries_.size()).first->second;
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& one) { return one.key.text == key; });
    return static_cast<std::size_t>(found - entries_.begin());
  }

  void put(const Node& node, Extent extent, YAML::anchor_t anchor, bool charged = false) {
    if (!charged) charge(extent.values, node.span);
    check_depth(charged ? 0 : extent.height, node.span);
    if (anchor != 0) {
      if (anchors_.size() < anchor) anchors_.resize(anchor);
      anchors_[anchor - 1] = {node, extent};
    }
    if (open_.empty()) {
      out_.root = node;
      return;
    }
    Open& parent = open_.back();
    parent.values += extent.values;
    parent.height = std::max(parent.height, extent.height);
    nodes_.push_back(node);
  }

  std::string_view text_;
  std::size_t base_;
  Bounds bounds_;
  Document& out_;
  bool seen_ = false;
  std::vector<Node> nodes_;  // children of all open collections
  std::vector<Open> open_;
  std::vector<Anchored> anchors_;  // by yaml-cpp's number less one
  std::uint32_t values_ = 0;
  std::vector<Entry> entries_;  // of the map that is being closed
  std::vector<bool> merged_;    // which of them `<<` brought
  std::unordered_map<std::string_view, std::size_t> index_;
};

// A stream over bytes that are not copied.
class View final : public std::streambuf {
 public:
  explicit View(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // a get area is never written
    setg(begin, begin, begin + text.size());
  }
};

// yaml-cpp reads all of a value in brackets before it says a word about it, at some 200 bytes a
// bracket; so those are counted beforehand.
std::optional<Defect> too_much(std::string_view text, Span document, const Bounds& bounds) {
  if (document.end - document.begin > bounds.bytes)
    return Defect{
        {document.begin, document.begin},
        fmt::format("more than {} bytes in one document (`limits.yaml_bytes`)", bounds.bytes),
        true};
  const std::string_view bytes = text.substr(document.begin, document.end - document.begin);
  const auto brackets =
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '[' || c == '{'; });
  if (static_cast<std::uint64_t>(brackets) > bounds.values)
    return Defect{
        {document.begin, document.begin},
        fmt::format("more than {} brackets in one document (`limits.yaml_values`)", bounds.values),
        true};
  return std::nullopt;
}

// go-yaml lets a tag go on to the next blank, yaml-cpp stops at `[`, `]` or `,` in it: of
// `!isNaN(result[0])` Kubernetes reads nothing at all, where yaml-cpp sees an error. So the tag it
// stopped in is made one that both read. False: there is none.
bool mend_tag(std::string& text, std::size_t broken_at) {
  const std::size_t before =
      broken_at == 0 ? std::string::npos : text.find_last_of(" \t\r\n", broken_at - 1);
  const std::size_t begin = before + 1;  // npos + 1 is 0
  if (begin >= text.size() || text[begin] != '!') return false;
  const std::size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
  bool mended = false;
  for (std::size_t at = begin; at < end; ++at) {
    const bool in_way = text[at] == '[' || text[at] == ']' || text[at] == ',';
    if (in_way) text[at] = '_';
    mended = mended || in_way;
  }
  return mended;
}

bool is_separator(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with("---") && (at + 3 == text.size() || is_space(text[at + 3]));
}

// The first byte that is neither blank nor comment.
char first_solid(std::string_view text) {
  const std::size_t at = skip_space(text, 0);
  return at < text.size() ? text[at] : '\0';
}

}  // namespace

std::vector<Span> split_documents(std::string_view text) {
  std::vector<Span> out;
  std::size_t begin = 0;
  bool has_directives = false;
  const auto add = [&](std::size_t end) {
    std::string_view body = text.substr(begin, end - begin);
    if (is_separator(body, 0)) body.remove_prefix(3);
    if (first_solid(body) != '\0') out.push_back(span_of(begin, end));
  };
  for (std::size_t at = text.starts_with("---") ? 0 : text.find("\n---");
       at != std::string_view::npos; at = text.find("\n---", at + 1)) {
    const std::size_t line = text[at] == '\n' ? at + 1 : at;
    if (line == begin || !is_separator(text, line)) continue;
    const bool directives = first_solid(text.substr(begin, line - begin)) == '%';
    if (directives && !std::exchange(has_directives, true)) continue;  // they go along
    has_directives = false;
    add(line);
    begin = line;
  }
  add(text.size());
  return out;
}

Document parse(std::string_view text, Span document, const Bounds& bounds) {
  Document out;
  out.span = document;
  if ((out.defect = too_much(text, document, bounds))) return out;
  if ((out.defect = forbidden_byte(text, document))) return out;
  std::size_t begin = document.begin;
  if (text.substr(begin).starts_with("\xEF\xBB\xBF")) begin += 3;  // yaml-cpp does not count it
  text = text.substr(0, document.end);
  std::string mended;  // what the parser is given instead, of the same length
  for (int attempt = 0; attempt < 10; ++attempt) {
    out = {};
    out.span = document;
    View view(mended.empty() ? text.substr(begin) : mended);
    std::istream stream(&view);
    Builder builder(text, begin, bounds, out);
    try {
      YAML::Parser parser(stream);
      while (parser.HandleNextDocument(builder)) {
      }
    } catch (const Defect& found) {
      out.defect = found;
    } catch (const YAML::Exception& broken) {
      out.defect = Defect{builder.place(broken.mark), broken.msg};
      if (mended.empty()) mended = text.substr(begin);
      if (mend_tag(mended, out.defect->place.begin - begin)) continue;
    } catch (const std::exception& broken) {
      out.defect = Defect{{document.begin, document.begin}, broken.what()};
    }
    break;
  }
  if (out.defect) out.root = {};
  return out;
}

Result<Document> parse_document(std::string_view text, std::string_view path) {
  const auto wrong = [&](std::uint32_t at, std::string_view message) {
    const Position position = LineIndex(text).position(at);
    return fail(ErrorKind::usage,
                fmt::format("{}:{}:{}: {}", path, position.line, position.column, message));
  };
  const Bounds ours{.bytes = 64U << 20, .values = 200'000, .depth = 200};
  const std::vector<Span> documents = split_documents(text);
  Document out = parse(text, documents.empty() ? Span{} : documents.front(), ours);
  if (out.defect) return wrong(out.defect->place.begin, out.defect->message);
  if (documents.size() > 1) return wrong(documents[1].begin, "a second document; one is read");
  if (!out.duplicates.empty()) {
    const Node& second = out.duplicates.front().second;
    return wrong(second.span.begin, fmt::format("key `{}` is given twice", second.text));
  }
  return out;
}

}  // namespace backout::yaml
