import { Column, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 60 })
  name: string;

  @Column({ type: "bigint", default: 0 })
  floor: number;
}

@ViewEntity({ name: "titles", expression: `SELECT "id", "name" AS "label", "floor" FROM "shop"` })
export class Titles {
  @ViewColumn()
  id: number;
}

@ViewEntity({
  name: "long_titles",
  expression: `SELECT * FROM "titles" WHERE length("label") > 3`,
  dependsOn: ["titles"],
})
export class LongTitles {
  @ViewColumn()
  id: number;
}

@ViewEntity({
  name: "per_floor",
  materialized: true,
  expression: `SELECT "floor", count(*) AS "shops" FROM "long_titles" GROUP BY 1`,
  dependsOn: ["long_titles"],
})
export class PerFloor {
  @Index("IDX_per_floor", { unique: true })
  @ViewColumn()
  floor: number;
}
