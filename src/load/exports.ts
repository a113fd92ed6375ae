import { RemodelError } from "../errors.ts";
import { shown } from "./errors.ts";

/** TypeORM's DataSource as far as we know it: his class is never ours, so only its shape counts. */
export interface DataSourceLike {
  readonly options: Options;
  readonly buildMetadatas: () => Promise<void>;
}

/** TypeORM's DataSourceOptions as far as we know them. */
export interface Options {
  readonly type: string;
  readonly entities?: unknown;
}

interface Named {
  readonly name: string;
  readonly value: unknown;
}

/** Functions that are called in search of a data source; any other might do anything. */
const FACTORY_NAME = /data.?source|connection|orm|config|options|^default$/i;

/**
 * Finds the one data source among a file's exports: a DataSource before options before what a function returns.
 * @throws RemodelError `CONFIG_INVALID`
 */
export async function pickDataSource(exports: unknown, file: string): Promise<DataSourceLike | Options> {
  const named = await Promise.all(namesOf(exports).map(settle));
  const found =
    one(
      named.filter(({ value }) => isDataSource(value)),
      file,
    ) ??
    one(
      named.filter(({ value }) => isOptions(value)),
      file,
    ) ??
    one(await Promise.all(named.filter(isFactory).map(called)), file);
  if (found === undefined) throw nothing(named, file);
  const { type } = isDataSource(found) ? found.options : found;
  if (type === "postgres") return found;
  throw new RemodelError("CONFIG_INVALID", `The data source in ${shown(file)} has the type "${type}".`, {
    hint: 'Only "postgres" is supported.',
    details: { file },
  });
}

/** Whether a value is a DataSource, of whichever TypeORM. */
export function isDataSource(value: unknown): value is DataSourceLike {
  const { options, buildMetadatas } = Object(value);
  return isObject(value) && isObject(options) && typeof buildMetadatas === "function";
}

function namesOf(exports: unknown): Named[] {
  const whole = { name: "module.exports", value: exports };
  if (!isObject(exports) || isDataSource(exports) || isOptions(exports)) return [whole];
  const inner = Object.entries(exports).map(([name, value]) => ({ name, value }));
  return [...inner.filter(({ name }) => name !== "remodel"), ...(isPromise(exports) ? [whole] : [])];
}

async function settle({ name, value }: Named): Promise<Named> {
  return { name, value: isPromise(value) ? await value : value };
}

async function called({ name, value }: Named): Promise<Named> {
  return { name: `${name}()`, value: await (value as () => unknown)() };
}

function one(named: readonly Named[], file: string): DataSourceLike | Options | undefined {
  const right = named.filter(({ value }) => isDataSource(value) || isOptions(value));
  const distinct = right.filter(({ value }, index) => right.findIndex((other) => other.value === value) === index);
  if (distinct.length < 2) return distinct[0]?.value as DataSourceLike | Options | undefined;
  const names = distinct.map(({ name }) => name).join(" and ");
  throw new RemodelError("CONFIG_INVALID", `${shown(file)} exports several data sources: ${names}.`, {
    hint: "Export one. Move the others into separate files and select one with --dataSource FILE.",
    details: { file },
  });
}

function nothing(named: readonly Named[], file: string): RemodelError {
  const names = named.map(({ name }) => name).join(", ");
  return new RemodelError(
    "CONFIG_INVALID",
    `${shown(file)} exports no TypeORM data source${names === "" ? "" : ` (it exports ${names})`}.`,
    { hint: 'Add: export default new DataSource({ type: "postgres", … })', details: { file } },
  );
}

function isFactory({ name, value }: Named): boolean {
  const isCallable = typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value));
  return isCallable && (name === "module.exports" || FACTORY_NAME.test(name));
}

function isOptions(value: unknown): value is Options {
  return isObject(value) && typeof value["type"] === "string";
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value["then"] === "function";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
