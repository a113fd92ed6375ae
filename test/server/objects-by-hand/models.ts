import { Column, type ColumnOptions, Entity, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

/** A change of the models of a database in which people made objects by hand. */
export interface Input {
  readonly name: string;
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  /** What is there before the first revision. */
  readonly given?: string;
  /** Rows, and what people made by hand. */
  readonly byHand: string;
  /** What is run between the upgrade and the downgrade. */
  readonly between?: string;
  /** A query for rows that are the same after the upgrade, and after the downgrade. */
  readonly rows?: string;
  /** Tables that the configuration excludes. */
  readonly exclude?: readonly string[];
  /** Who runs the revisions, where that is no superuser. A superuser does what notes name. */
  readonly role?: "mall_app";
  /** The first PostgreSQL that can do it. */
  readonly since?: number;
  /** New columns get the place that they have in the models. */
  readonly keepOrder?: true;
  /** What the revision drops of tables before it drops what they use. */
  readonly first?: string;
  /** People made columns by hand in tables of the models, which the models do not have on the way back either. */
  readonly hasColumnsByHand?: true;
  /** No object is in the way or lost, so the revision has no note. */
  readonly isSilent?: true;
  /** No operation of the revision may touch these. */
  readonly untouched?: readonly string[];
}

export type Columns = Readonly<Record<string, ColumnOptions>>;

/** A class that is an entity with a serial `id` and these columns. */
export function table(name: string, columns: Columns, ...decorators: readonly ClassDecorator[]): new () => object {
  const entity = named(name);
  PrimaryGeneratedColumn()(entity.prototype, "id");
  return declared(entity, name, columns, decorators);
}

/** The same without an `id`. */
export function declared(
  entity: new () => object,
  name: string,
  columns: Columns,
  decorators: readonly ClassDecorator[] = [],
): new () => object {
  for (const [column, options] of Object.entries(columns)) Column(options)(entity.prototype, column);
  for (const decorate of decorators) decorate(entity);
  Entity({ name })(entity);
  return entity;
}

/** A class that is a view. */
export function view(
  name: string,
  expression: string,
  columns: readonly string[],
  options: { readonly materialized?: boolean; readonly dependsOn?: (new () => object)[] } = {},
): new () => object {
  const entity = named(name);
  for (const column of columns) ViewColumn()(entity.prototype, column);
  ViewEntity({ name, expression, ...options })(entity);
  return entity;
}

export function named(name: string): new () => object {
  return Object.defineProperty(class {}, "name", { value: name });
}

export const text: ColumnOptions = { type: "text" };
export const int: ColumnOptions = { type: "int" };
export const maybe = (options: ColumnOptions): ColumnOptions => ({ ...options, nullable: true });
export const enumeration = (enumName: string, values: readonly string[], rest: ColumnOptions = {}): ColumnOptions => ({
  type: "enum",
  enum: [...values],
  enumName,
  ...rest,
});
