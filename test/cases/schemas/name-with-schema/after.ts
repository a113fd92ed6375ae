import {
  Column,
  Entity,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryGeneratedColumn,
  ViewColumn,
  ViewEntity,
} from "typeorm";

export const given = "CREATE SCHEMA app";

@Entity("app.users")
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "text" })
  name!: string;

  @Column({ type: "enum", enum: ["a"], default: "a" })
  kind!: string;

  @Column({ type: "int", default: 1 })
  age!: number;
}

@Entity("public.tag")
export class Tag {
  @PrimaryGeneratedColumn()
  id!: number;
}

@Entity()
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => User)
  user!: User;

  @ManyToMany(() => Tag)
  @JoinTable({ name: "post_tags" })
  tags!: Tag[];
}

@ViewEntity({ name: "app.names", expression: `SELECT "name" FROM "app"."users"` })
export class Names {
  @ViewColumn()
  name!: string;
}
