// Wraps CLI11: its exceptions end here. Words that are no options never pass through it, because it
// reads `[a,b]` as a list and so would mangle a folder called `[x]`.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/cli.h"
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

}  // namespace

void add_choice(CLI::App& app, const char* name, std::string& value,
                std::vector<std::string_view> known, const char* type, std::string about) {
  if (about.empty()) about = listed(known, "or");
  app.add_option(name, value, std::move(about))
      ->type_name(type)
      ->check([known = std::move(known)](const std::string& word) {
        const bool fits = std::find(known.begin(), known.end(), word) != known.end();
        return fits ? std::string()
                    : fmt::format("cannot be `{}`; known are {}", word, listed(known, "and"));
      });
}
void add_format(CLI::App& app, std::string& value, std::vector<std::string_view> known) {
  add_choice(app, "--format", value, std::move(known), "FORMAT");
}
void add_color(CLI::App& app, std::string& value) {
  add_choice(app, "--color", value, {"auto", "always", "never"}, "WHEN");
}

std::optional<int> parse_arguments(CLI::App& app, const Help& help, Arguments arguments,
                                   const Streams& streams, std::vector<std::string>& words,
                                   std::size_t max_words) {
  bool wants_help = false;
  app.set_help_flag();
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
