import { Column, Entity, ManyToOne, PrimaryGeneratedColumn, TableInheritance } from "typeorm";
import { StaffRole } from "./enums.ts";
import { Mall } from "./mall.ts";

/** Somebody who works for a mall; managers and guards share this table. */
@Entity()
@TableInheritance({ column: "role" })
export abstract class Staff {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "enum", enum: StaffRole })
  role!: StaffRole;

  @Column()
  name!: string;

  @Column({ type: "date" })
  hiredOn!: string;

  @ManyToOne(() => Mall, { nullable: false, onDelete: "CASCADE" })
  mall!: Mall;

  @ManyToOne(() => Staff, { onDelete: "SET NULL", deferrable: "INITIALLY DEFERRED" })
  supervisor!: Staff | null;
}
