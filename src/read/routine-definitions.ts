import { FUNCTION_NAME } from "./dependency-sql.ts";

/** How objects of one kind are found, dropped and created again. */
export interface Definition {
  /** The `kind` of `uses` whose objects these are. */
  readonly of: string;
  readonly from: string;
  /** The kind, as `Dependent` has it. */
  readonly kind: string;
  /** The oid of its table, or `NULL`. */
  readonly table: string;
  /** Its schema, or `NULL` where the table has it, and its name. */
  readonly name: readonly [schema: string, name: string];
  readonly drop: string;
  /** `NULL` where PostgreSQL gives no statement for it. */
  readonly create: string;
  /** Whether its table has it from another one. */
  readonly isInherited?: string;
  /** A JSON list of the columns that a table has from something else. */
  readonly bound?: string;
}

/** In the place of a schema. */
export const NO_SCHEMA = "NULL::name";

/** A function that need not be there. */
const optional = (word: string, oid: string): string =>
  `CASE WHEN ${oid} <> 0 THEN '${word} = ' || ${oid}::regproc END`;
const flag = (word: string, condition: string): string => `CASE WHEN ${condition} THEN '${word}' END`;
const operator = (word: string, oid: string): string =>
  `(SELECT format('${word} = OPERATOR(%I.%s)', m.nspname, p.oprname) FROM pg_operator p JOIN pg_namespace m ON m.oid = p.oprnamespace WHERE p.oid = ${oid})`;

/** PostgreSQL prints no statement for an aggregate. One that takes its rows in an order has none here either. */
const AGGREGATE = `(SELECT format('CREATE AGGREGATE %I.%I(%s) (%s)', n.nspname, f.proname,
        CASE WHEN f.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(f.oid) END, concat_ws(', ',
          'SFUNC = ' || g.aggtransfn::regproc, 'STYPE = ' || format_type(g.aggtranstype, NULL), 'SSPACE = ' || nullif(g.aggtransspace, 0),
          ${optional("FINALFUNC", "g.aggfinalfn")}, ${flag("FINALFUNC_EXTRA", "g.aggfinalextra")},
          CASE g.aggfinalmodify WHEN 's' THEN 'FINALFUNC_MODIFY = SHAREABLE' WHEN 'w' THEN 'FINALFUNC_MODIFY = READ_WRITE' END,
          ${optional("COMBINEFUNC", "g.aggcombinefn")}, ${optional("SERIALFUNC", "g.aggserialfn")}, ${optional("DESERIALFUNC", "g.aggdeserialfn")},
          'INITCOND = ' || quote_literal(g.agginitval), ${optional("MSFUNC", "g.aggmtransfn")}, ${optional("MINVFUNC", "g.aggminvtransfn")},
          CASE WHEN g.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(g.aggmtranstype, NULL) END, 'MSSPACE = ' || nullif(g.aggmtransspace, 0),
          ${optional("MFINALFUNC", "g.aggmfinalfn")}, ${flag("MFINALFUNC_EXTRA", "g.aggmfinalextra")},
          CASE WHEN g.aggmtranstype <> 0 THEN CASE g.aggmfinalmodify WHEN 's' THEN 'MFINALFUNC_MODIFY = SHAREABLE' WHEN 'w' THEN 'MFINALFUNC_MODIFY = READ_WRITE' END END,
          'MINITCOND = ' || quote_literal(g.aggminitval), ${operator("SORTOP", "g.aggsortop")},
          CASE f.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END))
        FROM pg_aggregate g WHERE g.aggfnoid = f.oid AND g.aggkind = 'n')`;

/** Functions, procedures, aggregates and operators. */
export const ROUTINES: readonly Definition[] = [
  {
    of: "function",
    from: "JOIN pg_proc f ON f.oid = u.oid JOIN pg_namespace n ON n.oid = f.pronamespace",
    kind: "'function'",
    table: "NULL::oid",
    name: ["n.nspname", FUNCTION_NAME],
    drop: "format('DROP ROUTINE %s', f.oid::regprocedure)",
    create: `CASE WHEN f.prokind <> 'a' THEN rtrim(pg_get_functiondef(f.oid), E'\\n') ELSE ${AGGREGATE} END`,
  },
  {
    of: "pg_operator",
    from: `JOIN pg_operator o ON o.oid = u.oid JOIN pg_namespace n ON n.oid = o.oprnamespace
      CROSS JOIN LATERAL pg_identify_object('pg_operator'::regclass, o.oid, 0) w`,
    kind: "'operator'",
    table: "NULL::oid",
    name: [NO_SCHEMA, "w.identity"],
    drop: `format('DROP OPERATOR %I.%s (%s, %s)', n.nspname, o.oprname, CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
      format_type(o.oprright, NULL))`,
    create: `format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, concat_ws(', ', 'FUNCTION = ' || o.oprcode::regproc,
      CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END, 'RIGHTARG = ' || format_type(o.oprright, NULL),
      ${operator("COMMUTATOR", "o.oprcom")}, ${operator("NEGATOR", "o.oprnegate")}, ${optional("RESTRICT", "o.oprrest")}, ${optional("JOIN", "o.oprjoin")},
      ${flag("HASHES", "o.oprcanhash")}, ${flag("MERGES", "o.oprcanmerge")}))`,
  },
];
