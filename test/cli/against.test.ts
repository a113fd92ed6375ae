import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReviewFinding } from "../../src/review/finding.ts";
import { type Against, type FailedStatement, judgeCode, type Verdict } from "../../src/shadow/against.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { type CliProject, cliProject, expectRefused, MODULE, ORMCONFIG, revisionText } from "./support.ts";

/** A change of one entity, as its class before and after it, and as a revision. */
interface Change {
  readonly what: string;
  readonly verdict: Verdict;
  /** The SQLSTATE of a statement that fails. */
  readonly sqlstate?: string;
  /** The columns of the class `Name` before and after, besides its key; `undefined` where there is no class. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The table before; its key is not listed. */
  readonly table: string | undefined;
  readonly up: (table: string) => string;
  readonly down: (table: string) => string;
  /** Another name of the table afterwards. */
  readonly renamed?: true;
}

const TEXT = "@Column() a: string;";
const REQUIRED = "a text NOT NULL";
const alter = (change: string) => (table: string) => `ALTER TABLE ${table} ${change}`;
const required = (table: string) =>
  `ALTER TABLE ${table} ADD a text NOT NULL DEFAULT 'x'; ALTER TABLE ${table} ALTER a DROP DEFAULT`;
const inEnum = (labels: readonly string[]) =>
  `@Column({ type: "enum", enumName: "{t}_state", enum: ${JSON.stringify(labels)} }) a: string;`;

