import { Column, type DataSource, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 40 })
  name: string;

  @Column({ default: 0 })
  floor: number;
}

@ViewEntity({ name: "ground_floor", expression: `SELECT "id", "name" FROM "shop" WHERE "floor" = 0` })
export class GroundFloor {
  @ViewColumn()
  id: number;
}

@ViewEntity({
  name: "upstairs",
  materialized: true,
  expression: (source: DataSource) =>
    source.createQueryBuilder().select("shop.id", "id").from(Shop, "shop").where("shop.floor > 0"),
})
export class Upstairs {
  @Index("IDX_upstairs", { unique: true })
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "all_ground", expression: `SELECT "id" FROM "ground_floor"`, dependsOn: ["ground_floor"] })
export class AllGround {
  @ViewColumn()
  id: number;
}
