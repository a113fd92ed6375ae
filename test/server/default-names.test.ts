import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Check, Column, Entity, Exclusion, Index, ManyToOne, PrimaryColumn, Unique } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { upgrade } from "../../src/run/run.ts";
import { BASE, revisionFile } from "../support/by-hand.ts";
import { withProject } from "../support/idioms/project.ts";
import { newest } from "../support/servers.ts";
import "../support/typeorm.ts"; // both TypeORMs share its store of decorators

@Entity()
class Mall {
  @PrimaryColumn("int") country: number;
  @PrimaryColumn("int") id: number;
}

@Entity()
@Unique(["mall", "code"])
@Index(["openedOn"])
@Index(["code"], { where: "code <> ''" })
@Check("code <> ''")
@Exclusion("USING gist (period WITH &&)")
class Shop {
  @PrimaryColumn("int") id: number;
  @ManyToOne(() => Mall, { nullable: false }) mall: Mall;
  @Column("text") code: string;
  @Column("date") openedOn: string;
  @Column("int4range") period: string;
}

const BY_HAND = `
  op.createExtension("btree_gist");
  op.createTable("mall", { columns: [{ name: "country", type: "integer" }, { name: "id", type: "integer" }], primaryKey: { columns: ["country", "id"] } });
  op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "code", type: "text" }, { name: "openedOn", type: "date" },
    { name: "period", type: "int4range" }, { name: "mallCountry", type: "integer" }, { name: "mallId", type: "integer" }] });
  op.createPrimaryKey("shop", { columns: ["id"] });
  op.createUniqueConstraint("shop", { columns: ["mallCountry", "mallId", "code"] });
  op.createForeignKey("shop", { columns: ["mallCountry", "mallId"], references: { table: "mall", columns: ["country", "id"] } });
  op.createIndex("shop", { columns: ["openedOn"] });
  op.createIndex("shop", { columns: ["code"], where: "code <> ''" });
  op.createCheckConstraint("shop", { expression: "code <> ''" });
  op.createExclusionConstraint("shop", { expression: "USING gist (period WITH &&)" });`;

test.each([
  ["1", []],
  ["0.3", ["renameConstraint", "renameConstraint", "renameIndex"]],
] as const)(
  "names left out in a revision by hand are those of the models under TypeORM %s",
  async (version, renames) => {
    await withProject(newest(), async ({ folder, at }) => {
      writeFileSync(
        join(folder, "first.ts"),
        revisionFile("first", "", { ...BASE, up: BY_HAND, down: "" }).replace('"start"', "null"),
      );
      const changes = await at(
        [Mall, Shop],
        async (session) => {
          await upgrade(session);
          return (await compare(session)).upgrade;
        },
        version,
      );
      expect(changes.filter(({ question }) => question !== undefined)).toEqual([]);
      expect(changes.flatMap(({ operations }) => operations.map(({ name }) => name)).sort()).toEqual(renames);
    });
  },
);
