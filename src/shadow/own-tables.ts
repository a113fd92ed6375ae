import { parseName } from "../sql.ts";
import type { Session } from "../state/session.ts";

/** The table in which TypeORM keeps the declarations of views and generated columns. */
const TYPEORM_METADATA = "typeorm_metadata";

/** The tables of remodel and of TypeORM itself, as `schema.name`: they are neither filled nor proved. */
export async function listOwnTables(session: Session): Promise<readonly string[]> {
  const { schema: own } = await session.server();
  const { names } = await session.state();
  return [...names, TYPEORM_METADATA].map((text) => {
    const { schema = own, name } = parseName(text);
    return `${schema}.${name}`;
  });
}
