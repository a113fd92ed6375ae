// What tools for other ORMs take to compare models with a database that has them all: MikroORM, and Alembic for SQLAlchemy. Each compares
// a schema that it has made itself, of tables like those of models.mjs. Both are installed when they are measured, from the network.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The last MikroORM that runs on Node 20. */
const MIKRO_ORM = "6.6.16";
const PYTHON_PACKAGES = ["alembic", "psycopg2-binary"];

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Installs both.
 * @param {string} folder where to; it need not exist
 * @returns which could be installed, and with which version
 */
export function installOthers(folder) {
  const [node, python] = [join(folder, "node"), join(folder, "python")];
  for (const one of [node, python]) mkdirSync(one, { recursive: true });
  writeFileSync(join(node, "package.json"), '{ "private": true }\n');
  const packages = ["core", "knex", "postgresql"].map((name) => `@mikro-orm/${name}@${MIKRO_ORM}`);
  const hasMikroOrm = succeeds("npm", ["install", "--prefix", node, "--no-audit", "--no-fund", ...packages]);
  const hasAlembic = succeeds("python3", ["-m", "pip", "install", "--quiet", "--target", python, ...PYTHON_PACKAGES]);
  return { folder, hasMikroOrm, hasAlembic };
}

/**
 * The processes to measure on databases that they fill here.
 * @param {ReturnType<typeof installOthers>} installed
 * @param {number} tables
 * @param {(name: string) => Promise<string>} createDatabase gives the URL of a new database
 */
export async function listOthers({ folder, hasMikroOrm, hasAlembic }, tables, createDatabase) {
  const subjects = {};
  const add = async (name, command, script, env) => {
    const url = await createDatabase(`bench_${name}_${tables}`);
    const args = [here(script), String(tables), url];
    const filled = spawnSync(command, [...args, "create"], { env: { ...process.env, ...env }, encoding: "utf8" });
    if (filled.status !== 0) throw new Error(`${name} made no schema: ${filled.stderr}`);
    subjects[name] = { command, args, env };
  };
  if (hasMikroOrm) await add("mikroorm", process.execPath, "mikroorm.cjs", { OTHERS: join(folder, "node") });
  if (hasAlembic) await add("alembic", "python3", "alembic_check.py", { PYTHONPATH: join(folder, "python") });
  return subjects;
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
