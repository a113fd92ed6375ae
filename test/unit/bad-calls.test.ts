import { fileURLToPath } from "node:url";
import { Project } from "ts-morph";
import { expect, test } from "vitest";
import type { RemodelError } from "../../src/errors.ts";
import { record } from "../../src/revision/op.ts";
import { type Arguments, GOOD } from "../support/good-calls.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A call with one thing wrong with it. */
interface Bad {
  readonly operation: string;
  readonly args: readonly unknown[];
  /** Where the wrong thing stands, as messages call it: `index.columns[0]`. */
  readonly at: string;
  readonly what: string;
  readonly code: "OPERATION_INVALID" | "NAME_TOO_LONG";
  /** TypeScript cannot tell. */
  readonly compiles?: true;
}

/** Whatever a person likes may stand here. */
const FREE = /^(rows\[0\]\.a|values\[0\]|(?:filling|assignment)\.set\.a|options\.types\.a)$/;
/** The keys are names of columns. */
const OWN_KEYS = ["rows[0]", "filling.set", "assignment.set", "options.types"];
const MAY_BE_NULL =
  /^(comment|changes\.(default|generatedIdentity|asExpression)|sequence\.(minimum|maximum|ownedBy)|columns\[0\]\.default)$/;
const MAY_BE_EMPTY = /^(values|columns|value|where\.(before|after)|from|to|comment)$/;
const NAMES =
  /(^|\.)(table|name|from|to|schema|view|sequenceOf|usingIndex|continueAfter|column|before|after|sequence|columns\[0\])$/;
/** Names that stand in rows or values, not in the catalog. */
const TEXTS: Readonly<Record<string, RegExp>> = {
  addEnumValue: /^where/,
  renameEnumValue: /^(from|to)$/,
  setValues: /from$/,
  addTypeormMetadata: /./,
  removeTypeormMetadata: /./,
};
const LONG = "n".repeat(64);

const bad = Object.entries(GOOD).flatMap(([operation, calls]) =>
  calls.flatMap((good) => [...wrongCounts(operation, good), ...wrongValues(operation, good)]),
);

test("every operation takes its good calls, and all keys that there are stand in one", () => {
  for (const [operation, calls] of Object.entries(GOOD))
    for (const good of calls) expect(thrown(operation, Object.values(good)), operation).toBeUndefined();
  const missing = bad.filter(({ what }) => what === "an unknown key").flatMap(keysLeftOut);
  expect(missing).toEqual([]);
});

test.each(Object.entries(GOOD))(
  "op.%s refuses whatever is wrong with one of its arguments, and says where",
  (operation, calls) => {
    const own = bad.filter((one) => one.operation === operation);
    const parameters = Math.max(...calls.map((good) => Object.keys(good).length));
    expect(own.length).toBeGreaterThan(2 * parameters);
    expect(own.flatMap(unrefused)).toEqual([]);
  },
);

test("what is an error at run time is one for the compiler too, and good calls are none", () => {
  const goods = Object.entries(GOOD).flatMap(([operation, calls]) =>
    calls.map((good) => ({ operation, args: Object.values(good) })),
  );
  const wrong = bad.filter(({ compiles }) => !compiles);
  const lines = [...goods, ...wrong].map(({ operation, args }) => `op.${operation}(${args.map(printed).join(", ")});`);
  const complaints = linesWithErrors(lines);
  const passed = wrong.filter((_, at) => !complaints.has(goods.length + at));
  expect(passed.map(({ operation, what, at }) => `${operation}: ${what}: ${at}`)).toEqual([]);
  expect(lines.filter((_, at) => at < goods.length && complaints.has(at))).toEqual([]);
});

/** What a call did instead of being refused with the place of what is wrong. */
function unrefused({ operation, args, at, what, code }: Bad): readonly string[] {
  const error = thrown(operation, args);
  const says = code === "NAME_TOO_LONG" ? `${LONG}" has 64 bytes` : `op.${operation}: ${at}`;
  if (error?.code === code && error.message.includes(says) && error.hint) return [];
  return [`${what}: ${at}: ${error?.code} ${error?.message}`];
}

function wrongCounts(operation: string, good: Arguments): readonly Bad[] {
  const args = Object.values(good);
  const [first] = Object.keys(good);
  const code = "OPERATION_INVALID" as const;
  const none = { operation, args: [], at: `${first} is missing`, what: "no arguments", code };
  return [
    ...(first === undefined ? [] : [none]),
    { operation, args: [...args, ..."1234"].slice(0, args.length + 4), at: "there are", what: "more arguments", code },
  ];
}

