import {
  Column,
  Entity,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";

/** Made and kept by someone else. */
export const given = `CREATE TABLE legacy_person (id int PRIMARY KEY, "anything" tsvector); CREATE TABLE watch (who int, what int)`;

@Entity({ name: "legacy_person", synchronize: false })
export class Person {
  @PrimaryColumn()
  id: number;

  @Column()
  notThere: string;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Person)
  owner: Relation<Person>;

  @ManyToOne(() => Person, { createForeignKeyConstraints: false })
  cleaner: Relation<Person>;

  @ManyToMany(() => Person, { createForeignKeyConstraints: false })
  @JoinTable({ name: "watch", joinColumn: { name: "what" }, inverseJoinColumn: { name: "who" }, synchronize: false })
  watchers: Relation<Person>[];
}
