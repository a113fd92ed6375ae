import { collect } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { FailedStatement, Verdict } from "../shadow/against.ts";
import type { ColumnFate, ContentFates, TableFate } from "../shadow/fates.ts";
import type { Grade, NotProved, Proof } from "../shadow/proof.ts";
import type { Verified } from "../shadow/verify.ts";
import { shortName } from "../sql.ts";
import { plural, table } from "./command.ts";

/**
 * The proofs for people.
 * @param isAll whether all revisions were to be proved
 */
export function verifyText(verified: Verified, isAll: boolean): string {
  if (verified.proofs.length === 0) return nothingToProve(isAll);
  const proved = verified.proofs.filter((proof) => proof.proved).length;
  const all = `${proved} of ${plural(verified.proofs.length, "revision")} proved on ${describeServer(verified)}.`;
  return [...verified.proofs.map((proof) => proofText(proof, verified.own)), all].join("\n\n");
}

function nothingToProve(isAll: boolean): string {
  if (isAll) return "Nothing to prove: the history has no revisions.";
  return "Nothing to prove: no revision is pending. To prove all, run: remodel verify --all";
}

function describeServer({ on, version }: Verified): string {
  return `${on === "pglite" ? "the embedded PostgreSQL" : on} ${Math.floor(version / 10_000)}`;
}

function proofText(proof: Proof, own: string): string {
  const { revision, message, proved, notProved, fates, against } = proof;
  const lines = [`${revision}  ${message}: ${proved ? "proved" : "NOT PROVED"}`];
  lines.push(...notProved.map((problem) => `  ✗ ${describeProblem(problem, own)}`));
  if (fates !== undefined) lines.push(...columnLines(fates, own, proof.tables));
  const grades = Object.entries(gradesOf(proof));
  const locks = proof.work === undefined ? [] : [["  locks", describeLocks(proof.work.length)]];
  const verdict = against === undefined ? [] : [["  verdict", against.verdict]];
  lines.push(table([...grades.map(([name, grade]) => [`  ${name}`, describeGrade(grade)]), ...locks, ...verdict]));
  lines.push(...failedLines(against?.statements ?? [], own).map((line) => `  ${line}`));
  return lines.join("\n");
}

function describeProblem({ table: name, reason }: NotProved, own: string): string {
  if (name === undefined) return reason;
  return `${shortName(name, own)}: ${reason}`;
}

function describeLocks(differing: number): string {
  return differing === 0 ? "as declared" : "not as declared";
}

/** The most statements of one side that are shown; `--json` has all. */
const MOST_SHOWN = 3;

function failedLines(statements: readonly FailedStatement[], own: string): readonly string[] {
  return (["old", "new"] as const).flatMap((code) => {
    const failed = statements.filter((one) => one.code === code);
    const more = failed.length - MOST_SHOWN;
    const lines = failed.slice(0, MOST_SHOWN).map((one) => describeFailed(one, own));
    return [...lines, ...collect(more > 0 && `${code} code fails in ${plural(more, "more statement")}, see --json`)];
  });
}

function describeFailed({ code, statement, table: name, sqlstate, message }: FailedStatement, own: string): string {
  const where = code === "old" ? "old code fails after the revision" : "new code fails before the revision";
  return `${where}: ${statement} ${shortName(name, own)}: ${message} (${sqlstate})`;
}

/** The grade of each direction. One that stopped with an error has none. */
function gradesOf({ isTried, upgrade, downgrade }: Proof): Pick<ProofData, "upgrade" | "downgrade"> {
  return {
    upgrade: upgrade ?? { grade: isTried ? "failed" : "not tried", loses: [] },
    downgrade: downgrade ?? { grade: upgrade === undefined ? "not tried" : "failed", loses: [] },
  };
}

function describeGrade(grade: GradeData): string {
  if (grade.loses.length === 0) return grade.grade;
  return `${grade.grade} ${grade.loses.join(", ")}`;
}

/** Only what is not simply kept has a line. A table that is new, gone or renamed has one line. */
function columnLines(fates: ContentFates, own: string, filled: number): readonly string[] {
  const before = new Set(fates.tables.flatMap(({ to }) => to ?? []));
  const newTables = [...new Set(fates.created.map((one) => one.table))].filter((name) => !before.has(name));
  const whole = fates.tables.filter(isWhole);
  const rest = fates.tables.filter((one) => !isWhole(one)).flatMap(({ columns }) => columns);
  const single = [...rest, ...fates.created.filter((one) => before.has(one.table))].filter((one) => !isKept(one));
  const rows = [
    ...whole.map((one) => [`  ${shortName(one.table, own)}`, describeWhole(one, own), countTable(one)]),
    ...single.map((one) => [`  ${nameOf(one, own)}`, describeFate(one, own), countRows(one)]),
    ...newTables.map((name) => [`  ${shortName(name, own)}`, "new table", ""]),
  ];
  const kept = rest.filter(isKept).length;
  const text = `  ${plural(kept, "column")} kept, in ${plural(filled, "table")} with rows`;
  return [...collect(rows.length > 0 && table(rows)), text];
}