function wrongValues(operation: string, good: Arguments): readonly Bad[] {
  return Object.entries(good).flatMap(([parameter, value], at) =>
    wrongs(operation, value, parameter).map(({ value: wrong, ...rest }) => ({
      operation,
      args: Object.values(good).with(at, wrong),
      code: "OPERATION_INVALID" as const,
      ...rest,
    })),
  );
}

type Wrong = Pick<Bad, "at" | "what"> & Partial<Pick<Bad, "code" | "compiles">> & { readonly value: unknown };

/** All that may be wrong with a value, and with what is in it. */
function wrongs(operation: string, value: unknown, at: string): readonly Wrong[] {
  if (FREE.test(at)) return [];
  const own: Wrong[] = [{ at, what: "another type", value: typeof value === "string" ? 1 : "x" }];
  if (!MAY_BE_NULL.test(at)) own.push({ at, what: "null", value: null });
  if (typeof value === "string") return [...own, ...wrongTexts(operation, value, at)];
  if (typeof value === "number") return [...own, { at, what: "no whole number", value: 0.5, compiles: true }];
  if (Array.isArray(value)) return [...own, ...wrongLists(operation, value, at)];
  if (typeof value === "object" && value !== null) return [...own, ...wrongObjects(operation, value as Arguments, at)];
  return own;
}

function wrongTexts(operation: string, value: string, at: string): readonly Wrong[] {
  const isName = NAMES.test(at) && !TEXTS[operation]?.test(at);
  return [
    ...(/^[A-Z_ ]{5,}$/.test(value) ? [{ at, what: "an unknown word", value: "NONSENSE" }] : []),
    ...(MAY_BE_EMPTY.test(at) ? [] : [{ at, what: "an empty text", value: "", compiles: true as const }]),
    ...(isName ? [{ at, what: "64 bytes", value: LONG, code: "NAME_TOO_LONG" as const, compiles: true as const }] : []),
  ];
}

function wrongLists(operation: string, [first]: readonly unknown[], at: string): readonly Wrong[] {
  const inside = wrongs(operation, first, `${at}[0]`).map((wrong) => ({ ...wrong, value: [wrong.value] }));
  const twice = typeof first === "string" && !/^(index|key)\.columns$|indexes/.test(at);
  return [
    ...(MAY_BE_EMPTY.test(at) ? [] : [{ at, what: "an empty list", value: [], compiles: true as const }]),
    ...(twice ? [{ at, what: "one twice", value: [first, first], compiles: true as const }] : []),
    ...inside,
  ];
}

function wrongObjects(operation: string, value: Arguments, at: string): readonly Wrong[] {
  const inside = Object.keys(value).flatMap((key) =>
    wrongs(operation, value[key], `${at}.${key}`).map((wrong) => ({
      ...wrong,
      value: { ...value, [key]: wrong.value },
    })),
  );
  if (OWN_KEYS.includes(at)) return [{ at, what: "no keys", value: {}, compiles: true }, ...inside];
  return [{ at, what: "an unknown key", value: { ...value, nonsense: true } }, ...inside];
}

/** The error of an unknown key lists the known ones. */
function keysLeftOut({ operation, args, at }: Bad): readonly string[] {
  const known = /the keys are (.*)\.$/.exec(thrown(operation, args)?.message ?? "")?.[1]?.split(", ") ?? [];
  expect(known.length).toBeGreaterThan(0);
  const steps = at.split(/[.[\]]+/).filter(Boolean);
  const given = GOOD[operation as keyof typeof GOOD].map((good) =>
    steps.reduce<unknown>((value, step) => (value as Arguments | undefined)?.[step], good),
  );
  return known
    .filter((key) => !given.some((value) => Object.hasOwn((value ?? {}) as object, key)))
    .map((key) => `${operation}: ${at}.${key}`);
}

function thrown(operation: string, args: readonly unknown[]): RemodelError | undefined {
  try {
    record((op) => (op as unknown as Record<string, (...args: unknown[]) => void>)[operation]!(...args));
  } catch (error) {
    return error as RemodelError;
  }
  return undefined;
}

function printed(value: unknown): string {
  return typeof value === "function" ? "async () => undefined" : JSON.stringify(value);
}

/** Which of these lines TypeScript complains about. */
function linesWithErrors(lines: readonly string[]): ReadonlySet<number> {
  const project = new Project({ tsConfigFilePath: `${ROOT}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
  const head = `import type { Operations } from "./revision/op.ts";\nexport function upgrade(op: Operations): void {\n`;
  const file = project.createSourceFile(`${ROOT}/src/bad-calls.ts`, `${head}${lines.join("\n")}\n}\n`);
  return new Set(file.getPreEmitDiagnostics().map((one) => (one.getLineNumber() ?? 0) - 3));
}
