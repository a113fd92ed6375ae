import { PLACEHOLDER } from "../kinds/statements.ts";
import { does } from "../kinds/targets.ts";
import { type Call, callTarget } from "../revision/calls.ts";
import { temporaryName } from "../sql.ts";

/** What gives an object back what it had: never rows. */
const GIVEN_BACK = /^(?:CREATE|ALTER|COMMENT ON|GRANT|REVOKE)\s/;

/** Whether a call gives a second column its values: the column has the name that `temporaryName` gives it. */
export function isTakeOver(call: Call): boolean {
  const [name, ...others] = listSet(call);
  return name !== undefined && others.length === 0 && name.startsWith(temporaryName(""));
}

const NAME = '"(?:[^"]|"")+"';
const PAIR = `k(?:ey)?\\.${NAME} = ${NAME}\\.${NAME}`;
/** How the tool writes where the values of a column of a foreign key come from. */
const MAPPING = {
  value: new RegExp(`^k(?:ey)?\\.${NAME}$`),
  from: new RegExp(`^(?:${NAME}\\.)?${NAME} AS k(?:ey)?$`),
  where: new RegExp(`^${PAIR}(?: AND ${PAIR})*$`),
};

/** Whether a call gives a second column other values than the tool would: a person wrote them. */
export function hasOwnMapping(call: Call): boolean {
  if (!isTakeOver(call)) return false;
  const { set, from, where } = Object(call.args[1]);
  const [value] = Object.values(Object(set)).map(String);
  if (from === undefined) return value !== PLACEHOLDER || where !== undefined;
  return !(MAPPING.value.test(value ?? "") && MAPPING.from.test(from) && MAPPING.where.test(where));
}

/** The columns that a call writes. */
function listSet(call: Call): readonly string[] {
  return does(call, "update") ? Object.keys(Object(Object(call.args[1]).set)) : [];
}

/** Whether a statement may be one of those that the tool writes below an operation that creates something again. */
export function isGivenBack(call: Call): boolean {
  return GIVEN_BACK.test(readStatement(call));
}

function readStatement({ custom, args }: Call): string {
  return custom === "statement" && args.length === 1 ? String(args[0]) : "";
}

/**
 * Selects the lines that make second columns, fill them, take their values into the columns of foreign keys, and drop them.
 * @param lines the lines below a question, in their order
 */
export function selectHelpers<Line extends { readonly call: Call }>(lines: readonly Line[]): readonly Line[] {
  const made = lines.flatMap(({ call }) => (does(call, "create", "column") ? (callTarget(call) ?? []) : []));
  const seconds = made.filter(({ name }) => name.startsWith(temporaryName("")));
  const [first] = seconds;
  if (first === undefined) return [];
  const isSecond = (owner: string, name: string) => seconds.some((one) => one.owner === owner && one.name === name);
  return lines.filter(({ call }) => {
    if (isTakeOver(call)) return listSet(call).every((set) => isSecond(String(call.args[0]), set));
    const { kind, owner = "", name = "" } = callTarget(call) ?? {};
    if (kind !== "column") return false;
    const second = temporaryName(name);
    if (does(call, "alter")) return isSecond(owner, second) && !(first.owner === owner && first.name === second);
    return isSecond(owner, name);
  });
}
