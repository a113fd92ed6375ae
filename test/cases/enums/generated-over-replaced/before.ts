import { Check, Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

const values = { type: "enum", enum: ["open", "paid", "void"], enumName: "pstate" } as const;

@Entity()
@Check("CHK_state", `"state" <> 'open' OR "note" IS NULL`)
@Check("CHK_cast", `"note" <> ('paid'::pstate)::text`)
@Index("IDX_open", ["id"], { where: `"state" = 'open'`, unique: true })
export class Purchase {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ ...values, default: "open" })
  state: string;

  @Column({ type: "text", nullable: true })
  note: string;

  @Column({ type: "boolean", asExpression: `"state" = 'paid'`, generatedType: "STORED" })
  done: boolean;

  @Column({
    ...values,
    asExpression: `CASE WHEN "id" > 5 THEN 'open'::pstate ELSE 'paid'::pstate END`,
    generatedType: "STORED",
  })
  guess: string;

  @Column({ ...values, nullable: true })
  former: string;

  @Column({ type: "text", asExpression: `CASE WHEN "former" = 'open' THEN 'o' ELSE 'x' END`, generatedType: "STORED" })
  letter: string;
}

@Entity()
export class Archive {
  @PrimaryGeneratedColumn()
  id: number;

  @Column(values)
  state: string;
}

@Entity()
export class Copy {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Archive, { nullable: true })
  archive: Archive;
}

@ViewEntity({ name: "paid", expression: `SELECT "id" FROM "purchase" WHERE "state" = 'paid'` })
export class Paid {
  @ViewColumn()
  id: number;
}
