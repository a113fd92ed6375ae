import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity({ name: "person" })
export class Person {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  name: string;
}

@Entity({ name: "person" })
export class Login {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ nullable: true })
  password: string;

  @Column({ type: "timestamptz", nullable: true })
  lastSeen: Date;
}
