import type { Database } from "../database.ts";
import { storedType } from "../kinds/column-types.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { ComparedText } from "./compared-text.ts";
import { type Planned, planTexts } from "./planner.ts";
import { inProbe, tryToRead } from "./probe.ts";
import { findReach, readUntrusted } from "./untrusted.ts";

/** What PostgreSQL prints before the type of a NULL. */
const CAST = "NULL::";

/**
 * Spells types as PostgreSQL does: `varchar(20) array` is `character varying(20)[]`.
 * @param db the connection, in no transaction
 * @param server where it is connected
 * @param types the texts
 * @returns the spelling of each type that PostgreSQL knows
 */
export async function spellTypes(
  db: Database,
  server: ServerInfo,
  types: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (types.length === 0) return new Map();
  const untrusted = await readUntrusted(db);
  const texts = new Map(types.map((type) => [type, askAboutType(type)]));
  const isRead = (type: string) => findReach(untrusted, type) !== "unread";
  return await inProbe(db, server, "READ ONLY", async () => {
    const read = [...texts].filter(([type]) => isRead(type)).map(([, text]) => text);
    const plans = await planTexts(db, read);
    const spelled = new Map<string, string>();
    const findSpelling = (form: Planned) =>
      "answer" in form && form.answer.startsWith(CAST) ? form.answer.slice(CAST.length) : undefined;
    for (const [type, text] of texts) {
      const plan = plans.get(text);
      // A plan shows the NULL of a domain with a check as a conversion.
      const isLookedUp = plan === undefined || ("answer" in plan && findSpelling(plan) === undefined);
      const spelling = findSpelling(isLookedUp ? await lookUpType(db, type) : plan);
      if (spelling !== undefined) spelled.set(type, restoreSerial(type, spelling));
    }
    return spelled;
  });
}

function askAboutType(type: string): ComparedText {
  return { sql: `${CAST}${storedType(type)}`, columns: [], how: "expression", where: type, text: type };
}

/** `serial` is read as the type that it stores, and is spelled as it is. */
function restoreSerial(type: string, spelled: string): string {
  return storedType(type) === type ? spelled : type;
}

/** Looks a type up by its name alone, since a function of the type reads the numbers in parentheses. */
async function lookUpType(db: Database, type: string): Promise<Planned> {
  const [, name = type, numbers = ""] = /^(.*?)(\(.*\))?$/s.exec(type) ?? [];
  return await tryToRead(db, async () => {
    const sql = "SELECT pg_catalog.format_type(pg_catalog.to_regtype($1)::pg_catalog.oid, NULL) AS type";
    const [row] = await db.query<{ type: string | null }>(sql, [name.replace(/ array$/i, "[]")]);
    if (row?.type == null) return "";
    return `${CAST}${row.type}${numbers}`;
  });
}
