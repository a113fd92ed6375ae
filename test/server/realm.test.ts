import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { cliProject, ORMCONFIG } from "../cli/support.ts";
import { requireInRealm } from "../support/realm.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FILES = {
  "package.json": '{ "name": "malls", "private": true }\n',
  "tsconfig.json": `{ "compilerOptions": { "module": "commonjs", "target": "es2022", "experimentalDecorators": true, "emitDecoratorMetadata": true } }\n`,
  "ormconfig.ts": ORMCONFIG,
  "models/mall.ts": `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
class Mall {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @Column({ type: "timestamptz", array: true, default: [new Date(0)] }) openings: Date[];
}

export const models = { Mall };
`,
};

test("a program runs in a realm of its own, as tests do in Jest", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(FILES, url);
    const library = requireInRealm(join(ROOT, "_"))("./dist/cjs/index.js") as typeof Library;
    const place = { dataSource: "ormconfig.ts", url, cwd: project.folder };
    await library.revision(place, { message: "Malls.", autogenerate: true, revisionId: "a1" });
    await library.revision(place, { message: "First mall.", revisionId: "b1" });
    const file = join(project.folder, "migrations/b1_first_mall.ts");
    const text = readFileSync(file, "utf8");
    const insert = `op.insertRows("mall", [{ name: "North", openings: [new Date(1000)] }]);`;
    project.write({ "migrations/b1_first_mall.ts": text.replace("void {\n}", `void {\n  ${insert}\n}`) });
    expect(await library.upgrade(place)).toMatchObject({
      revisions: [{ revision: { id: "a1" } }, { revision: { id: "b1" } }],
    });
    expect(await library.check(place)).toMatchObject({ inSync: true });
    const client = await connect(url);
    const { rows } = await client.query("SELECT name, openings FROM mall");
    await client.end();
    expect(rows).toEqual([{ name: "North", openings: [new Date(1000)] }]);
    const written = await library.squash(place, "base:b1", { on: url, revisionId: "c1" });
    const squashed = readFileSync(String(written.file), "utf8");
    expect(squashed).toContain('new Date("1970-01-01T00:00:01.000Z")');
  }));
