/** The user that a revision runs as, as far as it is known when it is written. */
export const CURRENT_ROLE = "(SELECT quote_ident(current_user)::regrole)";

/**
 * Whether the role of the connection may give objects to a role: a condition. PostgreSQL 16 distinguishes that from membership.
 * @param role the oid of the role
 */
export function mayBecome(role: string): string {
  return `pg_has_role(${role},
      CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)`;
}

const IS_SUPERUSER = "current_setting('is_superuser') = 'on'";

/**
 * Whether the role of the connection may give an object to its owner when it has created it again: a condition.
 * @param owner the oid of the owner
 * @param namespace the oid of the schema, or NULL where that does not matter
 */
export function mayGiveTo(owner: string, namespace: string): string {
  return `(${IS_SUPERUSER} OR ${mayBecome(owner)} AND coalesce(has_schema_privilege(${owner}, ${namespace}, 'CREATE'), true))`;
}

/**
 * Whether the role of the connection may drop an object, create it again and give it to its owner: a condition.
 * @param owner the oid of the owner, or NULL where that does not matter
 * @param namespace the same of the schema
 * @param mayCreate what else it needs: a condition
 */
export function mayCreateAgain(owner: string, namespace: string, mayCreate: string): string {
  const mayDrop = `pg_has_role(${owner}, 'USAGE') AND ${mayBecome(owner)}`;
  const inSchema = [`${owner}, ${namespace}`, namespace].map((who) => `has_schema_privilege(${who}, 'CREATE')`);
  const needed = [mayDrop, ...inSchema, `has_schema_privilege(${namespace}, 'USAGE')`, mayCreate];
  return `(${IS_SUPERUSER} OR ${needed.map((one) => `coalesce(${one}, true)`).join(" AND ")})`;
}

const role = (oid: string): string => `CASE ${oid} WHEN 0 THEN 'PUBLIC' ELSE ${oid}::regrole::text END`;

/** What rights are about: its columns in the catalog, and its letter in `acldefault` and in `pg_default_acl`. */
export interface RightsOwner {
  readonly acl: string;
  readonly owner: string;
  readonly namespace: string;
  /** As `acldefault` has it: an expression of type `"char"`. */
  readonly letter: string;
}

/** As `pg_default_acl` has it: the same letters, but for sequences, functions and types in upper case or lower case. */
const DEFAULT_LETTER = (letter: string): string => `CASE ${letter} WHEN 's' THEN 'S' ELSE ${letter} END`;

/** The rights that `ALTER DEFAULT PRIVILEGES` of the current role gives a new object. */
const byDefault = ({ namespace, letter }: RightsOwner): string => `
      SELECT d.defaclnamespace, d.defaclacl FROM pg_default_acl d
      WHERE d.defaclrole = ${CURRENT_ROLE} AND d.defaclobjtype = ${DEFAULT_LETTER(letter)}
        AND d.defaclnamespace IN (0, ${namespace})`;

/** Whether rights may differ from those of a new object. */
export function hasRights(of: RightsOwner): string {
  return `(${of.acl} IS NOT NULL OR EXISTS (${byDefault(of)}))`;
}

/**
 * An array of the statements that turn the rights of a new object into those that this one has. A global default of `ALTER DEFAULT PRIVILEGES` replaces what PostgreSQL gives by itself, one for a
 * schema adds to it (PostgreSQL manual, ALTER DEFAULT PRIVILEGES).
 * @param of see {@link RightsOwner}
 * @param object what follows ON, an expression of type `text`
 */
export function rightsSql(of: RightsOwner, object: string): string {
  return `ARRAY(SELECT text FROM (WITH had AS (
      SELECT x.grantee, x.privilege_type, x.is_grantable FROM aclexplode(coalesce(${of.acl}, acldefault(${of.letter}, ${of.owner}))) x
    ), expected AS (
      SELECT CASE x.grantee WHEN ${CURRENT_ROLE} THEN ${of.owner} ELSE x.grantee END, x.privilege_type, x.is_grantable
      FROM (SELECT coalesce((SELECT d.defaclacl FROM (${byDefault(of)}) d WHERE d.defaclnamespace = 0), acldefault(${of.letter}, ${of.owner}))
        UNION ALL SELECT d.defaclacl FROM (${byDefault(of)}) d WHERE d.defaclnamespace <> 0) a (acl)
      CROSS JOIN LATERAL aclexplode(a.acl) x
    ), taken AS (SELECT DISTINCT grantee FROM (TABLE expected EXCEPT TABLE had) e
    ), given AS (
      SELECT * FROM had WHERE grantee IN (TABLE taken) OR (grantee, privilege_type, is_grantable) NOT IN (TABLE expected)
    )
    SELECT 0 AS place, format('REVOKE ALL ON %s FROM %s', ${object}, ${role("grantee")}) AS text FROM taken
    UNION ALL
    SELECT 1, format('GRANT %s ON %s TO %s%s', CASE WHEN count(*) = (SELECT count(*) FROM aclexplode(acldefault(${of.letter}, ${of.owner})) x
        WHERE x.grantee = ${of.owner}) THEN 'ALL' ELSE string_agg(privilege_type, ', ' ORDER BY privilege_type) END, ${object}, ${role("grantee")},
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
    FROM given GROUP BY grantee, is_grantable) r ORDER BY place, text)`;
}

/**
 * The same for a column, which has no rights by default.
 * @param acl its rights
 * @param column its name, an expression of type `text`
 * @param table an expression of type `text`
 */
export function columnRightsSql(acl: string, column: string, table: string): string {
  return `ARRAY(SELECT format('GRANT %s ON %s TO %s%s', string_agg(format('%s (%s)', x.privilege_type, ${column}), ', ' ORDER BY x.privilege_type),
      ${table}, ${role("x.grantee")}, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
    FROM aclexplode(${acl}) x GROUP BY x.grantee, x.is_grantable ORDER BY 1)`;
}
