import { dropUndefined } from "../given.ts";
import { applyOperation, type Following } from "../kinds/apply.ts";
import { lookBack } from "../run/look-back.ts";
import { splitIntoSegments } from "../run/segments.ts";
import type { Operation } from "../schema/operation.ts";
import type { Against } from "../shadow/against.ts";
import type { MeasuredStep } from "../shadow/measure-run.ts";
import { parseName, qualifiedName, shortName } from "../sql.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Acceptance, ReviewedRevision, ReviewedSchema, ReviewedStep } from "./finding.ts";
import type { Sizes, TableSize } from "./sizes.ts";
import { listCreated } from "./transactions.ts";

/** What is known before the first revision runs. */
export interface ReviewStart extends ReviewedSchema {
  readonly before: Following;
  /** What code of a commit did, by revision; absent if that was not asked. */
  readonly verdicts?: ReadonlyMap<string, Against>;
  /** The sizes of the tables before the first revision; absent if they are not known. */
  readonly sizes?: Sizes;
  /** What operations did in a throwaway, by revision. */
  readonly measured?: ReadonlyMap<string, readonly MeasuredStep[]>;
  /** Every table that the revision does not create counts as large, also one that the run creates. */
  readonly asIfLarge?: true;
  /** A path as findings show it. */
  readonly showPath: (file: string) => string;
}

/** A revision through which the schema is followed. */
export interface FollowedRevision {
  readonly loaded: LoadedRevision;
  readonly isReviewed: boolean;
  readonly runs: boolean;
}

const EMPTY: TableSize = { rows: 0, bytes: 0 };

/**
 * Follows the schema through revisions, so that each operation is seen with what it changes.
 * @param revisions the revisions in the order in which they run. What is not reviewed only changes the schema; what runs is
 *   not in the database whose sizes are known
 * @param place what is known before
 */
export function prepareRevisions(
  revisions: readonly FollowedRevision[],
  place: ReviewStart,
): readonly ReviewedRevision[] {
  const prepared: ReviewedRevision[] = [];
  const run: Operation[] = [];
  let state = place.before;
  for (const { loaded, isReviewed, runs } of revisions) {
    const operations = loaded.upgrade.map(({ operation }) => operation);
    if (isReviewed) prepared.push(prepareRevision(loaded, state, [...run], place));
    state = operations.reduce(applyOperation, state);
    if (runs) run.push(...operations);
  }
  return prepared;
}

/** @param run the operations that run before the revision */
function prepareRevision(
  loaded: LoadedRevision,
  start: Following,
  run: readonly Operation[],
  place: ReviewStart,
): ReviewedRevision {
  const { upgrade, findLine } = loaded;
  const about = describeAbout(loaded, place);
  const operations = upgrade.map(({ operation }) => operation);
  const transactions = numberTransactions(loaded);
  const createdAt = findCreations(operations);
  const measuredAt = new Map(place.measured?.get(loaded.revision.id)?.map((one) => [one.at, one]));
  const findOthers = createFinder(operations, () => steps);
  const names = run.filter(changesNames);
  const steps: ReviewedStep[] = [];
  let state = start;
  for (const [at, { operation, stack }] of upgrade.entries()) {
    const isNew = (table: string) => (createdAt.get(table) ?? at) < at;
    const [namesSoFar, readLine] = [names.length, remember(() => findLine(stack) ?? 1)];
    steps.push({
      operation,
      get line() {
        return readLine();
      },
      before: state.schema,
      get earlier() {
        return steps.slice(0, at);
      },
      ...findOthers(at),
      ...dropUndefined({ transaction: transactions.get(operation), measured: measuredAt.get(at) }),
      isNew,
      sizeOf: (table) => (isNew(table) ? EMPTY : findSize(place, names.slice(0, namesSoFar), table)),
      about,
    });
    if (changesNames(operation)) names.push(operation);
    state = applyOperation(state, operation);
  }
  const described = describeRevision(loaded, operations, place);
  return { ...described, line: steps[0]?.line ?? 1, steps, before: start.schema, after: state.schema };
}

/** Reads something when it is first asked for: the line of a call takes long, and few calls have a finding. */
function remember<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

