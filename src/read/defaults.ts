import { literal } from "../sql.ts";
import type { TypeOrmColumn } from "./typeorm.ts";

/**
 * TypeORM puts a text default between quotes without doubling those inside, and joins the elements of an array with
 * commas as they are; PostgreSQL would refuse the statement, or read other elements.
 * @param column the column as TypeORM computes it
 * @param declared the default that the model declares
 */
export function defaultOf({ default: text, isArray }: TypeOrmColumn, declared: unknown): string | undefined {
  if (typeof declared === "string" && declared.replaceAll("''", "").includes("'")) return literal(declared);
  if (isArray && Array.isArray(declared)) return literal(arrayText(declared));
  if (typeof declared === "object" && declared !== null) return literal(JSON.stringify(declared));
  return text;
}

/** An array as PostgreSQL reads it: an element is in quotes where it is empty, could be NULL or has a sign of arrays. */
function arrayText(elements: readonly unknown[]): string {
  return `{${elements.map(elementText).join(",")}}`;
}

function elementText(element: unknown): string {
  if (element === null || element === undefined) return "NULL";
  if (Array.isArray(element)) return arrayText(element);
  if (element instanceof Date) return `"${element.toISOString()}"`;
  const text = typeof element === "object" ? JSON.stringify(element) : String(element);
  const isPlain = text !== "" && !/^null$/i.test(text) && !/[{}",\\\s]/.test(text);
  return isPlain ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
