import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

export const options = { metadataTableName: "_orm_meta" };

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "text" })
  code!: string;

  @Column({ type: "tsvector", asExpression: `to_tsvector('english', "code")`, generatedType: "STORED", nullable: true })
  words!: string;
}
