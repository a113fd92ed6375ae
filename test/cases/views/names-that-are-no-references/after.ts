import { Column, Entity, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
export class Order {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "text" })
  note: string;
}

@Entity()
export class Sale {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "int" })
  amount: number;
}

@ViewEntity({ name: "sales", expression: `SELECT "id", "amount" FROM "sale" WHERE "amount" > 0` })
export class Sales {
  @ViewColumn()
  amount: number;
}

@ViewEntity({ name: "amount", expression: `SELECT sum("amount") AS "sum" FROM "sales"`, dependsOn: [Sales] })
export class Amount {
  @ViewColumn()
  sum: number;
}

@ViewEntity({
  name: "best",
  materialized: true,
  expression: `SELECT "amount", 'FROM "order"' AS "text" FROM "sale" ORDER BY "amount" -- from "order"
    LIMIT 10`,
})
export class Best {
  @ViewColumn()
  amount: number;
}

@ViewEntity({
  name: "a_call",
  expression: `SELECT query_to_xml('SELECT * FROM notes', true, true, '')`,
  dependsOn: ["Notes"],
})
export class Call {}

@ViewEntity({ name: "notes", expression: `SELECT o."note" FROM ONLY "order" o` })
export class Notes {
  @ViewColumn()
  note: string;
}
