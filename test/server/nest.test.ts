import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cliProject, launch, type Running } from "../cli/support.ts";
import { newest, withDatabase } from "../support/servers.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** The two pieces of code of the documentation: a function, and the module of an application. */
const [BRING_UP_TO_DATE = "", DOCUMENTED = ""] = ["from-code", "nest"].map(
  (page) => readFileSync(join(ROOT, `docs/${page}.md`), "utf8").split(/```ts\n|```\n/)[1],
);

/** A Nest project as `nest new` and the documentation of TypeORM leave it. */
const NEST = {
  "package.json": '{ "name": "malls", "private": true }\n',
  "tsconfig.json": `{
  "compilerOptions": {
    "target": "ES2022", "module": "commonjs", "moduleResolution": "bundler", "rootDir": "src", "outDir": "dist",
    "strict": true, "strictPropertyInitialization": false, "skipLibCheck": true, "types": ["node"],
    "experimentalDecorators": true, "emitDecoratorMetadata": true
  },
  "include": ["src"]
}
`,
  "src/shop.entity.ts": `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
}
`,
  "src/database/data-source.ts": `import { DataSource } from "typeorm";
import { Shop } from "../shop.entity";

export const remodel = { migrations: "../migrations" };
export const dataSource = new DataSource({ type: "postgres", url: process.env.DATABASE_URL, entities: [Shop] });
`,
  "src/app.module.ts": `import { Global, Module } from "@nestjs/common";
import { DataSource } from "typeorm";
import { type OnBehind, RemodelModule } from "typeorm-remodel/nest";
import { dataSource } from "./database/data-source";

class Settings {
  readonly onBehind = process.env.ON_BEHIND as OnBehind | undefined;
}

@Global()
@Module({
  providers: [Settings, { provide: DataSource, useFactory: () => dataSource.initialize() }],
  exports: [Settings, DataSource],
})
class DatabaseModule {}

@Module({
  imports: [
    DatabaseModule,
    RemodelModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ onBehind }: Settings) => ({ migrations: "dist/migrations", ...(onBehind && { onBehind }) }),
    }),
  ],
})
export class AppModule {}
`,
  "src/database/bring-up-to-date.ts": BRING_UP_TO_DATE,
  "src/documented.module.ts": DOCUMENTED,
  // What the package of this name does with the options of a data source.
  "node_modules/@nestjs/typeorm/package.json": '{ "name": "@nestjs/typeorm", "main": "index.js" }\n',
  "node_modules/@nestjs/typeorm/index.d.ts": `export declare class TypeOrmModule { static forRoot(options: object): { module: typeof TypeOrmModule }; }
`,
  "node_modules/@nestjs/typeorm/index.js": `const { DataSource } = require("typeorm");
class TypeOrmModule {
  static forRoot(options) {
    const providers = [{ provide: DataSource, useFactory: () => new DataSource(options).initialize() }];
    return { module: TypeOrmModule, global: true, providers, exports: [DataSource] };
  }
}
exports.TypeOrmModule = TypeOrmModule;
`,
  "src/main.ts": `import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { DataSource } from "typeorm";
import { RemodelHealthIndicator } from "typeorm-remodel/nest";
import { AppModule } from "./app.module";
import { bringUpToDate } from "./database/bring-up-to-date";
import * as documented from "./documented.module";

async function main() {
  const isDocumented = process.env.ON_BEHIND === "documented";
  if (isDocumented) await bringUpToDate();
  const module = isDocumented ? documented.AppModule : AppModule;
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const health = await app.get(RemodelHealthIndicator).isHealthy();
  console.log(JSON.stringify({ health, shops: await app.get(DataSource).getRepository("Shop").count() }));
  await app.get(DataSource).destroy();
  await app.close();
}

main().catch((error) => {
  console.error(error.code, error.message);
  process.exit(1);
});
`,
};

test("a Nest application that runs dist/ fails, waits or upgrades where its database is behind", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(NEST, url);
    for (const name of ["@nestjs/common", "@nestjs/core", "rxjs", "@types"])
      symlinkSync(join(ROOT, "node_modules", name), join(project.folder, "node_modules", name));
    symlinkSync(ROOT, join(project.folder, "node_modules/typeorm-remodel"));
    expect(await project.run("revision", "--autogenerate", "-m", "Shops", "--rev-id", "a1")).toMatchObject({ code: 0 });
    expect(await launch([TSC, "-p", "."], project.folder).ended).toEqual({ code: 0, stdout: "", stderr: "" });
    const start = (onBehind = ""): Running =>
      launch(["dist/main.js"], project.folder, { DATABASE_URL: url, ON_BEHIND: onBehind });
    const up = { code: 0, stdout: '{"health":{"migrations":{"status":"up"}},"shops":0}\n', stderr: "" };

    expect(await start().ended).toEqual({
      code: 1,
      stdout: "",
      stderr: "NOT_AT_HEAD The database is not at head; pending: a1.\n",
    });
    const waiting = start("wait");
    expect(await Promise.all([start("upgrade").ended, start("upgrade").ended])).toEqual([up, up]);
    expect(await waiting.ended).toEqual(up);
    expect(await project.run("downgrade", "base")).toMatchObject({ code: 0 });
    expect(await start("documented").ended).toEqual(up);
    expect(await project.run("check")).toMatchObject({ code: 0 });
  }));
