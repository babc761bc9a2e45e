// Wraps CLI11: its exceptions end here. Words that are no options never pass through it, because it
// reads `[a,b]` as a list and so would mangle a folder called `[x]`.
#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <type_traits>

#include "core/config.h"

namespace backout::cli {
namespace {

// "-q, --quiet" or "--base REV".
std::string option_names(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames())
    names += (names.empty() ? "--" : ", --") + name;
  const std::string type = option.get_type_name();
  return type.empty() ? names : names + ' ' + type;
}

std::string help_text(const CLI::App& app, const Help& help) {
  std::string text = fmt::format("usage: {}\n\n{}\n\noptions\n", help.usage, help.about);
  std::size_t width = 0;
  for (const CLI::Option* option : app.get_options())
    width = std::max(width, option_names(*option).size());
  for (const CLI::Option* option : app.get_options())
    text += fmt::format("  {:<{}}  {}\n", option_names(*option), width, option->get_description());
  if (!help.more.empty()) text += fmt::format("\n{}\n", help.more);
  return text;
}

// "backout explain --help".
std::string help_command(const Help& help) {
  const std::size_t command = help.usage.find(' ') + 1;
  return fmt::format("{} --help", help.usage.substr(0, help.usage.find(' ', command)));
}

int usage_error(const Streams& streams, const Help& help, std::string_view message) {
  complain(streams, fmt::format("{}; `{}` lists the options", message, help_command(help)));
  return 2;
}

int unknown_option(const Streams& streams, const Help& help, const CLI::App& app,
                   std::string_view word) {
  word = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::string_view near = nearest(word, {names.begin(), names.end()});
  if (near.empty()) return usage_error(streams, help, fmt::format("unknown option `{}`", word));
  complain(streams, fmt::format("unknown option `{}`; did you mean `{}`?", word, near));
  return 2;
}

// "text, json and markdown".
std::string listed(const std::vector<std::string_view>& words, std::string_view last) {
  std::string out(words.front());
  for (std::size_t at = 1; at < words.size(); ++at)
    out += fmt::format(
        "{}{}", at + 1 < words.size() ? std::string(", ") : fmt::format(" {} ", last), words[at]);
  return out;
}

void add(CLI::App& app, const Option& option) {
  const std::string names(option.names);
  const std::string about =
      option.about.empty() ? listed(option.known, "or") : std::string(option.about);
  CLI::Option* added = std::visit(
      [&](auto* value) {
        if constexpr (std::is_same_v<decltype(value), bool*>)
          return app.add_flag(names, *value, about);
        else
          return app.add_option(names, *value, about)->type_name(std::string(option.type));
      },
      option.value);
  if (std::holds_alternative<std::vector<std::string>*>(option.value))
    added->take_all()->allow_extra_args(false);
  else
    added->take_last();
  if (std::holds_alternative<std::int64_t*>(option.value) ||
      std::holds_alternative<unsigned*>(option.value))
    added->check([](const std::string& word) {
      const bool fits = !word.empty() && word.size() < 10 &&
                        word.find_first_not_of("0123456789") == std::string::npos;
      return fits ? std::string()
                  : fmt::format("cannot be `{}`: it is a number of at most nine digits", word);
    });
  if (!option.known.empty())
    added->check([&known = option.known](const std::string& word) {
      const bool fits = std::find(known.begin(), known.end(), word) != known.end();
      return fits ? std::string()
                  : fmt::format("cannot be `{}`; known are {}", word, listed(known, "and"));
    });
}

}  // namespace

Option choice_option(std::string_view names, std::string& value, std::string_view type,
                     std::string_view about, std::vector<std::string_view> known) {
  return {names, &value, type, about, std::move(known)};
}
Option format_option(std::string& value, std::vector<std::string_view> known) {
  return choice_option("--format", value, "FORMAT", "", std::move(known));
}
Option color_option(std::string& value) {
  return choice_option("--color", value, "WHEN", "", {"auto", "always", "never"});
}

void declare(OptionList& list, const OptionList& more) {
  list.insert(list.end(), more.begin(), more.end());
}

std::optional<int> parse_arguments(const OptionList& list, const Help& help, Arguments arguments,
                                   const Streams& streams, std::vector<std::string>& words,
                                   std::size_t max_words) {
  CLI::App app;
  app.set_help_flag();
  for (const Option& option : list) add(app, option);
  bool wants_help = false;
  app.add_flag("-h,--help", wants_help, "this text");
  app.allow_extras();
  if (streams.describe) {
    for (const CLI::Option* option : app.get_options()) {
      const bool takes_value = option->get_items_expected_max() > 0;
      for (const std::string& name : option->get_snames())
        streams.describe->emplace('-' + name, takes_value);
      for (const std::string& name : option->get_lnames())
        streams.describe->emplace("--" + name, takes_value);
    }
    return 0;
  }

  const auto is_end = [](const char* argument) { return std::string_view(argument) == "--"; };
  const auto end_of_options = std::find_if(arguments.begin(), arguments.end(), is_end);
  std::vector<std::string> reversed(std::make_reverse_iterator(end_of_options), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string message = error.what();
    return usage_error(streams, help,
                       fmt::format("`{}` needs a value", message.substr(0, message.find(':'))));
  } catch (const CLI::ValidationError& error) {  // "--format: cannot be …"
    const std::string message = error.what();
    const std::size_t name = std::min(message.find(':'), message.size());
    complain(streams, fmt::format("`{}`{}", message.substr(0, name),
                                  message.substr(std::min(name + 1, message.size()))));
    return 2;
  } catch (const CLI::Error& error) {
    return usage_error(streams, help, error.what());
  }
  if (wants_help) return finish(streams, help_text(app, help), 0);
  for (std::string& word : app.remaining()) {
    if (word.size() > 1 && word.front() == '-') return unknown_option(streams, help, app, word);
    words.push_back(std::move(word));
  }
  if (end_of_options != arguments.end())
    words.insert(words.end(), end_of_options + 1, arguments.end());
  if (words.size() > max_words)
    return usage_error(streams, help,
                       fmt::format("`{}` is one argument too many", words[max_words]));
  return std::nullopt;
}

}  // namespace backout::cli
