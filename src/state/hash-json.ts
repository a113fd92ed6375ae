import { createHash } from "node:crypto";

/** A short hash of a value that JSON can hold, in the order of its keys. */
export function hashJson(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
