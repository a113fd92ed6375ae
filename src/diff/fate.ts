/**
 * What becomes of something that others may use: it is dropped, or a person has to drop it first, or it is created, or
 * dropped and created again, or something of another kind gets its name, or it gets another type in its place: `unordered`
 * if one of the two has no order, `converted` to one with other operators, or else `retyped`. On the way back it may also be
 * `missing`: a person had to drop it before the way there, since what it uses comes only now.
 */
export type Fate =
  | "gone"
  | "blocked"
  | "created"
  | "missing"
  | "replaced"
  | "exchanged"
  | "retyped"
  | "converted"
  | "unordered";

/** Fates by what a `Use` names, see `keysOfUse`. */
export type Fates = ReadonlyMap<string, Fate>;
