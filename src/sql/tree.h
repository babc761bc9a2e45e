// Reading the parser's JSON trees: thin views over simdjson's DOM, valid while the ParsedText they
// come from lives. The trees leave out fields that are zero, false or empty, so an absent field
// reads as a null node, "", 0, false or an empty list, and code that lowers trees needs no error
// handling. Included by sql/parse.cpp and the files that lower alone.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backout::sql {

class NodeList;

class Node {
 public:
  Node() = default;
  explicit Node(simdjson::dom::element element) : element_(element), present_(true) {}

  explicit operator bool() const { return present_; }

  Node operator[](std::string_view field) const {
    simdjson::dom::object object;
    simdjson::dom::element value;
    if (!present_ || element_.get(object) || object.at_key(field).get(value)) return {};
    return Node(value);
  }
  // The field as text (strings and enumerators), a number, a flag, a list.
  std::string_view text(std::string_view field) const { return (*this)[field].as_text(); }
  std::int64_t number(std::string_view field) const {
    const Node value = (*this)[field];
    std::int64_t number = 0;
    if (value.present_ && value.element_.get(number)) number = 0;
    return number;
  }
  bool flag(std::string_view field) const {
    const Node value = (*this)[field];
    bool flag = false;
    if (value.present_ && value.element_.get(flag)) flag = false;
    return flag;
  }
  inline NodeList list(std::string_view field) const;
  inline NodeList as_list() const;

  std::string_view as_text() const {
    std::string_view text;
    if (present_ && element_.get(text)) text = {};
    return text;
  }
  bool is_object() const { return present_ && element_.is_object(); }
  bool is_array() const { return present_ && element_.is_array(); }

  // Most nodes are wrapped: {"ColumnRef": {…}}. `kind` is the wrapper's name, `body` what it holds;
  // `body(kind)` is null when the node is of another kind. A node that is not wrapped (fields of a
  // fixed type: `relation`, `typeName`, …) is its own body.
  std::string_view kind() const {
    simdjson::dom::object object;
    if (!present_ || element_.get(object) || object.begin() == object.end()) return {};
    return (*object.begin()).key;
  }
  Node body() const {
    simdjson::dom::object object;
    if (!present_ || element_.get(object) || object.begin() == object.end()) return {};
    return Node((*object.begin()).value);
  }
  Node body(std::string_view wanted) const { return kind() == wanted ? body() : Node(); }

  // Of a String node.
  std::string_view string() const { return body("String").text("sval"); }

  simdjson::dom::element element() const { return element_; }

 private:
  simdjson::dom::element element_;
  bool present_ = false;
};

class NodeList {
 public:
  class Iterator {
   public:
    Iterator() = default;
    explicit Iterator(simdjson::dom::array::iterator at) : at_(at) {}
    Node operator*() const { return Node(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    simdjson::dom::array::iterator at_;
  };

  NodeList() = default;
  explicit NodeList(simdjson::dom::array array) : array_(array), size_(array.size()) {}

  Iterator begin() const { return empty() ? Iterator() : Iterator(array_.begin()); }
  Iterator end() const { return empty() ? Iterator() : Iterator(array_.end()); }
  // Saturates at 0xFFFFFF elements (simdjson); iterate to see all.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Node front() const { return empty() ? Node() : *begin(); }
  Node back() const {
    Node last;
    for (const Node node : *this) last = node;
    return last;
  }
  Node at(std::size_t index) const {
    for (const Node node : *this)
      if (index-- == 0) return node;
    return {};
  }

 private:
  simdjson::dom::array array_;
  std::size_t size_ = 0;
};

NodeList Node::as_list() const {
  simdjson::dom::array array;
  if (!present_ || element_.get(array)) return {};
  return NodeList(array);
}
NodeList Node::list(std::string_view field) const { return (*this)[field].as_list(); }

class Fillers;

// A text that went through the parser. Holds one of the thread's JSON readers, so trees of nested
// texts (function bodies) may live at the same time.
class ParsedText {
 public:
  ParsedText();
  ParsedText(ParsedText&&) noexcept;
  ParsedText& operator=(ParsedText&&) noexcept;
  ~ParsedText();

  // {"version": …, "stmts": [{"stmt": {…}, "stmt_location": n, "stmt_len": n}]}; null when it
  // failed
  Node root;
  std::string message;       // the parser's words when it failed
  std::uint32_t offset = 0;  // bytes, where it gave up; the text's length when it did not say
  bool limit = false;        // failed because the tree is too deep or too large for us

 private:
  friend ParsedText parse_text(const char*, std::size_t, const Fillers*);
  friend ParsedText parse_plpgsql(const char*, std::size_t, const Fillers*);
  struct Reader;
  void read(const char* json, const Fillers* fillers);
  std::unique_ptr<Reader> reader_;
};

// Statements of SQL. `text` must be followed by a NUL byte and hold none; length in bytes. Bounds
// are the caller's business. `fillers`: turned back in the tree and the message.
[[nodiscard]] ParsedText parse_text(const char* text, std::size_t length,
                                    const Fillers* fillers = nullptr);
// A CREATE FUNCTION or DO statement with a PL/pgSQL body: the array of functions that libpg_query
// makes of it.
[[nodiscard]] ParsedText parse_plpgsql(const char* text, std::size_t length,
                                       const Fillers* fillers = nullptr);
// The major version of PostgreSQL whose grammar this build has.
[[nodiscard]] int grammar_version();

}  // namespace backout::sql
