import { askText, type Database } from "../database.ts";
import { FIRST_OID } from "../sql.ts";

/** What of a database the migrator must not run, by the names that a text can mention. */
export interface Untrusted {
  /** Functions, and operators and types that call one: the planner may call them, the parser does not. */
  readonly called: readonly string[];
  /** Domains: the constant of an array of them is checked as soon as it is read, a plain one is not. */
  readonly domains: readonly string[];
  /** Types that call such a function as soon as a constant is read, and what takes or holds values of them. */
  readonly read: readonly string[];
  /** Tables and views with an index, a constraint or the like that calls one: to plan any query of them calls it. */
  readonly tables: readonly string[];
  /** A cast between types of PostgreSQL's own calls one, so that any expression may. */
  readonly anywhere: boolean;
  /** Whether temporary objects can be created. */
  readonly temporary: boolean;
}

/** How far a text may be put before the server: planned, only parsed, or not at all. */
export type Reach = "planned" | "parsed" | "unread";

/**
 * Asks what of a database the migrator must not run. A role is trusted if it can become the migrator anyway: the
 * migrator, its members, superusers. A function is trusted if its owner is, or if an extension brought it and it is
 * written in C, which only a superuser can do.
 * @param db the connection, in no transaction
 */
export async function readUntrusted(db: Database): Promise<Untrusted> {
  const [[functions, domains, temporary] = []] = await askText(db, SUSPECTS_SQL);
  const isClean = functions === "f" && domains === "f";
  if (isClean) return { called: [], domains: [], read: [], tables: [], anywhere: false, temporary: temporary === "t" };
  const rows = await askText(db, UNTRUSTED_SQL);
  const named = (kind: string) => [...new Set(rows.filter(([is]) => is === kind).map(([, name]) => name!))].sort();
  return {
    called: named("called"),
    domains: named("domain"),
    read: named("read"),
    tables: named("table"),
    anywhere: named("anywhere").length > 0,
    temporary: named("temporary").length > 0,
  };
}

/**
 * How far a text may be put before the server. A name counts wherever its letters are, so that no way of writing it is
 * missed. A text that only looks like it is compared with less, which is safe.
 * @param untrusted see {@link readUntrusted}
 * @param text a part of a statement
 */
