import { tableKinds } from "../../src/kinds/all.ts";
import { columns } from "../../src/kinds/columns.ts";
import { itemsOf } from "../../src/kinds/kind.ts";
import { searchPathSql } from "../../src/read/server-info.ts";
import type { Note } from "../../src/schema/dependencies.ts";
import type { Change, OperationTarget } from "../../src/schema/operation.ts";
import type { Schema, Table } from "../../src/schema/schema.ts";
import { bareName, id } from "../../src/sql.ts";
import {
  createAgain,
  describeTraits,
  notesIn,
  runInSomeOrder,
  traitsByHand,
  traitsLost,
  tryStatements,
  unnamed,
} from "../support/objects-by-hand.ts";
import { Refused } from "../support/schemas.ts";
import { listTraits } from "../support/traits.ts";
import type { Pair } from "./arbitraries.ts";
import { type HandMade, SETUP, statementsFor } from "./hand-made.ts";
import { noRowsSql } from "./rows.ts";
import { ALL, comparedWithDependencies, fill, run, type Site, withConversion } from "./there-and-back.ts";

/*
 * What models cannot declare is never lost in silence, and what makes a revision fail is named before: over any two schemas.
 */

/** Two schemas, and what people made by hand in the first one. */
export interface HandMadePair extends Pick<Pair, "before" | "after"> {
  readonly objects: readonly HandMade[];
  /** How many objects of each sort were made. */
  readonly made: Map<string, number>;
}

/**
 * Leads from the first schema to the second and back, with objects made by hand in the first.
 * @returns what was lost or refused although no note names it, in words
 */
export async function findBreaches(site: Site, pair: HandMadePair): Promise<readonly string[]> {
  const { client } = site;
  const { before, after } = pair;
  await run(site, (await comparedWithDependencies(site, before)).upgrade);
  await fill(site, before);
  await client.query(SETUP);
  const clean = await listTraits(client);
  await makeByHand(site, pair);
  const byHand = traitsByHand(clean, await listTraits(client));

  const { upgrade, downgrade } = await comparedWithDependencies(site, after);
  const [up, down] = [notesIn(upgrade), notesIn(downgrade)];
  const statements = await tryInRevision(site, upgrade);
  const refused = await runOrDrop(site, upgrade, up);
  if (refused !== undefined) return [...statements, `the upgrade is refused: ${refused}`];
  const afterwards = await listTraits(client);
  const models = new Set(clean.map(({ object }) => object));
  const there = new Set(afterwards.flatMap(({ object, address }) => [object, address]));
  const gone = partsGone(before, after, renamesIn(upgrade));
  const isLeft = ({ object, name, address }: (typeof byHand)[number]) =>
    !models.has(object) || there.has(address) || (there.has(object) && !gone.has(name));
  const lost = traitsLost(byHand, afterwards, renamesIn(upgrade)).filter(isLeft);
  const above = describeTraits(unnamed(lost, afterwards, up)).map((trait) => `lost by the upgrade: ${trait}`);

  // The statement for an index on a column that went can fit something else: a whole row has the name of its table.
  await createAgain(
    client,
    up.filter(({ effect }) => effect !== "lost"),
  );
  const refusedBack = await runOrDrop(site, downgrade, down);
  if (refusedBack !== undefined) return [...statements, ...above, `the downgrade is refused: ${refusedBack}`];
  await createAgain(client, [...up, ...down]);
  const back = await listTraits(client);
  const lostBack = unnamed(traitsLost(byHand, back), back, [...up, ...down]);
  return [...statements, ...above, ...describeTraits(lostBack).map((trait) => `lost on the way back: ${trait}`)];
}

/** Makes the objects; those that PostgreSQL does not allow are left out. */
async function makeByHand({ client }: Site, { before, objects, made }: HandMadePair): Promise<void> {
  for (const [at, object] of objects.entries()) {
    const statements = statementsFor(object, at, before);
    if (statements.length === 0) continue;
    try {
      await client.query(statements.join(";\n"));
      made.set(object.sort, (made.get(object.sort) ?? 0) + 1);
    } catch {
      // A type that has no operator for it, two policies of one name, and the like.
    }
  }
}

