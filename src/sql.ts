import { RemodelError } from "./errors.ts";

/** A name taken apart: without `schema` it stands in the connection's own schema. */
export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

/** The length of an identifier that PostgreSQL keeps, in bytes of UTF-8 (NAMEDATALEN - 1). */
const MAX_IDENTIFIER_BYTES = 63;

const PART = /"(?:[^"]|"")*"|[^."]+/y;

/**
 * Takes a name like `shop`, `sales.shop` or `"odd.name"` apart.
 * @throws RemodelError `OPERATION_INVALID` if it is not one or two parts
 */
export function parseName(text: string): QualifiedName {
  const parts: string[] = [];
  let at = 0;
  while (at <= text.length && parts.length < 3) {
    PART.lastIndex = at;
    const part = PART.exec(text)?.[0];
    if (part === undefined) break;
    parts.push(part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part);
    at += part.length;
    if (text[at] !== ".") break;
    at += 1;
  }
  const [first, second] = parts;
  if (first === undefined || parts.length > 2 || at < text.length || parts.includes(""))
    throw new RemodelError("OPERATION_INVALID", `${JSON.stringify(text)} is not a name.`, {
      hint: 'Write `name` or `schema.name`. If a part has a dot or a quote, put it in double quotes: `"odd.name"`.',
    });
  return second === undefined ? { name: first } : { schema: first, name: second };
}

/**
 * The opposite of {@link parseName}.
 * @param name the bare name
 * @param schema the schema, if it is not the connection's own
 */
export function qualifiedName(name: string, schema?: string): string {
  return schema === undefined ? quoteIfNeeded(name) : `${quoteIfNeeded(schema)}.${quoteIfNeeded(name)}`;
}

function quoteIfNeeded(name: string): string {
  return /[."]/.test(name) ? quote(name) : name;
}

/** The name without its schema. */
export function bareName(text: string): string {
  return parseName(text).name;
}

/** Another object in the schema of `text`. */
export function siblingName(text: string, name: string): string {
  return qualifiedName(name, parseName(text).schema);
}

/**
 * An identifier of one part, quoted.
 * @throws RemodelError `NAME_TOO_LONG` where PostgreSQL would cut it off
 */
export function id(name: string): string {
  if (Buffer.byteLength(name) > MAX_IDENTIFIER_BYTES)
    throw new RemodelError(
      "NAME_TOO_LONG",
      `The name ${quote(name)} has ${Buffer.byteLength(name)} bytes; PostgreSQL keeps ${MAX_IDENTIFIER_BYTES}.`,
      { hint: "Give it a shorter name, or set a naming strategy that shortens all names." },
    );
  if (name === "" || name.includes("\0"))
    throw new RemodelError("OPERATION_INVALID", `${JSON.stringify(name)} cannot be a name in PostgreSQL.`);
  return quote(name);
}

/** A name that may carry a schema, quoted for SQL. */
export function path(text: string): string {
  const { schema, name } = parseName(text);
  return schema === undefined ? id(name) : `${id(schema)}.${id(name)}`;
}

/** Several identifiers in parentheses. */
export function idList(names: readonly string[]): string {
  return `(${names.map(id).join(", ")})`;
}

/** A string constant, safe under every setting of `standard_conforming_strings`. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

/** The name of the sequence PostgreSQL makes for a serial or identity column (`makeObjectName` in indexcmds.c). */
export function sequenceName(table: string, column: string, number = ""): string {
  const room = MAX_IDENTIFIER_BYTES - `__seq${number}`.length;
  let [left, right] = [Buffer.byteLength(bareName(table)), Buffer.byteLength(column)];
  while (left + right > room)
    if (left > right) left -= 1;
    else right -= 1;
  return `${clip(bareName(table), left)}_${clip(column, right)}_seq${number}`;
}

/**
 * What PostgreSQL keeps of an identifier: at most 63 bytes, and no part of a character.
 * @param name the identifier
 * @param spared how many bytes to leave for what is put behind it
 */
export function clipName(name: string, spared = 0): string {
  return clip(name, MAX_IDENTIFIER_BYTES - spared);
}

/** The name that something has for a moment, while another takes its own. */
export function temporaryName(name: string): string {
  return clipName(`remodel_${name}`);
}

function clip(text: string, bytes: number): string {
  let kept = text;
  while (Buffer.byteLength(kept) > bytes) kept = [...kept].slice(0, -1).join("");
  return kept;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** PostgreSQL's reserved words and those that cannot be a bare type name (manual, appendix C). */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
  char character check coalesce collate collation column concurrently constraint create cross current_catalog
  current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
  desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
  grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array
  json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
  lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize
  not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision
  primary real references returning right row select session_user setof similar smallint some substring symmetric
  system_user table tablesample then time timestamp to trailing treat trim true union unique user using values
  varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
  xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
);

/** The name of a type as PostgreSQL prints it: in quotes only where it has to be. */
export function typeName(text: string): string {
  const { schema, name } = parseName(text);
  const plain = (word: string) => (/^[a-z_][a-z0-9_]*$/.test(word) && !RESERVED.has(word) ? word : quote(word));
  return schema === undefined ? plain(name) : `${plain(schema)}.${plain(name)}`;
}

/** `SET SCHEMA`; the connection's own schema has a name that only the server knows. */
export function moveSql(what: "TABLE" | "TYPE", name: string, schema: string | undefined): string {
  if (schema !== undefined) return `ALTER ${what} ${path(name)} SET SCHEMA ${id(schema)}`;
  const statement = `ALTER ${what} ${path(name)} SET SCHEMA `;
  return blockSql(
    `BEGIN EXECUTE ${literal(statement)} OPERATOR(pg_catalog.||) pg_catalog.quote_ident(pg_catalog.current_schema()::pg_catalog.text); END`,
  );
}

/** A block of PL/pgSQL as a statement. What stands in it cannot end it early, whatever names and values there are. */
export function blockSql(body: string): string {
  let tag = "$$";
  while (body.includes(tag)) tag = `$_${tag.slice(1)}`;
  return `DO ${tag} ${body} ${tag}`;
}
