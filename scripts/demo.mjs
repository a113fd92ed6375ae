// `npm start`: one round with the tool, on a copy of the example in a temporary folder and an embedded PostgreSQL.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { createTwoFilesPatch } from "diff";

const root = fileURLToPath(new URL("..", import.meta.url));
const started = performance.now();

/** Each replacement in the model, as a person would type it. */
const EDITS = {
  "models/shop.ts": [
    [
      "  @Column({ default: false })\n  flagship!: boolean;\n",
      "  @Column({ default: false })\n  isFlagship!: boolean;\n",
    ],
    [
      "  @OneToMany(\n    () => OpeningHours",
      '  @Column({ type: "date", nullable: true })\n  @Index("IDX_shop_opened")\n  openedOn!: string | null;\n\n  @OneToMany(\n    () => OpeningHours',
    ],
  ],
  "models/enums.ts": [['  Renovating = "renovating",\n', '  Renovating = "renovating",\n  Moving = "moving",\n']],
};

/** A fleet of three malls, with a history that is short enough to read. */
const FLEET = {
  "remodel.config.ts": `export const remodel = {
  url: "pglite:.pglite",
  fleet: { tenants: { schemas: "mall_*" } },
};
`,
  "migrations/5a1c70d2e9b4_shops.ts": `export const revision = "5a1c70d2e9b4";
export const downRevision = null;

/** shops */
export function upgrade(op) {
  op.createTable("shop", {
    columns: [{ name: "id", type: "integer" }, { name: "code", type: "text" }],
    primaryKey: { columns: ["id"] },
  });
}

export function downgrade(op) {
  op.dropTable("shop");
}
`,
  "migrations/8d3f16b0c7a5_a_code_is_unique.ts": `export const revision = "8d3f16b0c7a5";
export const downRevision = "5a1c70d2e9b4";

/** a code is unique */
export function upgrade(op) {
  op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] });
}

export function downgrade(op) {
  op.dropConstraint("shop", "UQ_shop_code");
}
`,
};

const MALLS = ["mall_north", "mall_south", "mall_west"];
const MOVED = `UPDATE "shop" SET "status" = 'open' WHERE "status" = 'moving'`;

