import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { showFile } from "./errors.ts";
import { isObject } from "./objects.ts";

/** What we use of TypeORM's DataSource. The project has its own copy of TypeORM, so only the shape counts. */
export interface DataSourceLike {
  readonly options: Options;
  readonly buildMetadatas: () => Promise<void>;
}

/** What we use of TypeORM's DataSourceOptions. */
export interface Options {
  readonly type: string;
  readonly entities?: unknown;
}

interface Named<Value = unknown> {
  readonly name: string;
  readonly value: Value;
}

/** Names of functions that are called to get a data source; any other might do anything. */
const FACTORY_NAME = /data.?source|connection|orm|config|options|^default$/i;

/**
 * Finds the one data source among a file's exports: first a DataSource, then options, then what a function returns.
 * @throws RemodelError `CONFIG_INVALID`
 */
export async function pickDataSource(exports: unknown, file: string): Promise<DataSourceLike | Options> {
  const named = await Promise.all(listExports(exports).map(settle));
  const found =
    takeOnly(named, isDataSource, file) ??
    takeOnly(named, isOptions, file) ??
    takeOnly(await Promise.all(named.filter(isFactory).map(call)), isEither, file);
  if (found === undefined) throw nothing(named, file);
  const { type } = isDataSource(found) ? found.options : found;
  if (type === "postgres") return found;
  throw new RemodelError("CONFIG_INVALID", `The data source in ${showFile(file)} has the type "${type}".`, {
    hint: 'Only "postgres" is supported.',
    details: { file },
  });
}

/** Whether a value is a DataSource, of any copy of TypeORM. */
export function isDataSource(value: unknown): value is DataSourceLike {
  const { options, buildMetadatas } = Object(value);
  return isObject(value) && isObject(options) && typeof buildMetadatas === "function";
}

function listExports(exports: unknown): Named[] {
  const whole = { name: "module.exports", value: exports };
  if (!isObject(exports) || isDataSource(exports) || isOptions(exports)) return [whole];
  const inner = Object.entries(exports).map(([name, value]) => ({ name, value }));
  return [...inner.filter(({ name }) => name !== "remodel"), ...collect(isPromise(exports) && whole)];
}

async function settle({ name, value }: Named): Promise<Named> {
  return { name, value: isPromise(value) ? await value : value };
}

async function call({ name, value }: Named<() => unknown>): Promise<Named> {
  return { name: `${name}()`, value: await value() };
}

/** The one value of a type among the exports; undefined if there is none. */
function takeOnly<Value>(
  named: readonly Named[],
  is: (value: unknown) => value is Value,
  file: string,
): Value | undefined {
  const right = named.filter((one): one is Named<Value> => is(one.value));
  const distinct = right.filter(({ value }, index) => right.findIndex((other) => other.value === value) === index);
  if (distinct.length < 2) return distinct[0]?.value;
  const names = distinct.map(({ name }) => name).join(" and ");
  throw new RemodelError("CONFIG_INVALID", `${showFile(file)} exports several data sources: ${names}.`, {
    hint: "Export one. Move the others into separate files and select one with --dataSource FILE.",
    details: { file },
  });
}

function nothing(named: readonly Named[], file: string): RemodelError {
  const names = named.map(({ name }) => name).join(", ");
  const exported = names === "" ? "" : ` (it exports ${names})`;
  return new RemodelError("CONFIG_INVALID", `${showFile(file)} exports no TypeORM data source${exported}.`, {
    hint: 'Add: export default new DataSource({ type: "postgres", … })',
    details: { file },
  });
}

function isFactory(one: Named): one is Named<() => unknown> {
  if (typeof one.value !== "function" || /^class\b/.test(Function.prototype.toString.call(one.value))) return false;
  return one.name === "module.exports" || FACTORY_NAME.test(one.name);
}

function isEither(value: unknown): value is DataSourceLike | Options {
  return isDataSource(value) || isOptions(value);
}

function isOptions(value: unknown): value is Options {
  return isObject(value) && typeof value["type"] === "string";
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value["then"] === "function";
}
