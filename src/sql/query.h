// The shape of a query: what its output columns are called and where they come from, and which
// relations, columns and functions it names. Made by sql/lower_query from the parse tree; resolved
// against the catalog (stars expanded, types looked up) by the catalog.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sql/expr.h"
#include "sql/name.h"
#include "sql/type.h"

namespace backout::sql {

struct Query {
  struct Item {              // of FROM, in order
    QualifiedName relation;  // empty name: a sub-query, function or VALUES
    std::string alias;       // as the query calls it; the relation's name when none is given
    std::vector<std::string> column_aliases;
    std::shared_ptr<const Query> subquery;  // also for a name bound by WITH (null where a recursive
                                            // one names itself) and for (a JOIN b) AS j
    std::string function;                   // table function
    std::vector<std::string> merged;  // columns merged by JOIN … USING with the items before (once
                                      // in *, ahead of the join's others)
    bool natural = false;
  };
  struct Output {
    std::string name;  // "" for a star
    bool star = false;
    std::string qualifier;  // of a star "t.*" or of a plain column "t.a"
    std::string column;     // when the output is a plain column reference
    Type type;  // known from a cast, a literal or a well-known function; empty name: not known
    std::string function;  // outermost function call, for its return type
  };
  std::vector<Item> from;
  std::vector<Output> outputs;  // of the leftmost branch of a set operation
  std::vector<QualifiedName>
      relations;  // all named anywhere in the query, each once, WITH names left out
  std::vector<std::pair<std::string, std::string>>
      columns;  // (qualifier or "", column) of every column reference anywhere, each once
  std::vector<std::string> functions;  // qualified as written, each once
  bool has_star = false;
  bool updatable = false;  // automatically updatable by shape: one FROM item that is a relation; no
                           // DISTINCT, GROUP BY, HAVING, LIMIT, OFFSET, set operation, WITH, window
                           // or aggregate in the outputs
  std::string text;        // fingerprint of the whole query, for comparison
};

}  // namespace backout::sql
