/** A file of the project as plain JavaScript, or as the data that it is. */
export interface EmittedFile {
  /** The absolute path of the source. */
  readonly file: string;
  readonly text: string;
}

/** Where a source goes, as an absolute path. */
export type Placement = (file: string) => string;
