-- Prints src/sql/builtin_functions.inc: what PostgreSQL's own functions are like, for callers that have no server.
--   psql -XAt -f src/sql/builtin_functions.sql > src/sql/builtin_functions.inc
-- One entry a name, over all overloads: the worst volatility (i, s, v), what it is (f plain, a aggregate, w window,
-- s set-returning) and the result type where all overloads agree on one (or, for functions of text, nearly always do).
-- Left out: what no statement calls by name (support, input and output functions, operators' implementations) and pg_*
-- functions that are volatile, since every pg_* name that is not listed counts as such.
with functions as (
  select p.proname as name,
         max(case p.provolatile when 'v' then 3 when 's' then 2 else 1 end) as volatility,
         case when bool_or(p.prokind = 'a') then 'a' when bool_and(p.prokind = 'w') then 'w'
              when bool_or(p.proretset) then 's' else 'f' end as kind,
         case when p.proname in ('lower', 'upper', 'substring', 'btrim', 'ltrim', 'rtrim', 'overlay', 'string_agg') then 'text'
              when p.proname = 'length' then 'integer'
              when count(distinct p.prorettype) = 1 and bool_and(t.typtype <> 'p') and not bool_or(p.proretset)
              then format_type(min(p.prorettype::bigint)::oid, null)
              else '' end as returns
  from pg_proc p
  join pg_type t on t.oid = p.prorettype
  where p.pronamespace = 'pg_catalog'::regnamespace
    and not p.proargtypes::oid[] && array['internal'::regtype, 'cstring'::regtype]::oid[]
    and p.prorettype not in ('internal'::regtype, 'cstring'::regtype)
    and coalesce(obj_description(p.oid, 'pg_proc'), '')
        !~ '^(implementation of .* operator|I/O|less-equal-greater|hash$|larger of two|smaller of two|join selectivity|restriction selectivity|internal|sortsupport)'
    and p.proname !~ '^(binary_upgrade|RI_FKey|bt|brin_|hash[a-z0-9_]*(extended)?$|gist_|gin_|spg_|pg_stat_get|pg_event|int[0-9]+_|float[0-9]+_|interval_)'
    and p.proname !~ '(recv|send|_combine|_accum|_accum_inv|_statefunc|_canonical)$'
  group by p.proname)
select '{"' || name || '", ''' || substr('isv', volatility, 1) || ''', ''' || kind || ''', "' || replace(returns, '"', '\"') || '"},'
from functions
where name !~ '^pg_' or volatility < 3
order by name collate "C";
