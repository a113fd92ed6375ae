import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from "typeorm";

@Entity()
@Unique("code_key", ["code"])
@Unique("n_rule", ["n"])
@Check("n_key", `"n" > 0`)
export class Mall {
  @PrimaryColumn({ type: "text", primaryKeyConstraintName: "mall_pk2" })
  code: string;

  @Column({ type: "int" })
  n: number;

  @Column({ type: "int", default: 0 })
  @Index("mall_pk", { unique: true, where: "id > 0" })
  id: number;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Mall)
  @JoinColumn({ name: "mallCode", referencedColumnName: "code" })
  mall: Mall;

  @ManyToOne(() => Mall)
  @JoinColumn({ name: "mallN", referencedColumnName: "n" })
  mall2: Mall;
}
