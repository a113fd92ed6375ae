import { Column, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "text" })
  code: string;
}

@ViewEntity({ name: "v_comment", expression: `SELECT "id" FROM "shop" -- all of them` })
export class Commented {
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "v_semicolon", expression: `SELECT "id" FROM "shop";` })
export class WithSemicolon {
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "v_materialized", materialized: true, expression: `SELECT "id" FROM "shop"; -- end` })
export class Materialized {
  @Index("IDX_materialized", { where: "id > 1" })
  @ViewColumn()
  id: number;
}

@ViewEntity({ name: "v_comment_materialized", materialized: true, expression: `SELECT "id" FROM "shop" /* a */ -- b` })
export class CommentedMaterialized {
  @Index("IDX_comment_materialized", { where: "id > 1" })
  @ViewColumn()
  id: number;
}

@ViewEntity({
  name: "v_odd",
  expression:
    "/* head */\r\nWITH x AS (SELECT 1 AS a)\r\n\tSELECT 'a\\b'::text AS t, E'\\n;' AS n, '$$ $\u007bx} `y`' AS d, $q$; -- $q$ AS q, x.a FROM x /* tail /* ; */ */ ; ;",
})
export class Odd {
  @ViewColumn()
  t: string;
}