/** Finds the steps before a place, and the operations after it, by what they are about. */
function createFinder(
  operations: readonly Operation[],
  listSteps: () => readonly ReviewedStep[],
): (at: number) => Pick<ReviewedStep, "earlierOn" | "laterOn"> {
  const places = indexPlaces(operations);
  const listPlaces = (name: string) => places.get(name) ?? [];
  return (at) => ({
    earlierOn: (name) => listPlaces(name).flatMap((one) => (one < at ? (listSteps()[one] ?? []) : [])),
    laterOn: (name) => listPlaces(name).flatMap((one) => (one > at ? (operations[one] ?? []) : [])),
  });
}

/** The places of the operations about a table or another object, and about its parts, by the name that it has then. */
function indexPlaces(operations: readonly Operation[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [at, { target }] of operations.entries()) {
    if (target === undefined) continue;
    const name = target.table ?? target.name;
    const known = places.get(name);
    if (known === undefined) places.set(name, [at]);
    else known.push(at);
  }
  return places;
}

/** Whether a table may have another name after the operation, or be a new one. */
function changesNames({ target }: Operation): boolean {
  return target?.kind === "table" || target?.kind === "schema";
}

function describeRevision(
  loaded: LoadedRevision,
  operations: readonly Operation[],
  place: ReviewStart,
): Omit<ReviewedRevision, "steps" | "line" | "before" | "after"> {
  const { revision, downgrade, findLine } = loaded;
  const created = listCreated(operations);
  return {
    revision: revision.id,
    message: revision.message,
    file: place.showPath(revision.file),
    acceptances: listAcceptances(loaded, (stack) => findLine(stack) ?? 1),
    downgrade: downgrade.map(({ operation }) => operation),
    downgradeLine: findLine(downgrade[0]?.stack ?? "") ?? 1,
    creates: (table) => created.has(table),
    about: describeAbout(loaded, place),
  };
}

function describeAbout({ revision }: LoadedRevision, place: ReviewStart): ReviewedSchema {
  const found = place.verdicts?.get(revision.id);
  if (found === undefined) return place;
  const named = <One extends { readonly table: string }>(one: One) => ({
    ...one,
    table: shortName(one.table, place.own),
  });
  const against = { ...found, statements: found.statements.map(named), oldEnums: found.oldEnums.map(named) };
  return { ...place, against };
}

/** The index of the operation that creates each table, also under the names that it gets later. */
function findCreations(operations: readonly Operation[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [at, { target }] of operations.entries()) {
    if (target?.kind !== "table") continue;
    const { name, effect, to } = target;
    if (effect === "create") found.set(name, at);
    if (to !== undefined && found.has(name)) found.set(to, at);
  }
  return found;
}

/** The number of the transaction of each operation; none for one outside a transaction. */
function numberTransactions(loaded: LoadedRevision): ReadonlyMap<Operation, number> {
  return new Map(
    splitIntoSegments(loaded, "upgrade").flatMap(({ transaction, steps }, at) =>
      transaction === "none" ? [] : steps.map(({ operation }) => [operation, at] as const),
    ),
  );
}

/** A table that the run creates before is empty. */
function findSize(place: ReviewStart, before: readonly Operation[], table: string): TableSize | undefined {
  const { sizes, own, asIfLarge } = place;
  if (asIfLarge) return undefined;
  const trail = lookBack(before, table);
  if (trail.before === undefined) return EMPTY;
  const { schema = own, name } = parseName(trail.before);
  // A person who writes a file of sizes may leave out the schema of the connection.
  return (
    findOwnKey(sizes, qualifiedName(name, schema)) ??
    (schema === own ? findOwnKey(sizes, qualifiedName(name)) : undefined)
  );
}

function findOwnKey(sizes: Sizes = {}, key: string): TableSize | undefined {
  return Object.hasOwn(sizes, key) ? sizes[key] : undefined;
}

function listAcceptances(loaded: LoadedRevision, readLine: (stack: string) => number): readonly Acceptance[] {
  return (["upgrade", "downgrade"] as const).flatMap((direction) => {
    const first = loaded[direction][0]?.operation;
    return loaded[direction].flatMap(({ operation, stack, acceptances = [] }) => {
      const isTrailing = operation.note === "acceptance";
      const calls = isTrailing ? [{ operation, stack }] : acceptances;
      return calls.map((call) => {
        const [rule, reason] = call.operation.args;
        return {
          rule: String(rule),
          reason: String(reason),
          line: readLine(call.stack),
          direction,
          ...(!isTrailing && { operation }),
          isFirst: operation === first && !isTrailing,
        };
      });
    });
  });
}
