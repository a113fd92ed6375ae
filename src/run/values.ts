import { literal } from "../sql.ts";

/**
 * A JavaScript value as an SQL constant, as `pg` would send it.
 * @param value text, number, bigint, boolean, date, bytes, array, plain object (as JSON), `null` or `undefined`
 */
export function valueSql(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? (Object.is(value, -0) ? "'-0'" : String(value)) : `'${value}'`;
  if (value instanceof Date) return literal(value.toISOString());
  if (ArrayBuffer.isView(value))
    return `'\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}'::bytea`;
  if (Array.isArray(value)) return literal(arrayText(value));
  return typeof value === "object" ? literal(JSON.stringify(value)) : literal(String(value));
}

function arrayText(values: readonly unknown[]): string {
  const element = (value: unknown): string => {
    if (value === null || value === undefined) return "NULL";
    if (Array.isArray(value)) return arrayText(value);
    const text =
      value instanceof Date ? value.toISOString() : typeof value === "object" ? JSON.stringify(value) : String(value);
    return `"${text.replace(/["\\]/g, "\\$&")}"`;
  };
  return `{${values.map(element).join(",")}}`;
}
