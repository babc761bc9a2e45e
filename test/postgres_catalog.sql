-- A database's schema as JSON, for comparison with our catalog. Objects of extensions and temporary
-- ones are left out. Names of types are printed with their schema.
SET search_path = '';
WITH space AS (
  SELECT oid, nspname, nspacl FROM pg_catalog.pg_namespace
  WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
), own AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
), rel AS (
  SELECT c.*, s.nspname, s.nspname || '.' || c.relname AS key
  FROM pg_catalog.pg_class c JOIN space s ON s.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM own WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = c.oid)
), column_of AS (
  SELECT a.*, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
         CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS value,
         CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS formula,
         (SELECT collname FROM pg_catalog.pg_collation l
          WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation) AS coll
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped
)
SELECT pg_catalog.json_build_object(
'schemas', (SELECT json_object_agg(nspname, json_build_object('acl', nspacl::text)) FROM space),
'tables', (SELECT json_object_agg(r.key, json_build_object(
    'kind', r.relkind, 'persistence', r.relpersistence, 'rls', r.relrowsecurity, 'acl', r.relacl::text,
    'partition_bound', pg_catalog.pg_get_expr(r.relpartbound, r.oid),
    'partition_key', CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END,
    'columns', COALESCE((SELECT json_object_agg(attname, json_build_object('type', type, 'collation', coll,
         'default', value, 'generated', formula, 'not_null', attnotnull,
         -- From PostgreSQL 17 on partitions have their table's; rows that come through it never need it.
         'identity', CASE WHEN NOT r.relispartition THEN NULLIF(attidentity, '') END)) FROM column_of WHERE attrelid = r.oid), '{}'::json)))
  FROM rel r WHERE r.relkind IN ('r', 'p', 'f')),
'constraints', (SELECT json_object_agg(r.key || '.' || c.conname, json_build_object(
    'table', r.key, 'kind', c.contype, 'def', pg_catalog.pg_get_constraintdef(c.oid),
    'columns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num),
    'ref', (SELECT s.nspname || '.' || f.relname FROM pg_catalog.pg_class f
            JOIN pg_catalog.pg_namespace s ON s.oid = f.relnamespace WHERE f.oid = c.confrelid),
    'ref_columns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(num, n)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num),
    'validated', c.convalidated, 'deferrable', c.condeferrable))
  FROM pg_catalog.pg_constraint c JOIN rel r ON r.oid = c.conrelid
  -- one row for each partition that a foreign key refers to is the server's own affair
  WHERE c.contype NOT IN ('t', 'n') AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = c.conparentid AND p.conrelid = c.conrelid)),
'indexes', (SELECT json_object_agg(r.key, json_build_object(
    'table', t.key, 'def', pg_catalog.pg_get_indexdef(i.indexrelid), 'primary', i.indisprimary,
    'valid', i.indisvalid))
  FROM pg_catalog.pg_index i JOIN rel r ON r.oid = i.indexrelid JOIN rel t ON t.oid = i.indrelid),
'sequences', (SELECT json_object_agg(r.key, json_build_object(
    'type', pg_catalog.format_type(s.seqtypid, NULL), 'increment', s.seqincrement, 'start', s.seqstart,
    'min', s.seqmin, 'max', s.seqmax, 'cycle', s.seqcycle, 'acl', r.relacl::text,
    'owned_by', (SELECT t.key || '.' || a.attname FROM pg_catalog.pg_depend d JOIN rel t ON t.oid = d.refobjid
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
                 LIMIT 1)))
  FROM pg_catalog.pg_sequence s JOIN rel r ON r.oid = s.seqrelid),
'views', (SELECT json_object_agg(r.key, json_build_object(
    'kind', r.relkind, 'populated', r.relispopulated, 'acl', r.relacl::text,
    'columns', COALESCE((SELECT json_object_agg(attname, type) FROM column_of WHERE attrelid = r.oid), '{}'::json)))
  FROM rel r WHERE r.relkind IN ('v', 'm')),
'composites', (SELECT json_object_agg(r.key, COALESCE(
    (SELECT json_object_agg(attname, type) FROM column_of WHERE attrelid = r.oid), '{}'::json))
  FROM rel r WHERE r.relkind = 'c'),
'enums', (SELECT json_object_agg(s.nspname || '.' || t.typname,
    (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
  FROM pg_catalog.pg_type t JOIN space s ON s.oid = t.typnamespace WHERE t.typtype = 'e'),
'domains', (SELECT json_object_agg(s.nspname || '.' || t.typname, json_build_object(
    'type', pg_catalog.format_type(t.typbasetype, t.typtypmod), 'not_null', t.typnotnull, 'default', t.typdefault,
    'checks', COALESCE((SELECT json_object_agg(conname, pg_catalog.pg_get_constraintdef(oid))
                        FROM pg_catalog.pg_constraint WHERE contypid = t.oid AND contype = 'c'), '{}'::json)))
  FROM pg_catalog.pg_type t JOIN space s ON s.oid = t.typnamespace
  WHERE t.typtype = 'd' AND NOT EXISTS (
    SELECT FROM own WHERE classid = 'pg_catalog.pg_type'::regclass AND objid = t.oid)),
'functions', (SELECT json_object_agg(
    s.nspname || '.' || p.proname || '(' || (SELECT COALESCE(string_agg(pg_catalog.format_type(a, NULL), ',' ORDER BY n), '')
       FROM unnest(p.proargtypes) WITH ORDINALITY x(a, n)) || ')',
    json_build_object('kind', p.prokind, 'language', l.lanname, 'returns', pg_catalog.format_type(p.prorettype, NULL),
    'attrs', p.provolatile::text || p.proisstrict::text || p.prosecdef::text, 'defaults', p.pronargdefaults,
    'acl', p.proacl::text))
  FROM pg_catalog.pg_proc p JOIN space s ON s.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (
    SELECT FROM own WHERE classid = 'pg_catalog.pg_proc'::regclass AND objid = p.oid)
  -- constructors of ranges
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
                  AND d.objid = p.oid AND d.deptype = 'i')),
'triggers', (SELECT json_object_agg(r.key || '.' || t.tgname, json_build_object(
    'enabled', t.tgenabled, 'function', t.tgfoid::regprocedure::text, 'table', r.key))
  FROM pg_catalog.pg_trigger t JOIN rel r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal),
'policies', (SELECT json_object_agg(r.key || '.' || p.polname, json_build_object(
    'cmd', p.polcmd, 'permissive', p.polpermissive, 'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
    'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), 'table', r.key))
  FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid)
);
