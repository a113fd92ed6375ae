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
  return ArrayBuffer.isView(value) ? `${literal(valueText(value))}::bytea` : literal(valueText(value));
}

/**
 * A JavaScript value as a constant in quotes, which PostgreSQL reads as the type of the column it is put into.
 * @param value as in {@link valueSql}
 * @param type the column's type, where the value alone does not tell: lists and text are JSON only for `json`, `jsonb`
 */
export function constantSql(value: unknown, type?: string): string {
  if (value === null) return "NULL";
  const text = type === "json" || type === "jsonb" ? JSON.stringify(value) : valueText(value);
  return type === undefined ? literal(text) : `${literal(text)}::${type}`;
}

/** The text that PostgreSQL reads as the value. */
function valueText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value))
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
  if (Array.isArray(value)) return `{${value.map(elementText).join(",")}}`;
  if (Object.is(value, -0)) return "-0";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function elementText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return Array.isArray(value) ? valueText(value) : `"${valueText(value).replace(/["\\]/g, "\\$&")}"`;
}
