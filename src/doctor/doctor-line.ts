import { isCancelled, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";

/** One thing that `remodel doctor` looked at. */
export interface DoctorLine {
  /** What it is: `node`, `connection` … */
  readonly name: string;
  /** `note`: nothing is missing, but a person should know it; `unknown`: it could not be looked at. */
  readonly status: "ok" | "note" | "missing" | "unknown";
  readonly text: string;
  /** What to type or to change next. */
  readonly hint?: string;
}

/** A line about something that is as it should be. */
export function okLine(name: string, text: string): DoctorLine {
  return { name, status: "ok", text };
}

/** A line about something that a person should know, although nothing is missing. */
export function noteLine(name: string, text: string, hint?: string): DoctorLine {
  return { name, status: "note", text, ...dropUndefined({ hint }) };
}

/** A line about something that is missing or wrong. */
export function missingLine(name: string, text: string, hint: string): DoctorLine {
  return { name, status: "missing", text, hint };
}

/** A line about something that could not be looked at. */
export function unknownLine(name: string, why: string): DoctorLine {
  return { name, status: "unknown", text: `Not looked at: ${why}.` };
}

/** A line about something that failed with an error. */
export function failedLine(name: string, error: unknown): DoctorLine {
  const { message, hint } = readError(error);
  return { name, status: "missing", text: message, ...dropUndefined({ hint }) };
}

/** What a function returned, or what it threw. */
export type Tried<Value> = { readonly value: Value } | { readonly error: unknown };

/** Calls a function and keeps what it throws: a doctor goes on after a failure, but not after Ctrl-C. */
export async function keepError<Value>(work: () => Value | Promise<Value>): Promise<Tried<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isCancelled(error)) throw error;
    return { error };
  }
}

/** What a function returned; undefined if it threw. */
export function takeValue<Value>(tried: Tried<Value>): Value | undefined {
  return "value" in tried ? tried.value : undefined;
}