export function findReach({ called, domains, read, anywhere }: Untrusted, text: string): Reach {
  const has = (name: string) => mayMention(text, name);
  const domain = domains.some(has);
  if (read.some(has) || (domain && /\[|\barray\b|_|\bu&"/i.test(text))) return "unread";
  return domain || anywhere || called.some((name) => has(name) || isImplied(text, name)) ? "parsed" : "planned";
}

/**
 * Whether a query of the project's tables may be run: it calls nothing that the migrator must not run, and neither does what
 * belongs to its tables.
 */
export function mayRun(untrusted: Untrusted, query: string): boolean {
  return findReach(untrusted, query) === "planned" && mayRead(untrusted, query);
}

/** The same for a query that calls nothing. */
export function mayRead({ tables }: Untrusted, query: string): boolean {
  return !tables.some((name) => mayMention(query, name));
}

/** Whether a text can name something: in any case, in quotes or not; the escapes of `U&"…"` can spell every name. */
export function mayMention(text: string, name: string): boolean {
  const quoted = name.replaceAll('"', '""');
  return /\bu&"/i.test(text) || text.toLowerCase().includes(quoted.toLowerCase());
}

const IMPLIED = ["=", "<>", "<", "<=", ">", ">=", "~~", "!~~", "~~*", "!~~*", "~"];
const IMPLYING = /!=|\b(?:in|between|case|nullif|distinct|like|ilike|similar|using|natural|union|intersect|except)\b/i;

/** Syntax that calls an operator without writing it. */
function isImplied(text: string, operator: string): boolean {
  return IMPLIED.includes(operator) && IMPLYING.test(text);
}

/** Roles that can become the migrator, and the functions that none of them owns; PostgreSQL's own are its superuser's. */
const FUNCTIONS_SQL = `
  WITH RECURSIVE roles AS (SELECT oid FROM pg_roles WHERE pg_has_role(oid, session_user, 'MEMBER')),
  functions AS (
    SELECT p.oid, p.proname FROM pg_proc p
    WHERE p.oid >= ${FIRST_OID} AND NOT EXISTS (SELECT FROM roles r WHERE r.oid = p.proowner)
      AND NOT (p.prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('c', 'internal'))
        AND EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_proc'::regclass::oid AND d.objid = p.oid AND d.deptype = 'e'))
  )`;

const TEMPORARY_SQL = `has_database_privilege(current_database(), 'TEMPORARY')
    AND NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'`;

/** Whether there is anything to look for. Everything untrusted comes from such a function or such a domain. */
const SUSPECTS_SQL = `${FUNCTIONS_SQL}
  SELECT EXISTS (SELECT FROM functions),
    EXISTS (SELECT FROM pg_type t
      WHERE t.oid >= ${FIRST_OID} AND t.typtype = 'd' AND NOT EXISTS (SELECT FROM roles r WHERE r.oid = t.typowner)),
    ${TEMPORARY_SQL}`;

const UNTRUSTED_SQL = `${FUNCTIONS_SQL},
  operators AS (SELECT o.oid, o.oprname FROM pg_operator o JOIN functions f ON f.oid = o.oprcode::oid),
  domains AS (
    SELECT t.oid FROM pg_type t
    WHERE t.typtype = 'd' AND (NOT EXISTS (SELECT FROM roles r WHERE r.oid = t.typowner)
      OR EXISTS (SELECT FROM pg_constraint c
        JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass::oid AND d.objid = c.oid
        WHERE c.contypid = t.oid AND (
          (d.refclassid = 'pg_proc'::regclass::oid AND d.refobjid IN (SELECT oid FROM functions))
          OR (d.refclassid = 'pg_operator'::regclass::oid AND d.refobjid IN (SELECT oid FROM operators)))))
  ),
  unsafe AS (
    SELECT oid FROM domains
    UNION SELECT t.oid FROM pg_type t WHERE t.typtype IN ('b', 'r', 'm') AND EXISTS (SELECT FROM functions f
      WHERE f.oid IN (t.typinput::oid, t.typreceive::oid, t.typoutput::oid, t.typmodin::oid, t.typmodout::oid))
    UNION SELECT r.rngtypid FROM pg_range r WHERE r.rngcanonical::oid IN (SELECT oid FROM functions)
      OR r.rngsubopc IN (SELECT o.oid FROM pg_opclass o JOIN pg_amproc a ON a.amprocfamily = o.opcfamily
        WHERE a.amproc::oid IN (SELECT oid FROM functions))
    UNION SELECT whole.oid FROM unsafe part JOIN LATERAL (
      SELECT t.oid FROM pg_type t WHERE t.typelem = part.oid OR t.typbasetype = part.oid
      UNION ALL SELECT r.rngtypid FROM pg_range r WHERE r.rngsubtype = part.oid
      UNION ALL SELECT r.rngmultitypid FROM pg_range r WHERE r.rngtypid = part.oid
      UNION ALL SELECT c.reltype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.atttypid = part.oid AND c.reltype <> 0
    ) whole ON true
  ),
  read AS (
    SELECT t.oid, t.typname FROM unsafe u JOIN pg_type t ON t.oid = u.oid
    WHERE t.typtype <> 'd' OR t.typbasetype IN (SELECT oid FROM unsafe)
  ),
  calling AS (
    SELECT classid, objid FROM pg_depend d
    WHERE (d.refclassid = 'pg_proc'::regclass::oid AND d.refobjid IN (SELECT oid FROM functions))
      OR (d.refclassid = 'pg_operator'::regclass::oid AND d.refobjid IN (SELECT oid FROM operators))
      OR (d.refclassid = 'pg_type'::regclass::oid AND d.refobjid IN (SELECT oid FROM unsafe))
  ),
  planned AS (
    SELECT coalesce(i.indrelid, c.objid) AS oid FROM calling c LEFT JOIN pg_index i ON i.indexrelid = c.objid
      WHERE c.classid = 'pg_class'::regclass::oid
    UNION SELECT k.conrelid FROM calling c JOIN pg_constraint k ON k.oid = c.objid WHERE c.classid = 'pg_constraint'::regclass::oid
    UNION SELECT f.adrelid FROM calling c JOIN pg_attrdef f ON f.oid = c.objid WHERE c.classid = 'pg_attrdef'::regclass::oid
    UNION SELECT s.stxrelid FROM calling c JOIN pg_statistic_ext s ON s.oid = c.objid
      WHERE c.classid = 'pg_statistic_ext'::regclass::oid
    UNION SELECT r.ev_class FROM calling c JOIN pg_rewrite r ON r.oid = c.objid WHERE c.classid = 'pg_rewrite'::regclass::oid
    UNION SELECT p.polrelid FROM calling c JOIN pg_policy p ON p.oid = c.objid WHERE c.classid = 'pg_policy'::regclass::oid
    UNION SELECT h.inhparent FROM planned JOIN pg_inherits h ON h.inhrelid = planned.oid
  ),
  casts AS (SELECT c.castsource, c.casttarget FROM pg_cast c JOIN functions f ON f.oid = c.castfunc)
  SELECT 'called', proname::text FROM functions
  UNION ALL SELECT 'called', oprname::text FROM operators
  UNION ALL SELECT 'called', t.typname::text FROM casts c
    JOIN pg_type t ON t.oid IN (c.castsource, c.casttarget) AND t.oid >= ${FIRST_OID}
  UNION ALL SELECT 'anywhere', '' FROM casts WHERE castsource < ${FIRST_OID} AND casttarget < ${FIRST_OID}
  UNION ALL SELECT 'domain', t.typname::text FROM unsafe u JOIN pg_type t ON t.oid = u.oid
    WHERE t.oid NOT IN (SELECT oid FROM read)
  UNION ALL SELECT 'read', typname::text FROM read
  UNION ALL SELECT 'read', t.typname::text FROM read r JOIN pg_type t ON t.typarray = r.oid
    WHERE t.oid IN (SELECT oid FROM read)
  UNION ALL SELECT 'read', a.attname::text FROM pg_attribute a JOIN read r ON r.oid = a.atttypid
  UNION ALL SELECT 'read', p.proname::text FROM pg_proc p JOIN read r ON r.oid = ANY (p.proargtypes)
  UNION ALL SELECT 'read', o.oprname::text FROM pg_operator o JOIN read r ON r.oid IN (o.oprleft, o.oprright)
  UNION ALL SELECT 'table', c.relname::text FROM planned p JOIN pg_class c ON c.oid = p.oid
  UNION ALL SELECT 'temporary', '' WHERE ${TEMPORARY_SQL}`;
