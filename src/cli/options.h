// The options of a command are data: a list that says how each is written, where its value goes and
// what `--help` says of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/cli.h"

namespace backout::cli {

// A vector takes the value of each time that the option is given; of others the last counts.
struct Option {
  std::string_view names;  // "-o,--output"
  // Where it goes; nothing is written for an option that is not given.
  std::variant<bool*, std::string*, std::optional<std::string>*, std::vector<std::string>*,
               unsigned*, std::int64_t*,  // digits alone
               std::optional<double>*>
      value;
  std::string_view type;                     // "FILE"; a flag has none
  std::string_view about;                    // empty: the words of `known`
  std::vector<std::string_view> known = {};  // any other is a usage error that names these
};
using OptionList = std::vector<Option>;

[[nodiscard]] Option choice_option(std::string_view names, std::string& value,
                                   std::string_view type, std::string_view about,
                                   std::vector<std::string_view> known);
[[nodiscard]] Option format_option(std::string& value, std::vector<std::string_view> known);
[[nodiscard]] Option color_option(std::string& value);  // words of report::color_choice

// Options that many commands have are appended to a list by a `declare` of theirs.
void declare(OptionList& list, const OptionList& more);

// What `--help` prints around the options.
struct Help {
  std::string_view usage;  // "backout explain [RULE]"
  std::string_view about;  // what it does, some lines
  std::string_view more;   // examples and whatever else helps, printed last
};

// Reads the options of `list` and puts everything else into `words`, byte for byte. A value means:
// stop and return it (help was printed, or the usage error). At most `max_words` words are
// accepted.
[[nodiscard]] std::optional<int> parse_arguments(const OptionList& list, const Help& help,
                                                 Arguments arguments, const Streams& streams,
                                                 std::vector<std::string>& words,
                                                 std::size_t max_words);

}  // namespace backout::cli
