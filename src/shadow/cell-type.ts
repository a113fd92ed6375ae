/** The type of a column, as far as values depend on it. Domains are followed to their base. */
export interface CellType {
  /** The name in `pg_type`, such as `int4`, or the name of an enum type. */
  readonly name: string;
  /** `atttypmod`, or that of the domain; -1 if there is none. */
  readonly modifier: number;
  /** The labels of an enum type. */
  readonly labels?: readonly string[];
  /** The type of the elements of an array. */
  readonly element?: CellType;
  /** The types of the fields of a composite type. */
  readonly fields?: readonly CellType[];
  /** The domains on the way to the base. */
  readonly domains: readonly string[];
}

/** What `format_type` adds to the length of a text and of a numeric. */
const HEADER = 4;

/** The longest text that fits, in characters; `undefined` without a limit. */
export function readLength({ name, modifier }: CellType): number | undefined {
  if (modifier < 0) return undefined;
  return ["bit", "varbit"].includes(name) ? modifier : modifier - HEADER;
}

/** The precision and scale of a numeric; `undefined` without them. */
export function readPrecision({
  modifier,
}: CellType): { readonly precision: number; readonly scale: number } | undefined {
  if (modifier < 0) return undefined;
  const packed = modifier - HEADER;
  const scale = packed & 0x7ff;
  // Since PostgreSQL 15 a scale may be negative; it has eleven bits.
  return { precision: (packed >> 16) & 0xffff, scale: scale >= 0x400 ? scale - 0x800 : scale };
}

/** The domains that a value has to satisfy, those of the elements of an array, too. */
export function listDomains({ domains, element }: CellType): readonly string[] {
  if (element === undefined) return domains;
  return [...domains, ...listDomains(element)];
}
