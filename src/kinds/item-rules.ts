import type {
  Check,
  Column,
  Deferrable,
  Exclusion,
  ForeignKey,
  Index,
  PrimaryKey,
  ReferentialAction,
  Unique,
} from "../schema/schema.ts";
import { parseName } from "../sql.ts";
import * as is from "./rules.ts";
import { optional, type Rule, shape } from "./rules.ts";

/** When a constraint is checked. */
const deferrable = optional(is.oneOf<Deferrable>("INITIALLY DEFERRED", "INITIALLY IMMEDIATE"));
/** What happens to a referencing row. */
const action = optional(is.oneOf<ReferentialAction>("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"));
/** The kind of an identity column. */
export const identity = is.oneOf("ALWAYS", "BY DEFAULT");
/** A name that may be left out. */
export const optionalName = optional(is.text);
/** Columns, each once. */
const columnNames = is.distinct(is.nonEmptyList(is.text));
/** What a column has to be. */
export const column = is.whole(
  shape<Column>({
    name: is.text,
    type: is.text,
    nullable: optional(is.yes),
    default: optional(is.text),
    generatedIdentity: optional(identity),
    asExpression: optional(is.text),
    generatedType: optional(is.oneOf("STORED", "VIRTUAL")),
    collation: optional(is.text),
    comment: optional(is.text),
    sequence: optional(is.text),
  }),
  (value) => !("generatedType" in value) || "asExpression" in value,
  "has a generatedType but no asExpression",
);

/** What a primary key has to be. */
export const primaryKey = shape<PrimaryKey>({ name: optionalName, columns: columnNames, deferrable });
/** What a unique constraint has to be. */
export const unique = shape<Unique>({ name: optionalName, columns: columnNames, deferrable });
/** What a check constraint has to be. */
export const checkConstraint = shape<Check>({ name: optionalName, expression: is.text });
/** What an exclusion constraint has to be. */
export const exclusion = shape<Exclusion>({ name: optionalName, expression: is.text, deferrable });

/** What an index has to be. */
export const index = shape<Index>({
  name: optionalName,
  columns: is.nonEmptyList(is.text),
  unique: optional(is.yes),
  type: optional(is.text),
  where: optional(is.text),
});

/** What a foreign key has to be. */
export const foreignKey = is.whole(
  shape<ForeignKey>({
    name: optionalName,
    columns: is.nonEmptyList(is.text),
    references: shape<ForeignKey["references"]>({ table: is.text, columns: columnNames }),
    onDelete: action,
    onUpdate: action,
    deferrable,
  }),
  ({ columns, references }) =>
    (columns as unknown[]).length === (references as ForeignKey["references"]).columns.length,
  "has another number of columns than it references",
);

/** The name of an object of a schema, with or without that schema. */
export const objectName: Rule = (value, at) => is.text(value, at) ?? nameProblem(String(value), at);

function nameProblem(text: string, at: string): string | undefined {
  try {
    parseName(text);
    return undefined;
  } catch {
    return `${at} is not a name`;
  }
}

/** An item that has its name, unlike in the arguments of an operation, which may leave it out. */
export function withName(rule: Rule): Rule {
  return is.whole(rule, (item) => "name" in item, "has no name");
}

interface Ruled {
  readonly list: string;
  readonly isSingle?: true;
  readonly isRequired?: true;
  readonly rule?: Rule;
}

/** The rules for the items of kinds, by the lists that hold them. */
export function ruleLists(kinds: readonly Ruled[]): Readonly<Record<string, Rule>> {
  const lists = kinds.flatMap(({ list, isSingle, isRequired, rule }) => {
    if (rule === undefined) return [];
    const items = isSingle ? withName(rule) : is.every(withName(rule));
    return [[list, isRequired ? items : optional(items)] as const];
  });
  return Object.fromEntries(lists);
}
