import { collect } from "../collect.ts";
import { type CellType, readLength, readPrecision } from "./cell-type.ts";

/** A value as PostgreSQL reads it from text; `null` is NULL. */
export type CellValue = string | null;

/** The values of a type: those at its limits, and as many ordinary ones as needed. */
export interface Values {
  /** Empty, longest, not ASCII, smallest, largest, NaN, infinite … */
  readonly boundaries: readonly string[];
  /** An ordinary value; another one for each number from 1, as far as the type has so many. */
  readonly at: (number: number) => string;
}

type Make = (type: CellType) => Values;

const NON_ASCII = "Żółw 日本 🦊";
const QUOTES = `it's "a\\b"`;
/** A text that a number can be made of, with more digits than a cast that cuts off leaves. */
const DIGITS = "1234567";
/** Longer than the longest text that a project limits: a cast that cuts off is seen. */
const LONG = 4200;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 0, 1);

/** The values of a type; `undefined` for a type that is not known. */
export function listValues(type: CellType): Values | undefined {
  const { labels, element, fields } = type;
  if (labels !== undefined) return fromList(labels);
  if (element !== undefined) return listArrays(element);
  if (fields !== undefined) return listRecords(fields);
  return MAKERS[type.name]?.(type);
}

function fromList(list: readonly string[]): Values {
  return { boundaries: list, at: (number) => list[number % list.length] ?? "" };
}

function listArrays(element: CellType): Values | undefined {
  const values = listValues(element);
  if (values === undefined) return undefined;
  const { boundaries, at } = values;
  const array = (items: readonly CellValue[]) => `{${items.map(quoteElement).join(",")}}`;
  return {
    boundaries: ["{}", array([at(1), null]), array(boundaries)],
    at: (number) => array([at(number), at(number + 1)]),
  };
}

function quoteElement(value: CellValue): string {
  if (value === null) return "NULL";
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}

function listRecords(fields: readonly CellType[]): Values {
  const all = fields.map(listValues);
  const record = (choose: (values: Values) => string | undefined) =>
    `(${all.map((values) => quoteField(values && choose(values))).join(",")})`;
  return { boundaries: [record(({ boundaries }) => boundaries[0])], at: (number) => record(({ at }) => at(number)) };
}

function quoteField(value: string | undefined): string {
  if (value === undefined) return "";
  return `"${value.replace(/["\\]/g, "$&$&")}"`;
}

function integers(smallest: string, largest: string): Make {
  const limit = Number(largest);
  return () => ({ boundaries: ["0", "-1", smallest, largest], at: (number) => String(number % limit) });
}

const numeric: Make = (type) => {
  const size = readPrecision(type);
  if (size === undefined)
    return {
      boundaries: ["0", "NaN", `-${"9".repeat(40)}.${"1".repeat(20)}`, `1${"0".repeat(60)}`, "0.00000000000000000001"],
      at: (number) => `${number}.25`,
    };
  const { precision, scale } = size;
  const largest = shift("9".repeat(precision), scale);
  const limit = 10 ** Math.min(precision, 15);
  return { boundaries: ["0", largest, `-${largest}`, "NaN"], at: (number) => shift(String(number % limit), scale) };
};