/** The names of indexes and constraints that their table does not have afterwards: another table may have the name. */
function partsGone(before: Schema, after: Schema, renames: ReadonlyMap<string, string>): ReadonlySet<string> {
  const partsOf = (table: Table | undefined) =>
    tableKinds.filter((kind) => kind !== columns).flatMap(({ list }) => itemsOf(table, list).map(({ name }) => name));
  return new Set(
    (before.tables ?? []).flatMap((table) => {
      const to = renames.get(bareName(table.name));
      const later = (after.tables ?? []).filter(({ name }) => name === table.name || id(bareName(name)) === to);
      const kept = new Set(later.flatMap(partsOf));
      return partsOf(table).filter((name) => !kept.has(name));
    }),
  );
}

/** The names that changes give to tables and columns. */
function renamesIn(changes: readonly Change[]): ReadonlyMap<string, string> {
  const targets = changes.flatMap(({ operations }) => operations.flatMap(({ target }) => target ?? []));
  // Only tables, views and types have a schema in their names.
  const bare = ({ table }: OperationTarget, name: string) => (table === undefined ? bareName(name) : name);
  const names = new Map<string, string>();
  for (const target of targets) {
    if (target.to === undefined) continue;
    const [from, to] = [bare(target, target.name), bare(target, target.to)];
    // Names that change in a circle go by another one.
    const [first = from] = [...names].find(([, name]) => name === from) ?? [];
    names.set(first, to);
  }
  return new Map(
    [...names].flatMap(([from, to]) => [
      [from, id(to)],
      [id(from), id(to)],
    ]),
  );
}

/**
 * Tries the statements of notes before the revision, as the output gives them, and then at their places in it, as the file
 * does: what the revision drops before is no longer in the way there.
 */
async function tryInRevision({ client, server }: Site, changes: readonly Change[]): Promise<readonly string[]> {
  const before = await tryStatements(client, notesIn(changes));
  if (before.length === 0) return [];
  const refused: string[] = [];
  for (const [at, { notes = [] }] of changes.entries()) {
    if (notes.length === 0) continue;
    const earlier = changes.slice(0, at).flatMap(({ operations }) => operations);
    // Other rows and objects are in the way of the changes before it, or these need no transaction.
    if (earlier.some(({ values, outsideTransaction }) => values !== undefined || outsideTransaction)) return before;
    const first = [searchPathSql(server), ...earlier.flatMap(({ sql }) => sql)].join(";\n");
    refused.push(...(await tryStatements(client, notes, first).catch(() => before)));
  }
  return refused;
}

/** Rows may be in the way of a change only if it asks, and objects only if they are named. */
async function runOrDrop(site: Site, changes: readonly Change[], notes: readonly Note[]): Promise<string | undefined> {
  const inTheWay = notes.filter(({ effect }) => effect === "blocks" || effect === "may fail");
  let current = changes;
  let done = 0;
  for (const help of ["rows", "objects", "places", "rows", "nothing"]) {
    try {
      await run(site, current, done);
      return undefined;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      done = error.done;
      if (help === "nothing" || (inTheWay.length === 0 && error.change.question === undefined)) return error.message;
      if (help === "rows" && error.change.question !== undefined) {
        await site.client.query(noRowsSql(ALL));
        current = current.map(withConversion);
      }
      if (help === "objects") await dropAll(site, inTheWay);
      if (help === "places") current = current.map(withDrops);
    }
  }
  return undefined;
}

/** The change with the statements of its notes before it, as in the file. What was dropped before the revision is gone. */
function withDrops(change: Change): Change {
  const drops = (change.notes ?? []).toReversed().flatMap(({ effect, drop }) => (effect === "restored" ? [] : drop));
  const [first, ...others] = change.operations;
  if (drops.length === 0 || first === undefined || first.values !== undefined) return change;
  const tried = drops.map((drop) => `DO $try$ BEGIN ${drop}; EXCEPTION WHEN OTHERS THEN NULL; END $try$`);
  return { ...change, operations: [{ ...first, sql: [...tried, ...first.sql] }, ...others] };
}

async function dropAll({ client }: Site, notes: readonly Note[]): Promise<void> {
  await client.query("BEGIN");
  await runInSomeOrder(
    client,
    notes.toReversed().flatMap(({ drop }) => drop),
  );
  await client.query("COMMIT");
}

/** Publications are in no schema. */
export const WITHOUT_PUBLICATIONS = `DO $$ DECLARE one name; BEGIN
  FOR one IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', one); END LOOP; END $$`;
