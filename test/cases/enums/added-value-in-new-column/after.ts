import { Check, Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

const values = { type: "enum", enum: ["open", "paid", "void"], enumName: "pstate" } as const;

@Entity()
export class Refund {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ ...values, default: "void" })
  state: string;
}

@Entity()
@Check("CHK_next", `"next" <> 'void' OR "state" <> 'void'`)
@Index("IDX_void", ["id"], { where: `"state" = 'void'` })
export class Purchase {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ ...values, default: "open" })
  state: string;

  /** Every row has the new value from the start. */
  @Column({ ...values, default: "void" })
  next: string;

  @Column({ type: "boolean", asExpression: `"next" = 'void'`, generatedType: "STORED" })
  isVoid: boolean;

  @ManyToOne(() => Refund, { nullable: true })
  refund: Refund;
}

@ViewEntity({ name: "voided", expression: `SELECT "id" FROM "purchase" WHERE "next" = 'void'` })
export class Voided {
  @ViewColumn()
  id: number;
}
