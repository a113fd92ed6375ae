import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { connect as connectDatabase } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Note } from "../../src/schema/dependencies.ts";
import type { Session } from "../../src/state/session.ts";
import { borrowConnection } from "../support/connections.ts";
import { type KeptDatabase, withKeptDatabase } from "../support/kept-databases.ts";
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
import { anyMajors } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { listTraits } from "../support/traits.ts";
import { COLUMN_RETYPED, DROPPED_WITH, VIEW_RECREATED } from "./objects-by-hand/columns-changed.ts";
import { CHECKS_DISABLED } from "./objects-by-hand/disabled-checks.ts";
import { ENUM_REPLACED } from "./objects-by-hand/enum-replaced.ts";
import { HEIRS } from "./objects-by-hand/heirs.ts";
import { IN_THE_MIDDLE } from "./objects-by-hand/in-the-middle.ts";
import type { Input } from "./objects-by-hand/models.ts";
import { MOVES } from "./objects-by-hand/moves.ts";
import { OF_OTHERS } from "./objects-by-hand/of-others.ts";
import { OWNED_SEQUENCES } from "./objects-by-hand/owned-sequences.ts";
import { RARE } from "./objects-by-hand/rare.ts";
import { REFUSED } from "./objects-by-hand/statements-refused.ts";
import { TABLES_USED } from "./objects-by-hand/tables-used.ts";
import { TYPE_NAMES } from "./objects-by-hand/type-names.ts";
import { NAME_WANDERS, VIEW_CHANGED } from "./objects-by-hand/views-and-names.ts";

const INPUTS: Readonly<Record<string, readonly Input[]>> = {
  "an enum type is replaced": ENUM_REPLACED,
  "a column gets another type": COLUMN_RETYPED,
  "a column or table goes": DROPPED_WITH,
  "a column comes in the middle of a table": IN_THE_MIDDLE,
  "excluded tables use tables of ours": TABLES_USED,
  "tables that inherit from ours have parts of their own": HEIRS,
  "a view is recreated": VIEW_RECREATED,
  "a view changes": VIEW_CHANGED,
  "a name goes from one kind to another": NAME_WANDERS,
  "a table goes to another schema": MOVES,
  "an enum type gets a name that another thing had": TYPE_NAMES,
  "statements that PostgreSQL refuses afterwards": REFUSED,
  "a column becomes serial whose sequence is there already": OWNED_SEQUENCES,
  "rare objects": RARE,
  "checks are disabled": CHECKS_DISABLED,
  "objects of other roles, and who runs the revision is no superuser": OF_OTHERS,
};

/** A folder of the project, which has the driver. */
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Roles are the server's, and stay from one run to the next. */
const ROLES = ["mall_reader", "mall_owner", "mall_app LOGIN"].map(
  (role) => `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`,
);

for (const major of anyMajors())
  describe.each(Object.entries(INPUTS))(`PostgreSQL ${major}: %s`, (_, inputs) => {
    test.each(inputs.filter(({ since = 0 }) => since <= major))("$name", async (input) => {
      expect(await findBreaches(major, input)).toEqual([]);
    });
  });

/** The database of an input, and what is in it. */
interface Site {
  readonly client: pg.Client;
  readonly input: Input;
  readonly at: <Result>(side: "before" | "after", act: (session: Session) => Promise<Result>) => Promise<Result>;
}

