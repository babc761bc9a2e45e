// The one file that knows yaml-cpp. Its event interface is used and not `YAML::Node`, which hides
// duplicate keys; aliases are copies of the anchored subtree, counted against a bound so that
// nested ones cannot explode.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <map>
#include <optional>
#include <set>
#include <streambuf>

#include "yaml/node.h"

namespace backout::yaml {
namespace {

constexpr std::size_t max_weight = 200'000;  // nodes, and 256 bytes of text count as one
constexpr std::size_t max_depth = 200;

struct Defect {
  Place place;
  std::string message;
};

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

Node node_of(Node::Kind kind, const YAML::Mark& mark) {
  Node node;
  node.kind = kind;
  node.place = place_of(mark);
  return node;
}

std::size_t weight(const Node& node) {
  std::size_t total = 1 + node.text.size() / 256;
  for (const Node& item : node.items) total += weight(item);
  for (const Entry& entry : node.entries) total += weight(entry.key) + weight(entry.value);
  return total;
}

// Builds the tree. The first defect ends the parse by an exception that does not leave this file.
class Builder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) throw Defect{place_of(mark), "a second document; one is read"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    put(node_of(Node::Kind::null, mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = node_of(Node::Kind::scalar, mark);
    node.quoted = tag == "!";
    node.text = value;
    if (!node.quoted && (value == "~" || value == "null")) node.kind = Node::Kind::null;
    put(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Defect{place_of(mark), "an alias inside the value it names"};
    charge(weight(found->second), place_of(mark));
    Node copy = found->second;
    copy.place = place_of(mark);
    put(std::move(copy), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node_of(Node::Kind::sequence, mark), anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(node_of(Node::Kind::map, mark), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  Node take() { return root_ ? std::move(*root_) : Node{}; }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Node> key;
    std::set<std::string, std::less<>> seen;
  };

  void charge(std::size_t added, Place place) {
    weight_ += added;
    if (weight_ > max_weight) throw Defect{place, fmt::format("more than {} values", max_weight)};
  }

  void open(Node node, YAML::anchor_t anchor) {
    charge(1, node.place);
    if (open_.size() >= max_depth)
      throw Defect{node.place, fmt::format("nested deeper than {}", max_depth)};
    open_.push_back({std::move(node), anchor, {}, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    put(std::move(done.node), done.anchor);
  }

  void put(Node node, YAML::anchor_t anchor) {
    charge(1, node.place);
    if (anchor != 0) {
      charge(weight(node), node.place);
      anchors_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (node.kind == Node::Kind::sequence || node.kind == Node::Kind::map) {
        throw Defect{node.place, "a key that is no plain text"};
      }
      if (!parent.seen.insert(node.text).second) {
        throw Defect{node.place, fmt::format("key `{}` is given twice", node.text)};
      }
      parent.key = std::move(node);
    } else {
      parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
  std::size_t weight_ = 0;
};

// A stream over bytes that are not copied.
class View final : public std::streambuf {
 public:
  explicit View(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // a get area is never written
    setg(begin, begin, begin + text.size());
  }
};

Error defect(std::string_view path, Place place, std::string_view message) {
  if (place.line == 0) return {ErrorKind::usage, fmt::format("{}: {}", path, message)};
  return {ErrorKind::usage, fmt::format("{}:{}:{}: {}", path, place.line, place.column, message)};
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

Result<Node> parse_document(std::string_view text, std::string_view path) {
  View view(text);
  std::istream stream(&view);
  Builder builder;
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Defect& found) {
    return tl::unexpected(defect(path, found.place, found.message));
  } catch (const YAML::Exception& broken) {
    return tl::unexpected(defect(path, place_of(broken.mark), broken.msg));
  } catch (const std::exception& broken) {
    return tl::unexpected(defect(path, {}, broken.what()));
  }
  return builder.take();
}

}  // namespace backout::yaml
