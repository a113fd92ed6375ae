import { FIRST_OID, literal } from "../sql.ts";

/** How the objects of one catalog are found, and how they are created and dropped. Each field is an SQL expression. */
export interface ObjectQuery {
  /** The catalog, such as `pg_proc`. */
  readonly catalog: string;
  readonly oid: string;
  /** What PostgreSQL calls the object. */
  readonly kind: string;
  /** The oid of the table that it belongs to. */
  readonly table?: string;
  /** Its name, without the table. */
  readonly name: string;
  readonly from: string;
  readonly where: string;
  /** An array of the statements that create it; left out, it cannot be carried. */
  readonly create?: string;
  readonly drop?: string;
  /** Why it cannot be carried, where `create` is NULL. */
  readonly why?: string;
  /** An array of the roles that its statements name. */
  readonly roles?: string;
  /** A text for whom there is more to know about it. */
  readonly more?: string;
}

/** What the queries depend on. */
export interface ObjectScope {
  /** SQL for an array of the oids of the schemas. */
  readonly namespaces: string;
  /** The schema in which names need no schema. */
  readonly own: string;
  /** `server_version_num` */
  readonly version: number;
}

/** The name of an object, with its schema unless that is the own one. */
export function nameSql({ own }: Pick<ObjectScope, "own">, namespace: string, name: string): string {
  return `(SELECT CASE WHEN w.nspname = ${literal(own)} THEN '' ELSE quote_ident(w.nspname) || '.' END FROM pg_namespace w WHERE w.oid = ${namespace}) || quote_ident(${name})`;
}

/** A condition: no extension has made the object, and no other object has it as a part. */
export function isFree(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend made WHERE made.classid = '${catalog}'::regclass AND made.objid = ${oid} AND made.objsubid = 0 AND made.deptype = 'e')`;
}

/** The definition that PostgreSQL prints with a whole name, with the name as it is here. */
export function replaceNameSql(definition: string, before: string, name: string): string {
  return `CASE WHEN starts_with(${definition}, ${before}) THEN ${name} || substr(${definition}, 1 + length(${before})) ELSE ${definition} END`;
}

/** The query of one kind of objects; its columns are those of `OBJECT` in `objects.ts`. */
export function objectSql(query: ObjectQuery): string {
  const { catalog, oid, kind, name, from, where } = query;
  const { table = "NULL::oid", create = "NULL::text[]", drop = "NULL", why = "NULL", roles = "NULL::name[]" } = query;
  const columns = [
    ...[
      `'${catalog}'`,
      `(${oid})::oid`,
      kind,
      table,
      `(${name})::text`,
      `array_to_json(${create})::text`,
      `(${drop})::text`,
    ],
    ...[why, `array_to_json(${roles})::text`, `(${query.more ?? "NULL"})::text`],
  ];
  return `SELECT ${columns.join(", ")} FROM ${from} WHERE (${oid}) >= ${FIRST_OID} AND ${isFree(catalog, oid)} AND (${where})`;
}