/** Puts the decimal point before the last `scale` digits. */
function shift(digits: string, scale: number): string {
  if (scale <= 0) return digits + "0".repeat(-scale);
  const padded = digits.padStart(scale + 1, "0");
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

function floats(largest: string, smallest: string): Make {
  const boundaries = ["0", "-0", "NaN", "Infinity", "-Infinity", largest, `-${largest}`, smallest];
  return () => ({ boundaries, at: (number) => `${number}.5` });
}

const texts: Make = (type) => {
  const length = readLength(type);
  const fits = (text: string) => length === undefined || [...text].length <= length;
  const longest = "x".repeat(Math.min(length ?? LONG, 10_000));
  return {
    boundaries: ["", longest, NON_ASCII, QUOTES, " a ", DIGITS].filter(fits),
    at: (number) => textAt(number, length),
  };
};

/** A word for a number: short enough, and another one as long as there are letters. Some have capital letters. */
function textAt(number: number, length = LONG): string {
  const digits = number.toString(36);
  const word = `v${digits}`;
  const text = word.length <= length ? word : digits.slice(-Math.max(length, 1));
  return number % 3 === 2 ? text.toUpperCase() : text;
}

const bits: Make = (type) => {
  const length = readLength(type) ?? (type.name === "bit" ? 1 : 16);
  const fixed = (number: number) => number.toString(2).slice(-length).padStart(length, "0");
  const empty = collect(type.name === "varbit" && "");
  return { boundaries: [...empty, "0".repeat(length), "1".repeat(length)], at: fixed };
};

function day(number: number): string {
  return new Date(FIRST_DAY + number * DAY_MS).toISOString().slice(0, 10);
}

function moment(number: number): string {
  const time = new Date(FIRST_DAY + number * 3_661_001).toISOString();
  return `${time.slice(0, 10)} ${time.slice(11, 23)}${String(number % 1000).padStart(3, "0")}`;
}

function clock(number: number): string {
  return moment(number).slice(11);
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0").slice(-digits);
}

function pairs(number: number, count: number): string {
  return hex(number, count * 2).replace(/..(?=.)/g, "$&:");
}

function plain(boundaries: readonly string[], at: (number: number) => string): Make {
  return () => ({ boundaries, at });
}

function ranges(edge: (number: number) => string): Make {
  const range = (number: number) => `[${edge(number * 2)},${edge(number * 2 + 1)})`;
  return plain(["empty", "(,)", `[${edge(1)},)`, `(,${edge(2)})`], range);
}

function multiranges(edge: (number: number) => string): Make {
  const range = (number: number) =>
    `{[${edge(number * 4)},${edge(number * 4 + 1)}),[${edge(number * 4 + 2)},${edge(number * 4 + 3)})}`;
  return plain(["{}", "{(,)}"], range);
}

const quoted = (edge: (number: number) => string) => (number: number) => `"${edge(number)}"`;
const whole = (number: number) => String(number);
const withZone = (number: number) => `${moment(number)}+00`;
const json = (number: number) => `{"n": ${number}, "list": [${number}, "é"]}`;
/** Objects only: that is what projects have, and statements that set or remove a key refuse all else. */
const JSON_LIMITS = ["{}", '{"a": {"b": [1.50, null, "日本"]}}', '{"": "", "list": [], "no": null, "yes": true}'];
const MOMENTS = [
  "infinity",
  "-infinity",
  "0044-03-15 12:00:00 BC",
  "9999-12-31 23:59:59.999999",
  "1970-01-01 00:00:00",
];

const MAKERS: Readonly<Record<string, Make>> = {
  int2: integers("-32768", "32767"),
  int4: integers("-2147483648", "2147483647"),
  int8: integers("-9223372036854775808", "9223372036854775807"),
  numeric,
  float4: floats("3.4028235e38", "1e-45"),
  float8: floats("1.7976931348623157e308", "5e-324"),
  money: plain(["0", "-92233720368547758.08", "92233720368547758.07"], (number) => `${number}.25`),
  text: texts,
  varchar: texts,
  bpchar: texts,
  citext: texts,
  name: plain(["", NON_ASCII], (number) => textAt(number)),
  char: plain(["", "~"], (number) => String.fromCharCode(65 + (number % 26))),
  bool: fromBooleans,
  bytea: plain(["\\x", "\\x00", "\\xff00ff", `\\x${"ab".repeat(LONG)}`], (number) => `\\x${hex(number, 8)}`),
  bit: bits,
  varbit: bits,
  date: plain(["infinity", "-infinity", "0044-03-15 BC", "9999-12-31"], day),
  timestamp: plain(MOMENTS, moment),
  timestamptz: plain(MOMENTS, withZone),
  time: plain(["00:00:00", "23:59:59.999999", "24:00:00"], clock),
  timetz: plain(["00:00:00+15:59", "23:59:59.999999-15:59"], (number) => `${clock(number)}+00`),
  interval: plain(
    ["0", "-178000000 years", "178000000 years", "1 mon -1 days 00:00:00.000001"],
    (number) => `${number} hours`,
  ),
  uuid: plain(
    ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    (number) => `00000000-0000-4000-8000-${hex(number, 12)}`,
  ),
  json: plain(JSON_LIMITS, json),
  jsonb: plain(JSON_LIMITS, json),
  jsonpath: plain(["$"], (number) => `$."n${number}"`),
  xml: plain(["", "<a>é</a>"], (number) => `<n>${number}</n>`),
  inet: plain(
    ["0.0.0.0/0", "::", "255.255.255.255"],
    (number) => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
  ),
  cidr: plain(
    ["0.0.0.0/0", "::/0"],
    (number) => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/32`,
  ),
  macaddr: plain(["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"], (number) => pairs(number, 6)),
  macaddr8: plain(["00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff"], (number) => pairs(number, 8)),
  point: plain(["(0,0)", "(-1e300,1e300)"], (number) => `(${number},${number + 1})`),
  line: plain(["{1,0,0}"], (number) => `{1,-1,${number}}`),
  lseg: plain(["[(0,0),(0,0)]"], (number) => `[(0,0),(${number},1)]`),
  box: plain(["(0,0),(0,0)"], (number) => `(${number},1),(0,0)`),
  path: plain(["[(0,0)]"], (number) => `((0,0),(${number},1))`),
  polygon: plain(["((0,0))"], (number) => `((0,0),(${number},1),(1,0))`),
  circle: plain(["<(0,0),0>"], (number) => `<(0,0),${number}>`),
  int4range: ranges(whole),
  int8range: ranges(whole),
  numrange: ranges(whole),
  daterange: ranges(day),
  tsrange: ranges(quoted(moment)),
  tstzrange: ranges(quoted(withZone)),
  int4multirange: multiranges(whole),
  int8multirange: multiranges(whole),
  nummultirange: multiranges(whole),
  datemultirange: multiranges(day),
  tsmultirange: multiranges(quoted(moment)),
  tstzmultirange: multiranges(quoted(withZone)),
  tsvector: plain(["", "'é':1A 'x':2"], (number) => `'w${number}':1`),
  tsquery: plain(["", "!'a' & ('b' | 'é')"], (number) => `'w${number}'`),
  hstore: plain(["", '"é"=>NULL'], (number) => `"n"=>"${number}"`),
  ltree: plain(["", "a.b.c"], (number) => `top.n${number}`),
  lquery: plain(["*"], (number) => `top.n${number}.*`),
  ltxtquery: plain(["a"], (number) => `n${number}`),
  cube: plain(["(0)"], (number) => `(${number},1)`),
  oid: plain(["0", "4294967295"], whole),
  xid: plain(["0"], whole),
  cid: plain(["0"], whole),
  tid: plain(["(0,0)"], (number) => `(0,${number % 65_000})`),
  pg_lsn: plain(["0/0"], (number) => `0/${hex(number, 8)}`),
  vector: vectors,
  halfvec: vectors,
  sparsevec: plain([], (number) => `{1:${number}}/1`),
  geometry: plain([], (number) => `POINT(${number % 180} 1)`),
  geography: plain([], (number) => `POINT(${number % 180} 1)`),
};

function fromBooleans(): Values {
  return fromList(["true", "false"]);
}

function vectors({ modifier }: CellType): Values {
  const size = Math.max(modifier, 1);
  return { boundaries: [`[${Array(size).fill(0)}]`], at: (number) => `[${Array(size).fill(number % 1000)}]` };
}
