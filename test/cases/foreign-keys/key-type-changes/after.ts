import { Entity, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Mall {
  @PrimaryColumn({ type: "bigint" })
  id: string;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Mall)
  mall: Relation<Mall>;
}