const CHANGES: readonly Change[] = [
  {
    what: "a column is renamed",
    verdict: "needs two releases",
    sqlstate: "42703",
    before: TEXT,
    after: "@Column() b: string;",
    table: REQUIRED,
    up: alter("RENAME a TO b"),
    down: alter("RENAME b TO a"),
  },
  {
    what: "a table is renamed",
    verdict: "needs two releases",
    sqlstate: "42P01",
    before: TEXT,
    after: TEXT,
    renamed: true,
    table: REQUIRED,
    up: (table) => `ALTER TABLE ${table} RENAME TO ${table}_new`,
    down: (table) => `ALTER TABLE ${table}_new RENAME TO ${table}`,
  },
  {
    what: "a column that may be NULL is dropped",
    verdict: "deploy first",
    sqlstate: "42703",
    before: "@Column({ nullable: true }) a: string;",
    after: "",
    table: "a text",
    up: alter("DROP a"),
    down: alter("ADD a text"),
  },
  {
    what: "a required column is dropped",
    verdict: "needs two releases",
    sqlstate: "23502",
    before: TEXT,
    after: "",
    table: REQUIRED,
    up: alter("DROP a"),
    down: required,
  },
  {
    what: "a table is dropped",
    verdict: "deploy first",
    sqlstate: "42P01",
    before: TEXT,
    after: undefined,
    table: REQUIRED,
    up: (table) => `DROP TABLE ${table}`,
    down: (table) => `CREATE TABLE ${table} (id serial PRIMARY KEY, a text NOT NULL)`,
  },
  {
    what: "a table comes",
    verdict: "migrate first",
    sqlstate: "42P01",
    before: undefined,
    after: TEXT,
    table: undefined,
    up: (table) => `CREATE TABLE ${table} (id serial PRIMARY KEY, a text NOT NULL)`,
    down: (table) => `DROP TABLE ${table}`,
  },
  {
    what: "a column becomes required",
    verdict: "deploy first",
    sqlstate: "23502",
    before: "@Column({ nullable: true }) a: string;",
    after: TEXT,
    table: "a text",
    up: (table) => `UPDATE ${table} SET a = 'x' WHERE a IS NULL; ALTER TABLE ${table} ALTER a SET NOT NULL`,
    down: alter("ALTER a DROP NOT NULL"),
  },
  {
    what: "a required column comes without a default",
    verdict: "needs two releases",
    sqlstate: "23502",
    before: "",
    after: TEXT,
    table: "",
    up: required,
    down: alter("DROP a"),
  },
  {
    what: "a required column comes with a default",
    verdict: "migrate first",
    sqlstate: "42703",
    before: "",
    after: '@Column({ default: "x" }) a: string;',
    table: "",
    up: alter("ADD a text NOT NULL DEFAULT 'x'"),
    down: alter("DROP a"),
  },
  {
    what: "a column that may be NULL comes",
    verdict: "migrate first",
    sqlstate: "42703",
    before: "",
    after: "@Column({ nullable: true }) a: string;",
    table: "",
    up: alter("ADD a text"),
    down: alter("DROP a"),
  },
  {
    what: "a required column may be NULL",
    verdict: "migrate first",
    sqlstate: "23502",
    before: TEXT,
    after: "@Column({ nullable: true }) a: string;",
    table: REQUIRED,
    up: alter("ALTER a DROP NOT NULL"),
    down: (table) => `UPDATE ${table} SET a = 'x' WHERE a IS NULL; ALTER TABLE ${table} ALTER a SET NOT NULL`,
  },
  {
    what: "a value of an enum type comes",
    verdict: "migrate first",
    sqlstate: "22P02",
    before: inEnum(["open"]),
    after: inEnum(["open", "shut"]),
    table: "a {t}_state NOT NULL",
    up: (table) => retype(table, ["open", "shut"]),
    down: (table) => retype(table, ["open"]),
  },
  {
    what: "a value of an enum type goes that code writes",
    verdict: "deploy first",
    sqlstate: "22P02",
    before: inEnum(["open", "shut"]),
    after: inEnum(["open"]),
    table: "a {t}_state NOT NULL",
    up: (table) => `UPDATE ${table} SET a = 'open'; ${retype(table, ["open"])}`,
    down: (table) => retype(table, ["open", "shut"]),
  },
  {
    what: "a type becomes wider",
    verdict: "migrate first",
    sqlstate: "22001",
    before: "@Column({ length: 5 }) a: string;",
    after: "@Column({ length: 50 }) a: string;",
    table: "a varchar(5) NOT NULL",
    up: alter("ALTER a TYPE varchar(50)"),
    down: alter("ALTER a TYPE varchar(5)"),
  },
  {
    what: "a type becomes narrower",
    verdict: "deploy first",
    sqlstate: "22001",
    before: "@Column({ length: 50 }) a: string;",
    after: "@Column({ length: 5 }) a: string;",
    table: "a varchar(50) NOT NULL",
    up: alter("ALTER a TYPE varchar(5) USING left(a, 5)"),
    down: alter("ALTER a TYPE varchar(50)"),
  },
  {
    what: "a relation comes",
    verdict: "migrate first",
    sqlstate: "42703",
    before: "",
    after: '@ManyToOne("Mall") mall: object;',
    table: "",
    up: alter(`ADD "mallId" integer REFERENCES mall`),
    down: alter(`DROP "mallId"`),
  },
  {
    what: "a required relation comes",
    verdict: "needs two releases",
    sqlstate: "23502",
    before: "",
    after: '@ManyToOne("Mall", { nullable: false }) mall: object;',
    table: "",
    up: (table) =>
      `ALTER TABLE ${table} ADD "mallId" integer REFERENCES mall; UPDATE ${table} SET "mallId" = (SELECT min(id) FROM mall); ALTER TABLE ${table} ALTER "mallId" SET NOT NULL`,
    down: alter(`DROP "mallId"`),
  },
  {
    what: "a unique constraint comes",
    verdict: "deploy first",
    sqlstate: "23505",
    before: "@Column() a: string; @Column({ unique: true }) b: string;",
    after: "@Column({ unique: true }) a: string; @Column({ unique: true }) b: string;",
    table: "a text NOT NULL, b text NOT NULL UNIQUE",
    up: alter("ADD CONSTRAINT {t}_a UNIQUE (a)"),
    down: alter("DROP CONSTRAINT {t}_a"),
  },
  {
    what: "a check comes",
    verdict: "deploy first",
    sqlstate: "23514",
    before: "@Column() a: number;",
    after: "@Column() a: number;",
    table: "a integer NOT NULL",
    up: (table) => `UPDATE ${table} SET a = 1; ALTER TABLE ${table} ADD CONSTRAINT ${table}_c CHECK (a > 0)`,
    down: alter("DROP CONSTRAINT {t}_c"),
  },
  {
    what: "a column moves to another table",
    verdict: "needs two releases",
    sqlstate: "42703",
    before: "@Column({ nullable: true }) a: string;",
    after: "",
    table: "a text",
    up: (table) =>
      `ALTER TABLE mall ADD a text; UPDATE mall SET a = t.a FROM ${table} t WHERE t.id = mall.id; ALTER TABLE ${table} DROP a`,
    down: (table) =>
      `ALTER TABLE ${table} ADD a text; UPDATE ${table} t SET a = mall.a FROM mall WHERE t.id = mall.id; ALTER TABLE mall DROP a`,
  },
  {
    what: "a default goes",
    verdict: "deploy first",
    sqlstate: "23502",
    before: '@Column({ default: "x" }) a: string;',
    after: TEXT,
    table: "a text NOT NULL DEFAULT 'x'",
    up: alter("ALTER a DROP DEFAULT"),
    down: alter("ALTER a SET DEFAULT 'x'"),
  },
  {
    what: "a column becomes a generated one",
    verdict: "deploy first",
    sqlstate: "428C9",
    before: "@Column() a: number; @Column({ nullable: true }) b: number;",
    after:
      '@Column() a: number; @Column({ nullable: true, generatedType: "STORED", asExpression: "a % 7" }) b: number;',
    table: "a integer NOT NULL, b integer",
    up: alter("DROP b, ADD b integer GENERATED ALWAYS AS (a % 7) STORED"),
    down: alter("DROP b, ADD b integer"),
  },
  {
    what: "an index comes",
    verdict: "either order",
    before: TEXT,
    after: TEXT,
    table: REQUIRED,
    up: (table) => `CREATE INDEX ${table}_i ON ${table} (a)`,
    down: (table) => `DROP INDEX ${table}_i`,
  },
  {
    what: "a default comes",
    verdict: "migrate first",
    sqlstate: "23502",
    before: TEXT,
    after: '@Column({ default: "x" }) a: string;',
    table: REQUIRED,
    up: alter("ALTER a SET DEFAULT 'x'"),
    down: alter("ALTER a DROP DEFAULT"),
  },
];