function isKept({ fate, changed }: ColumnFate): boolean {
  return fate === "kept" && changed === 0;
}

/** Whether the same happened to all columns of a table: it is gone, or it has another name. */
function isWhole({ table: name, to, columns }: TableFate): boolean {
  if (to === undefined) return true;
  return (
    name !== to &&
    columns.every((one) => one.fate === "renamed" && one.to === `${to}.${one.column}` && one.changed === 0)
  );
}

function describeWhole({ to }: TableFate, own: string): string {
  if (to === undefined) return "gone";
  return `renamed → ${shortName(to, own)}`;
}

function countTable({ to, columns }: TableFate): string {
  const count = plural(columns[0]?.rows ?? 0, "row");
  if (to === undefined) return count;
  return `${count}, all values kept`;
}

function listColumns({ tables, created }: ContentFates): readonly ColumnFate[] {
  return [...tables.flatMap(({ columns }) => columns), ...created];
}

function nameOf({ table: name, column }: ColumnFate, own: string): string {
  return `${shortName(name, own)}.${column}`;
}

function describeFate({ fate, to, types }: ColumnFate, own: string): string {
  const cast = types === undefined ? "" : ` ${types[0]} → ${types[1]}`;
  const place = to === undefined ? "" : ` → ${shortName(to, own)}`;
  return `${fate}${cast}${place}`;
}

function countRows({ fate, rows, changed }: ColumnFate): string {
  const count = plural(rows, "row");
  if (fate === "new" || fate === "gone") return count;
  if (rows === 0) return "no rows";
  if (changed === 0) return `${count}, all values kept`;
  return `${count}, ${changed} changed`;
}

/** What `verify --json` prints. */
export interface VerifyOutput extends Pick<Verified, "on" | "version"> {
  readonly revisions: readonly ProofData[];
}

/** How far a direction of a revision came, and what it does to values. */
export interface GradeData {
  readonly grade: Grade["grade"] | "failed" | "not tried";
  /** The columns and tables whose values are lost. */
  readonly loses: readonly string[];
}

/** The proof of one revision. */
export interface ProofData extends Pick<Proof, "revision" | "proved" | "notProved"> {
  readonly upgrade: GradeData;
  readonly downgrade: GradeData;
  readonly columns: readonly Pick<ColumnFate, "table" | "column" | "fate" | "to" | "rows" | "changed">[];
  /** Whether the locks were those that the operations declare, or the operations where they were not. */
  readonly locks?: "as declared" | NonNullable<Proof["work"]>;
  /** With `--against`: in which order revision and code may go live. */
  readonly verdict?: Verdict;
  /** With `--against`: the statements that failed. */
  readonly statements?: readonly FailedStatement[];
}

/** The proofs for programs. */
export function verifyData({ on, version, proofs, own }: Verified): VerifyOutput {
  return { on, version, revisions: proofs.map((proof) => proofData(proof, own)) };
}

function proofData(proof: Proof, own: string): ProofData {
  const { revision, proved, fates, notProved, work, against } = proof;
  return {
    revision,
    proved,
    ...gradesOf(proof),
    columns: fates === undefined ? [] : listColumns(fates).map((fate) => columnData(fate, own)),
    notProved: notProved.map(({ table: name, reason }) => ({
      ...dropUndefined({ table: mapGiven(name, (one) => shortName(one, own)) }),
      reason,
    })),
    ...dropUndefined({ locks: mapGiven(work, (one) => (one.length === 0 ? "as declared" : one)) }),
    ...(against !== undefined && {
      verdict: against.verdict,
      statements: against.statements.map((one) => ({ ...one, table: shortName(one.table, own) })),
    }),
  };
}

function columnData(
  { table: name, column, fate, to, rows, changed }: ColumnFate,
  own: string,
): ProofData["columns"][number] {
  const place = to === undefined ? {} : { to: shortName(to, own) };
  return { table: shortName(name, own), column, fate, ...place, rows, changed };
}
