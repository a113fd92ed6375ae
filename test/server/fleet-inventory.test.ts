import { beforeAll, describe, expect, test } from "vitest";
import { type CliProject, cliProject, expectRefused, SHOP } from "../cli/support.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";

/** Every character that means something in a URL, in CSV, in a shell or in SQL. */
const PASSWORD = `p@s:s/w?o#r%d&=+ ',"\\$\`{é}`;
const MALLS = [
  { name: "mall_1", host: "db1", db: "m 1", tier: "pilot", note: `a "quoted", note`, pw: PASSWORD },
  { name: "mall_2", host: "db2:6000", db: "m/2", tier: "gold", pw: PASSWORD },
];
/** What `fleet list --json` says of them, whatever they come from. */
const LISTED = {
  tenants: [
    {
      name: "mall_1",
      wave: "rest",
      server: "db1:5432",
      database: "m 1",
      labels: { tier: "pilot", note: `a "quoted", note` },
    },
    { name: "mall_2", wave: "rest", server: "db2:6000", database: "m/2", labels: { tier: "gold" } },
  ],
};
/** The column db is in the template, so it is a label too. */
const TEMPLATE = "postgres://u:{pw}@{host}/{db}";

const CSV = `name,host,db,tier,note,pw
mall_1,db1,m 1,pilot,"a ""quoted"", note","${PASSWORD.replaceAll('"', '""')}"
mall_2,db2:6000,m/2,gold,,"${PASSWORD.replaceAll('"', '""')}"
`;

let project: CliProject;

beforeAll(() => {
  project = cliProject(SHOP);
});

/** Lists the tenants of a fleet. @param source the text of `fleet.tenants` */
async function list(source: string, { url = TEMPLATE, before = "", args = [] as readonly string[] } = {}) {
  const fleet = `{ tenants: ${source}, ${url === "" ? "" : `url: ${JSON.stringify(url)}`} }`;
  project.write({ "remodel.config.ts": `${before}\nexport const remodel = { fleet: ${fleet} };\n` });
  const ran = await project.run("fleet", "list", "--json", ...args);
  for (const text of [ran.stdout, ran.stderr])
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), "s:s/w", "w%3Fo", "s3cret"])
      expect(text).not.toContain(secret);
  return ran;
}

async function listed(source: string, options = {}) {
  const { code, stdout, stderr } = await list(source, options);
  const { tenants } = JSON.parse(stdout);
  const withoutColumn = tenants?.map(
    ({ labels: { db: _, ...labels }, ...tenant }: { labels: Record<string, string> }) => ({
      ...tenant,
      labels,
    }),
  );
  return { code, stderr, tenants: withoutColumn };
}

const DONE = { code: 0, stderr: "", ...LISTED };
const MALLS_TEXT = JSON.stringify(MALLS);

describe("the same tenants come from", () => {
  test("a list, a JSON file, a CSV file, a command, a function and generators", async () => {
    project.write({
      "malls.json": MALLS_TEXT,
      "tenants.json": `\uFEFF{ "tenants": ${MALLS_TEXT} }`,
      "malls.csv": `\uFEFF${CSV.replaceAll("\n", "\r\n")}`,
      "print.mjs": "console.log(JSON.stringify(JSON.parse(process.argv[2])));",
    });
    const sources = [
      MALLS_TEXT,
      '"malls.json"',
      '"./tenants.json"',
      '"malls.csv"',
      `{ command: [${JSON.stringify(process.execPath)}, "print.mjs", ${JSON.stringify(MALLS_TEXT)}] }`,
      `() => ${MALLS_TEXT}`,
      `async () => ${MALLS_TEXT}`,
      `function* () { yield* ${MALLS_TEXT}; }`,
      `async function* () { for (const mall of ${MALLS_TEXT}) yield mall; }`,
    ];
    for (const source of sources) expect(await listed(source)).toEqual(DONE);
  });

  test("a query, on a control database or on the project's own", async () => {
    await withDatabase(newest(), async (url) => {
      const client = await connect(url);
      await client.query(
        "CREATE SCHEMA control; CREATE TABLE control.mall (at int, name text, host text, db text, tier text, note text, pw text)",
      );
      for (const [at, { name, host, db, tier, note, pw }] of MALLS.map(
        (mall, at) => [at, { note: null, ...mall }] as const,
      ))
        await client.query("INSERT INTO control.mall VALUES ($1, $2, $3, $4, $5, $6, $7)", [
          at,
          name,
          host,
          db,
          tier,
          note,
          pw,
        ]);
      await client.end();
      const sql = "SELECT name, host, db, tier, note, pw FROM control.mall WHERE name LIKE 'mall%' ORDER BY at -- all";
      const query = JSON.stringify(sql);
      expect(await listed(`{ query: ${query}, url: ${JSON.stringify(url)} }`)).toEqual(DONE);
      expect(await listed(`{ query: ${query} }`, { args: ["--url", url] })).toEqual(DONE);

      const writes = await list(`{ query: "CREATE TABLE a (b int)", url: ${JSON.stringify(url)} }`);
      expect(JSON.parse(writes.stdout).error).toMatchObject({
        code: "FLEET_INVALID",
        message: expect.stringMatching(/read-only/),
      });
      const unset = await list(`{ query: ${query}, url: process.env.CONTROL_URL_OF_NOBODY }`);
      expect(JSON.parse(unset.stdout).error).toMatchObject({
        code: "FLEET_INVALID",
        message: expect.stringMatching(/is not set/),
      });
    });
  });

  test("the schemas and the databases of the connection whose name matches, quoted as they are", async () => {
    await withDatabase(
      newest(),
      async (url) => {
        const [, database = ""] = new URL(url).pathname.split("/");
        const { host } = new URL(url);
        const own = { wave: "rest", server: host, labels: {} };
        const names = async (source: string) =>
          JSON.parse((await list(source, { url: "", args: ["--url", url] })).stdout).tenants;
        expect(await names('{ schemas: "mall_*" }')).toEqual(
          ['mall_"2"', "mall_*", "mall_1"].map((schema) => ({ ...own, name: schema, database, schema })),
        );
        expect(await names('{ schemas: ["*X1", "other"] }')).toEqual(
          ["mallX1", "other"].map((schema) => ({ ...own, name: schema, database, schema })),
        );
        const [start] = database.slice(-6);
        expect(await names(`{ databases: ${JSON.stringify(`*${start}${database.slice(-5)}`)} }`)).toEqual([
          { ...own, name: database, database },
        ]);
        const elsewhere = await list(`{ databases: ${JSON.stringify(database)} }`, {
          url: "postgres://u:s3cret@bouncer:7/{name}",
          args: ["--url", url],
        });
        expect(JSON.parse(elsewhere.stdout).tenants).toEqual([
          { ...own, server: "bouncer:7", name: database, database },
        ]);
      },
      {
        sql: `CREATE SCHEMA mall_1; CREATE SCHEMA "mallX1"; CREATE SCHEMA "mall_""2"""; CREATE SCHEMA "mall_*"; CREATE SCHEMA other`,
      },
    );
  });
});

