import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "vitest";
import { connect } from "./servers.ts";
import { listTraits } from "./traits.ts";

const TSC = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");

/** Compiles a project as Nest does. @returns the output of the compiler */
export function compileProject(folder: string): string {
  const { stdout, status } = spawnSync(process.execPath, [TSC, "-p", "tsconfig.build.json"], {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? "" : stdout;
}

/** Runs TypeORM's migrations from the compiled files. */
export function runTypeorm(folder: string, url: string, dataSource = "./dist/database/data-source.js"): void {
  const script = `require(${JSON.stringify(dataSource)}).default.initialize().then(async (source) => {
    await source.runMigrations();
    await source.destroy();
  }).catch((error) => { console.error(error); process.exit(1); })`;
  const { stderr, status } = spawnSync(process.execPath, ["-e", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: url },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
}

/** What is true of all objects but those that TypeORM keeps for itself, in any order. */
export async function traitsIn(url: string): Promise<readonly { readonly object: string }[]> {
  const client = await connect(url);
  try {
    const traits = await listTraits(client);
    const isNamed = ({ object, value }: (typeof traits)[number]) =>
      /\b(?:typeorm_)?migrations(?:_id_seq)?\b|remodel_/.test(`${object} ${value}`);
    const own = new Set(traits.filter(isNamed).map(({ object }) => object));
    // Whether the key of a partition came with it or was there before shows in `connoinherit`, and nowhere else.
    const isOfPartition = ({ object, what }: { readonly object: string; readonly what: string }) =>
      what === "state" && /_pkey on table public\.events/.test(object);
    return traits
      .filter((trait) => !own.has(trait.object) && !isOfPartition(trait))
      .map(({ object, what, value }) => ({ object, what, value }))
      .sort((a, b) => `${a.object} ${a.what}`.localeCompare(`${b.object} ${b.what}`));
  } finally {
    await client.end();
  }
}

/** The rows of a query. */
export async function rowsIn(url: string, sql: string): Promise<readonly unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
