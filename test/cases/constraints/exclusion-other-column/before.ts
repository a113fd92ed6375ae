import { Column, Entity, Exclusion, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Exclusion("XCL_key", `USING btree ("badge" WITH =)`)
@Exclusion("XCL_lower", `USING btree (lower("badge") WITH =)`)
@Exclusion("XCL_badge", `USING btree ("badge" WITH =) WHERE ("badge" <> '')`)
export class Visitor {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 20, nullable: true })
  badge?: string;
}
