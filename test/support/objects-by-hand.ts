import type pg from "pg";
import type { Note } from "../../src/schema/dependencies.ts";
import type { Change } from "../../src/schema/operation.ts";
import { listTraits, type Trait } from "./traits.ts";

/*
 * What models cannot declare is never lost in silence, and what makes a revision fail is named before.
 */

/** What was done by hand: what is true now and was not true before. */
export function traitsByHand(clean: readonly Trait[], now: readonly Trait[]): readonly Trait[] {
  const known = new Set(clean.map(({ object, what, value }) => `${object}\0${what}\0${value}`));
  return now.filter(({ object, what, value }) => !known.has(`${object}\0${what}\0${value}`));
}

/**
 * What is not as it was. An object is found again by its name or, if it was renamed, by its address; in its definition
 * casts do not count, since PostgreSQL writes them by the types of columns.
 * @param renames new names of tables and columns
 */
export function traitsLost(
  wanted: readonly Trait[],
  now: readonly Trait[],
  renames: ReadonlyMap<string, string> = new Map(),
): readonly Trait[] {
  const found = new Map<string, Trait[]>();
  for (const trait of now)
    for (const key of [unquoted(trait.object), trait.address].map((one) => `${one}\0${trait.what}`))
      found.set(key, [...(found.get(key) ?? []), trait]);
  const find = (key: string, { what }: Trait) => found.get(`${key}\0${what}`) ?? [];
  return wanted.filter((trait) => {
    const { object, address, what, value } = trait;
    const renamed = rename(value, renames);
    const values = [value, renamed].flatMap((one) => (what === "definition" ? [one, bare(one)] : [one]));
    // PostgreSQL quotes a new name only where it must.
    const isRenamed = (other: Trait) => renamed !== value && unquoted(other.value) === unquoted(renamed);
    const isSame = (other: Trait) =>
      values.includes(other.value) || isRenamed(other) || (what === "definition" && values.includes(bare(other.value)));
    const named = [object, rename(object, renames)].flatMap((one) => find(unquoted(one), trait));
    const isSamePlace = (other: Trait) => isSame(other) || (DEFINITIONS.includes(what) && isKept(trait));
    return !(named.some(isSame) || find(address, trait).some(isSamePlace));
  });
}

const DEFINITIONS = ["definition", "columns of a type"];

/** PostgreSQL keeps the definition of an object that stays, under whatever names; but what a publication has is set. */
function isKept({ object }: Trait): boolean {
  return !object.startsWith("publication");
}

function rename(text: string, renames: ReadonlyMap<string, string>): string {
  return text.replace(/"(?:[^"]|"")+"|\w+/g, (word) => renames.get(word) ?? word);
}

function bare(definition: string): string {
  return definition.replace(/::(?:"[^"]+"|[\w. ]|\(\d+(?:,\d+)?\)|\[\])+/g, "").replace(/[()"\s]/g, "");
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}

/** The notes of changes. */
export function notesIn(changes: readonly Change[]): readonly Note[] {
  return changes.flatMap(({ notes = [] }) => notes);
}

