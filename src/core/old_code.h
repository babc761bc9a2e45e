// Whether code of a release still names what a change takes away. A database object has one name
// and code has many: `gift_note`, giftNote, GiftNote, GIFT_NOTE, `gift-note`. So each name is cut
// into words, and the words are looked for in any case and with any joint, whole. What code can use
// without naming it (`SELECT *`, SQL put together at run time, a mapper that reads all columns)
// does not prove a use and forbids to prove that there is none. Pure: text in, usages out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"

namespace backout {

struct Usage {
  enum class How : std::uint8_t {
    sql,      // in the text of a statement
    mapping,  // where an object mapper is told its tables and columns
    word,     // a bare word
    star,     // not by name: `SELECT *` and the like
    dynamic,  // not by name: SQL whose names are known at run time alone
  };
  std::string path;
  std::uint32_t line = 0;  // from 1
  std::string text;        // the line without its indentation, cut to 160 bytes
  How how = How::word;
  std::string_view mapper{};  // of a mapping: "Rails", "Hibernate"
  bool near = false;          // the same file names the table (of an enum value: the type) as well
};
[[nodiscard]] std::string_view to_string(Usage::How how);  // "SQL", "mapping", "bare word" …

// Usages of one kind: the first few, and all of them counted.
struct Usages {
  std::vector<Usage> shown;  // at most `usages_shown`, ordered by path and line
  std::size_t count = 0, files = 0;
};
inline constexpr std::size_t usages_shown = 20;

// What code says about one object.
struct ObjectEvidence {
  Usages strong;  // named as what it is: in SQL, in a mapping, beside its table
  Usages weak;    // a bare word that may well be something else
  Usages open;    // may use it without naming it
};
enum class Standing : std::uint8_t { used, not_proven, unused };
// `unused` only when nothing at all speaks against it.
[[nodiscard]] Standing standing(const ObjectEvidence& evidence);

// One release's code, searched for several objects.
struct ReleaseEvidence {
  std::string release;       // as the user knows it: "v1.4.0", "main"
  std::size_t files = 0;     // searched
  std::size_t programs = 0;  // of these (core/code_file.h); none: nothing is proven
  // Of the programs, those that name any of the tables asked about as a control; absent: none were.
  // A search that finds nothing of the database at all looked in the wrong place.
  std::optional<std::size_t> controls{};
  std::size_t left_out = 0;             // documents, tests, generated, vendored, binary, lock files
  std::vector<std::string> unsearched;  // code that could not be read, in words: then nothing is
                                        // proven
  std::vector<ObjectEvidence> objects;  // by index of the objects asked for
};
// Of object `index`: as `standing`, but `not_proven` for `unused` where code could not be searched
// or there is none.
[[nodiscard]] Standing standing(const ReleaseEvidence& release, std::size_t index);

// Whether a search can say anything about such an object at all (columns, tables, views, functions,
// types, enum values, sequences, constraints, indexes, schemas …). `kind` as in ObjectRef.
[[nodiscard]] bool is_searchable(const ObjectRef& object);

// Searches texts for objects. Made once, used by several threads.
class OldCodeSearch {
 public:
  // `controls`: tables of the same database.
  explicit OldCodeSearch(std::span<const ObjectRef> objects,
                         std::span<const ObjectRef> controls = {});
  ~OldCodeSearch();
  OldCodeSearch(const OldCodeSearch&) = delete;
  OldCodeSearch& operator=(const OldCodeSearch&) = delete;

  struct Found {
    std::size_t object;  // index
    ObjectEvidence evidence;
  };
  struct File {
    std::vector<Found> found;  // objects it says something about, by index; mostly none
    bool control = false;      // it names a control in SQL, in a mapping or in quotes
  };
  // Cost: linear in the text; the lines around hits are looked at a bounded number of times.
  [[nodiscard]] File file(std::string_view path, std::string_view text) const;

  struct Impl;

 private:
  std::unique_ptr<const Impl> impl_;
};

// Adds what a file says to what is known of the release; files come in the order of their paths.
void add(ObjectEvidence& to, const ObjectEvidence& file);

}  // namespace backout
