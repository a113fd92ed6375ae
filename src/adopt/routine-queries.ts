import { nameSql, type ObjectQuery, type ObjectScope, replaceNameSql } from "./object-query.ts";

/** Functions, and what is made of them: aggregates, operators and their classes, casts, event triggers. */
export function routineQueries(scope: ObjectScope): readonly ObjectQuery[] {
  return [routines(scope), operators(scope), families(scope), classes(scope), casts(), eventTriggers(scope)];
}

const named = (word: string, column: string): string => `CASE WHEN ${column} <> 0 THEN '${word} = ' || ${column} END`;

const AGGREGATE = `concat_ws(', ', 'SFUNC = ' || g.aggtransfn, 'STYPE = ' || format_type(g.aggtranstype, NULL),
        CASE WHEN g.aggtransspace <> 0 THEN 'SSPACE = ' || g.aggtransspace END, ${named("FINALFUNC", "g.aggfinalfn")},
        CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE g.aggfinalmodify WHEN 's' THEN 'FINALFUNC_MODIFY = SHAREABLE' WHEN 'w' THEN 'FINALFUNC_MODIFY = READ_WRITE' END,
        ${named("COMBINEFUNC", "g.aggcombinefn")}, ${named("SERIALFUNC", "g.aggserialfn")}, ${named("DESERIALFUNC", "g.aggdeserialfn")},
        'INITCOND = ' || quote_literal(g.agginitval), ${named("MSFUNC", "g.aggmtransfn")}, ${named("MINVFUNC", "g.aggminvtransfn")},
        CASE WHEN g.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(g.aggmtranstype, NULL) END, ${named("MFINALFUNC", "g.aggmfinalfn")},
        'MINITCOND = ' || quote_literal(g.aggminitval),
        (SELECT format('SORTOP = OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = g.aggsortop),
        CASE f.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END, CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END)`;

function routines(scope: ObjectScope): ObjectQuery {
  const name = nameSql(scope, "f.pronamespace", "f.proname");
  const word = "CASE f.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END";
  const head = `format('CREATE OR REPLACE %s %I.%I', ${word}, n.nspname, f.proname)`;
  const definition = replaceNameSql("y.text", head, `format('CREATE %s %s', ${word}, ${name})`);
  return {
    catalog: "pg_proc",
    oid: "f.oid",
    kind: "CASE f.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END",
    name: `${name} || '(' || oidvectortypes(f.proargtypes) || ')'`,
    from: `pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace LEFT JOIN pg_aggregate g ON g.aggfnoid = f.oid
      CROSS JOIN LATERAL (SELECT CASE WHEN f.prokind <> 'a' THEN rtrim(pg_get_functiondef(f.oid), E'\\n') END) y (text)`,
    where: `f.pronamespace = ANY (${scope.namespaces}) AND NOT EXISTS (
      SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = f.oid AND x.deptype = 'i')`,
    create: `ARRAY[CASE WHEN f.prokind = 'a' THEN format('CREATE AGGREGATE %s(%s) (%s)', ${name},
        CASE WHEN f.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(f.oid) END, ${AGGREGATE}) ELSE ${definition} END]`,
    drop: "format('DROP ROUTINE %s', f.oid::regprocedure)",
    more: "(SELECT l.lanname FROM pg_language l WHERE l.oid = f.prolang)",
  };
}

const operatorName =
  "(SELECT format('OPERATOR(%I.%s)', s.nspname, p.oprname) FROM pg_operator p JOIN pg_namespace s ON s.oid = p.oprnamespace WHERE p.oid = ";

/** The name of an operator is not quoted, but its schema is. */
const operatorWithSchema = (scope: ObjectScope): string =>
  `${nameSql(scope, "o.oprnamespace", "''").replace("quote_ident('')", "o.oprname")}`;

function operators(scope: ObjectScope): ObjectQuery {
  const name = operatorWithSchema(scope);
  return {
    catalog: "pg_operator",
    oid: "o.oid",
    kind: "'operator'",
    name: `${name} || '(' || concat_ws(', ', CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END, format_type(o.oprright, NULL)) || ')'`,
    from: "pg_operator o",
    where: `o.oprnamespace = ANY (${scope.namespaces}) AND o.oprcode <> 0`,
    create: `ARRAY[format('CREATE OPERATOR %s (%s)', ${name}, concat_ws(', ', 'FUNCTION = ' || o.oprcode,
      CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END, 'RIGHTARG = ' || format_type(o.oprright, NULL),
      'COMMUTATOR = ' || ${operatorName} o.oprcom), 'NEGATOR = ' || ${operatorName} o.oprnegate),
      ${named("RESTRICT", "o.oprrest")}, ${named("JOIN", "o.oprjoin")}, CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END))]`,
    drop: `format('DROP OPERATOR %s (%s, %s)', ${name}, CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END, format_type(o.oprright, NULL))`,
  };
}

const METHOD = (column: string): string => `(SELECT m.amname FROM pg_am m WHERE m.oid = ${column})`;

