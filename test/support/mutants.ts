/** A revision with one fault. */
export interface Mutant {
  /** What kind of fault it is. */
  readonly kind: string;
  /** The statement that was changed. */
  readonly at: string;
  readonly text: string;
}

type Mutate = (statement: string, all: readonly string[]) => string | undefined;

const RENAME = /^ {2}op\.renameColumn\("([^"]+)", "([^"]+)", "([^"]+)"\);/;
const TO_TEXT = /op\.alterColumn\(.*\btype: "(?:character varying|text)/s;
const TO_NUMBER = /op\.alterColumn\(.*\btype: "(?:smallint|integer|bigint|numeric|real|double)/s;

/** Each fault: the statement as it would be with the fault; `undefined` where it has no place. */
const FAULTS: Readonly<Record<string, Mutate>> = {
  "forgets a statement": (statement) =>
    statement.includes("Metadata(") || statement.includes("op.accept(") ? undefined : "",
  "drops and adds instead of a rename": (statement) => {
    const [, table = "", from = "", to = ""] = RENAME.exec(statement) ?? [];
    return table === "" ? undefined : `  op.sql(${JSON.stringify(dropAndAdd(table, from, to))});`;
  },
  "renames to the name of another": (statement, all) => {
    const renames = all.map((one) => RENAME.exec(one)).filter((one) => one !== null);
    const own = RENAME.exec(statement);
    const other = renames.find((one) => one[1] === own?.[1] && one[2] !== own?.[2]);
    return own && other ? statement.replace(`"${own[3]}");`, `"${other[3]}");`) : undefined;
  },
  "casts to a constant": castAs(TO_TEXT, () => "'same'"),
  "cuts values": castAs(TO_TEXT, (column) => `left("${column}"::text, 2)`),
  "trims values": castAs(TO_TEXT, (column) => `btrim("${column}"::text)`),
  "writes capital letters": castAs(TO_TEXT, (column) => `upper("${column}"::text)`),
  "rounds values": castAs(TO_NUMBER, (column) => `round("${column}"::text::numeric, -1)`),
  "changes the sign": castAs(TO_NUMBER, (column) => `-("${column}"::text::numeric)`),
  "sets a column to NULL": (statement) => {
    const [, table = "", column = ""] = /^ {2}op\.alterColumn\("([^"]+)", "([^"]+)"/.exec(statement) ?? [];
    return table === ""
      ? undefined
      : `${statement}\n  op.sql(${JSON.stringify(`UPDATE ${quote(table)} SET "${column}" = NULL`)});`;
  },
  "deletes rows": (statement) => {
    const [, table = ""] = /^ {2}op\.(?:addColumn|alterColumn|renameColumn)\("([^"]+)"/.exec(statement) ?? [];
    return table === "" ? undefined : `  op.sql(${JSON.stringify(`DELETE FROM ${quote(table)}`)});\n${statement}`;
  },
  "reads another column": (statement, all) => {
    const [, table = "", column = "", rest = ""] =
      /^ {2}op\.alterColumn\("([^"]+)", "([^"]+)", (\{.*\btype: .*)/s.exec(statement) ?? [];
    const other = all
      .map((one) => /^ {2}op\.(?:alterColumn|addColumn)\("([^"]+)", (?:\{ name: )?"([^"]+)"/.exec(one))
      .find((one) => one?.[1] === table && one[2] !== column && !rest.includes(`"${one[2]}"`));
    return rest && other ? withUsing(statement, () => `"${other[2]}"::text`) : undefined;
  },
  "backfills a constant": replaceOnce(/(\bset: \{ \w+: )(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/, '$1"NULL"'),
  "gives another name": replaceOnce(/(?<=[{ ]name: ")(?=[^"]+", (?:columns|expression))/, "my_"),
  "leaves out a column": replaceOnce(/columns: \["([^"]+)", /, "columns: ["),
  "forgets a default": replaceOnce(/,? default: "(?:[^"\\]|\\.)*"/),
  "sets another default": replaceOnce(/default: "(\d+)"/, 'default: "77$1"'),
  "forgets nullable": replaceOnce(/,? nullable: true/),
  "adds nullable": replaceOnce(/nullable: false/, "nullable: true"),
  "forgets unique": replaceOnce(/,? unique: true/),
  "forgets an action": replaceOnce(/,? onDelete: "[A-Z ]+"/),
  "takes another action": replaceOnce(/onDelete: "CASCADE"/, 'onDelete: "SET NULL"'),
  "forgets a predicate": replaceOnce(/,? where: "(?:[^"\\]|\\.)*"/),
  "forgets a collation": replaceOnce(/,? collation: "(?:[^"\\]|\\.)*"/),
  "forgets a value of an enum type": replaceOnce(/(\[(?:"[^"]*", )+)"[^"]*"\]/, '$1"other"]'),
  "changes a number in an expression": replaceOnce(/(expression: "(?:[^"\\]|\\.)*?)(\d+)/, "$19$2"),
  "makes another type": replaceOnce(/type: "integer"/, 'type: "bigint"'),
  "makes a text shorter": replaceOnce(/character varying\((\d)\d+\)/, "character varying($1)"),
  "makes a number less precise": replaceOnce(/numeric\((\d+),\s*\d+\)/, "numeric($1,0)"),
};

/** Faults of two statements: all statements as they would be with the fault at one of them. */
const FAULTS_OF_TWO: Readonly<Record<string, (all: readonly string[], at: number) => readonly string[] | undefined>> = {
  "swaps the targets of two renames": (all, at) => {
    const own = RENAME.exec(all[at] ?? "");
    const next = all.findIndex((one, index) => index > at && RENAME.exec(one)?.[1] === own?.[1]);
    const other = RENAME.exec(all[next] ?? "");
    if (own === null || other === null) return undefined;
    const rename = (from: string | undefined, to: string | undefined) =>
      `  op.renameColumn("${own[1]}", "${from}", "${to}");`;
    return all.with(at, rename(own[2], other[3])).with(next, rename(other[2], own[3]));
  },
};

/** Every mutant of a revision: one fault in one direction. */
export function makeMutants(source: string): readonly Mutant[] {
  const text = source.replace(/^ {2}\/\/.*\n/gm, "");
  return (["upgrade", "downgrade"] as const).flatMap((direction) => {
    const { before, statements, after } = splitBody(text, direction);
    return statements.flatMap((statement, at) =>
      listFaulty(statements, at).map(([kind, changed]) => ({
        kind: `${direction} ${kind}`,
        at: statement.trim().slice(0, 100),
        text: `${before}${changed.join("\n")}${after}`,
      })),
    );
  });
}

type Faulty = readonly [kind: string, statements: readonly string[]];

function listFaulty(statements: readonly string[], at: number): readonly Faulty[] {
  const statement = statements[at] ?? "";
  const ofOne = Object.entries(FAULTS).flatMap(([kind, mutate]): readonly Faulty[] => {
    const changed = mutate(statement, statements);
    return changed === undefined || changed === statement ? [] : [[kind, statements.with(at, changed)]];
  });
  const ofTwo = Object.entries(FAULTS_OF_TWO).flatMap(([kind, mutate]): readonly Faulty[] => {
    const changed = mutate(statements, at);
    return changed === undefined ? [] : [[kind, changed]];
  });
  return [...ofOne, ...ofTwo];
}

function splitBody(text: string, direction: string) {
  const head = new RegExp(`export function ${direction}\\(.*\\n`).exec(text);
  const start = head === null ? text.length : head.index + head[0].length;
  const end = text.indexOf("\n}", start - 1);
  const body = text.slice(start, Math.max(end, start));
  return {
    before: text.slice(0, start),
    statements: body.split(/\n(?= {2}op\.)/),
    after: text.slice(Math.max(end, start)),
  };
}

function replaceOnce(pattern: RegExp, by = ""): Mutate {
  return (statement) => (pattern.test(statement) ? statement.replace(pattern, by) : undefined);
}

function castAs(pattern: RegExp, write: (column: string) => string): Mutate {
  return (statement) => (pattern.test(statement) ? withUsing(statement, write) : undefined);
}

function withUsing(statement: string, write: (column: string) => string): string | undefined {
  const [, column = ""] = /^ {2}op\.alterColumn\("[^"]+", "([^"]+)"/.exec(statement) ?? [];
  const type = /\btype: "([^"]+)"/.exec(statement)?.[1] ?? "text";
  const using = JSON.stringify(`${write(column)}::${type}`);
  const without = statement.replace(/,? using: (?:"(?:[^"\\]|\\.)*"|`[^`]*`)/, "");
  return without.replace(/\btype: "[^"]+"/, (found) => `${found}, using: ${using}`);
}

function dropAndAdd(table: string, from: string, to: string): string {
  return `DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE ${quote(table)} ADD "${to}" %s', format_type(atttypid, atttypmod)) FROM pg_attribute WHERE attrelid = '${quote(table)}'::regclass AND attname = '${from}'); ALTER TABLE ${quote(table)} DROP COLUMN "${from}"; END $$`;
}

function quote(table: string): string {
  return table
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");
}
