import "reflect-metadata";
import { Column, type ColumnOptions, Entity, type EntityOptions, PrimaryGeneratedColumn } from "typeorm";

/** A class that TypeORM takes for an entity. */
export type Model = new () => object;

/** One way in which people write models. */
export interface Idiom {
  readonly name: string;
  /** Makes its entities; every name in the database starts with `table` or has it in it. */
  readonly models: (table: string) => readonly Model[];
  /** The first PostgreSQL that has what it needs. */
  readonly since?: number;
  /** TypeORM's own `synchronize()` fails with this message, so it is no oracle here. */
  readonly refused?: RegExp;
  /** Not even we can make it: our own message. */
  readonly impossible?: RegExp;
  /** TypeORM 0.3 refuses it with this message. */
  readonly refused03?: RegExp;
  /** What TypeORM 0.3 takes it for, where that is something else than in 1.x. */
  readonly other03?: string;
  /** Why it can never be in sync; then the test holds that it is reported each time. */
  readonly never?: string;
}

type Properties = Readonly<Record<string, PropertyDecorator | readonly PropertyDecorator[]>>;

/** A class with decorated properties, made without writing a class. Unless `id` is among them, `id` is a serial key. */
export function model(
  table: string,
  properties: Properties,
  decorators: readonly ClassDecorator[] = [],
  options: EntityOptions = {},
): Model {
  const made = { [table]: class {} }[table]!;
  for (const [name, given] of Object.entries(
    "id" in properties ? properties : { id: PrimaryGeneratedColumn(), ...properties },
  ))
    for (const decorate of [given].flat() as PropertyDecorator[]) decorate(made.prototype, name);
  for (const decorate of decorators) decorate(made);
  Entity({ name: table, ...options })(made);
  return made;
}

/** An idiom of one column `value`. */
export function column(name: string, options: ColumnOptions, rest: Partial<Idiom> = {}): Idiom {
  return idiom(name, () => ({ value: Column(options) }), rest);
}

/** An idiom of one table. */
export function idiom(
  name: string,
  properties: (table: string) => Properties,
  rest: Partial<Idiom> & { readonly on?: (table: string) => readonly ClassDecorator[] } = {},
): Idiom {
  const { on = () => [], ...more } = rest;
  return { name, models: (table) => [model(table, properties(table), on(table))], ...more };
}
