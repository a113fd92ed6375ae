import { literal } from "../sql.ts";
import { MARKS } from "./marks.ts";
import { CURRENT_ROLE, mayGiveTo } from "./rights.ts";

/** How statements name their object: each function takes an SQL expression and returns one of type `text`. */
export interface FactNames {
  readonly relation: (oid: string) => string;
  readonly index: (oid: string) => string;
  readonly column: (name: string) => string;
  /** The name of a constraint or trigger. */
  readonly name: (name: string) => string;
  readonly type: (oid: string) => string;
}

/** Marks for names, see {@link MARKS}. */
export const MARKED_NAMES: FactNames = {
  relation: () => literal(MARKS.relation),
  index: () => literal(MARKS.index),
  column: () => literal(MARKS.column),
  name: () => literal(MARKS.name),
  type: () => literal(MARKS.relation),
};

/** What a fact can be about. */
export type FactOwner =
  | "relation"
  | "column"
  | "sequence of a column"
  | "sequence"
  | "index"
  | "constraint"
  | "trigger"
  | "rule"
  | "policy"
  | "statistics"
  | "type"
  | "constraint of a domain"
  | "cast"
  | "function"
  | "pg_operator"
  | "pg_opclass"
  | "schema";

const OWNED_SEQUENCE = `pg_class c JOIN pg_depend o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid
      AND o.classid = 'pg_class'::regclass AND o.objsubid = 0 AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
    JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.refobjsubid`;

/** Whether a sequence gives numbers to the column that owns it. */
const GIVES_NUMBERS = `(o.deptype = 'i' OR EXISTS (
      SELECT FROM pg_attrdef f JOIN pg_depend x ON x.classid = 'pg_attrdef'::regclass AND x.objid = f.oid
      WHERE f.adrelid = c.oid AND f.adnum = o.refobjsubid AND x.refclassid = 'pg_class'::regclass AND x.refobjid = s.oid))`;

/** Where the catalog has the objects that facts are about. The aliases are those that {@link FACTS} use. */
export const FACT_SOURCES: Readonly<Record<FactOwner, string>> = {
  relation: "pg_class c",
  column: `pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid`,
  "sequence of a column": `${OWNED_SEQUENCE} AND ${GIVES_NUMBERS}`,
  sequence: `${OWNED_SEQUENCE} AND NOT ${GIVES_NUMBERS}`,
  index: `pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid`,
  constraint: "pg_class c JOIN pg_constraint k ON k.conrelid = c.oid",
  trigger: "pg_class c JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal",
  rule: "pg_class c JOIN pg_rewrite w ON w.ev_class = c.oid AND w.rulename <> '_RETURN'",
  policy: "pg_class c JOIN pg_policy p ON p.polrelid = c.oid",
  statistics: "pg_class c JOIN pg_statistic_ext e ON e.stxrelid = c.oid JOIN pg_namespace m ON m.oid = e.stxnamespace",
  type: "pg_type t",
  "constraint of a domain": "pg_type t JOIN pg_constraint k ON k.contypid = t.oid",
  cast: "pg_cast s",
  function: "pg_proc f",
  pg_operator: "pg_operator o",
  pg_opclass: "pg_opclass p",
  schema: "pg_namespace n",
};

/** Where the catalog shows which facts there are: one query covers many. */
export const SIGN_SOURCES = {
  ...FACT_SOURCES,
  "sequence of a column": `pg_sequence q JOIN pg_class s ON s.oid = q.seqrelid
    JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
    JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid`,
  constraint: "pg_constraint k LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')",
  extension: "pg_depend d",
  comment: "pg_description d LEFT JOIN pg_class o ON d.classoid = 'pg_class'::regclass AND o.oid = d.objoid",
} as const;

/** Where a fact shows, and a condition that holds at least where an object has it. */
export interface FactSign {
  readonly in: keyof typeof SIGN_SOURCES;
  readonly where: string;
}

/** Something that an object may have, and the statement that gives it back. */
export interface FactQuery {
  readonly of: FactOwner;
  /** What it is, in words. */
  readonly what: string;
  /** More to read from: a join. */
  readonly from?: string;
  /** Where the object has it. */
  readonly where: string;
  /** A cheaper query for whether any object has it, where there is `from`; otherwise `where` is used. */
  readonly sign?: FactSign;
  /** The statement, an expression of type `text`. */
  readonly statement: (names: FactNames) => string;
  /** Only a superuser can run the statement, so no revision does. */
  readonly bySuperuser?: true;
  /** `statement` is an expression of type `text[]`: several statements. */
  readonly isList?: true;
  /** The first version that can give it back, as `server_version_num` has it. */
  readonly since?: number;
}

/**
 * The owner of an object, where it is not the role of the connection. Who is no superuser may not give it to every role: then
 * a person does.
 * @param of what the fact is about
 * @param owner the oid of the owner
 * @param namespace the oid of the schema, or NULL
 * @param rest the rest of the fact
 */
export function ownerFacts(
  of: FactOwner,
  owner: string,
  namespace: string,
  { where = "true", statement }: Pick<FactQuery, "statement"> & { readonly where?: string },
): readonly FactQuery[] {
  const isOther = `${where} AND ${owner} <> ${CURRENT_ROLE}`;
  const may = mayGiveTo(owner, namespace);
  const fact = { of, what: "owner", statement } as const;
  return [
    { ...fact, where: `${isOther} AND ${may}` },
    { ...fact, where: `${isOther} AND NOT ${may}`, bySuperuser: true },
  ];
}

/** A list like `fillfactor='70'` from an array of the catalog. */
export const optionsSql = (list: string, prefix = ""): string =>
  `(SELECT string_agg(format('${prefix}%s=%L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(${list}) o)`;

/**
 * The options of the column `a` in `pg_attribute` that a person can set. Some servers, such as PGlite since 0.5.17, keep a
 * version of each column there, under a name that begins with `pg_`, as only PostgreSQL's own may.
 */
export const COLUMN_OPTIONS = "ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o WHERE o NOT LIKE 'pg\\_%')";

/** Without options, PostgreSQL stores NULL, and the embedded one an empty list. */
export const given = (list: string): string => `array_length(${list}, 1) > 0`;
