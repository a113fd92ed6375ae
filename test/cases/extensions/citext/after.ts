import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Person {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "citext", default: "" })
  email: string;

  @Column({ type: "hstore", nullable: true })
  extra: object;
}
