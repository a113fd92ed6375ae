import type { Dependent } from "../schema/dependencies.ts";
import { id } from "../sql.ts";

/*
 * Statements over temporary objects that show whether a column can have its type or default. They name the temporary
 * schema, so that they never reach the object itself. Only objects of the schema of the connection have such statements.
 */

const NAME = String.raw`(?:"(?:[^"]|"")+"|[^\s."(]+)`;
const ALTERS = new RegExp(`^ALTER TABLE (${NAME})(?= ALTER COLUMN )`);
const GIVES_DEFAULT = new RegExp(`^ALTER TABLE ${NAME} ALTER COLUMN ${NAME} SET DEFAULT `);
const CREATES = new RegExp(`^CREATE TABLE (${NAME})(?: PARTITION OF (${NAME}))?(?=[ (])`);

/**
 * The statement that gives a column of a temporary view its default, if a statement does that for the view itself.
 * @param statement as the facts of a view have it
 */
export function defaultTrial(statement: string): string | undefined {
  return GIVES_DEFAULT.test(statement) ? statement.replace(ALTERS, "ALTER TABLE pg_temp.$1") : undefined;
}

/**
 * The statements that give a column of a temporary table its type and default, or create a temporary partitioned table;
 * none where that cannot be.
 * @param dependent the column, or its default
 * @param create the statement that gives it back
 */
export function columnTrial({ name }: Dependent, create: string): readonly string[] {
  const [, table] = ALTERS.exec(create) ?? [];
  if (table !== undefined)
    return [
      `CREATE TEMPORARY TABLE ${table} (${id(name)} text)`,
      create.replace(ALTERS, "ALTER TABLE pg_temp.$1"),
      `DROP TABLE pg_temp.${table}`,
    ];
  const parts = create.split(";\n").map((one) => [one, CREATES.exec(one)] as const);
  const first = parts[0]?.[1]?.[1];
  if (first === undefined || parts.some(([, found]) => found === null)) return [];
  const temporary = (part: string, [begin, own, parent]: RegExpExecArray) =>
    `CREATE TEMPORARY TABLE ${own}${parent === undefined ? "" : ` PARTITION OF pg_temp.${parent}`}${part.slice(begin.length)}`;
  return [
    ...parts.flatMap(([part, found]) => (found === null ? [] : [temporary(part, found)])),
    `DROP TABLE pg_temp.${first}`,
  ];
}
