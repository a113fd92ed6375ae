import {
  Column,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";

export const options = { entityPrefix: "chain_" };

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["open", "closed"], default: "open" })
  state: string;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Index()
  @Column()
  name: string;

  @ManyToOne(() => Mall)
  mall: Relation<Mall>;

  @ManyToMany(() => Mall)
  @JoinTable()
  visited: Relation<Mall>[];
}

@Entity()
export class Brand {
  @PrimaryGeneratedColumn()
  id: number;
}
