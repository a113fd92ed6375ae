const WIDTH = 120;
const INDENT = "  ";
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/**
 * Prints data as TypeScript, on one line where it fits, else one entry a line.
 * @param value strings, numbers, booleans, bigints, dates, bytes, `null`, arrays and plain objects
 * @param indent how deep the first line stands
 * @param room how many characters of the first line are taken already
 */
export function printLiteral(value: unknown, indent = 0, room = 0): string {
  const flat = flatLiteral(value);
  if (!isList(value) || (flat.length + room + indent * INDENT.length <= WIDTH && !tall(value))) return flat;
  const pad = INDENT.repeat(indent + 1);
  const entry = (key: string, one: unknown) => `${pad}${key}${printLiteral(one, indent + 1, key.length + 1)},\n`;
  const [open, close, entries] = Array.isArray(value)
    ? ["[", "]", value.map((one) => entry("", one))]
    : ["{", "}", kept(value).map(([key, one]) => entry(`${printKey(key)}: `, one))];
  return `${open}\n${entries.join("")}${INDENT.repeat(indent)}${close}`;
}

/**
 * Prints a call, its arguments on the line of the call if they fit; of the last object only the entries break.
 * @param callee such as `op.createIndex`
 * @param args the arguments
 * @param indent how deep it stands
 */
export function printCall(callee: string, args: readonly unknown[], indent: number): string {
  const flat = `${callee}(${args.map(flatLiteral).join(", ")});`;
  if (flat.length + indent * INDENT.length <= WIDTH && !args.some(tall)) return flat;
  const last = args.at(-1);
  const first = args.slice(0, -1).map(flatLiteral);
  if (isList(last) && !args.slice(0, -1).some(isList)) {
    const head = `${callee}(${[...first, ""].join(", ")}`;
    if (head.length + indent * INDENT.length < WIDTH - 1)
      return `${head}${printLiteral(last, indent, head.length + 2)});`;
  }
  const pad = INDENT.repeat(indent + 1);
  const lines = args.map((arg) => `${pad}${printLiteral(arg, indent + 1, 1)},\n`);
  return `${callee}(\n${lines.join("")}${INDENT.repeat(indent)});`;
}

/** A list of several objects is read line by line. */
function tall(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 1 && value.every((one) => isList(one) && !Array.isArray(one));
  return isList(value) && kept(value).some(([, one]) => tall(one));
}

function isList(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
}

function kept(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}

function flatLiteral(value: unknown): string {
  if (typeof value === "string") return printString(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
  if (ArrayBuffer.isView(value))
    return `Buffer.from(${JSON.stringify(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex"))}, "hex")`;
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(", ")}]`;
  if (isList(value)) {
    const entries = kept(value).map(([key, one]) => `${printKey(key)}: ${flatLiteral(one)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

function printKey(key: string): string {
  return PLAIN_KEY.test(key) && key !== "__proto__" ? key : key === "__proto__" ? '["__proto__"]' : printString(key);
}

/** In double quotes, or as a template where there are double quotes inside, so that SQL reads as SQL. */
function printString(text: string): string {
  const plain = JSON.stringify(text).replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  if (!text.includes('"') || /[\p{Cc}\u2028\u2029]/u.test(text)) return plain;
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}
