import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Index("code_key", ["code"], { unique: true })
@Check("n_rule", `"n" > 0`)
@Unique("n_key", ["n"])
export class Mall {
  @PrimaryGeneratedColumn({ primaryKeyConstraintName: "mall_pk" })
  id: number;

  @Column({ type: "text" })
  code: string;

  @Column({ type: "int" })
  n: number;
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
