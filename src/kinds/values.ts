import { literal } from "../sql.ts";

/**
 * A value for a parameter of a statement, as text. PostgreSQL reads it as the type of the parameter. A run sends it, and
 * a script contains it in quotes, so that both mean the same.
 * @param value text, number, bigint, boolean, date, bytes, array, plain object (as JSON), `null` or `undefined`
 */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return valueText(value);
}

/**
 * The parameter as a constant, whose type PostgreSQL derives as it does for a parameter.
 * @param value as in {@link parameterText}
 */
export function parameterSql(value: unknown): string {
  const text = parameterText(value);
  if (text === null) return "NULL";
  return ArrayBuffer.isView(value) ? `${literal(text)}::bytea` : literal(text);
}

/**
 * A JavaScript value as a constant in quotes, which PostgreSQL reads as the type of its column.
 * @param value as in {@link parameterText}
 * @param type the column's type, where the value does not show it: lists and text are JSON only for `json` and `jsonb`
 */
export function constantSql(value: unknown, type?: string): string {
  if (value === null) return "NULL";
  const text = type === "json" || type === "jsonb" ? JSON.stringify(value) : valueText(value);
  if (type === undefined) return literal(text);
  return `${literal(text)}::${type}`;
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
