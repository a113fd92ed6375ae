/**
 * Checks a value, and returns what is wrong with it or nothing. `at` is the name of the value in the message, such as
 * `index.columns`.
 */
export type Rule = (value: unknown, at: string) => string | undefined;

/** A rule for each parameter of an operation, in their order. */
export type ParameterRules = Readonly<Record<string, Rule>>;

/** A rule for each key of a type: the compiler asks for all. */
export type Rules<T> = { readonly [Key in keyof Required<T>]: Rule };

export const text = mustBe("a non-empty text", isText);
export const anyText = mustBe("a text", (value) => typeof value === "string");
export const statement = mustBe("the text of a statement", (value) => isText(value) && value.trim() !== "");
export const yes = mustBe("true, or left out", (value) => value === true);
export const flag = mustBe("true or false", (value) => typeof value === "boolean");
export const positiveInteger = mustBe(
  "a whole number, 1 or more",
  (value) => typeof value === "number" && Number.isInteger(value) && value > 0,
);
export const wholeText = mustBe("a whole number in quotes", (value) => isText(value) && /^[+-]?\d+$/.test(value));
export const code = mustBe("a function", (value) => typeof value === "function");
export const constant = mustBe("a text, number, boolean, date, bytes, list, plain object or null", isConstant);
export const constants = mustBe("a list of values", (value) => Array.isArray(value) && value.every(isConstant));
export const nothing = mustBe("null, or left out", (value) => value === null);

export function oneOf<Word extends string>(...words: readonly Word[]): Rule {
  return mustBe(words.map((word) => `"${word}"`).join(" or "), (value) => words.some((word) => word === value));
}

export function optional(rule: Rule): Rule {
  return (value, at) => (value === undefined ? undefined : rule(value, at));
}

export function nullable(rule: Rule): Rule {
  return (value, at) => (value === null ? undefined : rule(value, at));
}

/** A list, which may be empty. */
export function every(rule: Rule): Rule {
  return (value, at) => {
    if (!isList(value)) return mustBe("a list", isList)(value, at);
    return findFirst(value.map((one, index) => rule(one, `${at}[${index}]`)));
  };
}

/** A list with at least one element. */
export function nonEmptyList(rule: Rule): Rule {
  const isFilled = mustBe("a list of at least one", (value) => isList(value) && value.length > 0);
  return (value, at) => isFilled(value, at) ?? every(rule)(value, at);
}

/** A list whose elements all differ. */
export function distinct(list: Rule): Rule {
  return (value, at) => {
    const problem = list(value, at);
    if (problem !== undefined || !isList(value)) return problem;
    const twice = value.find((one, index, all) => all.indexOf(one) < index);
    if (twice === undefined) return undefined;
    return `${at} has ${show(twice)} twice`;
  };
}

/** An object with these keys and no others. */
export function shape<T>(rules: Rules<T>): Rule {
  return (value, at) => {
    if (!isPlain(value)) return mustBe("an object", isPlain)(value, at);
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(rules, key));
    if (unknown !== undefined)
      return `${at} has an unknown key "${unknown}"; the keys are ${Object.keys(rules).join(", ")}`;
    return findFirst(Object.entries<Rule>(rules).map(([key, rule]) => rule(value[key], `${at}.${key}`)));
  };
}

/** An object with at least one key of any name. */
export function entries(rule: Rule): Rule {
  return (value, at) => {
    if (!isPlain(value) || Object.keys(value).length === 0)
      return mustBe("an object with at least one key", () => false)(value, at);
    return findFirst(Object.entries(value).map(([key, one]) => rule(one, `${at}.${key}`)));
  };
}

/**
 * A further rule for a whole object.
 * @param rule the rule for its keys
 * @param holds the further rule; it gets the object without the keys whose value is `undefined`
 * @param what the end of the message where it does not hold
 */
export function whole(rule: Rule, holds: (value: Readonly<Record<string, unknown>>) => boolean, what: string): Rule {
  return (value, at) => {
    const problem = rule(value, at);
    if (problem !== undefined || !isPlain(value)) return problem;
    const given = Object.entries(value).filter(([, one]) => one !== undefined);
    if (holds(Object.fromEntries(given))) return undefined;
    return `${at} ${what}`;
  };
}

function mustBe(what: string, is: (value: unknown) => boolean): Rule {
  return (value, at) => {
    if (is(value)) return undefined;
    if (value === undefined) return `${at} is missing: ${what}`;
    return `${at} must be ${what}, not ${show(value)}`;
  };
}

function findFirst(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  const text = typeof value === "object" ? (JSON.stringify(value) ?? "…") : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function isConstant(value: unknown): boolean {
  if (value === null || ["string", "number", "bigint", "boolean"].includes(typeof value)) return true;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return ArrayBuffer.isView(value) || isPlain(value) || (Array.isArray(value) && value.every(isConstant));
}
