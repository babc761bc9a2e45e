// Which columns a trigger function fills in, and whether that is all it does.
#include "sql/trigger_body.h"

#include <gtest/gtest.h>

namespace backout::sql {
namespace {

struct Case {
  const char* body;
  bool simple;
  std::vector<std::string> assigned;
};

TEST(TriggerBody, ReadsAssignmentsToNew) {
  const Case cases[] = {
      {"BEGIN NEW.a := 1; RETURN NEW; END", true, {"a"}},
      {"begin\n new.a = now(); -- as := new.z := 1;\n NEW.\"B\" := ';' ; return new;\nend;",
       true,
       {"a", "B"}},
      {"BEGIN IF NEW.a IS NULL THEN NEW.a := 1; END IF; RETURN NEW; END", false, {"a"}},
      {"BEGIN IF NEW.a = 1 THEN RETURN NULL; END IF; RETURN NEW; END", false, {}},
      {"DECLARE x int; BEGIN NEW.a := 1; RETURN NEW; END", false, {"a"}},
      {"BEGIN INSERT INTO log VALUES (NEW.a = 1); NEW.b := 2; RETURN NEW; END", false, {"b"}},
      {"BEGIN /* NEW.a := 1; */ RETURN NEW; END", true, {}},
      {"BEGIN NEW.a := 'unterminated", true, {"a"}},
      {"", false, {}},
  };
  for (const Case& c : cases) {
    Function function;
    function.definition.language = "plpgsql";
    function.definition.body = c.body;
    const TriggerBody body = trigger_body(function);
    EXPECT_EQ(body.simple, c.simple) << c.body;
    EXPECT_EQ(body.assigned, c.assigned) << c.body;
  }
}

TEST(TriggerBody, OtherLanguagesAreNotRead) {
  Function function;
  function.definition.language = "plv8";
  function.definition.body = "BEGIN NEW.a := 1; RETURN NEW; END";
  EXPECT_FALSE(trigger_body(function).simple);
  EXPECT_TRUE(trigger_body(function).assigned.empty());
}

}  // namespace
}  // namespace backout::sql
