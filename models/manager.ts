import { ChildEntity, Column } from "typeorm";
import { StaffRole } from "./enums.ts";
import { Staff } from "./staff.ts";

/** Runs a mall. */
@ChildEntity(StaffRole.Manager)
export class Manager extends Staff {
  @Column({ type: "numeric", precision: 4, scale: 2, default: 0, comment: "Per cent of the mall's turnover" })
  bonus!: string;
}
