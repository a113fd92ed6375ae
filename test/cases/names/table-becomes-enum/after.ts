import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Person {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["admin", "clerk"], enumName: "role", default: "clerk" })
  role: string;
}

/** The way down makes the table and the column anew. */
export const lost = ["role.*", "person.roleId"];