describe("an inventory that cannot be read is refused without a word of what is in it", () => {
  test.each<[what: string, source: string, message: RegExp, hint: RegExp]>([
    ["a file that is missing", '"none.json"', /none\.json cannot be read: ENOENT/, /relative to the configuration/],
    ["a file that is not JSON", '"bad.json"', /bad\.json is not a list of tenants in JSON/, /Write a list/],
    ["a file that is no list", '"object.json"', /object\.json is not a list/, /Write a list/],
    ["CSV with too many fields", '"bad.csv"', /bad\.csv:3: the line cannot be read/, /first line names the columns/],
    ["CSV with an open quote", '"open.csv"', /open\.csv:\d: the line cannot be read/, /double quotes/],
    [
      "a command that is missing",
      '{ command: ["no-such-command-here", "s3cret"] }',
      /no-such-command-here.*failed: ENOENT/,
      /by itself/,
    ],
    [
      "a command that fails",
      '{ command: ["sh", "-c", "echo s3cret >&2; exit 3"] }',
      /The command sh.*failed: exit code 3/,
      /by itself/,
    ],
    [
      "a command that prints no JSON",
      '{ command: ["echo", "s3cret"] }',
      /What echo prints is not a list/,
      /Write a list/,
    ],
    [
      "a function that throws",
      '() => { throw new Error("no postgres://u:s3cret@h"); }',
      /failed: no postgres:\/\/u:…@h/,
      /Correct the function/,
    ],
    [
      "a generator that throws",
      'async function* () { throw new Error("gone"); }',
      /fleet\.tenants failed: gone/,
      /Correct the function/,
    ],
    ["a function that returns nothing", "() => 3", /neither a list nor a generator/, /Correct the function/],
  ])("%s", async (_, source, message, hint) => {
    project.write({
      "bad.json": '[{ "name": "a", "url": "postgres://u:s3cret@h/a" },]',
      "object.json": '{ "malls": [] }',
      "bad.csv": "name,url\na,b\nc,d,s3cret\n",
      "open.csv": 'name,url\na,"s3cret\n',
    });
    const { stdout, code } = await list(source);
    const { error } = JSON.parse(stdout);
    expect({ code, error }).toMatchObject({
      code: 2,
      error: { code: "FLEET_INVALID", message: expect.stringMatching(message), hint: expect.stringMatching(hint) },
    });
  });

  test("two tenants of one name or of one place are named, as text too", async () => {
    project.write({
      "remodel.config.ts": `export const remodel = { fleet: { tenants: [{ name: "a", url: "postgres://u:s3cret@h/m" }, { name: "b", url: "postgres://u:s3cret@h:5432/m" }] } };\n`,
    });
    const ran = await project.run("fleet", "list");
    expectRefused(ran, "FLEET_INVALID", /tenants a and b are in the same place: h:5432\/m/, "one of them");
    expect(ran.stderr).not.toContain("s3cret");
  });
});
