import { dropUndefined } from "../given.ts";
import { does } from "../kinds/targets.ts";
import type { Change } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { bareName, path, typeName } from "../sql.ts";

interface Shape {
  readonly what: string;
  /** Columns that it has, in plain spelling: each entry lists names of which one is there. */
  readonly columns: readonly (readonly string[])[];
  /** It has no others. */
  readonly exactly?: true;
}

/** Tables that other programs make, by their columns, since their names are often configured. */
const SHAPES: readonly Shape[] = [
  { what: "TypeORM's table of migrations", columns: [["id"], ["timestamp"], ["name"]], exactly: true },
  { what: "TypeORM's query cache", columns: [["identifier"], ["time"], ["duration"], ["query"], ["result"]] },
  {
    what: "TypeORM's table of metadata",
    columns: [["type"], ["database"], ["schema"], ["table"], ["name"], ["value"]],
  },
  { what: "Prisma's table of migrations", columns: [["migrationname"], ["checksum"], ["appliedstepscount"]] },
  { what: "Knex's table of migrations", columns: [["name"], ["batch"], ["migrationtime"]] },
  { what: "the lock of Knex's migrations", columns: [["index"], ["islocked"]], exactly: true },
  { what: "Flyway's history", columns: [["installedrank"], ["script"], ["checksum"]] },
  { what: "Liquibase's change log", columns: [["author"], ["dateexecuted"], ["orderexecuted"]] },
  { what: "Alembic's table of versions", columns: [["versionnum"]], exactly: true },
  { what: "Django's table of migrations", columns: [["id"], ["app"], ["name"], ["applied"]], exactly: true },
  { what: "a table of migrations", columns: [["version"]], exactly: true },
  { what: "a table of migrations", columns: [["version"], ["dirty", "insertedat"]], exactly: true },
  {
    what: "a store of sessions",
    columns: [
      ["sid", "sessionid", "id"],
      ["sess", "session", "sessiondata", "json", "payload"],
      ["expire", "expires", "expiresat", "expiredat", "expiredate", "lastactivity"],
    ],
  },
  {
    what: "a job queue",
    columns: [
      ["queue", "queuename", "jobqueueid", "taskidentifier", "taskid", "jobname", "name"],
      ["payload", "data", "args", "arguments", "params", "serializedparams"],
      ["runat", "attempts", "attemptsmade", "retrylimit", "retrycount", "startafter", "scheduledat", "availableat"],
    ],
  },
];

/**
 * Asks before a table is dropped that no revision of this history made: it may belong to something else.
 * @param changes from the database to the models
 * @param live the database
 * @param unknown the tables of the database that neither the models nor the history know
 */
export function askAboutUnknownTables(
  changes: readonly Change[],
  live: Schema,
  unknown: ReadonlySet<string>,
): readonly Change[] {
  const asked = changes.filter((change) => findDroppedTable(change, unknown) !== undefined);
  const names = new Set(asked.map((change) => findDroppedTable(change, unknown)));
  const types = changes.filter((change) => enumsOf(change).some((name) => isUsedOnlyBy(name, live, names)));
  return changes.flatMap((change): readonly Change[] => {
    if (types.includes(change)) return [];
    const name = findDroppedTable(change, unknown);
    if (name === undefined) return [change];
    const table = live.tables?.find((one) => one.name === name);
    const last = change === asked.at(-1) ? types.flatMap(({ operations }) => operations) : [];
    return [{ operations: [...change.operations, ...last], question: dropQuestion(name, table) }];
  });
}

function dropQuestion(name: string, table: Table | undefined): Question<"unknown table"> {
  const looksLike = table && shapeOf(table);
  return {
    about: "drop",
    asks: "unknown table",
    subject: { kind: "table", name },
    ...dropUndefined({ looksLike }),
    query: `SELECT * FROM ${path(name)}`,
    rows: "lost",
  };
}

function findDroppedTable({ operations, question }: Change, unknown: ReadonlySet<string>): string | undefined {
  const [first] = operations;
  if (question !== undefined || first === undefined || !does(first, "drop", "table")) return undefined;
  const name = first.target?.name;
  return name !== undefined && unknown.has(name) ? name : undefined;
}

function enumsOf({ operations, question }: Change): readonly string[] {
  const only = question === undefined && operations.every((one) => does(one, "drop", "enum type"));
  if (!only) return [];
  return operations.flatMap(({ target }) => target?.name ?? []);
}

function isUsedOnlyBy(name: string, { tables = [] }: Schema, unknown: ReadonlySet<string | undefined>): boolean {
  const type = typeName(name);
  const users = tables.filter(({ columns }) => columns.some((one) => [type, `${type}[]`].includes(one.type)));
  return users.length > 0 && users.every((table) => unknown.has(table.name));
}

/** What a table of another program seems to be, by its columns. */
export function shapeOf(table: Table): string | undefined {
  const names = new Set(table.columns.map(({ name }) => name.toLowerCase().replace(/[^a-z0-9]/g, "")));
  if (bareName(table.name) === "SequelizeMeta") return "Sequelize's table of migrations";
  return SHAPES.find(
    ({ columns, exactly }) =>
      columns.every((any) => any.some((name) => names.has(name))) && (!exactly || names.size === columns.length),
  )?.what;
}
