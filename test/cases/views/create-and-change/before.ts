import { Column, Entity, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 20 })
  name: string;

  @Column({ default: 0 })
  floor: number;
}

@ViewEntity({ name: "ground_floor", expression: `SELECT "id", "name" FROM "shop" WHERE "floor" = 0` })
export class GroundFloor {
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "gone", expression: `SELECT count(*) AS "all" FROM "shop"` })
export class Gone {
  @ViewColumn()
  all: number;
}
