import { RemodelError } from "./errors.ts";

/** A name in its parts; without `schema` it is in the schema of the connection. */
export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

/** The length of an identifier that PostgreSQL keeps, in bytes of UTF-8 (NAMEDATALEN - 1). */
const MAX_IDENTIFIER_BYTES = 63;

const PART = /"(?:[^"]|"")*"|[^."]+/y;

/**
 * Splits a name like `shop`, `sales.shop` or `"odd.name"` into its parts.
 * @throws RemodelError `OPERATION_INVALID` unless there are one or two parts
 */
export function parseName(text: string): QualifiedName {
  const [first, second, ...more] = splitName(text);
  if (first === undefined || more.length > 0)
    throw new RemodelError("OPERATION_INVALID", `${JSON.stringify(text)} is not a name.`, {
      hint: 'Write `name` or `schema.name`. If a part has a dot or a quote, put it in double quotes: `"odd.name"`.',
    });
  if (second === undefined) return { name: first };
  return { schema: first, name: second };
}

/** The parts between dots, without their quotes; none if the text is not a name. */
function splitName(text: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    PART.lastIndex = at;
    const part = PART.exec(text)?.[0];
    if (part === undefined) return [];
    parts.push(unquote(part));
    at += part.length;
    const isDotted = text[at] === "." && at < text.length - 1;
    if (at < text.length && !isDotted) return [];
  }
  if (parts.includes("")) return [];
  return parts;
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}

/**
 * The opposite of {@link parseName}.
 * @param name the bare name
 * @param schema the schema, unless it is the one of the connection
 */
export function qualifiedName(name: string, schema?: string): string {
  return joinParts(name, schema, quoteIfNeeded);
}

function quoteIfNeeded(name: string): string {
  return /[."]/.test(name) ? quote(name) : name;
}

/** The name without the schema in which names need none. */
export function shortName(name: string, own: string): string {
  return name.startsWith(`${own}.`) ? name.slice(own.length + 1) : name;
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
 * @throws RemodelError `NAME_TOO_LONG` if PostgreSQL would truncate it
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

/** A name, with or without a schema, quoted for SQL. */
export function path(text: string): string {
  const { schema, name } = parseName(text);
  return joinParts(name, schema, id);
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

/** The name that PostgreSQL gives the sequence of a serial or identity column (`makeObjectName` in indexcmds.c). */
export function sequenceName(table: string, column: string, number = ""): string {
  const room = MAX_IDENTIFIER_BYTES - `__seq${number}`.length;
  let [left, right] = [Buffer.byteLength(bareName(table)), Buffer.byteLength(column)];
  while (left + right > room)
    if (left > right) left -= 1;
    else right -= 1;
  return `${clip(bareName(table), left)}_${clip(column, right)}_seq${number}`;
}

/**
 * What PostgreSQL keeps of an identifier: at most 63 bytes, and only whole characters.
 * @param name the identifier
 * @param spared how many bytes to leave for a suffix
 */
export function clipName(name: string, spared = 0): string {
  return clip(name, MAX_IDENTIFIER_BYTES - spared);
}

/** Another name for something that no model declares and that has a name which the models need. */
export function ownName(name: string, number = ""): string {
  return `${clipName(`own_${name}`, number.length)}${number}`;
}

/** The name that an object has for a moment, while another object gets its name. */
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

/** The name of a type as PostgreSQL prints it: in quotes only where that is necessary. */
export function typeName(text: string): string {
  const { schema, name } = parseName(text);
  return joinParts(name, schema, quoteIfReserved);
}

function joinParts(name: string, schema: string | undefined, write: (part: string) => string): string {
  if (schema === undefined) return write(name);
  return `${write(schema)}.${write(name)}`;
}

function quoteIfReserved(word: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(word) && !RESERVED.has(word) ? word : quote(word);
}

/**
 * `ALTER TABLE … ALTER COLUMN …`.
 * @param action what is done to the column
 */
export function alterColumnSql(table: string, column: string, action: string): string {
  return `ALTER TABLE ${path(table)} ALTER COLUMN ${id(column)} ${action}`;
}

/** `SET SCHEMA`. Without `schema` it is the schema of the connection, whose name only the server knows. */
export function moveSql(what: "TABLE" | "TYPE", name: string, schema: string | undefined): string {
  if (schema !== undefined) return `ALTER ${what} ${path(name)} SET SCHEMA ${id(schema)}`;
  const statement = `ALTER ${what} ${path(name)} SET SCHEMA `;
  return blockSql(
    `BEGIN EXECUTE ${literal(statement)} OPERATOR(pg_catalog.||) pg_catalog.quote_ident(pg_catalog.current_schema()::pg_catalog.text); END`,
  );
}

/** Objects with lower oids are PostgreSQL's own, there from the beginning (`FirstNormalObjectId` of its source). */
export const FIRST_OID = 16384;

/** In a block of PL/pgSQL, until the transaction ends: a statement from which a policy would hide rows is an error. */
export const REFUSE_HIDDEN_ROWS = "PERFORM pg_catalog.set_config('row_security', 'off', true);";

/** A block of PL/pgSQL as a statement, with a dollar tag that does not occur in the body, so nothing in it ends the block. */
export function blockSql(body: string): string {
  let tag = "$$";
  while (body.includes(tag)) tag = `$_${tag.slice(1)}`;
  return `DO ${tag} ${body} ${tag}`;
}
