import {
  Check,
  ChildEntity,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type RelationOptions,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeLevelColumn,
  TreeParent,
  Unique,
  ViewColumn,
  ViewEntity,
} from "typeorm";
import { type Idiom, idiom, type Model, model } from "./idiom.ts";

/** Two tables, the second pointing at the first. */
function pair(
  name: string,
  relation: (one: Model, table: string) => PropertyDecorator | readonly PropertyDecorator[],
  key: PropertyDecorator = PrimaryGeneratedColumn(),
): Idiom {
  return {
    name,
    models: (table) => {
      const one = model(table, { id: key, code: Column({ type: "varchar", unique: true }) });
      return [one, model(`${table}b`, { one: relation(one, table) })];
    },
  };
}

const LINKS: Readonly<Record<string, RelationOptions>> = {
  CASCADE: { onDelete: "CASCADE", onUpdate: "CASCADE" },
  "SET NULL": { onDelete: "SET NULL" },
  RESTRICT: { onDelete: "RESTRICT", onUpdate: "RESTRICT" },
  "SET DEFAULT": { onDelete: "SET DEFAULT" as "CASCADE" },
  "NO ACTION": { onDelete: "NO ACTION", onUpdate: "NO ACTION" },
  "not nullable": { nullable: false },
  deferred: { deferrable: "INITIALLY DEFERRED" },
  deferrable: { deferrable: "INITIALLY IMMEDIATE" },
  "no constraint": { createForeignKeyConstraints: false },
};

/** Names that SQL, TypeORM or JavaScript could stumble over. */
const NAMES = [
  "order",
  "select",
  "user",
  "camelCase",
  "UPPER",
  "with blank",
  "größe",
  "日本語",
  "😀",
  "it's",
  "semi;colon",
  "per%cent",
  "dollar$1",
  "back\\slash",
  "tick`s",
  "dash-ed",
  "123",
  "constructor",
  "a,b",
  "(paren)",
  "{brace}",
  "line\nbreak",
  "interval",
  "type",
  "null",
  "true",
  "__proto",
  " lead",
  "?",
  ":x",
  "@at",
  "#",
  "/* c */",
  "--",
];

const LONG = "a_name_that_is_so_long_that_postgresql_cuts_it_off_at_sixty_three_bytes";