function retype(table: string, labels: readonly string[]): string {
  const list = labels.map((label) => `'${label}'`).join(", ");
  return `ALTER TYPE ${table}_state RENAME TO old_state; CREATE TYPE ${table}_state AS ENUM (${list}); ALTER TABLE ${table} ALTER a TYPE ${table}_state USING a::text::${table}_state; DROP TYPE old_state`;
}

const NAMES = CHANGES.map((_, at) => `t${at}`);
const [BASE, ALL, LAST] = ["000000000000", "111111111111", "222222222222"];

/** The models of one side: a mall, and an entity for each change. */
function models(side: "before" | "after"): string {
  const mall = side === "after" ? "@Column({ nullable: true }) a: string;" : "";
  const classes = CHANGES.map(({ [side]: columns, renamed }, at) => {
    const name = `${NAMES[at]}${renamed && side === "after" ? "_new" : ""}`;
    if (columns === undefined) return "";
    return `@Entity("${name}") export class ${NAMES[at]} { @PrimaryGeneratedColumn() id: number; ${columns.replaceAll("{t}", name)} }`;
  });
  return `import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
@Entity() export class Mall { @PrimaryGeneratedColumn() id: number; ${mall} }
${classes.join("\n")}
`;
}

/** All changes but the last are one revision: what fails says for each table what its own revision would be. */
function revisions(): Readonly<Record<string, string>> {
  const sql = (text: string) => `  op.sql(${JSON.stringify(text)});`;
  const tables = CHANGES.flatMap((change, at) => createSql(change, NAMES[at] ?? ""));
  const lines = (side: "up" | "down", from: number, to?: number) =>
    CHANGES.slice(from, to)
      .flatMap(({ [side]: write }, at) => {
        const name = NAMES[from + at] ?? "";
        return write(name).replaceAll("{t}", name).split("; ");
      })
      .map(sql)
      .join("\n");
  return {
    "migrations/0.ts": revisionText(
      BASE,
      null,
      ["CREATE TABLE mall (id serial PRIMARY KEY)", ...tables].map(sql).join("\n"),
    ),
    "migrations/1.ts": revisionText(ALL, BASE, lines("up", 0, -1), lines("down", 0, -1)),
    "migrations/2.ts": revisionText(LAST, ALL, lines("up", CHANGES.length - 1), lines("down", CHANGES.length - 1)),
  };
}

