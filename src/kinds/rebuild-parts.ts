/*
 * The catalog queries of a rebuild. They are parts of a PL/pgSQL block with these variables: `target` is the table;
 * `relations` are the table and the materialized views that are rebuilt with it, in the order of their creation; `views`
 * are the views that read from any of them; `anchor` is the number of the column before or after the new one.
 */

/** The table and the materialized views that read from it, directly or through each other. */
export const REBUILT = `
    WITH RECURSIVE reading (oid, depth) AS (
      SELECT target, 0
      UNION
      SELECT r.ev_class, depth + 1
      FROM reading b
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = b.oid AND d.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> b.oid
      JOIN pg_class c ON c.oid = r.ev_class AND c.relkind = 'm'
    )
    SELECT oid FROM reading GROUP BY oid ORDER BY max(depth), oid`;

/** The views that read from the table or from the materialized views. */
export const LEANING_VIEWS = `
    SELECT DISTINCT r.ev_class
    FROM pg_depend d
    JOIN pg_rewrite r ON r.oid = d.objid AND r.rulename = '_RETURN'
    JOIN pg_class c ON c.oid = r.ev_class AND c.relkind = 'v'
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (relations)`;

/** The sequences that columns of the table own: `i` for an identity column, `a` for another one. */
export const SEQUENCES = `
    SELECT d.objid AS oid, d.refobjsubid AS attnum, d.deptype
    FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target`;

/** Row-level policies of the table, and those of other tables that read it. */
export const POLICIES = `
    SELECT * FROM pg_policy WHERE polrelid = target OR oid IN (
      SELECT objid FROM pg_depend WHERE classid = 'pg_policy'::regclass AND refclassid = 'pg_class'::regclass
        AND refobjid = ANY (relations))`;

/** Publications that name the table, without those that have a list of columns or a condition. */
export const PUBLICATIONS = `
    SELECT p.oid, p.prpubid FROM pg_publication_rel p
    WHERE p.prrelid = target AND to_jsonb(p) ->> 'prattrs' IS NULL AND to_jsonb(p) ->> 'prqual' IS NULL`;

/** `gone`: everything that is dropped and created again. `staying`: what stays, but is detached from the table. */
export const PARTS = `
    WITH gone (classid, objid) AS (
      SELECT 'pg_class'::regclass, unnest(relations)
      UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = ANY (relations)
      UNION ALL SELECT 'pg_class'::regclass, unnest(ARRAY[i.indrelid, i.indexrelid])
        FROM pg_class c JOIN pg_index i ON i.indrelid = c.reltoastrelid WHERE c.oid = ANY (relations)
      UNION ALL SELECT 'pg_class'::regclass, oid FROM (${SEQUENCES}) s WHERE deptype = 'i'
      UNION ALL SELECT 'pg_type'::regclass, unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t WHERE t.typrelid = ANY (relations)
      UNION ALL SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid = ANY (relations)
      UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE ev_class = ANY (relations) AND rulename = '_RETURN'
      UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid = target OR confrelid = target
      UNION ALL SELECT 'pg_trigger'::regclass, g.oid FROM pg_trigger g LEFT JOIN pg_constraint k ON k.oid = g.tgconstraint
        WHERE g.tgrelid = target OR g.tgisinternal AND target IN (k.conrelid, k.confrelid)
      UNION ALL SELECT 'pg_policy'::regclass, oid FROM (${POLICIES}) p
      UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid = ANY (relations)
      UNION ALL SELECT 'pg_publication_rel'::regclass, oid FROM (${PUBLICATIONS}) p
    ), staying (classid, objid) AS (
      SELECT 'pg_class'::regclass, oid FROM (${SEQUENCES}) s WHERE deptype = 'a'
      UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE ev_class = ANY (views) AND rulename = '_RETURN'
    )`;

/** The objects that the user has to own. */
const OWNED = `
    SELECT unnest(relations || views)
    UNION SELECT conrelid FROM pg_constraint WHERE confrelid = target
    UNION SELECT polrelid FROM (${POLICIES}) p`;

