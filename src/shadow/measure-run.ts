import { collect } from "../collect.ts";
import type { Direction, RunObserver } from "../run/context.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import { parseName, qualifiedName } from "../sql.ts";
import { type MeasuredStatement, type Meter, type MeterOptions, measuredName, startMeter } from "./measure.ts";

/** An operation of a revision, measured while it ran in a throwaway. */
export interface MeasuredStep extends MeasuredStatement {
  readonly operation: Operation;
  readonly direction: Direction;
  /** Its place among the operations of its direction, from 0. */
  readonly at: number;
  /** Its line in the file. */
  readonly line: number;
  /** PostgreSQL gives the locks of a statement outside a transaction back when it ends, so they are not known. */
  readonly isOutside: boolean;
}

/** Measures runs. */
export interface RunMeter {
  readonly observer: (direction: Direction) => RunObserver;
  /** The operations that ran, in their order. One that ran twice is measured the last time. */
  readonly steps: () => readonly MeasuredStep[];
}

/** Makes what measures the runs of one revision. */
export function createRunMeter(options: MeterOptions): RunMeter {
  const steps = new Map<Operation, MeasuredStep>();
  let meter: Meter | undefined;
  return {
    observer: (direction) => ({
      begin: async (db) => {
        meter = await startMeter(db, options);
      },
      end: async (db, { operation, stack }, loaded) => {
        const at = loaded[direction].findIndex((one) => one.operation === operation);
        const next = loaded[direction][at + 1]?.operation;
        const measured = await meter?.next(isWhole(operation, next) ? undefined : nameTables(operation, options.own));
        const isOutside = db.inTransaction?.() !== true;
        const about = { operation, direction, at, line: loaded.findLine(stack) ?? 1, isOutside };
        if (measured !== undefined) steps.set(operation, { ...about, ...measured });
      },
    }),
    steps: () => [...steps.values()],
  };
}

/**
 * Whether to look at everything: what a statement or code of a person did is not known. What comes before it is looked at
 * as a whole too, so that nothing else is taken for its work, and so is the last operation.
 */
function isWhole({ custom, locks }: Operation, next: Operation | undefined): boolean {
  return custom !== undefined || locks === undefined || next === undefined || next.custom !== undefined;
}

/** The names of what an operation is about and locks, as they are measured. */
export function nameTables({ target, locks = [] }: Operation, own: string): readonly string[] {
  const names = collect(target?.table, ...locks.map(({ on }) => on)).map((name) => measuredName(name, own));
  return [...names, ...collect(target && nameTarget(target, own))];
}

/** An index or constraint has its bare name, and is in the schema of its table. */
function nameTarget({ kind, table, name }: OperationTarget, own: string): string | undefined {
  if (table === undefined) return RELATIONS.has(kind) ? measuredName(name, own) : undefined;
  const { schema = own } = parseName(table);
  return qualifiedName(name, schema === own ? undefined : schema);
}

const RELATIONS: ReadonlySet<OperationTarget["kind"]> = new Set(["table", "view", "sequence", "enum type"]);
