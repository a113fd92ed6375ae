import { CURRENT_ROLE } from "../kinds/rights.ts";
import type { ObjectQuery, ObjectScope } from "./object-query.ts";

/** What a database has besides the objects of its schemas. */
export function otherQueries(scope: ObjectScope): readonly ObjectQuery[] {
  return [defaultPrivileges(scope), databaseSettings(), subscriptions(), servers(), languages()];
}

const WORD =
  "CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END";
const LETTER = `(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END)::"char"`;
const IN_SCHEMA = "(SELECT format(' IN SCHEMA %I', n.nspname) FROM pg_namespace n WHERE n.oid = d.defaclnamespace)";
const GRANTEE = "CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END";

/** The rights of objects to come. They are set first: what is created after them has its rights by them. */
function defaultPrivileges({ namespaces }: ObjectScope): ObjectQuery {
  const had = "aclexplode(d.defaclacl) x";
  const usual = `aclexplode(acldefault(${LETTER}, d.defaclrole)) x WHERE d.defaclnamespace = 0`;
  const listed = "x.grantee, x.privilege_type, x.is_grantable";
  return {
    catalog: "pg_default_acl",
    oid: "d.oid",
    kind: "'default privileges'",
    name: `concat(lower(${WORD}), ' of ', d.defaclrole::regrole, ${IN_SCHEMA})`,
    from: "pg_default_acl d",
    where: `d.defaclnamespace = 0 OR d.defaclnamespace = ANY (${namespaces})`,
    create: `CASE WHEN d.defaclrole = ${CURRENT_ROLE} THEN ARRAY(
        SELECT format('ALTER DEFAULT PRIVILEGES%s REVOKE %s ON %s FROM %s', ${IN_SCHEMA}, x.privilege_type, ${WORD}, ${GRANTEE})
        FROM (SELECT ${listed} FROM ${usual} EXCEPT SELECT ${listed} FROM ${had}) x ORDER BY 1) || ARRAY(
        SELECT format('ALTER DEFAULT PRIVILEGES%s GRANT %s ON %s TO %s%s', ${IN_SCHEMA}, x.privilege_type, ${WORD}, ${GRANTEE},
          CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
        FROM (SELECT ${listed} FROM ${had} EXCEPT SELECT ${listed} FROM ${usual}) x ORDER BY 1) END`,
    drop: `(SELECT string_agg(format('ALTER DEFAULT PRIVILEGES%s REVOKE ALL ON %s FROM %s', ${IN_SCHEMA}, ${WORD}, g.name), '; ' ORDER BY g.name)
      FROM (SELECT DISTINCT ${GRANTEE} AS name FROM ${had} WHERE x.grantee <> d.defaclrole) g)`,
    why: "'they are those of another role'",
    roles:
      "ARRAY(SELECT DISTINCT o.rolname FROM aclexplode(d.defaclacl) x JOIN pg_roles o ON o.oid = x.grantee WHERE o.oid <> d.defaclrole)",
  };
}

function databaseSettings(): ObjectQuery {
  return {
    catalog: "pg_database",
    oid: "b.oid",
    kind: "'setting of the database'",
    name: "v",
    from: "pg_db_role_setting s JOIN pg_database b ON b.oid = s.setdatabase AND b.datname = current_database() CROSS JOIN LATERAL unnest(s.setconfig) v",
    where: "true",
    why: "'a revision knows no name of a database'",
  };
}

function subscriptions(): ObjectQuery {
  return {
    catalog: "pg_subscription",
    oid: "s.oid",
    kind: "'subscription'",
    name: "s.subname",
    from: "(SELECT oid, subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())) s",
    where: "has_column_privilege('pg_subscription', 'subname', 'SELECT')",
    why: "'replication is set up for one database'",
  };
}

function servers(): ObjectQuery {
  return {
    catalog: "pg_foreign_server",
    oid: "s.oid",
    kind: "'foreign server'",
    name: "s.srvname",
    from: "pg_foreign_server s",
    where: "true",
    why: "'the access to it has a password'",
  };
}

function languages(): ObjectQuery {
  return {
    catalog: "pg_language",
    oid: "l.oid",
    kind: "'language'",
    name: "l.lanname",
    from: "pg_language l",
    where: "true",
    why: "'a superuser installs it'",
  };
}
