import { Column, Entity, Exclusion, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Exclusion("XCL_room", `USING gist (daterange("starts", "ends") WITH &&)`)
@Exclusion("XCL_from", `USING btree (date("starts") WITH =)`)
@Exclusion("XCL_code", `USING btree ("code" WITH =)`)
export class Booking {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "date" })
  starts: string;

  @Column({ type: "date" })
  ends: string;

  @Column({ type: "text" })
  code: string;
}