const WORDS: Readonly<Record<string, RegExp>> = {
  owner: /OWNER TO/,
  grants: /GRANT|REVOKE/,
  comment: /COMMENT ON/,
  options: /SET \(|WITH \(/,
};

/**
 * Those that no note names. A whole object is named by its statement, and one thing about an object that stays by the
 * statement that gives it back.
 */
export function unnamed(lost: readonly Trait[], now: readonly Trait[], notes: readonly Note[]): readonly Trait[] {
  const there = new Set(now.flatMap(({ object, address }) => [object, address]));
  const gone = new Set(
    lost.filter((one) => !there.has(one.object) && !there.has(one.address)).map(({ object }) => object),
  );
  // What the revision restores itself is there again, with all that it had.
  const named = notes.filter(({ effect }) => effect !== "restored");
  const statements = named.flatMap(({ drop, create }) => [...drop, ...create]);
  return lost.filter(({ object, what, name }) => {
    if (gone.has(object) && what !== "definition") return false;
    // Some rights an object has because of its owner.
    const isOwners = what === "grants" && lost.some((other) => other.object === object && other.what === "owner");
    const word = isOwners ? /OWNER TO/ : (WORDS[what] ?? /./);
    const isIn = (statement: string) => statement.includes(name) || statement.includes(name.replaceAll('"', '""'));
    return !statements.some((statement) => isIn(statement) && word.test(statement));
  });
}

/** What each of these does, in short. */
export function describeTraits(traits: readonly Trait[]): readonly string[] {
  return traits.map(({ object, what, value }) => `${object}: ${what} ${value.replace(/\s+/g, " ").slice(0, 120)}`);
}

/**
 * Runs statements in an order in which they can be run, which a person would find.
 * @returns those that PostgreSQL refuses, with its message
 */
export async function runInSomeOrder(client: pg.Client, statements: readonly string[]): Promise<readonly string[]> {
  const refused = await findRefused(client, statements);
  return refused.map(({ statement, message }) => `${message}: ${statement}`);
}

interface RefusedStatement {
  readonly statement: string;
  readonly message: string;
}

async function findRefused(client: pg.Client, statements: readonly string[]): Promise<readonly RefusedStatement[]> {
  let left = [...new Set(statements)];
  for (;;) {
    const refused: RefusedStatement[] = [];
    for (const statement of left) {
      await client.query("SAVEPOINT one");
      try {
        await client.query(statement);
      } catch (error) {
        refused.push({ statement, message: (error as Error).message });
        await client.query("ROLLBACK TO SAVEPOINT one");
      }
    }
    if (refused.length === 0 || refused.length === left.length) return refused;
    left = refused.map(({ statement }) => statement);
  }
}

/**
 * Whether the statements of notes drop objects and create them again as they were; runs them and takes them back. What the
 * revision restores itself has more statements than its note, and is not looked at.
 * @param first what the revision drops before
 */
export async function tryStatements(client: pg.Client, notes: readonly Note[], first = ""): Promise<readonly string[]> {
  // Columns get their types first, since the file gives the statements in the order of the changes.
  const isColumn = ({ object }: Note) => Number(object.startsWith("column "));
  const whole = notes
    .filter(({ drop, create }) => drop.length > 0 && create.length > 0)
    .sort((a, b) => isColumn(b) - isColumn(a));
  if (whole.length === 0) return [];
  const restored = whole.filter(({ effect }) => effect === "restored");
  // As the file has them: what uses others goes before them.
  const drops = (list: readonly Note[]) => list.toReversed().flatMap(({ drop }) => drop.map(withIfExists));
  await client.query("BEGIN");
  try {
    await client.query(first);
    const before = await listTraits(client);
    // What is restored may be used by what is not.
    const left = (await findRefused(client, drops(restored))).map(({ statement }) => statement);
    const apart = restored.length === 0 ? before : await listTraits(client);
    const refused = [
      ...(await runInSomeOrder(client, [...left, ...drops(whole.filter(({ effect }) => effect !== "restored"))])),
      ...(await runInSomeOrder(
        client,
        whole.flatMap(({ create }) => create),
      )),
    ];
    const after = await listTraits(client);
    const looked = before.filter(({ address }) => apart.some((one) => one.address === address));
    return [...refused, ...describeTraits(traitsLost(looked, after)).map((text) => `not the same again: ${text}`)];
  } finally {
    await client.query("ROLLBACK");
  }
}

/** An index, trigger or rule goes with its view, which may have been dropped before it. */
function withIfExists(drop: string): string {
  return drop.replace(
    /^DROP (INDEX|VIEW|MATERIALIZED VIEW|STATISTICS|FUNCTION|TRIGGER|RULE) (?!IF EXISTS)/,
    "DROP $1 IF EXISTS ",
  );
}

/** What a person does who dropped something: what still fits is created again. */
export async function createAgain(client: pg.Client, notes: readonly Note[]): Promise<void> {
  await client.query("BEGIN");
  await runInSomeOrder(
    client,
    notes.flatMap(({ create }) => create),
  );
  await client.query("COMMIT");
}
