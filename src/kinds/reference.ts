/** The name of a table, view or type in a query, and the schema before its dot. */
export interface Reference {
  readonly qualifier?: string;
  readonly name: string;
  /** It is a function. */
  readonly isCall?: true;
}

/** Makes a reference of the parts of a name, the schema first. */
export function makeReference(names: readonly string[]): Reference {
  const [name = "", qualifier] = names.toReversed();
  if (qualifier === undefined) return { name };
  return { qualifier, name };
}

/** The same for the name of a function. */
export function makeCall(names: readonly string[]): Reference {
  return { ...makeReference(names), isCall: true };
}
