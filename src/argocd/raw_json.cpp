#include "argocd/raw_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace backout::argocd {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::size_t skip_blanks(std::string_view json, std::size_t at) {
  return std::min(json.find_first_not_of(blanks, at), json.size());
}

// Behind the string that begins at `at`.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return std::min(at + 1, json.size());
}

// Behind the value that begins at `at`.
std::size_t end_of_value(std::string_view json, std::size_t at) {
  int depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = end_of_string(json, at);
    } else if (c == '{' || c == '[') {
      ++depth, ++at;
      continue;
    } else if (c == '}' || c == ']') {
      --depth, ++at;
    } else if (depth == 0) {
      return std::min(json.find_first_of(",}] \t\r\n", at), json.size());
    } else {
      ++at;
      continue;
    }
    if (depth == 0) return at;
  }
  return at;
}

// Half-open byte offsets of one member of an object: from its name to behind its value.
struct Member {
  std::size_t begin = 0, value = 0, end = 0;
};

// Of the object that begins at `open`. `end_of_last`: where the last member ends, `open` + 1 when
// it has none.
std::optional<Member> find(std::string_view json, std::size_t open, std::string_view name,
                           std::size_t& end_of_last) {
  end_of_last = open + 1;
  std::size_t at = skip_blanks(json, open + 1);
  while (at < json.size() && json[at] == '"') {
    Member one{at, 0, 0};
    const std::size_t colon = end_of_string(json, at);
    const std::string_view key = json.substr(at + 1, colon - at - 2);
    one.value = skip_blanks(json, skip_blanks(json, colon) + 1);
    one.end = end_of_value(json, one.value);
    if (key == name) return one;
    end_of_last = one.end;
    at = skip_blanks(json, one.end);
    if (at < json.size() && json[at] == ',') at = skip_blanks(json, at + 1);
  }
  return std::nullopt;
}

// The members on the way to the last key that is there, each inside the one before it.
struct Way {
  std::vector<Member> members;
  std::size_t open = 0;         // of the object that the next key is missing in
  std::size_t end_of_last = 0;  // in that object
  bool blocked = false;         // what should be an object is none
};
Way walk(std::string_view json, Keys keys) {
  Way out;
  out.open = skip_blanks(json, 0);
  for (const std::string_view key : keys) {
    if (out.open >= json.size() || json[out.open] != '{') {
      out.blocked = true;
      return out;
    }
    const auto member = find(json, out.open, key, out.end_of_last);
    if (!member) return out;
    out.members.push_back(*member);
    out.open = member->value;
  }
  return out;
}

}  // namespace

std::optional<std::string_view> raw_value(std::string_view json, Keys keys) {
  const Way way = walk(json, keys);
  if (way.members.size() != keys.size()) return std::nullopt;
  const Member& last = way.members.back();
  return json.substr(last.value, last.end - last.value);
}

std::string with_value(std::string_view json, Keys keys, std::string_view value) {
  const Way way = walk(json, keys);
  std::string out(json);
  if (way.members.size() == keys.size()) {
    const Member& last = way.members.back();
    return out.replace(last.value, last.end - last.value, value);
  }
  // The missing members, each in the one before it. What blocks the way (`null`) is replaced.
  std::string added(value);
  const auto missing = keys.begin() + way.members.size();
  for (auto key = keys.end(); key-- != missing;)
    added = key == missing && !way.blocked ? fmt::format("{}:{}", json_text(*key), added)
                                           : fmt::format("{{{}:{}}}", json_text(*key), added);
  if (way.blocked) {
    const Member& last = way.members.back();
    return out.replace(last.value, last.end - last.value, added);
  }
  const bool empty = way.end_of_last == way.open + 1;
  return out.insert(way.end_of_last, empty ? added : "," + added);
}

std::string without(std::string_view json, Keys keys) {
  const Way way = walk(json, keys);
  std::string out(json);
  if (way.members.size() != keys.size()) return out;
  Member gone = way.members.back();
  const std::size_t after = skip_blanks(json, gone.end);
  const std::size_t before = json.find_last_not_of(blanks, gone.begin - 1);
  if (after < json.size() && json[after] == ',')
    gone.end = skip_blanks(json, after + 1);
  else if (json[before] == ',')
    gone.begin = before;
  return out.erase(gone.begin, gone.end - gone.begin);
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string pointer_part(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

}  // namespace backout::argocd
