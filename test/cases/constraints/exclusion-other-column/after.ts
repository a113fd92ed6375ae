import { Column, Entity, Exclusion, PrimaryGeneratedColumn } from "typeorm";

/** The way down cannot know the badges. */
export const lost = ["visitor.badge"];

@Entity()
@Exclusion("XCL_key", `USING btree ("card_number" WITH =)`)
@Exclusion("XCL_lower", `USING btree (lower("card_number") WITH =)`)
@Exclusion("XCL_card_number", `USING btree ("card_number" WITH =) WHERE ("card_number" <> '')`)
export class Visitor {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "text", nullable: true })
  card_number: string | null;

  @Column({ type: "uuid", nullable: true })
  token: string | null;
}
