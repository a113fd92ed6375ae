import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";

const stored = { nullable: true, generatedType: "STORED" } as const;

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity()
@Unique("UQ_slug", ["slug"])
@Unique("UQ_lower", ["lower"])
@Check("CHK_upper", `"upper" <> 'X'`)
@Index("IDX_upper", ["upper"], { unique: true, where: `"lower" <> 'x'` })
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "text", nullable: true })
  code: string;

  @Column({ type: "text", asExpression: "lower(code)", ...stored })
  slug: string;

  @Column({ type: "text", asExpression: "lower(code)", ...stored })
  lower: string;

  @Column({ type: "text", nullable: true })
  fresh: string;

  @Column({ type: "text", asExpression: "upper(code) || coalesce(fresh, '')", ...stored })
  upper: string;

  @Column({ type: "int", asExpression: "length(code)", ...stored })
  mallId: number;

  @ManyToOne(() => Mall, { nullable: true })
  @JoinColumn({ name: "mallId" })
  mall: Mall;
}
