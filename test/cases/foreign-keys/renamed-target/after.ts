import { Entity, JoinColumn, ManyToOne, OneToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Person {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Person)
  boss: Relation<Person>;

  @ManyToOne(() => Department)
  department: Relation<Department>;
}

@Entity()
export class Department {
  @PrimaryGeneratedColumn()
  id: number;

  @OneToOne(() => Person)
  @JoinColumn()
  head: Relation<Person>;
}

export const lost = ["left.*", "right.*"];
