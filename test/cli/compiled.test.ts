import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";
import { expect, it } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, SHOP } from "./support.ts";

/** What `tsc` makes of all revisions, in a folder of its own. */
function compile(folder: string, names: Readonly<Record<string, string>>, to: string, module: ts.ModuleKind): void {
  mkdirSync(join(folder, to), { recursive: true });
  for (const [name, text] of Object.entries(names)) {
    const { outputText } = ts.transpileModule(text, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } });
    writeFileSync(
      join(folder, to, name.replace(/^.*\/(.*)\.ts$/, module === ts.ModuleKind.CommonJS ? "$1.cjs" : "$1.js")),
      outputText,
    );
  }
}

it("compiled revisions are those of the sources, in dist/ and next to them", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP, url);
    await project.run("revision", "--autogenerate", "-m", "Shops", "--rev-id", "a1");
    await project.run("upgrade");
    const revisions = Object.fromEntries(
      Object.entries(project.files()).filter(([name]) => name.startsWith("migrations/")),
    );
    const before = await project.run("history", "--json");

    compile(project.folder, revisions, "dist/migrations", ts.ModuleKind.CommonJS);
    const history = await project.run("history", "--json", "--migrations", "dist/migrations");
    expect(history.stdout.replaceAll("dist/migrations", "migrations").replaceAll(".cjs", ".ts")).toBe(
      // tsc drops the comment together with the import of a type behind it; the message is then in the name of the file.
      before.stdout.replace('"Shops"', '"shops"'),
    );
    const check = await project.run("check", "--migrations", "dist/migrations");
    expect(check).toMatchObject({ code: 0 });
    expect(check.stderr).not.toMatch("edited");
    expect(await project.run("downgrade", "base", "--migrations", "dist/migrations")).toMatchObject({ code: 0 });
    expect(await project.run("upgrade", "--migrations", "dist/migrations")).toMatchObject({ code: 0 });

    compile(project.folder, revisions, "migrations", ts.ModuleKind.ESNext);
    expect(await project.run("history", "--json")).toEqual(before);
    for (const name of Object.keys(revisions)) rmSync(join(project.folder, name));
    expect(await project.run("check")).toMatchObject({ code: 0 });

    expect(await project.run("upgrade", "--migrations", "dist/none")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/HISTORY_EMPTY: The migrations folder .*dist\/none does not exist/),
    });
  }));
