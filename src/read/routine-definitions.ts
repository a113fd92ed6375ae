import { FAMILY_MEMBER } from "../kinds/dependents.ts";
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
  /** Whether it has an expression of its own, see `Dependent`. */
  readonly hasExpression?: string;
  /** The role that owns it, an expression of type `oid`; left out where the table has it. */
  readonly owner?: string;
  /** The oid of the schema that it is created in. */
  readonly namespace?: string;
  /** What else the role of the connection needs to create it: a condition. */
  readonly mayCreate?: string;
  /** The parts that a table has from something else, as JSON of `Bound`. */
  readonly bound?: string;
  /** What a table has itself, as JSON of `OwnParts`. */
  readonly own?: string;
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

/** The operators and functions of a class, and not those that its family has besides. */
const member = (catalog: string, of: string): string =>
  `FROM ${catalog} a JOIN pg_depend z ON z.classid = '${catalog}'::regclass AND z.objid = a.oid AND z.refclassid = 'pg_opclass'::regclass AND z.refobjid = ${of}`;

/** What a member of an operator family is called in the statements that add and drop it. */
const memberName = (word: string, number: string, left: string, right: string): string =>
  `format('${word} %s (%s, %s)', a.${number}, format_type(a.${left}, NULL), format_type(a.${right}, NULL))`;

const OPERATOR_MEMBER = `format('OPERATOR %s %s%s', a.amopstrategy, a.amopopr::regoperator,
      (SELECT format(' FOR ORDER BY %I.%I', l.nspname, k.opfname) FROM pg_opfamily k JOIN pg_namespace l ON l.oid = k.opfnamespace WHERE k.oid = a.amopsortfamily))`;

const FUNCTION_MEMBER = memberName("FUNCTION", "amprocnum", "amproclefttype", "amprocrighttype");

/** Its family stays when it is dropped. */
const OPERATOR_CLASS = `format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS %s', s.nspname, p.opcname,
      ${flag("DEFAULT ", "p.opcdefault")}, format_type(p.opcintype, NULL), m.amname, n.nspname, y.opfname, coalesce(nullif(concat_ws(', ',
        (SELECT string_agg(${OPERATOR_MEMBER},
          ', ' ORDER BY a.amopstrategy, a.amoplefttype, a.amoprighttype) ${member("pg_amop", "p.oid")}),
        (SELECT string_agg(${FUNCTION_MEMBER} || ' ' || a.amproc::regprocedure,
          ', ' ORDER BY a.amprocnum, a.amproclefttype, a.amprocrighttype) ${member("pg_amproc", "p.oid")}),
        CASE WHEN p.opckeytype <> 0 THEN 'STORAGE ' || format_type(p.opckeytype, NULL) END), ''), 'STORAGE ' || format_type(p.opcintype, NULL)))`;

/** A member of an operator family that belongs to none of its classes. */
function familyMember(catalog: "pg_amop" | "pg_amproc", family: string, name: string, create: string): Definition {
  const alter = (what: string) =>
    `format('ALTER OPERATOR FAMILY %I.%I USING %I ', n.nspname, y.opfname, m.amname) || ${what}`;
  return {
    of: catalog,
    from: `JOIN ${catalog} a ON a.oid = u.oid JOIN pg_opfamily y ON y.oid = a.${family} JOIN pg_namespace n ON n.oid = y.opfnamespace
      JOIN pg_am m ON m.oid = y.opfmethod`,
    kind: `'${FAMILY_MEMBER}'`,
    table: "NULL::oid",
    name: [NO_SCHEMA, `${name} || format(' of %I.%I USING %I', n.nspname, y.opfname, m.amname)`],
    drop: alter(`'DROP ' || ${name}`),
    create: alter(`'ADD ' || ${create}`),
  };
}

/** Functions, procedures, aggregates, operators, their classes, and what families have besides. */
export const ROUTINES: readonly Definition[] = [
  {
    of: "function",
    from: "JOIN pg_proc f ON f.oid = u.oid JOIN pg_namespace n ON n.oid = f.pronamespace",
    kind: "'function'",
    table: "NULL::oid",
    name: ["n.nspname", FUNCTION_NAME],
    drop: "format('DROP ROUTINE %s', f.oid::regprocedure)",
    create: `CASE WHEN f.prokind <> 'a' THEN rtrim(pg_get_functiondef(f.oid), E'\\n') ELSE ${AGGREGATE} END`,
    owner: "f.proowner",
    namespace: "n.oid",
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
    owner: "o.oprowner",
    namespace: "n.oid",
  },
  {
    of: "pg_opclass",
    from: `JOIN pg_opclass p ON p.oid = u.oid JOIN pg_namespace s ON s.oid = p.opcnamespace JOIN pg_am m ON m.oid = p.opcmethod
      JOIN pg_opfamily y ON y.oid = p.opcfamily JOIN pg_namespace n ON n.oid = y.opfnamespace
      CROSS JOIN LATERAL pg_identify_object('pg_opclass'::regclass, p.oid, 0) w`,
    kind: "'operator class'",
    table: "NULL::oid",
    name: [NO_SCHEMA, "w.identity"],
    drop: "format('DROP OPERATOR CLASS %s', w.identity)",
    create: OPERATOR_CLASS,
  },
  familyMember(
    "pg_amop",
    "amopfamily",
    memberName("OPERATOR", "amopstrategy", "amoplefttype", "amoprighttype"),
    OPERATOR_MEMBER,
  ),
  familyMember("pg_amproc", "amprocfamily", FUNCTION_MEMBER, `${FUNCTION_MEMBER} || ' ' || a.amproc::regprocedure`),
];
