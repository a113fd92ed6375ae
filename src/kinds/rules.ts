/** What a value has to be: says what is wrong with it, or nothing. `at` is how the message calls it: `index.columns`. */
export type Rule = (value: unknown, at: string) => string | undefined;

/** One rule for every key of a type, so that none is forgotten. */
export type Rules<T> = { readonly [Key in keyof Required<T>]: Rule };

export const text = mustBe("a non-empty text", isText);
export const anyText = mustBe("a text", (value) => typeof value === "string");
export const statement = mustBe("the text of a statement", (value) => isText(value) && value.trim() !== "");
export const yes = mustBe("true, or left out", (value) => value === true);
export const flag = mustBe("true or false", (value) => typeof value === "boolean");
export const positiveInteger = mustBe(
  "a whole number, 1 or more",
  (value) => Number.isInteger(value) && (value as number) > 0,
);
export const wholeText = mustBe("a whole number in quotes", (value) => isText(value) && /^[+-]?\d+$/.test(value));
export const code = mustBe("a function", (value) => typeof value === "function");
export const constant = mustBe("a text, number, boolean, date, bytes, list, plain object or null", isConstant);
export const constants = mustBe("a list of values", (value) => Array.isArray(value) && value.every(isConstant));
export const nothing = mustBe("null, or left out", (value) => value === null);

export function oneOf<Word extends string>(...words: readonly Word[]): Rule {
  return mustBe(words.map((word) => `"${word}"`).join(" or "), (value) => words.includes(value as Word));
}

export function optional(rule: Rule): Rule {
  return (value, at) => (value === undefined ? undefined : rule(value, at));
}

export function nullable(rule: Rule): Rule {
  return (value, at) => (value === null ? undefined : rule(value, at));
}

/** A list, which may be empty. */
export function every(rule: Rule): Rule {
  const any = mustBe("a list", Array.isArray);
  return (value, at) => any(value, at) ?? first((value as unknown[]).map((one, index) => rule(one, `${at}[${index}]`)));
}

/** A list of at least one. */
export function nonEmptyList(rule: Rule): Rule {
  const some = mustBe("a list of at least one", (value) => Array.isArray(value) && value.length > 0);
  return (value, at) => some(value, at) ?? every(rule)(value, at);
}

/** A list without doubles. */
export function distinct(list: Rule): Rule {
  return (value, at) => {
    const problem = list(value, at);
    if (problem !== undefined) return problem;
    const twice = (value as unknown[]).find((one, index, all) => all.indexOf(one) < index);
    return twice === undefined ? undefined : `${at} has ${shown(twice)} twice`;
  };
}

/** An object that has these keys and no others. */
export function shape<T>(rules: Rules<T>): Rule {
  return (value, at) => {
    if (!isPlain(value)) return mustBe("an object", isPlain)(value, at);
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(rules, key));
    if (unknown !== undefined)
      return `${at} has an unknown key "${unknown}"; the keys are ${Object.keys(rules).join(", ")}`;
    return first(Object.entries<Rule>(rules).map(([key, rule]) => rule(value[key], `${at}.${key}`)));
  };
}

/** An object with at least one key, whatever the keys. */
export function entries(rule: Rule): Rule {
  return (value, at) => {
    if (!isPlain(value) || Object.keys(value).length === 0)
      return mustBe("an object with at least one key", () => false)(value, at);
    return first(Object.entries(value).map(([key, one]) => rule(one, `${at}.${key}`)));
  };
}

/** A rule that also holds for the object as a whole; `holds` sees only keys that are given. */
export function whole(rule: Rule, holds: (value: Readonly<Record<string, unknown>>) => boolean, what: string): Rule {
  return (value, at) => {
    const problem = rule(value, at);
    if (problem !== undefined) return problem;
    const given = Object.entries(value as object).filter(([, one]) => one !== undefined);
    return holds(Object.fromEntries(given)) ? undefined : `${at} ${what}`;
  };
}

function mustBe(what: string, is: (value: unknown) => boolean): Rule {
  return (value, at) => {
    if (is(value)) return undefined;
    return value === undefined ? `${at} is missing: ${what}` : `${at} must be ${what}, not ${shown(value)}`;
  };
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function shown(value: unknown): string {
  const text = typeof value === "object" ? (JSON.stringify(value) ?? "…") : String(value);
  return typeof value === "string" ? JSON.stringify(value) : text.length > 60 ? `${text.slice(0, 60)}…` : text;
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
