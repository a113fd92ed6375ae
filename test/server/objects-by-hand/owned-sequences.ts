import type { ColumnOptions } from "typeorm";
import { type Input, int, table } from "./models.ts";

const serial: ColumnOptions = { ...int, generated: "increment" };
const takesFrom = (sequence: string): ColumnOptions => ({ ...int, default: () => `nextval('${sequence}'::regclass)` });
const zone = (code: ColumnOptions) => [table("zone", { code })];
const OWNED = "CREATE SEQUENCE zone_code_seq AS int OWNED BY zone.code; COMMENT ON SEQUENCE zone_code_seq IS 'ours';";

/** A column becomes a serial one, and there is a sequence with the name that its own one would have. */
export const OWNED_SEQUENCES: readonly Input[] = [
  { name: "the column owns it", before: zone(int), after: zone(serial), byHand: OWNED, isSilent: true },
  {
    name: "the column owns it, and takes from one of the same name in another schema",
    given: "CREATE SCHEMA sales; CREATE SEQUENCE sales.zone_code_seq AS int;",
    before: zone(takesFrom("sales.zone_code_seq")),
    after: zone(serial),
    byHand: OWNED,
    isSilent: true,
  },
  {
    name: "the column owns it, and takes from another one",
    given: "CREATE SEQUENCE counted AS int;",
    before: zone(takesFrom("counted")),
    after: zone(serial),
    byHand: OWNED,
    isSilent: true,
  },
  {
    name: "the column owns it, and its type changes, too",
    before: zone({ type: "bigint" }),
    after: zone(serial),
    byHand: OWNED,
    isSilent: true,
  },
  {
    name: "no column owns it",
    before: zone(int),
    after: zone(serial),
    byHand: "CREATE SEQUENCE zone_code_seq AS int START 5; COMMENT ON SEQUENCE zone_code_seq IS 'ours';",
    isSilent: true,
  },
];
