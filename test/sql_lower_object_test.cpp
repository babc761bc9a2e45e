// Every statement about other objects than tables, and the operations made of it.
#include <gtest/gtest.h>

#include "parse_sql.h"

namespace backout::sql {
namespace {

TEST(SqlLowerObject, Drop) {
  expect_operations({
      {"drop table if exists a, s.b cascade",
       "drop table if exists a cascade\ndrop table if exists s.b cascade"},
      {"drop index concurrently i", "drop index concurrently i"},
      {"drop view v; drop materialized view m; drop sequence s; drop foreign table f",
       "drop view v\ndrop materialized view m\ndrop sequence s\ndrop foreign table f"},
      {"drop type s.ty; drop domain d", "drop type s.ty\ndrop domain d"},
      {"drop schema s cascade; drop extension if exists e",
       "drop schema s cascade\ndrop extension if exists e"},
      {"drop function f; drop function s.g(int, text[]), h()",
       "drop function f\ndrop function s.g(integer, text[])\ndrop function h()"},
      {"drop procedure p(); drop routine r; drop aggregate a(int)",
       "drop procedure p()\ndrop routine r\ndrop aggregate a(integer)"},
      {"drop trigger if exists x on s.t; drop policy p on t; drop rule r on t",
       "drop trigger if exists s.t part=x\ndrop policy t part=p\ndrop rule t part=r"},
      {"drop role if exists r, current_user",
       "drop role if exists r\ndrop role if exists current_user"},
      {"drop database if exists d; drop tablespace t; drop subscription s",
       "drop database if exists d\ndrop tablespace t\ndrop subscription s"},
      {"drop owned by bob cascade", "drop object bob part=owned cascade"},
      {"drop publication p; drop server s; drop language l; drop event trigger e; drop access "
       "method m",
       "drop publication p\ndrop server s\ndrop language l\ndrop event trigger e\ndrop access "
       "method m"},
      {"drop statistics s.x; drop collation c; drop text search configuration t",
       "drop statistics s.x\ndrop collation c\ndrop text search object t"},
      {"drop operator class o using btree", "drop operator class o part=btree"},
  });
}

TEST(SqlLowerObject, Rename) {
  expect_operations({
      {"alter table if exists s.a rename to b", "rename table if exists s.a to b"},
      {"alter table t rename column a to b; alter view v rename a to b",
       "rename column t part=a of=table to b\nrename column v part=a of=view to b"},
      {"alter table t rename constraint a to b", "rename constraint t part=a of=table to b"},
      {"alter domain d rename constraint a to b", "rename constraint d part=a of=domain to b"},
      {"alter index i rename to j; alter sequence i rename to j; alter view i rename to j",
       "rename index i to j\nrename sequence i to j\nrename view i to j"},
      {"alter type s.a rename to b; alter domain a rename to b",
       "rename type s.a to b\nrename domain a to b"},
      {"alter type ty rename attribute a to b", "rename attribute ty part=a of=type to b"},
      {"alter schema a rename to b; alter role a rename to b; alter database a rename to b",
       "rename schema a to b\nrename role a to b\nrename database a to b"},
      {"alter function s.f(int) rename to g; alter procedure f rename to g",
       "rename function s.f(integer) to g\nrename procedure f to g"},
      {"alter trigger a on t rename to b; alter policy a on t rename to b; alter rule a on t "
       "rename to b",
       "rename trigger t part=a of=table to b\nrename policy t part=a of=table to b\nrename rule t "
       "part=a of=table to b"},
      {"alter type ty rename value 'a' to 'b'", "rename value ty.a to b"},
  });
}

TEST(SqlLowerObject, SchemaOwnerComment) {
  expect_operations({
      {"alter table if exists t set schema s; alter function f(int) set schema s; alter type ty "
       "set schema s",
       "set schema table t s\nset schema function f(integer) s\nset schema type ty s"},
      {"alter schema s owner to bob; alter function f() owner to current_user; alter type a.ty "
       "owner to bob",
       "owner schema s bob\nowner function f() current_user\nowner type a.ty bob"},
      {"comment on table s.t is 'x'; comment on column s.t.c is 'x'; comment on function f(int) is "
       "null",
       "comment table s.t\ncomment column t.c\ncomment function f"},
      {"security label on table t is 'x'", "alter table t security label"},
      {"alter function f() depends on extension e", "alter function f depends on extension"},
  });
}

TEST(SqlLowerObject, ViewsAndTypes) {
  expect_operations({
      {"create or replace view s.v (a, b) with (security_barrier) as select x, y from t with "
       "cascaded check option",
       "create view or replace s.v (a, b) from(t) with=security_barrier, check_option=cascaded"},
      {"create temp view v as select 1", "create view temporary v"},
      {"create type s.e as enum ('a', 'b')", "create enum s.e (a, b)"},
      {"alter type e add value 'c'; alter type e add value if not exists 'c' before 'b'; alter "
       "type e add value 'd' after 'c'",
       "add value e.c\nadd value if not exists e.c before=b\nadd value e.d after=c"},
      {"create type c as (a int, b text[])", "create composite c (a integer, b text[])"},
      {"create type r as range (subtype = float8)", "create range r double precision"},
      {"create type shell; create type b (input = i, output = o)",
       "create base type shell\ncreate base type b"},
      {"create domain s.d as varchar(5) collate \"C\" not null default 'x' constraint c check "
       "(value <> '')",
       "create domain s.d character varying(5) collate=C not null default='x' constraints(check c "
       "if=value <> '')"},
      {"create domain d int default null", "create domain d integer"},
      {"alter domain d set default 1; alter domain d drop default; alter domain d set not null; "
       "alter domain d drop not null",
       "alter domain d set default 1\nalter domain d drop default\nalter domain d set not "
       "null\nalter domain d drop not null"},
      {"alter domain d add constraint c check (value > 0) not valid; alter domain d drop "
       "constraint if exists c cascade; alter domain d validate constraint c",
       "alter domain d add constraint check c if=value > 0 not valid\nalter domain d drop "
       "constraint c if exists cascade\nalter domain d validate constraint c"},
  });
}

TEST(SqlLowerObject, FunctionsAndTriggers) {
  expect_operations({
      {"create function f(a int, b text default 'x', out c int) language SQL immutable strict as "
       "'select 1'",
       "create function f(a integer, b text default, o c integer) sql i strict body=select 1"},
      {"create or replace function s.f(variadic int[]) returns setof t language plpgsql stable "
       "security definer leakproof as $$begin end$$",
       "create function or replace s.f(v integer[]) returns=t set plpgsql s definer leakproof "
       "body=begin end"},
      {"create function f() returns table (a int) language sql as ''",
       "create function f(t a integer) returns=integer set table sql"},
      {"create function f() returns int language c window as 'lib', 'sym'",
       "create function f() returns=integer c window body=lib sym"},
      {"create function f() returns int return 1",
       "create function f() returns=integer sql sql-body"},
      {"create procedure p(inout a int) language sql begin atomic select 1; end",
       "create procedure p(b a integer) sql sql-body"},
      {"alter function f(int) immutable strict security invoker",
       "alter function f(integer) volatility=i strict=yes definer=no"},
      {"alter function f cost 5", "alter function f cost=5"},
      {"create trigger x before insert or update of a, b on s.t for each row when (new.a > 0) "
       "execute function f('q')",
       "create trigger x b:iu of(a, b) on s.t row when=new.a > 0 f with arguments"},
      {"create or replace trigger x after truncate or delete on t execute procedure s.f()",
       "create trigger or replace x a:dt on t s.f"},
      {"create trigger x instead of insert on v for each row execute function f()",
       "create trigger x i:i on v row f"},
      {"create constraint trigger x after insert on t deferrable for each row execute function f()",
       "create trigger constraint x a:i on t row f"},
      {"create or replace rule r as on update to t do instead nothing",
       "create rule or replace r on t CMD_UPDATE instead"},
  });
}

TEST(SqlLowerObject, BodyIsFoundInTheText) {
  const std::string text = "create function f() returns int as $a$ select 1 $a$ language sql";
  const Script script = parse_sql("select 0;" + text);
  const auto& function = std::get<CreateFunction>(script.statements.at(1).operations.at(0).action);
  EXPECT_EQ(
      text.substr(function.body_span.begin - 9, function.body_span.end - function.body_span.begin),
      "$a$ select 1 $a$");
}

TEST(SqlLowerObject, SequencesSchemasExtensions) {
  expect_operations({
      {"create sequence if not exists s.q as smallint increment by -2 minvalue -5 no maxvalue "
       "start 3 cycle owned by s.t.c",
       "create sequence if not exists s.q as=smallint increment=-2 min=-5 start=3 no max cycle "
       "owned(s, t, c)"},
      {"create temp sequence q maxvalue 9223372036854775807",
       "create sequence temporary q max=9223372036854775807"},
      {"alter sequence if exists q restart; alter sequence q restart with 5 no cycle owned by none",
       "alter sequence if exists q restart\nalter sequence q restart=5 no cycle owned(none)"},
      {"create schema if not exists s; create schema authorization bob",
       "create schema if not exists s\ncreate schema bob owner=bob"},
      {"create schema s create table t (a int references p) create view v as select 1 create index "
       "i on t (a)",
       "create schema s\ncreate table s.t (a integer (foreign key (a) -> s.p))\ncreate view "
       "s.v\ncreate index i on s.t (a)"},
      {"create extension if not exists e with schema s",
       "create extension if not exists e schema=s"},
      {"alter extension e update to '2'; alter extension e drop function f()",
       "alter extension e update\nalter extension e drop function f"},
  });
}

TEST(SqlLowerObject, KindsTheModelDoesNotLookInto) {
  expect_operations({
      {"create role r login; create user u", "create role r\ncreate role u"},
      {"create database d; create tablespace t location '/x'",
       "create database d\ncreate tablespace t"},
      {"create aggregate s.a (int) (sfunc = f, stype = int); create operator + (function = f)",
       "create aggregate s.a\ncreate operator +"},
      {"create collation if not exists c (locale = 'x'); create text search configuration t (copy "
       "= simple)",
       "create collation if not exists c\ncreate text search object t"},
      {"create statistics s.x on a, b from t; alter statistics x set statistics 5",
       "create statistics s.x\nalter statistics x"},
      {"create publication p for all tables; alter publication p add table t; alter publication p "
       "drop table t; alter publication p set table t; alter publication p set (publish = "
       "'insert')",
       "create publication p\nalter publication p add objects\nalter publication p drop "
       "objects\nalter publication p set objects\nalter publication p set publish"},
      {"create subscription s connection 'x' publication p", "create subscription s"},
      {"create event trigger e on ddl_command_start execute function f(); alter event trigger e "
       "disable",
       "create event trigger e\nalter event trigger e"},
      {"create foreign data wrapper w; create server s foreign data wrapper w; create user mapping "
       "for bob server s",
       "create foreign-data wrapper w\ncreate server s\ncreate user mapping s"},
      {"create cast (int as text) with function f(int); create language l; create access method m "
       "type table handler h",
       "create cast integer AS text\ncreate extension l\ncreate access method m"},
      {"create operator class c for type int using btree as storage int; create conversion c for "
       "'a' to 'b' from f",
       "create operator class c\ncreate conversion c"},
      {"import foreign schema r from server s into l", "create object l"},
      {"alter type ty set (storage = plain); alter operator + (int, int) set (restrict = none)",
       "alter type ty\nalter operator + restrict"},
      {"listen x", "other ListenStmt"},
      {"checkpoint", "other CheckPointStmt"},
  });
}

TEST(SqlLowerRights, Grants) {
  expect_operations({
      {"grant select (a, b), update on s.t, u to bob, public with grant option",
       "grant (select(a,b), update) table s.t roles(bob, public)\ngrant (select(a,b), update) "
       "table u roles(bob, public)"},
      {"revoke grant option for all privileges on t from current_user cascade",
       "revoke grant option for (all) table t roles(current_user) cascade"},
      {"grant execute on function f(int) to bob; grant usage on schema s to bob; grant usage on "
       "sequence q to bob",
       "grant (execute) function f(integer) roles(bob)\ngrant (usage) schema s roles(bob)\ngrant "
       "(usage) sequence q roles(bob)"},
      {"grant usage on type s.ty to bob; grant connect on database d to bob",
       "grant (usage) type s.ty roles(bob)\ngrant (connect) database d roles(bob)"},
      {"revoke all on all tables in schema s, t from bob",
       "revoke (all) table all in s roles(bob)\nrevoke (all) table all in t roles(bob)"},
      {"grant a, b to c; revoke a from b", "grant role (a, b) to(c)\nrevoke role (a) to(b)"},
      {"revoke admin option for a from b", "alter role a revoke option of membership"},
      {"alter group g add user a, b; alter group g drop user a",
       "grant role (g) to(a, b)\nrevoke role (g) to(a)"},
      {"alter default privileges for role r in schema s grant select on tables to bob",
       "default privileges grant (select) table for(r) in(s) roles(bob)"},
      {"alter default privileges revoke all on functions from public",
       "default privileges revoke (all) function roles(public)"},
  });
}

TEST(SqlLowerRights, SettingsAndPolicies) {
  expect_operations({
      {"alter role r login connection limit 5; alter role r in database d set search_path = a, b",
       "setting role r login=true\nsetting role r connection limit=5\nsetting role r database=d "
       "search_path=a, b"},
      {"alter role all reset all; alter database d set x.y to default; alter system set a = 'on'",
       "setting role all all=default\nsetting database d x.y=default\nsetting object a=on"},
      {"alter database d connection limit 5", "setting database d connection limit=5"},
      {"set search_path to a, \"B\"; set local lock_timeout = '2s'; reset all; set x to default",
       "set search_path value=a, B\nset local lock_timeout value=2s\nreset all\nreset x"},
      {"set transaction isolation level serializable",
       "set TRANSACTION value=transaction_isolation=serializable"},
      {"create policy p on s.t as restrictive for update to bob, public using (a > 0) with check "
       "(b)",
       "create policy p on s.t update restrictive to(bob, public) using=a > 0 check=b"},
      {"create policy p on t", "create policy p on t all to(public)"},
      {"alter policy p on t to bob using (true)", "alter policy p on t to(bob) using=true"},
      {"reassign owned by a to b", "alter role a reassign owned to b"},
  });
}

TEST(SqlLowerSession, TransactionsLocksUpkeep) {
  expect_operations({
      {"begin; start transaction; commit; end; rollback; abort",
       "begin\nbegin\ncommit\ncommit\nrollback\nrollback"},
      {"savepoint a; release a; rollback to a; prepare transaction 'x'; commit prepared 'x'",
       "savepoint\nrelease\nrollback to\nprepared\nprepared"},
      {"lock table a, s.b in share row exclusive mode; lock t",
       "lock (a, s.b) share row exclusive\nlock (t) access exclusive"},
      {"vacuum full s.t; vacuum (full off) t; vacuum; analyze t (a)",
       "vacuum (s.t) full\nvacuum (t)\nvacuum\nanalyze (t)"},
      {"cluster t using i; cluster", "cluster (t)\ncluster"},
      {"reindex table concurrently t; reindex index i; reindex (concurrently) schema s",
       "reindex table (t) concurrently\nreindex index (i)\nreindex schema (s) concurrently"},
      {"refresh materialized view concurrently s.m", "refresh (s.m) concurrently"},
      {"show all", "read"},
  });
}

}  // namespace
}  // namespace backout::sql