/** What cannot be created again, one line for each object. */
export const OBSTACLES = `${PARTS}
    SELECT 'it is not a plain table' FROM pg_class WHERE oid = target
      AND (relkind <> 'r' OR relispartition OR reloftype <> 0 OR relpersistence = 't')
    UNION SELECT format('it inherits from %s', inhparent::regclass) FROM pg_inherits WHERE inhrelid = target
    UNION SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
      FROM pg_depend d JOIN gone g ON g.classid = d.refclassid AND g.objid = d.refobjid
      WHERE (d.classid, d.objid) NOT IN (SELECT classid, objid FROM gone UNION SELECT classid, objid FROM staying)
    UNION SELECT format('%s, which belongs to %s', pg_describe_object(d.classid, d.objid, 0), pg_describe_object(d.refclassid, d.refobjid, 0))
      FROM pg_depend d JOIN (TABLE gone UNION TABLE staying) g ON g.classid = d.classid AND g.objid = d.objid
      WHERE d.refclassid = 'pg_extension'::regclass
    UNION SELECT format('the security label of %s', pg_describe_object(l.classoid, l.objoid, l.objsubid))
      FROM pg_seclabel l JOIN gone g ON g.classid = l.classoid AND g.objid = l.objoid
    UNION SELECT format('a temporary view over it: %s', one::regclass) FROM unnest(views) one JOIN pg_class c ON c.oid = one
      WHERE c.relpersistence = 't'
    UNION SELECT format('index %s, which is not valid', indexrelid::regclass) FROM pg_index
      WHERE indrelid = ANY (relations) AND NOT indisvalid
    UNION SELECT format('constraint %I on %s, whose own triggers are disabled', k.conname, k.conrelid::regclass)
      FROM pg_trigger g JOIN pg_constraint k ON k.oid = g.tgconstraint
      WHERE g.tgisinternal AND g.tgenabled <> 'O' AND (k.conrelid = target OR k.confrelid = target)
    UNION SELECT format('constraint %I on the partition %s, which has another name than on %s', k.conname, k.conrelid::regclass, p.conrelid::regclass)
      FROM pg_constraint k JOIN pg_constraint p ON p.oid = k.conparentid
      WHERE k.confrelid = target AND k.conname <> p.conname
    UNION SELECT format('publication %I, which takes in all tables or all of a schema and would send every row again', pubname)
      FROM pg_publication_tables JOIN pg_publication p USING (pubname)
      JOIN pg_class c ON c.oid = target AND c.relname = tablename AND c.relnamespace::regnamespace::text = quote_ident(schemaname)
      WHERE NOT EXISTS (SELECT FROM pg_publication_rel WHERE prpubid = p.oid AND prrelid = target)
    UNION SELECT 'a subscription that fills it' FROM pg_subscription_rel WHERE srrelid = target
    UNION SELECT format('a right to %s that %s gave, who is not its owner', c.oid::regclass, x.grantor::regrole)
      FROM pg_class c CROSS JOIN LATERAL (
        SELECT c.relacl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = c.oid) o (acl)
      CROSS JOIN LATERAL aclexplode(o.acl) x
      WHERE x.grantor <> c.relowner AND (c.oid = ANY (relations) OR c.oid IN (SELECT oid FROM (${SEQUENCES}) s WHERE deptype = 'i'))
    UNION SELECT format('%s, whose owner is %s and not %s', c.oid::regclass, c.relowner::regrole, quote_ident(current_user))
      FROM pg_class c WHERE c.oid IN (${OWNED}) AND NOT pg_has_role(c.relowner, 'USAGE')
    UNION SELECT format('the transaction is %s, and would not see the rows that others wrote before it got its lock', i)
      FROM current_setting('transaction_isolation') i WHERE i IN ('repeatable read', 'serializable')
    ORDER BY 1`;

/** What depends on which column, by name, to compare before and after. */
export const KEPT = `
    SELECT DISTINCT format('%s %s: %s', i.type, i.identity, coalesce(quote_ident(a.attname), 'all of ' || d.refobjid::regclass)) COLLATE "C"
    FROM pg_depend d
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = nullif(d.refobjsubid, 0)
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (relations)
      AND (d.classid, d.objid) NOT IN (SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE tgisinternal)
      AND (d.classid, d.objid) NOT IN (SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relkind = 't')
    ORDER BY 1`;

/** The sequences that are dropped with the table: those of identity columns. The other owned ones are detached and stay. */
export const ENDANGERED_SEQUENCES = `
    SELECT q.seqrelid::regclass::text AS name, q.seqcache AS cache
    FROM (${SEQUENCES}) s JOIN pg_sequence q ON q.seqrelid = s.oid WHERE s.deptype = 'i' ORDER BY s.attnum`;

/** The columns whose values are copied. */
export const COPIED = `
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`;
