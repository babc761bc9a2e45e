#include "expr/program.h"

#include "expr/check.h"
#include "expr/optimize.h"

namespace backout::expr {

tl::expected<Program, Problem> compile(const Tree& tree, const Type& result, Engine engine) {
  Program program{engine, tree, {}, std::make_shared<std::deque<Type>>()};
  if (auto problem = check(program.tree, result, engine, program.types, *program.pool))
    return tl::unexpected(std::move(*problem));
  if (auto problem = optimize(program.tree, program.types, engine))
    return tl::unexpected(std::move(*problem));
  return program;
}

}  // namespace backout::expr
