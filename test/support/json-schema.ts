/** A JSON schema, as far as {@link findInvalid} reads it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown, expected: never, at: string, root: JsonSchema) => readonly string[];

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

const listKeys = (value: unknown) => (TYPES["object"]?.(value) ? Object.entries(Object(value)) : []);
const listItems = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const complain = (isWrong: boolean, text: string) => (isWrong ? [text] : []);

/** The keywords that are read. Texts for people are not checked. */
const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (value, path: string, at, root) => {
    const found = path
      .split("/")
      .slice(1)
      .reduce<unknown>((place, key) => Object(place)[key], root);
    return findInvalid(value, found as JsonSchema, at, root);
  },
  type: (value, type: string, at) => complain(!TYPES[type]?.(value), `${at} is no ${type}`),
  const: (value, one: unknown, at) => complain(value !== one, `${at} is not ${one}`),
  enum: (value, all: readonly unknown[], at) => complain(!all.includes(value), `${at} is none of ${all}`),
  pattern: (value, text: string, at) =>
    complain(typeof value === "string" && !new RegExp(text, "u").test(value), `${at} does not match ${text}`),
  format: (value, name: string, at) =>
    complain(typeof value === "string" && FORMATS[name]?.(value) !== true, `${at} is no ${name}`),
  minimum: (value, least: number, at) =>
    complain(typeof value === "number" && value < least, `${at} is below ${least}`),
  maximum: (value, most: number, at) => complain(typeof value === "number" && value > most, `${at} is above ${most}`),
  uniqueItems: (value, _: true, at) => {
    const texts = listItems(value).map((one) => JSON.stringify(one));
    return complain(new Set(texts).size < texts.length, `${at} has equal items`);
  },
  anyOf: (value, all: readonly JsonSchema[], at, root) => {
    const wrong = all.map((one) => findInvalid(value, one, at, root)).sort((a, b) => a.length - b.length);
    return wrong[0] ?? [`${at} is none of nothing`];
  },
  oneOf: (value, all: readonly JsonSchema[], at, root) => {
    const fitting = all.filter((one) => findInvalid(value, one, at, root).length === 0);
    return complain(fitting.length !== 1, `${at} is ${fitting.length} of ${all.length} forms, not one`);
  },
  minItems: (value, least: number, at) => complain(listItems(value).length < least, `${at} has too few items`),
  maxItems: (value, most: number, at) => complain(listItems(value).length > most, `${at} has too many items`),
  prefixItems: (value, all: readonly JsonSchema[], at, root) =>
    listItems(value).flatMap((one, index) => findInvalid(one, all[index] ?? {}, `${at}[${index}]`, root)),
  required: (value, keys: readonly string[], at) =>
    keys.filter((key) => !Object.hasOwn(Object(value), key)).map((key) => `${at} has no ${key}`),
  items: (value, items: JsonSchema | false, at, root) =>
    listItems(value).flatMap((one, index) =>
      items === false ? [`${at} is not empty`] : findInvalid(one, items, `${at}[${index}]`, root),
    ),
  properties: (value, known: Readonly<Record<string, JsonSchema>>, at, root) =>
    listKeys(value).flatMap(([key, one]) => {
      const schema = known[key];
      return schema === undefined
        ? [`${at} has the unknown key ${key}`]
        : findInvalid(one, schema, `${at}.${key}`, root);
    }),
  additionalProperties: (value, schema: JsonSchema | boolean, at, root) =>
    typeof schema === "boolean"
      ? []
      : listKeys(value).flatMap(([key, one]) => findInvalid(one, schema, `${at}.${key}`, root)),
};

/** Formats of texts, as the schemas that are read use them. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  uri: (text) => URL.canParse(text),
  "uri-reference": (text) => /^(?:[\w.~!$&'()*+,;=:@/?#-]|%[0-9A-F]{2})+$/.test(text) && URL.canParse(text, "file:///"),
  "date-time": (text) => !Number.isNaN(Date.parse(text)),
};

const FOR_PEOPLE = new Set(["$schema", "$defs", "definitions", "id", "default", "title", "description", "$comment"]);

/**
 * Finds what a JSON schema refuses in a value. An object has no other keys than those of `properties`.
 * @throws if the schema has a keyword that is not read: it would be ignored
 */
export function findInvalid(value: unknown, schema: JsonSchema, at = "it", root = schema): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    if (FOR_PEOPLE.has(keyword)) return [];
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`The keyword ${keyword} is not read.`);
    return check(value, expected as never, at, root);
  });
}
