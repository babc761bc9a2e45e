// The condition language, feature by feature: one table for both engines where they agree, one
// where they do not. Letters are phases of a success condition: S Successful, F Failed; an Error is
// the stage that raises it: p parse, c check, r run, n not-bool, l limit.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "expr/builtin.h"
#include "expr/condition.h"
#include "expr/parser.h"
#include "expr/result_value.h"

namespace backout::expr {
namespace {

Value value_of(std::string_view json, std::string_view kind) {
  auto value = result_value(kind, json);
  if (!value) ADD_FAILURE() << kind << ' ' << json << ": " << value.error().message;
  return value ? std::move(*value) : Value{};
}

char letter(const Measurement& measurement) {
  if (measurement.problem) return to_string(measurement.problem->stage).front();
  return to_string(measurement.phase).front();
}

char outcome(std::string_view success, const Value& result, Engine engine) {
  return letter(evaluate(read_condition(success, engine), read_condition("", engine), result));
}

struct Row {
  const char* condition;
  const char* result;
  char expected;    // of 1.15
  char recent = 0;  // of 1.17; 0: the same
};

void expect_all(const std::vector<Row>& rows, const char* kind) {
  for (const Row& row : rows) {
    const Value result = value_of(row.result, kind);
    EXPECT_EQ(outcome(row.condition, result, Engine::expr_1_15), row.expected)
        << "1.15: " << row.condition << " of " << row.result;
    EXPECT_EQ(outcome(row.condition, result, Engine::expr_1_17),
              row.recent == 0 ? row.expected : row.recent)
        << "1.17: " << row.condition << " of " << row.result;
  }
}

// The table of section 2.9 of the facts on rollouts: no samples, 0/0, zero.
TEST(ExprCondition, WithoutSamples) {
  const struct {
    const char *success, *failure;
    const char* expected;  // for [], [NaN], [0]; E Error, I Inconclusive
  } rows[] = {
      {"result[0] >= 0.95", "", "EFF"},
      {"result[0] <= 0.05", "", "EFS"},
      {"result[0] != 0", "", "ESF"},
      {"", "result[0] > 0.05", "ESS"},
      {"", "result[0] < 0.95", "ESF"},
      {"!(result[0] > 0.05)", "", "ESS"},
      {"result[0] >= 0.95", "result[0] < 0.9", "EIF"},
      {"len(result) == 0 || result[0] >= 0.95", "", "SFF"},
      {"len(result) > 0 && result[0] >= 0.95", "", "FFF"},
      {"len(result) > 0 && result[0] >= 0.95", "len(result) > 0 && result[0] < 0.95", "IIF"},
      {"isNaN(result) || result >= 0.95", "", "EEE"},
      {"all(result, # >= 0.95)", "", "SFF"},
      {"", "any(result, # > 0.05)", "SSS"},
      {"none(result, # > 0.05)", "", "SSS"},
      {"len(filter(result, # > 0.05)) == 0", "", "SSS"},
      {"count(result, # > 0.05) == 0", "", "SSS"},
      {"sum(result) < 5", "", "SFS"},
      {"mean(result) <= 5", "", "SFS"},
      {"median(result) <= 5", "", "SFS"},
      {"", "mean(result) > 5", "SSS"},
      {"(first(result) ?? 1) >= 0.95", "", "SFF"},
      {"(get(result, 0) ?? 1) >= 0.95", "", "SFF"},
      {"result == nil || result[0] > 1", "", "EFF"},
      {"isNil(result) || result[0] > 1", "", "EFF"},
      {"", "", "SSS"},
  };
  const char* const results[] = {"[]", "[\"NaN\"]", "[0]"};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < 3; ++i)
      for (const Engine engine : {Engine::expr_1_15, Engine::expr_1_17}) {
        const Measurement measurement =
            evaluate(read_condition(row.success, engine), read_condition(row.failure, engine),
                     value_of(results[i], "prometheus-vector"));
        EXPECT_EQ(to_string(measurement.phase).front(), row.expected[i])
            << row.success << " | " << row.failure << " of " << results[i];
      }
}

TEST(ExprCondition, Syntax) {
  expect_all(
      {
          {"-2 ** 2 == -4", "[]", 'S'},
          {"2 ** 3 ** 2 == 512", "[]", 'S'},
          {"2 ^ -1 == 0.5", "[]", 'S'},
          {"-5 % 3 == -2", "[]", 'S'},
          {"1 + 2 * 3 == 7", "[]", 'S'},
          {"not true == false", "[]", 'S'},
          {"1 == 1 == true", "[]", 'S'},
          {"true or false and false", "[]", 'S'},
          {"false ? false : false ? false : true", "[]", 'S'},
          {"true ?: false", "[]", 'S'},
          {"nil ?? 1 ?? 2", "[]", 'n'},
          {"0xFF == 255", "[]", 'S'},
          {"0XFF == 255", "[]", 'p', 'S'},
          {"0b101 == 5 and 0o17 == 15", "[]", 'p', 'S'},
          {"1_000 == 1000 and .5 == 0.5 and 1. == 1 and 1e3 == 1000 and 017 == 17", "[]", 'S'},
          {"9223372036854775807 > 0", "[]", 'S'},
          {"-9223372036854775808 < 0", "[]", 'p'},
          {"1e400 > 0", "[]", 'p'},
          {"1abc > 0", "[]", 'p'},
          {"1.5.2 > 0", "[]", 'p'},
          {"\"\\u0041\\x41\\101\" == 'AAA'", "[]", 'S'},
          {"'\\'' == \"'\"", "[]", 'S'},
          {"\"\\'\" == \"'\"", "[]", 'p'},
          {"'a\nb' == ''", "[]", 'p'},
          {"`a\nb\\n` != ''", "[]", 'p', 'S'},
          {"b'ab' == b\"ab\"", "[]", 'p', 'S'},
          {"'abc'[0:1] == 'a'", "[]", 'p', 'S'},
          {"('abc')[0:1] == 'a'", "[]", 'S'},
          {"[1, 2,] == [1, 2]", "[]", 'S'},
          {"max(1, 2,) == 2", "[]", 'p', 'S'},
          {"any([1], # > 0,)", "[]", 'p', 'S'},
          {"{a: 1, 'b': 2, 3: 4, (\"c\" + \"d\"): 5,}.cd == 5", "[]", 'S'},
          {"{true: 1}.true == 1 and {\"in\": 2}.in == 2", "[]", 'S'},
          {"let x = 1; let y = 2; x < y", "[]", 'S'},
          {"(let x = 1; x) == 1", "[]", 'S'},
          {"let x = 1; x > 0; true", "[]", 'p', 'S'},
          {"let x = 1 x > 0", "[]", 'p'},
          {"[1, 2] | filter(# > 1) | len() == 1", "[]", 'S'},
          {"[1, 2] | sum > 1", "[]", 'p'},
          {"::len([1]) == 1", "[]", 'p', 'S'},
          {"true // the end", "[]", 'S'},
          {"true /* no end", "[]", 'p'},
          {"/* a /* b */ true", "[]", 'S'},
          {"true # comment", "[]", 'p'},
          {"true & true", "[]", 'p'},
          {"1 not in [1]", "[]", 'F'},
          {"2 not > 1", "[]", 'F', 'p'},
          {"1 + 1 not in [2]", "[]", 'S', 'F'},  // 1.15 loses the `not`
          {"if true { 1 } else { 2 } == 1", "[]", 'p'},
          {"(if true { 1 } else { 2 }) == 1", "[]", 'p', 'S'},
          {"1 < 2 < 3 < 4", "[]", 'c', 'S'},
          {"1 < 2 == true", "[]", 'S'},
          {"true;", "[]", 'p', 'S'},
          {"é == 1", "[]", 'c'},
          {"true\xff", "[]", 'p'},
          {"[1][0] == 1", "[]", 'S'},
          {"5[0]", "[]", 'p'},
          {"any([1], {# == 1})", "[]", 'S'},
          {"any([1], {# == 1; true})", "[]", 'p', 'S'},
          {"any([1], # == 1; true)", "[]", 'p'},
          {"map([1], {'a': #})", "[]", 'p'},
          {"all([[1]], all(#, # == 1))", "[]", 'S'},
          {"all([{'v': 1}], .v == 1 and #.v == 1 and # .v == 1)", "[]", 'S'},
      },
      "prometheus-vector");
}

TEST(ExprCondition, NumbersAndTypes) {
  expect_all(
      {
          {"7 / 2 == 3.5", "[1]", 'S'},
          {"1 / 0 > 1e300 and isInf(-1 / 0)", "[1]", 'S'},
          {"len(result) % 0 == 1", "[1]", 'r'},
          {"1 % (2 - 2) == 0", "[1]", 'c'},
          {"false and 1 % 0 == 0", "[1]", 'c'},
          {"result[0] % 2 == 1", "[1]", 'c'},
          {"-len(result) == -1", "[1]", 'S'},
          {"isNaN(len(result))", "[1]", 'r'},
          {"isNaN(len(result) + 1)", "[1]", 'F'},  // the literal becomes a float
          {"isNaN(1 - 2)", "[1]", 'F'},
          {"isNaN(5 % 2)", "[1]", 'r'},
          {"isNaN(nil)", "[1]", 'r', 'c'},
          {"isInf(asInt('1'))", "[1]", 'r'},
          {"asInt('+5') == 5 and asInt('-5') == -5 and asInt(2.9) == 2", "[1]", 'S'},
          {"asInt(' 1') == 1", "[1]", 'r'},
          {"asInt(true) == 1", "[1]", 'r'},
          {"asFloat('1_0') == 10", "[1]", 'r'},
          {"asFloat('1e400') > 1", "[1]", 'r'},
          {"asFloat('-inf') < 0 and isNaN(asFloat('nAn'))", "[1]", 'S'},
          {"int('5') == 5 and int(5.9) == 5 and float('2.5') == 2.5", "[1]", 'S'},
          {"int('5.5') == 5", "[1]", 'r'},
          {"int(nil) == 0", "[1]", 'c'},
          {"'a' + 1 == 'a1'", "[1]", 'c'},
          {"'a' * 3 == 'aaa'", "[1]", 'c'},
          {"'1' == 1", "[1]", 'c'},
          {"true == 1", "[1]", 'c'},
          {"nil == false", "[1]", 'F'},
          {"nil == nil and nil != 1", "[1]", 'S'},
          {"1 == 1.0", "[1]", 'S'},
          {"max(1, 2.5) == 2.5", "[1]", 'S'},
          {"max(1, 2.5) == 2", "[1]", 'r'},  // both known to be int, and it is a float
          {"abs(-5) == 5 and abs(-2.5) == 2.5", "[1]", 'S'},
          {"round(2.5) == 3 and round(-2.5) == -3 and ceil(5) == 5 and floor(-0.5) == -1", "[1]",
           'S'},
          {"round('1') == 1", "[1]", 'c'},
          {"2 in 1..3 and 2.5 not in 1..3 and len(3..1) == 0", "[1]", 'S'},
          {"1..3 == [1, 2, 3]", "[1]", 'F', 'S'},
          {"bitand(6, 3) == 2 and bitshl(1, 70) == 0 and bitnot(0) == -1", "[1]", 'c', 'S'},
          {"bitshr(1, -1) == 0", "[1]", 'c', 'r'},
          {"mean([1, 2]) == 1.5", "[1]", 'S'},
          {"mean(1, 2) == 1.5", "[1]", 'c', 'S'},
          {"sum([1, 2, 3]) == 6 and sum([0.5, 1]) == 1.5", "[1]", 'S'},
          {"sum(result, # * 2) == 2", "[1]", 'p', 'S'},
          {"max(result) == 1 and min([3, [1, 2]]) == 1", "[1]", 'c', 'S'},
          {"result[0] and true", "[1]", 'c'},
          {"-'a' == 1", "[1]", 'c'},
          {"!1", "[1]", 'c'},
          {"len(5) == 1", "[1]", 'c'},
          {"len(result, 1) == 1", "[1]", 'c'},
          {"(true ? 1 : nil) == 1", "[1]", 'S'},
          {"(false ? 1 : nil) == 1", "[1]", 'r'},
          {"(true ? 1 : 'a') == 'a'", "[1]", 'F'},
          {"type(1) == 'int' and type(1.5) == 'float' and type(nil) == 'nil'", "[1]", 'S'},
          {"string(1.0) == '1' and string(1e21) == '1e+21' and string(0.00001) == '1e-05'", "[1]",
           'S'},
          {"string(nil) == '<nil>' and string([1, 'a']) == '[1 a]'", "[1]", 'S'},
          {"string({'b': 1, 'a': true}) == 'map[a:true b:1]'", "[1]", 'S'},
      },
      "prometheus-vector");
}

TEST(ExprCondition, FoldingIsVisible) {
  expect_all(
      {
          {"result[5] > 1 and false", "[1]", 'F'},
          {"result[5] > 1 or true", "[1]", 'S'},
          {"1 == 1 or result[5] > 1", "[1]", 'S'},
          {"1 > 0 and result[5] > 1", "[1]", 'r'},
          {"unknown and false", "[1]", 'c'},
          {"filter(result, # > 0)[0] == 1", "[1, 2]", 'S'},
          {"filter(result, # > 5)[0] == 1", "[1, 2]", 'r'},
          {"filter(result, # > 0)[-1] == 2", "[1, 2]", 'S'},
          {"first(filter(result, # > 5)) == nil", "[1, 2]", 'S'},
          {"findIndex(result, # > 5) == 0", "[1]", 'r'},
          {"findIndex(result, # > 5) == nil", "[1]", 'S'},
          {"findIndex(result, # > 5) != 0", "[1]", 'S', 'r'},
          {"findIndex(result, # > 5) in [0, 1]", "[1]", 'S'},  // nil looks up zero
          {"findIndex(result, # > 5) in 0..1", "[1]", 'r'},
      },
      "prometheus-vector");
  expect_all(
      {
          {"result.a and true", "{\"a\": 1}", 'n'},
          {"true and result.a", "{\"a\": 1}", 'n'},
          {"result.a and result.b", "{\"a\": true, \"b\": 1}", 'n'},
          {"result.a or result.b", "{\"a\": 1}", 'r'},
          {"result.a or true", "{\"a\": 1}", 'S'},
          {"filter(result.a, # > 1)[0] == 2", "{\"a\": [2, \"x\"]}", 'S'},
          {"len(filter(result.a, # > 1)) > 0", "{\"a\": [2, \"x\"]}", 'r', 'S'},
          {"count(result.a, # > 1) > 1", "{\"a\": [2, 3, \"x\"]}", 'r', 'S'},
          {"all(result.a, # != nil) && all(result.a, # > 1)", "{\"a\": [2, null]}", 'F'},
          {"all(result.a, # != 3) && all(result.a, # > 1)", "{\"a\": [null, 3]}", 'F', 'r'},
          {"result.a in ['x', 'y']", "{\"a\": 1}", 'r'},
          {"result.a in ['', 'y']", "{}", 'S'},
          {"result.a in ['x', 1]", "{\"a\": 1}", 'S'},
          {"sum([result.a, result.b]) == 'xy'", "{\"a\": \"x\", \"b\": \"y\"}", 'r', 'S'},
      },
      "web");
}

TEST(ExprCondition, ObjectsAndLists) {
  expect_all(
      {
          {"result.a.b.c == 1", "{\"a\": {}}", 'r'},
          {"result.a?.b?.c == nil", "{}", 'S'},
          {"result.a?.b.c.d == nil", "{}", 'S'},
          {"(result.a ?? {}).b == nil", "{}", 'S'},
          {"result.a?.[0] == nil", "{}", 'p', 'S'},
          {"result['a']['b'] == 1", "{\"a\": {\"b\": 1}}", 'S'},
          {"result[result.k] == 1", "{\"k\": \"a\", \"a\": 1}", 'S'},
          {"result[1] == 1", "{\"1\": 1}", 'c'},
          {"result.a[0.9] == 1", "{\"a\": [1]}", 'S'},  // a dynamic index is truncated
          {"result.a[-2] == 1", "{\"a\": [1]}", 'r'},
          {"result.a[0] == 97", "{\"a\": \"abc\"}", 'S'},
          {"result.a[1:] == 'bc'", "{\"a\": \"abc\"}", 'S'},
          {"result.a[5:2] == ''", "{\"a\": \"abc\"}", 'S'},
          {"result == {'a': 1}", "{\"a\": 1}", 'F'},  // int is not float64 inside of objects
          {"result == {'a': 1.0}", "{\"a\": 1}", 'S'},
          {"result.a == [1]", "{\"a\": [1]}", 'F', 'S'},
          {"result.a == ['x', [true]]", "{\"a\": [\"x\", [true]]}", 'S'},
          {"'a' in result and 'b' not in result", "{\"a\": 1}", 'S'},
          {"1 in result", "{\"a\": 1}", 'c'},
          {"nil in result", "{\"a\": 1}", 'F', 'c'},
          {"'x' in result.a", "{\"a\": \"xyz\"}", 'r'},
          {"'x' in result.a", "{}", 'F'},
          {"result.a contains 'x'", "{}", 'r', 'F'},
          {"result.a contains 'x'", "{\"a\": 1}", 'r'},
          {"result.a > 'a'", "{\"a\": \"b\"}", 'S'},
          {"result.a > nil", "{\"a\": 1}", 'c'},
          {"result.a()", "{}", 'r'},
          {"result()", "{}", 'c'},
          {"len(result.a) == 0", "{\"a\": {}}", 'S'},
          {"all(result.a, # > 1)", "{\"a\": {}}", 'S'},
          {"all(result.a, # > 1)", "{\"a\": {\"b\": 2}}", 'r'},
          {"all(result.a, # > 96)", "{\"a\": \"ab\"}", 'S'},
          {"first(result.a) == nil and last(result.b) == nil", "{\"a\": []}", 'S'},
          {"get(result, 'a') == 1 and get(result, 'b') == nil", "{\"a\": 1}", 'S'},
          {"get(result.a, 'x') == nil", "{\"a\": [1]}", 'S', 'r'},
          {"keys(result) == ['a', 'b'] and values(result)[1] == 2", "{\"b\": 2, \"a\": 1}", 'S'},
          {"toPairs(result)[0][0] == 'a'", "{\"a\": 1}", 'S'},
          {"fromPairs([['x', 1]]).x == 1", "{}", 'S'},
          {"take(result.a, 9) == result.a", "{\"a\": [\"x\"]}", 'S'},
          {"take(result.a, -1) == []", "{\"a\": [\"x\"]}", 'r'},
          {"reverse(result.a) == [2, 1]", "{\"a\": [1, 2]}", 'c', 'S'},
          {"uniq(result.a) == [1] and concat(result.a, [2]) == [1, 1, 2]", "{\"a\": [1, 1]}", 'c',
           'S'},
          {"flatten([[1, [2]], 3]) == [1, 2, 3]", "{}", 'c', 'S'},
          {"sort(result.a)[0] == 'a'", "{\"a\": [\"b\", \"a\"]}", 'S'},
          {"sort(result.a)[0] == 1", "{\"a\": [2, 1]}", 'r', 'S'},
          {"sort([2, 1], 'desc')[0] == 2", "{}", 'S'},
          {"sort([2, 1], 'down')[0] == 2", "{}", 'r'},
          {"sort([2, 'x'])[0] == 2", "{}", 'r'},
          {"sortBy(result.a, 'n')[0].n == 'x'", "{\"a\": [{\"n\": \"y\"}, {\"n\": \"x\"}]}", 'S',
           'F'},
          {"sortBy(result.a, .n, 'desc')[0].n == 2", "{\"a\": [{\"n\": 1}, {\"n\": 2}]}", 'p', 'S'},
          {"groupBy(result.a, # > 1)[true] == [2]", "{\"a\": [1, 2]}", 'F', 'S'},
          {"len(groupBy(result.a, # > 1)[true]) == 1", "{\"a\": [1, 2]}", 'S'},
          {"groupBy(result.a, # > 1)[3] == nil", "{\"a\": [1]}", 'S'},
          {"groupBy(result.a, [#])[3] == nil", "{\"a\": [1]}", 'r'},
          {"reduce(result.a, #acc + #) == 6", "{\"a\": [1, 2, 3]}", 'S'},
          {"reduce(result.a, #acc + #index, 10) == 13", "{\"a\": [9, 9, 9]}", 'S'},
          {"reduce(result.a, #acc + #) == 6", "{\"a\": []}", 'r'},
          {"map(result.a, #index) == [0, 1]", "{\"a\": [5, 5]}", 'S'},
          {"all(result.a, #acc > 1)", "{\"a\": [1]}", 'c'},
          {"one(result.a, # > 1) and not one(result.a, # > 0)", "{\"a\": [1, 2]}", 'S'},
          {"findLastIndex(result.a, # == 1) == 1", "{\"a\": [1, 1, 2]}", 'S'},
          {"all(result.a, #)", "{\"a\": [true, 1]}", 'r'},
          {"all(result.a, nil)", "{\"a\": [true]}", 'c'},
          {"all(result.a, 1)", "{\"a\": [true]}", 'c'},
          {"$env.result == result and $env['result'].a == 1", "{\"a\": 1}", 'S'},
          {"$env.nothing == nil", "{}", 'S', 'c'},
          {"$env?.nothing == nil", "{}", 'S'},
          {"get($env, 'result').a == 1", "{\"a\": 1}", 'S'},
          {"let f = asInt; f('5') == 5", "{}", 'S'},
          {"let len = 1; len > 0", "{}", 'c'},
          {"let a = 1; let a = 2; a > 0", "{}", 'c'},
          {"none == nil", "{}", 'S'},
          {"count > 1", "{}", 'c'},
      },
      "web");
}

TEST(ExprCondition, TextsAndEncodings) {
  expect_all(
      {
          {"upper(result) == 'ÄB' and lower('ÄB') == result", "\"äb\"", 'S'},
          {"len(result) == 2", "\"äb\"", 'F', 'S'},  // bytes or characters
          {"trim('  a ') == 'a' and trim('xax', 'x') == 'a'", "\"\"", 'S'},
          {"trimPrefix('ab', 'a') == 'b' and trimSuffix('ab', 'b') == 'a'", "\"\"", 'S'},
          {"split('a,b,c', ',')[1] == 'b' and len(split('a,b,c', ',', 2)) == 2", "\"\"", 'S'},
          {"split('a,b', ',') == ['a', 'b']", "\"\"", 'F', 'S'},
          {"splitAfter('a,b', ',')[0] == 'a,'", "\"\"", 'S'},
          {"len(split('äb', '')) == 2 and len(split('', ',')) == 1", "\"\"", 'S'},
          {"replace('aaa', 'a', 'b', 2) == 'bba' and replace('ab', '', '-') == '-a-b-'", "\"\"",
           'S'},
          {"repeat('ab', 2) == 'abab'", "\"\"", 'S'},
          {"repeat('ab', -1) == ''", "\"\"", 'r'},
          {"join(['a', 'b'], '-') == 'a-b' and join(['a', 'b']) == 'ab'", "\"\"", 'S'},
          {"join([1], '-') == '1'", "\"\"", 'r'},
          {"indexOf('abab', 'b') == 1 and lastIndexOf('abab', 'b') == 3 and indexOf('a', 'x') == "
           "-1",
           "\"\"", 'S'},
          {"hasPrefix('ab', 'a') and hasSuffix('ab', 'b')", "\"\"", 'S'},
          {"result startsWith 'a' and result endsWith 'c'", "\"abc\"", 'S'},
          {"result not matches '^b'", "\"abc\"", 'S'},
          {"result matches '(?i)^ABC$'", "\"abc\"", 'S'},
          {"result matches '('", "\"abc\"", 'c'},
          {"result matches '(' + ''", "\"abc\"", 'c'},
          {"result matches result", "\"(\"", 'r'},
          {"toJSON({'b': [1, 1.5], 'a': '<'}) == \"{\\n  \\\"a\\\": \\\"\\\\u003c\\\",\\n  "
           "\\\"b\\\": "
           "[\\n    1,\\n    1.5\\n  ]\\n}\"",
           "\"\"", 'S'},
          {"toJSON(0 / 0) == ''", "\"\"", 'r'},
          {"fromJSON('{\"a\": [1, {\"a\": 1, \"a\": 2}]}').a[1].a == 2", "\"\"", 'S'},
          {"fromJSON(result) == 1", "\"[1\"", 'r'},
          {"toBase64('ab') == 'YWI=' and fromBase64('YWI=') == 'ab' and toBase64('') == ''", "\"\"",
           'S'},
          {"fromBase64('YWI') == 'ab'", "\"\"", 'r'},
          {"upper(1) == 'A'", "\"\"", 'c'},
          {"upper(nil) == 'A'", "\"\"", 'r', 'c'},
          {"result == 'x' || result[0] == 'x'", "\"x\"", 'c'},
          {"'a' < 'b' and 'a' < result", "\"b\"", 'S'},
      },
      "web");
}

TEST(ExprCondition, TimesAndDurations) {
  expect_all(
      {
          {"date('2023-08-14').Year() == 2023 and date('2023-08-14').YearDay() == 226", "null",
           'S'},
          {"date('2023-08-14').Month() == 8", "null", 'F', 'c'},
          {"int(date('2023-08-14').Month()) == 8", "null", 'r', 'S'},
          {"date('2023-08-14').Month().String() == 'August'", "null", 'S'},
          {"date('2023-08-14').Weekday().String() == 'Monday'", "null", 'S'},
          {"date('2023-08-14').Unix() == 1691971200", "null", 'S'},
          {"date('2023-08-14T02:00:00+02:00') == date('2023-08-14')", "null", 'S'},
          {"date('14 Aug 23 10:00 UTC') == date('2023-08-14 10:00:00')", "null", 'S'},
          {"date('Mon, 14 Aug 2023 10:00:00 GMT').Hour() == 10", "null", 'S'},
          {"date('2023-02-29') == nil", "null", 'r'},
          {"date('1/2/2024 3PM', '1/2/2006 3PM').Hour() == 15", "null", 'S'},
          {"date('2024-01-02', '2006-01-02', 'UTC') < now()", "null", 'S'},
          {"date('2024-01-02', '2006-01-02', 'Europe/Berlin') < now()", "null", 'l'},
          {"date('2024-01-31') + duration('24h') == date('2024-02-01')", "null", 'S'},
          {"date('2024-02-01') - date('2024-01-31') == duration('24h')", "null", 'S'},
          {"date('2024-01-31').AddDate(0, 1, 0).Format('Jan 2') == 'Mar 2'", "null", 'S'},
          {"string(date('2024-01-31')) == '2024-01-31 00:00:00 +0000 UTC'", "null", 'S'},
          {"now().After(date('2020-01-01')) and now() - duration('1h') < now()", "null", 'S'},
          {"date() == nil", "null", 'c'},
          {"date('x').Foo() == nil", "null", 'c'},
          {"duration('1h30m').Minutes() == 90 and duration('1.5s').Milliseconds() == 1500", "null",
           'S'},
          {"string(duration('-90m')) == '-1h30m0s' and string(duration('1500us')) == '1.5ms'",
           "null", 'S'},
          {"duration('1h') == duration('60m')", "null", 'S'},
          {"duration('1h') + duration('1h') == duration('2h')", "null", 'r', 'S'},
          {"duration('1d') == nil", "null", 'r'},
          {"duration('1h') > 0", "null", 'r', 'c'},
      },
      "nil");
}

TEST(ExprCondition, TypesOfProviders) {
  const char* const one = "[{\"Id\": \"m1\", \"Label\": \"errors\", \"Values\": [1, 2]}]";
  expect_all(
      {
          {"result[0].StatusCode == 'Complete'", one, 'F', 'c'},
          {"string(result[0].StatusCode) == 'Complete'", one, 'S'},
          {"result[0].StatusCode contains 'Comp'", one, 'r'},
          {"result[0].Label == 'errors' and result[0].Id startsWith 'm'", one, 'S'},
          {"result[0].Label == nil", "[{}]", 'S'},
          {"result[0].Label contains 'x'", "[{}]", 'r', 'F'},
          {"result[0].values == nil", one, 'c'},
          {"result.Values == nil", one, 'c'},
          {"'Values' in result[0]", one, 'S'},
          {"filter(result, .Id == 'm1')[0].Values[-1] == 2", one, 'S'},
          {"max(result[0].Values) == 2", one, 'c', 'S'},
          {"sum(result[0].Values) == 3 and len(result[0].Timestamps) == 0", one, 'S'},
          {"sum(result[0].Values) == 0", "[{}]", 'S'},
      },
      "cloudwatch");
  expect_all({{"result.rate > 0.5", "{\"rate\": 1}", 'S'},
              {"result[0].rate > 0.5", "{\"rate\": 1}", 'c'},
              {"result == {'rate': 1.0}", "{\"rate\": 1}", 'F'}},
             "newrelic");
  expect_all({{"result[0].rate > 0.5", "[{\"rate\": 1}]", 'S'},
              {"result.rate > 0.5", "[{\"rate\": 1}]", 'c'}},
             "newrelic-rows");
  expect_all({{"result == 1 or result > 5", "null", 'c'},
              {"default(result, 1) == 1", "\"nil\"", 'S'},
              {"default(1, result) == nil", "null", 'S'},
              {"isNil(5)", "null", 'S'},
              {"isNil(nil)", "5", 'F'}},
             "datadog");
}

TEST(ExprCondition, AJsonThatDoesNotFitItsKindIsAnError) {
  const struct {
    const char *kind, *json, *message;
  } cases[] = {
      {"prometheus-vector", "5",
       "a result of kind `prometheus-vector` must be a list of numbers, not the number 5"},
      {"scalar", "\"x\"",
       "a result of kind `scalar` must be a number, \"NaN\", \"+Inf\" or \"-Inf\", not a text"},
      {"nil", "1", "a result of kind `nil` must be null, not the number 1"},
      {"webb", "1", "unknown kind of result `webb`; did you mean `web`?"},
      {"web", "[1", "the result is no JSON from byte 3 on"},
  };
  for (const auto& c : cases) {
    const auto value = result_value(c.kind, c.json);
    ASSERT_FALSE(value) << c.kind;
    EXPECT_EQ(value.error().message, c.message);
  }
}

TEST(ExprCondition, ProblemsPointAtTheirPlace) {
  const struct {
    const char* condition;
    const char* at;  // the text of the span
    const char* message;
    const char* nearest;
  } cases[] = {
      {"len(results) > 0", "results", "unknown name `results`", "result"},
      {"isnan(result[0])", "isnan", "unknown name `isnan`", "isNaN"},
      {"avg(result) > 0", "avg", "unknown name `avg`", ""},
      {"true and result > 1", "result > 1", "`>` cannot compare a list of numbers and an integer",
       ""},
      {"result[0] > 1 and result[7] > 1", "result[7]",
       "there is no element 7: the list has 1 element", ""},
      {"result[0] >= 95%", "", "the condition ends too early", ""},
      {"result[0] >= 0,95", ",", "`,` was not expected here", ""},
      {"result[0] =< 1", "=", "`=` was not expected here", ""},
      {"result[0] == 'a\\q'", "\\q", "`\\q` is no escape", ""},
      {"isNaN(result)", "result", "`isNaN` needs a number, not a list of numbers", ""},
  };
  for (const auto& c : cases) {
    const Measurement measurement =
        evaluate(read_condition(c.condition, Engine::expr_1_15),
                 read_condition("", Engine::expr_1_15), value_of("[5]", "prometheus-vector"));
    ASSERT_TRUE(measurement.problem) << c.condition;
    const Problem& problem = *measurement.problem;
    EXPECT_EQ(
        std::string(c.condition).substr(problem.span.begin, problem.span.end - problem.span.begin),
        c.at)
        << c.condition;
    EXPECT_EQ(problem.message, c.message);
    EXPECT_EQ(problem.nearest, c.nearest);
  }
}

// What rules ask of a tree.
TEST(ExprCondition, TreesCanBeLookedThrough) {
  const auto tree = parse("default(result.x, 0) > 0.95 && any(result, # < 1e3)", Engine::expr_1_15);
  ASSERT_TRUE(tree);
  std::vector<std::string> found;
  for (const Node& node : tree->nodes) {
    if (node.kind == Node::Kind::call) found.push_back("call " + (*tree)[node.children[0]].text);
    if (node.kind == Node::Kind::builtin) found.push_back("builtin " + node.text);
    if (node.kind == Node::Kind::integer) found.push_back(std::to_string(node.integer));
    if (node.kind == Node::Kind::number) found.push_back(std::to_string(node.number));
    if (node.kind == Node::Kind::binary) found.push_back(node.text);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"0", "call default", "0.950000", ">", "1000.000000",
                                             "<", "builtin any", "&&"}));
}

TEST(ExprCondition, NamesAreSuggestedOnlyWhenNear) {
  const std::vector<std::string_view> names = known_names(Engine::expr_1_17);
  EXPECT_EQ(nearest_name("resutl", names), "result");
  EXPECT_EQ(nearest_name("asfloat", names), "asFloat");
  EXPECT_EQ(nearest_name("x", names), "");
  EXPECT_EQ(nearest_name("metrics", names), "");
}

TEST(ExprCondition, EnginesByVersion) {
  EXPECT_EQ(engine_of("1.9"), Engine::expr_1_15);
  EXPECT_EQ(engine_of("v1.7.2"), Engine::expr_1_15);
  EXPECT_EQ(engine_of("1.10"), Engine::expr_1_17);
  EXPECT_EQ(engine_of("v1.10.0-rc1"), Engine::expr_1_17);
  for (const char* const unknown : {"", "1", "1.6", "1.11", "2.9", "1.9x", "1.9."})
    EXPECT_FALSE(engine_of(unknown)) << unknown;
}

}  // namespace
}  // namespace backout::expr