function families(scope: ObjectScope): ObjectQuery {
  const name = nameSql(scope, "y.opfnamespace", "y.opfname");
  return {
    catalog: "pg_opfamily",
    oid: "y.oid",
    kind: "'operator family'",
    name: `${name} || ' USING ' || ${METHOD("y.opfmethod")}`,
    from: "pg_opfamily y",
    where: `y.opfnamespace = ANY (${scope.namespaces})`,
    create: `CASE WHEN NOT EXISTS (SELECT FROM pg_amop a WHERE a.amopfamily = y.oid AND NOT EXISTS (
        SELECT FROM pg_opclass p WHERE p.opcfamily = y.oid AND p.opcintype = a.amoplefttype AND p.opcintype = a.amoprighttype))
      THEN ARRAY[format('CREATE OPERATOR FAMILY %s USING %I', ${name}, ${METHOD("y.opfmethod")})] END`,
    drop: `format('DROP OPERATOR FAMILY %s USING %I', ${name}, ${METHOD("y.opfmethod")})`,
    why: "'it has operators of several types'",
  };
}

function classes(scope: ObjectScope): ObjectQuery {
  const name = nameSql(scope, "p.opcnamespace", "p.opcname");
  const family = `(SELECT ${nameSql(scope, "y.opfnamespace", "y.opfname")} FROM pg_opfamily y WHERE y.oid = p.opcfamily)`;
  const sameType = (prefix: string) =>
    `${prefix}lefttype = p.opcintype AND a.${prefix.replace("a.", "")}righttype = p.opcintype`;
  return {
    catalog: "pg_opclass",
    oid: "p.oid",
    kind: "'operator class'",
    name: `${name} || ' USING ' || ${METHOD("p.opcmethod")}`,
    from: "pg_opclass p",
    where: `p.opcnamespace = ANY (${scope.namespaces})`,
    create: `ARRAY[format('CREATE OPERATOR CLASS %s%s FOR TYPE %s USING %I FAMILY %s AS %s', ${name}, CASE WHEN p.opcdefault THEN ' DEFAULT' END,
      format_type(p.opcintype, NULL), ${METHOD("p.opcmethod")}, ${family}, concat_ws(', ',
      (SELECT string_agg(format('OPERATOR %s %s%s', a.amopstrategy, a.amopopr::regoperator, CASE WHEN a.amopsortfamily <> 0 THEN
          (SELECT format(' FOR ORDER BY %I.%I', s.nspname, z.opfname) FROM pg_opfamily z JOIN pg_namespace s ON s.oid = z.opfnamespace WHERE z.oid = a.amopsortfamily) END), ', ' ORDER BY a.amopstrategy)
        FROM pg_amop a WHERE a.amopfamily = p.opcfamily AND ${sameType("a.amop")}),
      (SELECT string_agg(format('FUNCTION %s %s', a.amprocnum, a.amproc::regprocedure), ', ' ORDER BY a.amprocnum)
        FROM pg_amproc a WHERE a.amprocfamily = p.opcfamily AND ${sameType("a.amproc")}),
      CASE WHEN p.opckeytype <> 0 THEN 'STORAGE ' || format_type(p.opckeytype, NULL) END))]`,
    drop: `format('DROP OPERATOR CLASS %s USING %I', ${name}, ${METHOD("p.opcmethod")})`,
  };
}

function casts(): ObjectQuery {
  const types = "(%s AS %s)', format_type(s.castsource, NULL), format_type(s.casttarget, NULL)";
  return {
    catalog: "pg_cast",
    oid: "s.oid",
    kind: "'cast'",
    name: "format('%s AS %s', format_type(s.castsource, NULL), format_type(s.casttarget, NULL))",
    from: "pg_cast s",
    where:
      "NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = s.oid AND i.deptype = 'i')",
    create: `ARRAY[format('CREATE CAST ${types}) || ' ' || CASE s.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION'
      ELSE 'WITH FUNCTION ' || s.castfunc::regprocedure END || CASE s.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END]`,
    drop: `format('DROP CAST ${types})`,
  };
}

function eventTriggers({ namespaces }: ObjectScope): ObjectQuery {
  return {
    catalog: "pg_event_trigger",
    oid: "v.oid",
    kind: "'event trigger'",
    name: "v.evtname",
    from: "pg_event_trigger v JOIN pg_proc f ON f.oid = v.evtfoid",
    where: `f.pronamespace = ANY (${namespaces})`,
    create: `ARRAY[format('CREATE EVENT TRIGGER %I ON %s %sEXECUTE FUNCTION %s()', v.evtname, v.evtevent,
      (SELECT format('WHEN TAG IN (%s) ', string_agg(quote_literal(t), ', ')) FROM unnest(v.evttags) t HAVING count(*) > 0), v.evtfoid::regproc)]
      || CASE v.evtenabled WHEN 'O' THEN '{}'::text[] WHEN 'D' THEN ARRAY[format('ALTER EVENT TRIGGER %I DISABLE', v.evtname)]
        WHEN 'R' THEN ARRAY[format('ALTER EVENT TRIGGER %I ENABLE REPLICA', v.evtname)] ELSE ARRAY[format('ALTER EVENT TRIGGER %I ENABLE ALWAYS', v.evtname)] END`,
    drop: "format('DROP EVENT TRIGGER %I', v.evtname)",
  };
}
