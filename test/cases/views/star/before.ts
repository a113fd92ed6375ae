import { Column, Entity, Index, PrimaryColumn, ViewColumn, ViewEntity } from "typeorm";

export const given = `CREATE TYPE pair AS (a int, b int)`;

@Entity()
export class Shop {
  @PrimaryColumn()
  id: number;

  @Column({ type: "text" })
  code: string;

  @Column({ type: "text", default: "" })
  note: string;
}

@Entity()
export class Town {
  @PrimaryColumn()
  town: number;

  @Column({ type: "text" })
  name: string;
}

@Entity()
export class Mall {
  @PrimaryColumn()
  id: number;

  @Column({ type: "text" })
  title: string;
}

@ViewEntity({ name: "all_shops", expression: `SELECT * FROM "shop"` })
export class AllShops {
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "over_all", expression: `SELECT a.* FROM "all_shops" a` })
export class OverAll {
  @ViewColumn()
  id: number;
}

@ViewEntity({
  name: "kept",
  materialized: true,
  expression: `WITH x AS (SELECT (s).* FROM ONLY "shop" s) SELECT x.* FROM x UNION ALL TABLE "shop"`,
})
export class Kept {
  @Index("IDX_kept")
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "malls", expression: `SELECT m.* FROM "mall" AS m` })
export class Malls {
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "towns", expression: `SELECT t."name" FROM "town" t WHERE EXISTS (SELECT * FROM "town")` })
export class Towns {
  @ViewColumn()
  name: string;
}

@ViewEntity({ name: "natural_towns", expression: `SELECT "town" FROM "town" NATURAL JOIN "mall"` })
export class NaturalTowns {
  @ViewColumn()
  town: number;
}

@ViewEntity({
  name: "left_alone",
  materialized: true,
  expression: `SELECT s."id", (SELECT count(*) FROM "mall") AS "malls", p.*, row_to_json(s) AS "row" FROM "shop" s, LATERAL (SELECT (NULL::pair).*) p`,
})
export class LeftAlone {
  @ViewColumn()
  id: number;
}