/** Ways to name things, and to relate them. */
export const relations: readonly Idiom[] = [
  ...NAMES.map((name) =>
    idiom(
      `the name ${JSON.stringify(name)} everywhere`,
      () => ({
        key: [Column({ name, type: "int", comment: name }), Index()],
        other: Column({ type: "enum", enum: [name], name: `${name}2`, default: name.replaceAll("'", "''") }),
      }),
      {
        on: (table) => [
          Check(`${table} ${name} c`, `"${name}" > 0`),
          Unique(`${table} ${name} u`, ["key"]),
          Index(`${table} ${name} i`, ["key"], { where: `"${name}" > 0` }),
        ],
        ...(name === "it's" && { refused: /syntax error/ }),
      },
    ),
  ),
  ...NAMES.map(
    (name): Idiom => ({
      name: `a table named ${JSON.stringify(name)}`,
      models: (table) => [model(`${table}${name}`, { value: [Column({ type: "enum", enum: ["a"] }), Index()] })],
      ...(name === "it's" && { refused: /syntax error/ }),
    }),
  ),
  {
    name: "a table name over 63 bytes",
    models: (table) => [model(`${table}${LONG}`, { value: [Column({ type: "int" }), Index()] })],
  },
  {
    name: "a table name over 63 bytes in Unicode",
    models: (table) => [model(`${table}${"ü".repeat(40)}`, { value: Column({ type: "int" }) })],
  },
  {
    name: "an enum of a table name over 63 bytes",
    models: (table) => [model(`${table}${LONG}`, { value: Column({ type: "enum", enum: ["a"], default: "a" }) })],
    refused: /already exists/,
    impossible: /become the same name, since PostgreSQL keeps 63 bytes/,
  },
  {
    name: "a table name that fits and an enum name that does not",
    models: (table) => [
      model(`${table}${LONG}`.slice(0, 58), { value: Column({ type: "enum", enum: ["a"], array: true }) }),
    ],
  },
  idiom("a column name over 63 bytes", () => ({
    [LONG]: [Column({ type: "varchar", default: "x", comment: "long" }), Index()],
  })),
  idiom("a serial column's name over 63 bytes", () => ({ id: PrimaryGeneratedColumn({ name: LONG }) })),
  idiom(
    "names of constraints over 63 bytes",
    (table) => ({
      value: Column({ type: "int" }),
      id: PrimaryGeneratedColumn({ primaryKeyConstraintName: `${table}_p_${LONG}` }),
    }),
    {
      on: (table) => [
        Check(`${table}_c_${LONG}`, "value > 0"),
        Unique(`${table}_u_${LONG}`, ["value"]),
        Index(`${table}_i_${LONG}`, ["value"]),
      ],
    },
  ),
  idiom("enumName over 63 bytes", (table) => ({
    value: Column({ type: "enum", enum: ["a"], default: "a", enumName: `${table}_${LONG}` }),
  })),
  idiom("columns that differ in case only", () => ({
    value: Column({ type: "int" }),
    Value: Column({ type: "int" }),
    VALUE: Column({ type: "int" }),
  })),
  ...Object.entries(LINKS).map(([name, options]) =>
    pair(`many to one: ${name}`, (one) => ManyToOne(() => one, options)),
  ),
  pair("many to one, named", (one, table) => [
    ManyToOne(() => one),
    JoinColumn({ name: "the one", foreignKeyConstraintName: `${table}_fk` }),
  ]),
  pair("many to one by another column", (one) => [ManyToOne(() => one), JoinColumn({ referencedColumnName: "code" })]),
  pair("many to one of uuid", (one) => ManyToOne(() => one), PrimaryGeneratedColumn("uuid")),
  pair("many to one of bigint", (one) => ManyToOne(() => one), PrimaryGeneratedColumn({ type: "bigint" })),
  pair("many to one of varchar(10)", (one) => ManyToOne(() => one), PrimaryColumn({ type: "varchar", length: 10 })),
  pair("many to one of identity", (one) => ManyToOne(() => one), PrimaryGeneratedColumn("identity")),
  pair("many to one with an index", (one) => [ManyToOne(() => one), Index()]),
  pair("many to one, part of the key", (one) => ManyToOne(() => one, { primary: true } as RelationOptions)),
  pair("one to one", (one) => [OneToOne(() => one), JoinColumn()]),
  pair("one to one, required and cascading", (one) => [
    OneToOne(() => one, { nullable: false, onDelete: "CASCADE" }),
    JoinColumn({ name: "one_id" }),
  ]),
  pair("many to many", (one) => [ManyToMany(() => one), JoinTable()]),
  pair("many to many, named", (one, table) => [
    ManyToMany(() => one),
    JoinTable({ name: `${table}_links`, joinColumn: { name: "left" }, inverseJoinColumn: { name: "right" } }),
  ]),
  pair(
    "many to many of uuid without constraints",
    (one) => [ManyToMany(() => one, { createForeignKeyConstraints: false }), JoinTable()],
    PrimaryGeneratedColumn("uuid"),
  ),
  pair("a column that is a foreign key", (one) => [Column({ type: "int" }), ForeignKey(() => one)]),
  pair("a column that is a named foreign key", (one, table) => [
    Column({ type: "varchar" }),
    ForeignKey(() => one, "code", { name: `${table}_fk`, onDelete: "CASCADE" }),
  ]),
  {
    name: "both sides of a relation",
    models: (table) => {
      const one: Model = model(table, { many: OneToMany(() => many, "one") });
      const many: Model = model(`${table}b`, { one: ManyToOne(() => one, "many") });
      return [one, many];
    },
  },
  {
    name: "a relation of two columns",
    models: (table) => {
      const one = model(table, { id: PrimaryColumn({ type: "int" }), no: PrimaryColumn({ type: "int" }) });
      return [
        one,
        model(`${table}b`, {
          one: [
            ManyToOne(() => one),
            JoinColumn([
              { name: "one_no", referencedColumnName: "no" },
              { name: "one_id", referencedColumnName: "id" },
            ]),
          ],
        }),
      ];
    },
  },
  {
    name: "a self reference",
    models: (table) => {
      const self: Model = model(table, {
        parent: ManyToOne(() => self, "children", { onDelete: "CASCADE" }),
        children: OneToMany(() => self, "parent"),
      });
      return [self];
    },
  },
  {
    name: "a cycle of two tables",
    models: (table) => {
      const one: Model = model(table, { other: ManyToOne(() => two) });
      const two: Model = model(`${table}b`, { other: ManyToOne(() => one) });
      return [one, two];
    },
  },
  {
    name: "many to many with itself",
    models: (table) => {
      const self: Model = model(table, { friends: [ManyToMany(() => self), JoinTable()] });
      return [self];
    },
  },
  ...(["materialized-path", "nested-set", "adjacency-list", "closure-table"] as const).map(
    (kind): Idiom => ({
      name: `a tree: ${kind}`,
      models: (table) => {
        const self: Model = model(
          table,
          {
            children: TreeChildren(),
            parent: TreeParent(),
            ...(kind === "closure-table" && { level: TreeLevelColumn() }),
          },
          [Tree(kind as "nested-set")],
        );
        return [self];
      },
    }),
  ),
  {
    name: "single-table inheritance",
    models: (table) => {
      const base = model(table, { value: Column({ type: "int" }) }, [
        TableInheritance({ column: { type: "varchar", name: "kind" } }),
      ]);
      class Child extends base {}
      Column({ type: "text", nullable: true })(Child.prototype, "more");
      ChildEntity()(Child);
      return [base, Child];
    },
  },
  {
    name: "inherited and embedded columns",
    models: (table) => {
      class Base {}
      CreateDateColumn({ type: "timestamptz" })(Base.prototype, "createdAt");
      class Address {}
      Column({ type: "varchar", default: "" })(Address.prototype, "street");
      Index()(Address.prototype, "street");
      class Made extends Base {}
      PrimaryGeneratedColumn("uuid")(Made.prototype, "id");
      Column(() => Address)(Made.prototype, "home");
      Column(() => Address, { prefix: "work_" })(Made.prototype, "work");
      Column(() => Address, { prefix: false })(Made.prototype, "plain");
      Entity({ name: table })(Made);
      return [Made];
    },
  },
  {
    name: "an entity that is not synchronized",
    models: (table) => [model(table, {}, [], { synchronize: false }), model(`${table}b`, {})],
  },
  {
    name: "a schema of its own name",
    models: (table) => [
      model(table, { value: [Column({ type: "enum", enum: ["a"], default: "a" }), Index()] }, [], { schema: "public" }),
    ],
  },
  ...([false, true] as const).map(
    (materialized): Idiom => ({
      name: materialized ? "a materialized view with an index" : "a view",
      models: (table) => {
        const of = model(table, { value: Column({ type: "int" }) });
        const view = { [table]: class {} }[table]!;
        for (const name of ["id", "value"]) ViewColumn()(view.prototype, name);
        if (materialized) Index(["value"])(view);
        ViewEntity({
          name: `${table}_view`,
          materialized,
          expression: `SELECT id, value FROM "${table}" WHERE value > 0`,
        })(view);
        return [of, view];
      },
    }),
  ),
  {
    name: "a view made by a query builder",
    models: (table) => {
      const of = model(table, { value: Column({ type: "int" }) });
      const view = { [table]: class {} }[table]!;
      ViewColumn()(view.prototype, "id");
      ViewEntity({
        name: `${table}_view`,
        expression: (source) =>
          source.createQueryBuilder().select("one.id", "id").from(of, "one").where("one.value > 0"),
      })(view);
      return [of, view];
    },
  },
];
