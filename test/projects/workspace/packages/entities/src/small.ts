import { Column, Entity, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, type Relation } from "typeorm";
import { Mall } from "./mall.js";

@Entity()
export class Tag {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ unique: true })
  name: string;
}

@Entity()
export class Role {
  @PrimaryColumn()
  name: string;

  @Column({ type: "jsonb", default: {} })
  rights: Record<string, string[]>;
}

@Entity()
export class FaxLine {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  number: string;

  @ManyToOne(() => Mall)
  mall: Relation<Mall>;
}
