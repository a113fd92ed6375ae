import { does } from "../kinds/targets.ts";
import type { Recorded } from "../revision/op.ts";
import type { Operation } from "../schema/operation.ts";
import { leavesChecks } from "./deferred.ts";

/** How many operations are sent as one text. */
const MOST = 100;

const BETWEEN = "\n;\n";

/** What an empty database gets: PostgreSQL creates it without waiting for anybody. */
const NEW_OBJECTS = ["schema", "enum type", "sequence", "table"] as const;

/** Matches one statement whose quotes are closed. It has no semicolon outside of them, and nothing that takes more to read. */
const SIMPLE = /^(?=\s*\S)(?:[^'"$\\;/-]|"[^"\\]*"|'[^'\\]*'|-(?!-)|\/(?!\*))*$/;

/** What is sent as one text. */
export type Joined<Item> = readonly [Item, ...Item[]];

/**
 * Joins operations that are next to each other and can be sent as one text: they create new objects, or change tables that
 * operations before them have created. So none of them waits for a lock or takes long.
 */
export function joinSteps<Item extends readonly [number: number, step: Recorded]>(
  steps: readonly Item[],
): readonly Joined<Item>[] {
  const created = new Set<string>();
  const texts: [Item, ...Item[]][] = [];
  let open: Item[] | undefined;
  for (const item of steps) {
    const [, { operation }] = item;
    const joins = isQuick(operation, created);
    if (joins && open !== undefined && open.length < MOST) open.push(item);
    else {
      const text: [Item] = [item];
      texts.push(text);
      open = joins ? text : undefined;
    }
    noteTable(created, operation);
  }
  return texts;
}

function isQuick(operation: Operation, created: ReadonlySet<string>): boolean {
  const { locks = [], sql } = operation;
  if (!isPlain(operation) || leavesChecks(operation)) return false;
  const isNew = NEW_OBJECTS.some((kind) => does(operation, "create", kind));
  if (locks.length === 0 && !isNew) return false;
  return locks.every(({ on, onDependents }) => created.has(on) && !onDependents) && sql.every(canBeJoined);
}

/** Whether PostgreSQL reads a statement in the same way next to others as it does alone. */
export function canBeJoined(sql: string): boolean {
  return SIMPLE.test(sql);
}

/** Joins statements into one text. */
export function joinStatements(statements: readonly string[]): string {
  return statements.join(BETWEEN);
}

/** Whether an operation is nothing but its statements. */
function isPlain({ custom, run, values, note, outsideTransaction, endsTransaction }: Operation): boolean {
  const others = [custom, run, values, note, outsideTransaction, endsTransaction];
  return others.every((one) => one === undefined);
}

function noteTable(created: Set<string>, operation: Operation): void {
  const { target } = operation;
  if (target?.kind !== "table") return;
  if (target.effect === "create") created.add(target.name);
  if (!["drop", "rename", "move"].includes(target.effect)) return;
  created.delete(target.name);
  created.delete(target.to ?? "");
}

/** A statement, and the step that it belongs to. */
interface Part {
  readonly step: Recorded;
  readonly sql: string;
}

/** Takes steps that {@link joinSteps} has joined apart into statements. */
export function listParts(steps: readonly Recorded[]): readonly Part[] {
  return steps.flatMap((step) => step.operation.sql.map((sql) => ({ step, sql })));
}

/**
 * Finds the statement that failed. PostgreSQL runs them one by one, but first it reads the whole text: a mistake of syntax is at
 * a position in it.
 * @param completed how many statements were completed
 */
export function findFailed(parts: readonly Part[], completed: number, error: unknown): Part | undefined {
  const position = Number(Object(error).position);
  if (completed > 0 || Number.isNaN(position)) return parts[completed];
  let end = 0;
  return parts.find(({ sql }) => {
    end += [...sql].length + BETWEEN.length;
    return position <= end;
  });
}
