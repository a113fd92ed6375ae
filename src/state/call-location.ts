import type { Revision } from "../history/revision.ts";

/** Where a revision file calls an operation. */
export interface CallLocation {
  /** `file:line`; only the file if the line is unknown. */
  readonly where: string;
  /** The same for programs, as details of an error. */
  readonly details: { readonly revision: string; readonly file: string; readonly line?: number };
}

/** A revision file, and how to find a line in it. */
export interface RevisionSource {
  readonly revision: Revision;
  /** Finds the line of the file in the stack of a call. */
  readonly findLine: (stack: string) => number | undefined;
}

/**
 * Finds where a call is.
 * @param source the file
 * @param stack the stack of the call
 */
export function locateCall({ revision: { id, file }, findLine }: RevisionSource, stack: string): CallLocation {
  const line = findLine(stack);
  if (line === undefined) return { where: file, details: { revision: id, file } };
  return { where: `${file}:${line}`, details: { revision: id, file, line } };
}