function createSql({ table, before = "" }: Change, name: string): readonly string[] {
  if (table === undefined) return [];
  const labels = before.includes("shut") ? "'open', 'shut'" : "'open'";
  const type = table.includes("_state") ? [`CREATE TYPE ${name}_state AS ENUM (${labels})`] : [];
  const columns = ["id serial PRIMARY KEY", ...(table === "" ? [] : [table.replaceAll("{t}", name)])];
  return [...type, `CREATE TABLE ${name} (${columns.join(", ")})`];
}

test("each change has its verdict, with a statement that fails", async () => {
  await withDatabase(newest(), async (url) => {
    const project = cliProject({ ...MODULE, "ormconfig.ts": ORMCONFIG, "models/all.ts": models("before") }, url);
    commit(project);
    project.write({ "models/all.ts": models("after"), ...revisions() });
    const verify = (...args: readonly string[]) =>
      project.run("verify", ALL, LAST, "--against", "HEAD", "--on", url, "--quiet", "--rows", "5", ...args);
    const { stdout } = await verify("--json");
    const [all, last]: readonly Against[] = JSON.parse(stdout).revisions;
    const found = CHANGES.map(({ what, sqlstate }, at) => {
      const tables = [NAMES[at], `${NAMES[at]}_new`, what.includes("moves") ? "mall" : ""];
      const isOwn = ({ table }: FailedStatement) => tables.includes(table);
      const statements = [...(all?.statements ?? []), ...(last?.statements ?? [])].filter(isOwn);
      const of = (code: FailedStatement["code"]) => statements.filter((one) => one.code === code);
      const isShown = statements.some((one) => one.sqlstate === sqlstate);
      return { what, verdict: judgeCode(of("old"), of("new")).verdict, sqlstate: isShown ? sqlstate : undefined };
    });
    expect(found).toEqual(CHANGES.map(({ what, verdict, sqlstate }) => ({ what, verdict, sqlstate })));
    expect([all?.verdict, last?.verdict]).toEqual(["needs two releases", "migrate first"]);
    expect(last?.statements).toEqual([
      {
        code: "new",
        statement: "INSERT",
        table: NAMES.at(-1),
        sql: `INSERT INTO "${NAMES.at(-1)}"("a") VALUES ($1) RETURNING "id", "a"`,
        sqlstate: "23502",
        message: expect.stringContaining("null value in column"),
      },
    ]);
    expect(listCheckouts()).toEqual([]);
  });
});

const SHOP = (columns: string) => `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
@Entity() export class Shop {
  @PrimaryGeneratedColumn() id: number;
  ${columns}
}
`;
const STATE = (labels: string) => `@Column({ type: "enum", enum: [${labels}], default: "open" }) state: string;`;

