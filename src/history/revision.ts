/** The header of a revision file as plain data, read without running the file. */
export interface Revision {
  readonly id: string;
  /** The revisions it follows: none for a base, several for a merge. */
  readonly down: readonly string[];
  /** Names for the branch that starts here. */
  readonly branchLabels?: readonly string[];
  /** Revisions of other branches that must be applied before it: ids, or branch labels. */
  readonly dependsOn?: readonly string[];
  /** The revisions that it makes unnecessary, in their order: a database that has all of them counts as having it. */
  readonly replaces?: readonly string[];
  /** The first sentence of the file's comment. */
  readonly message: string;
  /** The absolute path, or "" for a revision that has no file yet. */
  readonly file: string;
  /** The file says `export const transaction = false`. */
  readonly transaction?: false;
  /** The checksum of its operations, where `remodel build` wrote the file. */
  readonly checksum?: string;
}

/** Which way a run goes. */
export type Direction = "upgrade" | "downgrade";