/** There and back: what people made by hand is as it was, or the revision named it. Returns where that is not so. */
function findBreaches(major: number, input: Input): Promise<readonly string[]> {
  return withSite(major, input, async (site, folder) => {
    const { client, at } = site;
    await at("before", (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
    await at("before", (session) => upgrade(session));
    const clean = await listTraits(client);
    await client.query(input.byHand);
    const byHand = traitsByHand(clean, await listTraits(client));
    const differences = input.hasColumnsByHand ? await at("before", findDifferences) : [];
    const rows = await listRows(site);
    const { text, up, down, touched } = await generate(site);
    writeRevision(folder, "bbbb.ts", text);
    const otherRows = async () => (isDeepStrictEqual(await listRows(site), rows) ? [] : ["other rows"]);
    const written = [
      ...touched.map((name) => `${name} is touched`),
      ...(input.isSilent ? [...up, ...down].map(({ object }) => `a needless note about the ${object}`) : []),
      ...unwritten(text, [...up, ...down]),
      ...(await tryStatements(client, up, input.first)),
    ];

    const dropFirst = (drops: readonly string[]) => dropAll(client, drops);
    const uncomment = async () => writeFileSync(join(folder, "bbbb.ts"), withDrops(text));
    const refused = await runOrDrop(up, input.role === undefined ? uncomment : dropFirst, () =>
      at("after", (session) => upgrade(session)),
    );
    if (refused !== undefined) return [...written, `the upgrade is refused: ${refused}`];
    const afterwards = await listTraits(client);
    const models = new Set(clean.map(({ object }) => object));
    const isUnknownColumn = (object: string) => input.hasColumnsByHand === true && object.startsWith("column ");
    const there = new Set(afterwards.map(({ object }) => object));
    const lost = traitsLost(byHand, afterwards).filter(
      ({ object }) => there.has(object) || !(models.has(object) || isUnknownColumn(object)),
    );
    const above = [
      ...describeTraits(unnamed(lost, afterwards, up)).map((trait) => `lost by the upgrade: ${trait}`),
      ...(await at("after", findDifferences)),
    ];

    await client.query(input.between ?? "");
    await createAgain(client, up);
    above.push(...(await otherRows()));
    const refusedBack = await runOrDrop(down, dropFirst, () => at("after", (session) => downgrade(session, "aaaa")));
    if (refusedBack !== undefined) return [...written, ...above, `the downgrade is refused: ${refusedBack}`];
    await createAgain(client, [...up, ...down]);
    const back = await listTraits(client);
    const lostBack = unnamed(traitsLost(byHand, back), back, [...up, ...down]);
    const below = describeTraits(lostBack).map((trait) => `lost on the way back: ${trait}`);
    const others = (await at("before", findDifferences)).filter((one) => !differences.includes(one));
    return [...written, ...above, ...below, ...(await otherRows()), ...others];
  });
}

async function listRows({ client, input: { rows } }: Site): Promise<readonly unknown[]> {
  return rows === undefined ? [] : (await client.query(rows)).rows;
}

async function withSite<Result>(
  major: number,
  input: Input,
  body: (site: Site, folder: string) => Promise<Result>,
): Promise<Result> {
  const sql = [...ROLES, input.given ?? ""].join("\n");
  const use = async (folder: string, { url: own, client }: KeptDatabase) => {
    await client.query(sql);
    const { role } = input;
    const url = role === undefined ? own : Object.assign(new URL(own), { username: role }).href;
    if (role !== undefined) await client.query(`ALTER SCHEMA public OWNER TO ${role}`);
    const { db: connection, giveBack } = await borrowConnection(url, () =>
      connectDatabase(url, createLoader(HERE), folder),
    );
    const config = { exclude: [...(input.exclude ?? [])] };
    const at: Site["at"] = async (side, act) =>
      await act(await testSession({ url, folder, connection, config, entities: input[side] }));
    try {
      return await body({ client, input, at }, folder);
    } finally {
      await giveBack();
    }
  };
  return await withFolder((folder) => withKeptDatabase(major, (kept) => use(folder, kept)));
}

/** A revision as a person leaves it who accepts every guess. */
interface Draft {
  readonly text: string;
  /** What its two ways name. */
  readonly up: readonly Note[];
  readonly down: readonly Note[];
  /** What should be left alone, and is not. */
  readonly touched: readonly string[];
}

async function generate({ at, input }: Site): Promise<Draft> {
  const { keepOrder = false } = input;
  const options = { autogenerate: true, revisionId: "bbbb", dryRun: true, accept: ["all"], keepOrder } as const;
  const draft = await at("after", (session) => revise(session, { message: "After", ...options }));
  if (!("text" in draft) || draft.comparison === undefined) throw new Error("There is nothing to do.");
  const { upgrade: there, downgrade: back } = draft.comparison;
  const touched = new Set(
    [...there, ...back].flatMap(({ operations }) => operations.map(({ target }) => target?.table ?? target?.name)),
  );
  return {
    text: draft.text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, ""),
    up: notesIn(there),
    down: notesIn(back),
    touched: (input.untouched ?? []).filter((name) => touched.has(name)),
  };
}

/** The statements of notes that the file does not have in it. Nobody has to drop what goes by itself. */
function unwritten(text: string, notes: readonly Note[]): readonly string[] {
  const plain = (one: string) => one.replace(/\\(["\\`$])/g, "$1").replace(/\s+/g, " ");
  const written = plain(text.replace(/^ *\/\/ ?/gm, "").replaceAll("\\n", "\n"));
  return notes.flatMap(({ effect, drop, create }) =>
    [...(effect === "lost" ? [] : drop), ...create]
      .filter((statement) => !written.includes(plain(statement)))
      .map((statement) => `not in the file: ${plain(statement)}`),
  );
}

/** The lines that drop what is in the way of the upgrade, and that create it again without a person's change, as code. */
function withDrops(text: string): string {
  const [up = "", down = ""] = text.split(/(?=^export function downgrade)/m);
  const headed =
    /^( *\/\/ To (?:drop|create) .*, uncomment (?:this line|these (\d+) lines):\n)((?: *\/\/ op\.sql\(.*\n)+)/gm;
  const uncommented = up.replace(headed, (_, heading: string, count = "1", lines: string) => {
    const all = lines.split("\n");
    return [heading.trimEnd(), ...all.map((line, at) => (at < Number(count) ? line.replace("// ", "") : line))].join(
      "\n",
    );
  });
  return `${uncommented}${down}`;
}

/**
 * Runs a revision. Where PostgreSQL refuses it, what the notes name as being in the way is dropped, and then it runs.
 * @param drop drops it; it gets the statements of the notes
 * @returns why it was refused, if nothing or not enough was named
 */
async function runOrDrop(
  notes: readonly Note[],
  drop: (drops: readonly string[]) => Promise<void>,
  run: () => Promise<unknown>,
): Promise<string | undefined> {
  const inTheWay = notes.filter(({ effect }) => effect === "blocks" || effect === "may fail");
  const attempt = () =>
    run().then(
      () => undefined,
      (error: Error) => error.message.replace(/\s+/g, " "),
    );
  const refused = await attempt();
  if (refused === undefined || inTheWay.length === 0) return refused;
  await drop(inTheWay.toReversed().flatMap((note) => note.drop));
  return await attempt();
}

async function dropAll(client: pg.Client, drops: readonly string[]): Promise<void> {
  await client.query("BEGIN");
  await runInSomeOrder(client, drops);
  await client.query("COMMIT");
}

async function findDifferences(session: Session): Promise<readonly string[]> {
  const { upgrade: changes, unreadable } = await compare(session);
  return [
    ...changes.flatMap(({ operations }) => operations.map(({ name, args }) => `${name} ${JSON.stringify(args)}`)),
    ...unreadable.map((one) => JSON.stringify(one)),
  ];
}
