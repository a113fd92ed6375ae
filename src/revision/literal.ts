const WIDTH = 120;
const INDENT = "  ";
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/**
 * Prints data as TypeScript, on one line if it fits, otherwise with one entry a line.
 * @param value strings, numbers, booleans, bigints, dates, bytes, `null`, arrays and plain objects
 * @param indent the indentation of the first line, in levels
 * @param room the number of characters before the value in the first line
 */
export function printLiteral(value: unknown, indent = 0, room = 0): string {
  const flat = printFlat(value);
  if (!isList(value) || (flat.length + room + indent * INDENT.length <= WIDTH && !isTall(value))) return flat;
  const pad = INDENT.repeat(indent + 1);
  const entry = (key: string, one: unknown) => `${pad}${key}${printLiteral(one, indent + 1, key.length + 1)},\n`;
  const [open, close, entries] = Array.isArray(value)
    ? ["[", "]", value.map((one) => entry("", one))]
    : ["{", "}", listEntries(value).map(([key, one]) => entry(`${printKey(key)}: `, one))];
  return `${open}\n${entries.join("")}${INDENT.repeat(indent)}${close}`;
}

/**
 * Prints a call, with its arguments on the same line if they fit. Otherwise the last object has one entry a line.
 * @param callee such as `op.createIndex`
 * @param args the arguments
 * @param indent the indentation of the call, in levels
 */
export function printCall(callee: string, args: readonly unknown[], indent: number): string {
  const flat = `${callee}(${args.map(printFlat).join(", ")});`;
  if (flat.length + indent * INDENT.length <= WIDTH && !args.some(isTall)) return flat;
  const last = args.at(-1);
  const first = args.slice(0, -1).map(printFlat);
  if (isList(last) && !args.slice(0, -1).some(isList)) {
    const head = `${callee}(${[...first, ""].join(", ")}`;
    if (head.length + indent * INDENT.length < WIDTH - 1)
      return `${head}${printLiteral(last, indent, head.length + 2)});`;
  }
  const pad = INDENT.repeat(indent + 1);
  const lines = args.map((arg) => `${pad}${printLiteral(arg, indent + 1, 1)},\n`);
  return `${callee}(\n${lines.join("")}${INDENT.repeat(indent)});`;
}

/** A list of several objects is easier to read with one object a line. */
function isTall(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 1 && value.every((one) => isList(one) && !Array.isArray(one));
  return isList(value) && listEntries(value).some(([, one]) => isTall(one));
}

function isList(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
}

function listEntries(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}

function printFlat(value: unknown): string {
  if (typeof value === "string") return printString(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
  if (ArrayBuffer.isView(value)) return printBytes(value);
  if (Array.isArray(value)) return `[${value.map(printFlat).join(", ")}]`;
  if (isList(value)) return printFlatObject(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

function printBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return `Buffer.from("${Buffer.from(buffer, byteOffset, byteLength).toString("hex")}", "hex")`;
}

function printFlatObject(value: object): string {
  const entries = listEntries(value).map(([key, one]) => `${printKey(key)}: ${printFlat(one)}`);
  if (entries.length === 0) return "{}";
  return `{ ${entries.join(", ")} }`;
}

function printKey(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return PLAIN_KEY.test(key) ? key : printQuoted(key);
}

/** Prints a string in double quotes, or as a template if it contains double quotes, so that SQL stays readable. */
function printString(text: string): string {
  if (!text.includes('"') || /[\p{Cc}\u2028\u2029]/u.test(text)) return printQuoted(text);
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

/** A template cannot be the key of an object. */
function printQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
