// What a BEFORE INSERT trigger does for a column, and whether a trigger may refuse a row.
#include "sql/trigger_body.h"

#include <gtest/gtest.h>

namespace backout::sql {
namespace {

struct Case {
  const char* body;
  Fills fills;
  bool refuses;
};

TEST(TriggerBody, WhatItDoesToARow) {
  const Case cases[] = {
      {"BEGIN NEW.a := 1; RETURN NEW; END", Fills::always, false},
      {"DECLARE x int; BEGIN x := 1; NEW.a := x; RETURN NEW; END", Fills::always, false},
      {"BEGIN IF NEW.a IS NULL THEN NEW.a := 1; END IF; RETURN NEW; END", Fills::maybe, false},
      {"BEGIN IF NEW.b THEN RETURN NEW; END IF; NEW.a := 1; RETURN NEW; END", Fills::maybe, false},
      {"BEGIN INSERT INTO log VALUES (1); NEW.a := 2; RETURN NEW; END", Fills::maybe, false},
      {"BEGIN NEW.b := 1; RETURN NEW; END", Fills::no, false},
      {"BEGIN /* NEW.a := 1; */ RETURN NEW; END", Fills::no, false},
      {"BEGIN RAISE NOTICE 'x'; NEW.a := 1; RETURN NEW; END", Fills::always, false},
      {"BEGIN IF NEW.b THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END", Fills::no, true},
      {"BEGIN RAISE 'no'; END", Fills::no, true},
      {"BEGIN ASSERT NEW.b; RETURN NEW; END", Fills::no, true},
      {"", Fills::no, false},
  };
  for (const Case& c : cases) {
    Catalog catalog;
    CreateFunction function;
    function.name = {"public", "f"};
    function.language = "plpgsql";
    function.body = c.body;
    function.returns.emplace().name.name = "trigger";
    CreateTable create;
    create.name = {"public", "t"};
    CreateTrigger trigger;
    trigger.name = "g";
    trigger.table = create.name;
    trigger.function = function.name;
    trigger.row = true;
    trigger.timing = 'b';
    trigger.events = "i";
    for (const Action& action : {Action(function), Action(create), Action(trigger)})
      ASSERT_EQ(catalog.apply({{}, false, action}, {}), Outcome::done);
    const Table* table = catalog.tables.find("public.t");
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(filled_on_insert(catalog, *table, "a"), c.fills) << c.body;
    EXPECT_EQ(may_refuse(catalog, trigger), c.refuses) << c.body;
  }
}

}  // namespace
}  // namespace backout::sql