test("a review proves what old code cannot do, or leaves it out", async () => {
  await withDatabase(newest(), async (url) => {
    const project = cliProject(
      {
        ...MODULE,
        "ormconfig.ts": ORMCONFIG,
        "models/all.ts": SHOP(`@Column({ nullable: true }) fax: string; ${STATE('"open"')}`),
      },
      url,
    );
    commit(project);
    project.write({
      "models/all.ts": SHOP(
        `@Column({ nullable: true }) phone: string; @Column() owner: string; ${STATE('"open", "shut"')}`,
      ),
      "migrations/1.ts": revisionText(
        BASE,
        null,
        `  op.createEnum("shop_state_enum", ["open"]);
  op.createTable("shop", { columns: [{ name: "id", type: "serial" }, { name: "fax", type: "character varying", nullable: true }, { name: "note", type: "text", nullable: true }, { name: "state", type: "shop_state_enum", default: "'open'" }], primaryKey: { columns: ["id"] } });`,
        `  op.dropTable("shop");\n  op.dropEnum("shop_state_enum");`,
      ),
      "migrations/2.ts": revisionText(
        ALL,
        BASE,
        `  op.renameColumn("shop", "fax", "phone");
  op.dropColumn("shop", "note");
  op.addEnumValue("shop_state_enum", "shut");
  op.addColumn("shop", { name: "owner", type: "character varying", nullable: true });
  op.sql("UPDATE shop SET owner = 'x'");
  op.alterColumn("shop", "owner", { nullable: false });`,
        `  op.dropColumn("shop", "owner");
  op.addColumn("shop", { name: "note", type: "text", nullable: true });
  op.renameColumn("shop", "phone", "fax");`,
      ),
    });
    const review = async (...args: readonly string[]) => {
      const { stdout } = await project.run("review", ALL, "--no-database", "--json", "--quiet", ...args);
      const { findings }: { readonly findings: readonly ReviewFinding[] } = JSON.parse(stdout);
      return findings.filter(({ rule }) => /old-code|rename/.test(rule));
    };
    const rules = (await review()).map(({ rule, level }) => `${rule}: ${level}`);
    expect(rules).toEqual([
      "rename-column: warning",
      "gone-for-old-code: warning",
      "enum-value-unknown-to-old-code: warning",
      "required-for-old-code: warning",
    ]);
    const proved = await review("--against", "HEAD", "--on", url);
    expect(proved.map(({ rule, level, evidence }) => `${rule}: ${level}: ${evidence}`)).toEqual([
      "rename-column: error: measured",
      "enum-value-unknown-to-old-code: error: measured",
      "required-for-old-code: warning: operation", // its INSERT names the renamed column, and fails before
    ]);
    expect(proved[0]?.text).toContain("Proved: SELECT of shop fails with 42703: column Shop.fax does not exist.");
    project.write({ "models/all.ts": SHOP(`@Column({ nullable: true }) phone: string; ${STATE('"open", "shut"')}`) });
    commit(project);
    const next = await review("--against", "HEAD", "--on", url);
    expect(next.map(({ rule, text }) => `${rule}: ${text.replace(/^.*Proved: /, "")}`)).toEqual([
      'required-for-old-code: INSERT of shop fails with 23502: null value in column "owner" of relation "shop" violates not-null constraint.',
    ]);
    const unknown = await project.run("review", ALL, "--no-database", "--against", "nowhere", "--on", url);
    expectRefused(unknown, "USAGE", /git could not read nowhere/, /--against/);
  });
});

function commit({ folder }: CliProject): void {
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  git("init", "--quiet");
  git("add", "models", "ormconfig.ts", "package.json", "tsconfig.json");
  git("commit", "--quiet", "--message", "Before");
}

/** The folders with models of a commit, of this process. */
function listCheckouts(): readonly string[] {
  return readdirSync(join(tmpdir(), `typeorm-remodel-${userInfo().uid}`)).filter((name) =>
    name.startsWith(`models-${process.pid}-`),
  );
}