if (!existsSync(join(root, "dist"))) {
  console.error("dist/ is missing. npm run build");
  process.exit(2);
}
setFlagsFromString("--liftoff-only"); // as the command does
// The commands run in this process, one after the other. Each would otherwise start an embedded PostgreSQL of its own.
const require = createRequire(import.meta.url);
const [{ main }, { keepEmbeddedOpen }, { connect }, { createLoader }] = [
  "program",
  "keep-embedded",
  "connect",
  "load",
].map((name) => require(`../dist/cli/${name}.js`));
const folder = mkdtempSync(join(tmpdir(), "remodel-demo-"));
// What the commands keep in the temporary folder goes with the demo.
const temporary = join(folder, "temporary");
mkdirSync(temporary);
Object.assign(process.env, { TMPDIR: temporary, TEMP: temporary });
delete process.env.DATABASE_URL;
// The command that runs gets the signal too and ends by itself; its exit code then ends the demo.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
try {
  await keepEmbeddedOpen(demo);
  await keepEmbeddedOpen(fleetDemo);
} catch (error) {
  console.error(`\nThe demo stops here: ${error.message}`);
  process.exitCode = 1;
} finally {
  process.chdir(root);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
if (!process.exitCode)
  say(`Done in ${Math.round((performance.now() - started) / 1000)} seconds; the copy and its database are gone again.`);

async function demo() {
  for (const name of ["models", "migrations", "ormconfig.ts"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const before = readdirSync(join(folder, "migrations"));

  say(`The example is a chain of shopping malls: TypeORM models in models/, and in migrations/ the ${before.length} revisions that
were generated as they grew. This is a copy of it with a new, empty database. The revisions build the tables:`);
  await remodel(["upgrade"], 0);

  say("Somebody edits the models: a better name for a flag, a new column with an index, one more value of an enum:");
  for (const [file, replacements] of Object.entries(EDITS)) edit(file, replacements);

  say("How do the models differ from the database now?");
  await remodel(["diff"], 1);

  say("The difference becomes a revision file, with the way back:");
  await remodel(["revision", "--autogenerate", "-m", "A shop has an opening day, and may be moving"], 0);
  const [name] = readdirSync(join(folder, "migrations")).filter((one) => !before.includes(one));
  if (name === undefined) throw new Error("no revision was written.");
  const file = `migrations/${name}`;
  console.log();
  show(file);

  say(`Whether the flag was renamed, or one column dropped and another added, no tool can know. So it asks, and until a
person has answered, upgrade refuses the revision:`);
  await remodel(["todo"], 1);

  say("It is a rename, as guessed. A yes deletes the question, and with it the other way in comments:");
  await remodel(["resolve", "--accept", "all"], 0);

  say("What happens on the way down to shops that are moving is a line by hand:");
  change(file, (text) => text.replace("  op.replaceEnum(", `  op.sql(\`${MOVED}\`);\n  op.replaceEnum(`));

  say("Now the database follows:");
  await remodel(["upgrade"], 0);

  say("And models and database agree:");
  await remodel(["check"], 0);
}

async function fleetDemo() {
  const home = join(folder, "fleet");
  mkdirSync(join(home, "migrations"), { recursive: true });
  for (const [file, text] of Object.entries(FLEET)) writeFileSync(join(home, file), text);

  say(`And with many databases? Another chain has a database, or a schema, for each mall. Here three schemas share one
database, and all malls have the same history. This file says where they are:`);
  show("fleet/remodel.config.ts");

  say("One command upgrades all of them, here to the first of two revisions:");
  await sql(home, MALLS.map((mall) => `CREATE SCHEMA ${mall}`).join(";\n"));
  await remodel(["fleet", "upgrade", "5a1c70d2e9b4"], 0, home);

  say("The next revision makes the code of a shop unique. In one mall, two shops have the same code:");
  show("fleet/migrations/8d3f16b0c7a5_a_code_is_unique.ts");
  await sql(
    home,
    MALLS.map(
      (mall) => `INSERT INTO ${mall}.shop VALUES (1, 'A1'), (2, '${mall === "mall_south" ? "A1" : "A2"}')`,
    ).join(";\n"),
  );

  say("Preflight finds that mall before anything is changed, and prints the query that shows the rows:");
  await remodel(["fleet", "preflight"], 1, home);

  say("The upgrade leaves that mall as it is, and upgrades the others:");
  const next = /Go on: remodel (.+)/.exec(await remodel(["fleet", "upgrade"], 1, home))?.[1];
  if (next === undefined) throw new Error("the output has no command that goes on.");

  say("Somebody corrects the row, and runs the command with which the output ends:");
  await sql(home, "UPDATE mall_south.shop SET code = 'A2' WHERE id = 2");
  await remodel(next.trim().split(" "), 0, home);
}

/** Runs statements in the embedded database of the fleet, as psql would on a server. */
async function sql(home, statements) {
  console.log(`malls=> ${statements.replaceAll("\n", "\nmalls=> ")};`);
  const db = await connect("pglite:.pglite", createLoader(home), home);
  await db.query(statements).finally(() => db.close());
}

function say(text) {
  console.log(`\n# ${text.replaceAll("\n", "\n# ")}\n`);
}

/**
 * Runs a command as one would type it, and insists on how it ends.
 * @returns what it printed to stdout
 */
async function remodel(args, expected, cwd = folder) {
  console.log(`$ remodel ${args.map((arg) => (/^[\w-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(" ")}`);
  process.chdir(cwd);
  let printed = "";
  const stdout = new PassThrough({ encoding: "utf8" }).on("data", (text) => {
    printed += text;
    process.stdout.write(text);
  });
  const { env, stdin, stderr } = process;
  const code = await main(args, { env, stdin, stdout, stderr, cwd: () => cwd });
  if (code !== expected) throw new Error(`remodel ${args[0]} ended with ${code} instead of ${expected}.`);
  return printed;
}

function show(file) {
  console.log(`$ cat ${file}`);
  process.stdout.write(readFileSync(join(folder, file), "utf8"));
}

function edit(file, replacements) {
  change(file, (text) =>
    replacements.reduce((edited, [from, to]) => {
      if (!edited.includes(from)) throw new Error(`${file} no longer has the lines that the demo edits.`);
      return edited.replace(from, to);
    }, text),
  );
}

/** Changes a file and shows what is other. */
function change(file, edited) {
  const [before, path] = [readFileSync(join(folder, file), "utf8"), join(folder, file)];
  const after = edited(before);
  if (after === before) throw new Error(`nothing in ${file} had to be edited.`);
  writeFileSync(path, after);
  const patch = createTwoFilesPatch(file, file, before, after, "", "", { context: 1 });
  const lines = patch.slice(patch.indexOf("---")).split("\n");
  console.log(
    lines
      .map((line) => line.trimEnd())
      .filter((line) => !line.startsWith("\\"))
      .join("\n")
      .trimEnd(),
  );
}
