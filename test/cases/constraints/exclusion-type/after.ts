import { Column, Entity, Exclusion, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Exclusion("XCL_room", `USING gist (tsrange("starts", "ends") WITH &&)`)
@Exclusion("XCL_from", `USING btree (date("starts") WITH =)`)
@Exclusion("XCL_code", `USING btree ("code" WITH =)`)
export class Booking {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "timestamp" })
  starts: Date;

  @Column({ type: "timestamp" })
  ends: Date;

  @Column({ type: "text", collation: "C" })
  code: string;
}
