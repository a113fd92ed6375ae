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
  neverThere: string;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Person, { onDelete: "SET NULL" })
  owner: Relation<Person>;

  @ManyToOne(() => Person)
  cleaner: Relation<Person>;

  @ManyToMany(() => Person, { createForeignKeyConstraints: false, nullable: true })
  @JoinTable({ name: "watch", joinColumn: { name: "what" }, inverseJoinColumn: { name: "who" }, synchronize: false })
  watchers: Relation<Person>[];
}
