import { listDomains } from "./cell-type.ts";
import type { FillColumn, FillReference, FillRule, FillTable } from "./fill-catalog.ts";
import { mayBeNull } from "./fill-plan.ts";
import { listProposals, type Proposal } from "./proposals.ts";
import { createRandom, type Random } from "./random.ts";
import { type CellValue, listValues, type Values } from "./values.ts";

/** A row to insert: a column that is not in it gets its default. */
export type Cells = Map<string, CellValue>;

/** What is known while a database is filled. */
export interface Proposing {
  readonly random: Random;
  /** A number that no value of this kind has yet: every cell has a value of its own. */
  readonly next: (kind: string) => number;
}

/**
 * Starts to propose.
 * @param seed the same seed gives the same rows
 * @param start the numbers of values begin behind it
 */
export function createProposing(seed: number, start = 0): Proposing {
  const counters = new Map<string, number>();
  const next = (kind: string) => {
    const number = (counters.get(kind) ?? start) + 1;
    counters.set(kind, number);
    return number;
  };
  return { random: createRandom(seed), next };
}

/** Proposes rows of one table. */
export interface Proposer {
  /**
   * A new row.
   * @param at the number of the row: the first has ordinary values, the second NULL, the next ones the limits of the types
   */
  row(at: number): Cells;
  /** Changes the columns of a rule that refused the row. */
  change(cells: Cells, rule: FillRule): void;
  /** Changes the columns of all rules that refused a row before. @returns whether there are any */
  changeAgain(cells: Cells): boolean;
  /** PostgreSQL took the row: the ways in which its values were made are preferred. */
  confirm(): void;
  /** Gives every column an ordinary value; with `sparse` NULL where that is allowed. */
  simplify(cells: Cells, sparse: boolean): void;
}

/** A foreign key that is set at once, with the keys of the table that it references. */
export interface ReadyReference {
  readonly reference: FillReference;
  readonly keys: readonly (readonly CellValue[])[];
}

/**
 * Makes a proposer.
 * @param table the table
 * @param ready the foreign keys whose tables have rows
 * @param later the columns of foreign keys that are set later
 * @param domainRules the rules of domains
 */
export function createProposer(
  table: FillTable,
  ready: readonly ReadyReference[],
  later: ReadonlySet<string>,
  domainRules: readonly FillRule[],
  proposing: Proposing,
): Proposer {
  const columns = findFree(table, ready);
  const makers = new Map(columns.map((column) => [column.name, createMaker(column, table, domainRules, proposing)]));
  const free: Free = { columns, makers, later, restricted: new Set() };
  return {
    row(at) {
      const cells: Cells = new Map();
      for (const [index, one] of ready.entries()) refer(cells, table, one, at === 1 ? undefined : at + index * 7);
      setFree(free, cells, (column) => chooseValue(free, column, at));
      return cells;
    },
    change(cells, rule) {
      const asked = new Set(rule.columns);
      for (const one of ready)
        if (one.reference.columns.some((name) => asked.has(name)))
          refer(cells, table, one, chooseKey(table, one, proposing.random));
      for (const column of columns.filter(({ name }) => asked.has(name))) {
        if (JUDGING.includes(rule.kind)) free.restricted.add(column.name);
        cells.set(column.name, chooseValue(free, column, 0));
      }
    },
    changeAgain(cells) {
      const asked = columns.filter(({ name }) => free.restricted.has(name));
      for (const column of asked) cells.set(column.name, chooseValue(free, column, 0));
      return asked.length > 0;
    },
    confirm() {
      for (const maker of makers.values()) maker.confirm();
    },
    simplify(cells, sparse) {
      setFree(free, cells, (column) => (sparse && column.nullable ? null : chooseValue(free, column, 0)));
    },
  };
}

/** Of so many keys of a row that was refused, one is NULL: of two columns a rule may take only one. */
const WITHOUT = 3;

/** Chooses another key for a row that was refused, or none. */
function chooseKey(table: FillTable, { reference }: ReadyReference, random: Random): number | undefined {
  const isLeftOut = mayBeNull(table, reference) && random.below(WITHOUT) === 0;
  return isLeftOut ? undefined : random.below(1000);
}

/** The columns that no foreign key sets, and how their values are made. */
interface Free {
  readonly columns: readonly FillColumn[];
  readonly makers: ReadonlyMap<string, Maker>;
  /** Columns of foreign keys that are set later. */
  readonly later: ReadonlySet<string>;
  /** Columns of rules that look at values and refused one. */
  readonly restricted: Set<string>;
}

