import { Column, Entity, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

export const options = { metadataTableName: "_orm_meta" };

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "text" })
  code!: string;

  @Column({ type: "tsvector", asExpression: `to_tsvector('simple', "code")`, generatedType: "STORED", nullable: true })
  words!: string;
}

@ViewEntity({ name: "codes", expression: `SELECT "code" FROM "shop"` })
export class Codes {
  @ViewColumn()
  code!: string;
}
