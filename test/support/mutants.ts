/** A revision with one fault. */
export interface Mutant {
  /** What kind of fault it is. */
  readonly kind: string;
  /** The statement that was changed. */
  readonly at: string;
  readonly text: string;
}

type Mutate = (statement: string, all: readonly string[]) => string | undefined;

/** Each fault: the statement as it would be with the fault; `undefined` where it has no place. */
const FAULTS: Readonly<Record<string, Mutate>> = {
  "forgets a statement": (statement) =>
    statement.includes("Metadata(") || statement.includes("op.accept(") ? undefined : "",
  "drops and adds instead of a rename": (statement) => {
    const [, table = "", from = "", to = ""] =
      /^ {2}op\.renameColumn\("([^"]+)", "([^"]+)", "([^"]+)"\);/.exec(statement) ?? [];
    return table === "" ? undefined : `  op.sql(${JSON.stringify(dropAndAdd(table, from, to))});`;
  },
  "renames to the name of another": (statement, all) => {
    const renames = all
      .map((one) => /^ {2}op\.renameColumn\("([^"]+)", "([^"]+)", "([^"]+)"\);/.exec(one))
      .filter((one) => one !== null);
    const own = /^ {2}op\.renameColumn\("([^"]+)", "([^"]+)", "([^"]+)"\);/.exec(statement);
    const other = renames.find((one) => one[1] === own?.[1] && one[2] !== own?.[2]);
    return own && other ? statement.replace(`"${own[3]}");`, `"${other[3]}");`) : undefined;
  },
  "casts to a constant": (statement) =>
    /op\.alterColumn\(.*\btype: "(?:character varying|text)/s.test(statement)
      ? withUsing(statement, () => "'same'")
      : undefined,
  "cuts values": (statement) =>
    /op\.alterColumn\(.*\btype: "(?:character varying|text)/s.test(statement)
      ? withUsing(statement, (column) => `left("${column}"::text, 2)`)
      : undefined,
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

const CHANGED_KINDS = Object.keys(FAULTS);

/** How many kinds of faults there are, each in both directions. */
export const KINDS: number = CHANGED_KINDS.length * 2;

/** Every mutant of a revision: one fault in one statement of one direction. */
export function makeMutants(source: string): readonly Mutant[] {
  const text = source.replace(/^ {2}\/\/.*\n/gm, "");
  return (["upgrade", "downgrade"] as const).flatMap((direction) => {
    const { before, statements, after } = splitBody(text, direction);
    return statements.flatMap((statement, at) =>
      CHANGED_KINDS.flatMap((kind) => {
        const changed = FAULTS[kind]?.(statement, statements);
        if (changed === undefined || changed === statement) return [];
        const body = statements.with(at, changed).join("\n");
        return [{ kind: `${direction} ${kind}`, at: statement.trim().slice(0, 100), text: `${before}${body}${after}` }];
      }),
    );
  });
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

function withUsing(statement: string, write: (column: string) => string): string | undefined {
  const [, column = ""] = /^ {2}op\.alterColumn\("[^"]+", "([^"]+)"/.exec(statement) ?? [];
  const type = /\btype: "([^"]+)"/.exec(statement)?.[1] ?? "text";
  const using = JSON.stringify(`${write(column)}::${type}`);
  const without = statement.replace(/,? using: "(?:[^"\\]|\\.)*"/, "");
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
