import { ChildEntity, Column } from "typeorm";
import { StaffRole } from "./enums.ts";
import { Staff } from "./staff.ts";

/** Watches over a mall. */
@ChildEntity(StaffRole.Guard)
export class Guard extends Staff {
  @Column({ length: 20, unique: true })
  licence!: string;
}