function findFree({ columns }: FillTable, ready: readonly ReadyReference[]): readonly FillColumn[] {
  const referencing = new Set(ready.flatMap(({ reference }) => reference.columns));
  return columns.filter(({ name, computed }) => !computed && !referencing.has(name));
}

function chooseValue({ makers, later, restricted }: Free, column: FillColumn, at: number): CellValue {
  const maker = makers.get(column.name);
  if (maker === undefined || (later.has(column.name) && column.nullable)) return null;
  return restricted.has(column.name) ? maker.candidate() : maker.planned(at);
}

function setFree({ columns }: Free, cells: Cells, choose: (column: FillColumn) => CellValue): void {
  for (const column of columns) {
    const chosen = choose(column);
    if (chosen === null && !column.nullable) cells.delete(column.name);
    else cells.set(column.name, chosen);
  }
}

/** The kinds of rules that look at the values themselves, and not at those of other rows. */
const JUDGING = ["c", "b", "d"];

interface Maker {
  planned(at: number): CellValue;
  candidate(): CellValue;
  /** The last candidate was taken. */
  confirm(): void;
}

/** Of so many candidates one is made in a way that no row has had yet. */
const EXPLORE = 4;
/** So many ways are remembered. */
const MOST_PROVEN = 20;

function createMaker(
  column: FillColumn,
  table: FillTable,
  domainRules: readonly FillRule[],
  { random, next }: Proposing,
): Maker {
  const values = listOwnValues(column);
  const own = table.rules.filter(
    ({ kind, columns }) => JUDGING.includes(kind) && (columns ?? []).includes(column.name),
  );
  const rules = [...own, ...domainRules.filter(({ columns }) => listDomains(column.type).includes(columns[0] ?? ""))];
  const nextNumber = () => next(column.type.name);
  let candidates: readonly Proposal[] | undefined;
  let last: Proposal | undefined;
  const proven: Proposal[] = [];
  return {
    planned: (at) => planValue(column, values, at, nextNumber),
    candidate: () => {
      candidates ??= listProposals(column, rules, values, { random, next: nextNumber });
      last = random.pick(proven.length > 0 && random.below(EXPLORE) > 0 ? proven : candidates);
      return last?.() ?? null;
    },
    confirm: () => {
      if (last !== undefined && proven.length < MOST_PROVEN) proven.push(last);
      last = undefined;
    },
  };
}

function listOwnValues({ type, isList }: FillColumn): Values | undefined {
  const values = listValues(type);
  if (!isList || values === undefined) return values;
  const listOf = (text: string) => `[${text}]`;
  return { boundaries: ["[]", ...values.boundaries.map(listOf)], at: (number) => listOf(values.at(number)) };
}

function planValue(column: FillColumn, values: Values | undefined, at: number, next: () => number): CellValue {
  if (values === undefined) return null;
  if (at === 1 && column.nullable) return null;
  return values.boundaries[at - 2] ?? values.at(next());
}

/**
 * Sets the columns of a foreign key. Columns that another key has set already stay, so only keys that agree are chosen.
 * @param at which key; without it NULL, if that is allowed
 */
function refer(cells: Cells, table: FillTable, ready: ReadyReference, at: number | undefined): void {
  const { reference } = ready;
  const nullable = table.columns.filter(({ name, nullable }) => nullable && reference.columns.includes(name));
  const fitting = selectFitting(cells, table, ready);
  const key = fitting[(at ?? 0) % Math.max(fitting.length, 1)];
  if (key === undefined || (at === undefined && nullable.length > 0)) {
    for (const { name } of nullable) cells.set(name, null);
    return;
  }
  for (const [index, name] of reference.columns.entries()) cells.set(name, key[index] ?? null);
}

/** The keys that agree with the columns that another key has set. */
function selectFitting(cells: Cells, table: FillTable, { reference, keys }: ReadyReference): ReadyReference["keys"] {
  const shared = reference.columns.map((name) => isShared(table, reference, name) && cells.get(name));
  return keys.filter((key) => key.every((value, index) => !shared[index] || shared[index] === value));
}

function isShared(table: FillTable, reference: FillReference, name: string): boolean {
  return table.references.some((other) => other !== reference && other.columns.includes(name));
}
