import { shortName } from "../shadow/declared-losses.ts";
import type { ColumnFate, Fates } from "../shadow/fates.ts";
import type { Grade, NotProved, Proof } from "../shadow/proof.ts";
import type { Verified } from "../shadow/verify.ts";
import { plural, table } from "./command.ts";

/** The proofs for people. */
export function verifyText(verified: Verified): string {
  if (verified.proofs.length === 0)
    return "Nothing to prove: every revision is applied. To prove all, run: remodel verify --all";
  const proved = verified.proofs.filter((proof) => proof.proved).length;
  const all = `${proved} of ${plural(verified.proofs.length, "revision")} proved on ${describeServer(verified)}.`;
  return [...verified.proofs.map((proof) => proofText(proof, verified.own)), all].join("\n\n");
}

function describeServer({ on, version }: Verified): string {
  return `${on === "pglite" ? "the embedded PostgreSQL" : on} ${Math.floor(version / 10_000)}`;
}

function proofText(proof: Proof, own: string): string {
  const { revision, message, proved, upgrade, downgrade, notProved, fates } = proof;
  const lines = [`${revision}  ${message}: ${proved ? "proved" : "NOT PROVED"}`];
  lines.push(...notProved.map((problem) => `  ✗ ${describeProblem(problem, own)}`));
  if (fates !== undefined) lines.push(...columnLines(fates, own, proof.tables));
  const grades = [
    ["  upgrade", upgrade],
    ["  downgrade", downgrade],
  ] as const;
  lines.push(table(grades.map(([name, grade]) => [name, describeGrade(grade)])));
  return lines.join("\n");
}

function describeProblem({ table: name, reason }: NotProved, own: string): string {
  return name === undefined ? reason : `${shortName(name, own)}: ${reason}`;
}

function describeGrade(grade: Grade | undefined): string {
  if (grade === undefined) return "not tried to the end";
  return grade.loses.length === 0 ? grade.grade : `${grade.grade} ${grade.loses.join(", ")}`;
}

/** Only what is not simply kept has a line. */
function columnLines(fates: Fates, own: string, tables: number): readonly string[] {
  const all = listColumns(fates);
  const isKept = ({ fate, changed }: ColumnFate) => fate === "kept" && changed === 0;
  const rows = all
    .filter((one) => !isKept(one))
    .map((one) => [`  ${nameOf(one, own)}`, describeFate(one, own), countRows(one)]);
  const kept = all.filter(isKept).length;
  const text = `  ${plural(kept, "column")} kept, in ${plural(tables, "table")} with rows`;
  return [...(rows.length === 0 ? [] : [table(rows)]), text];
}

function listColumns({ tables, created }: Fates): readonly ColumnFate[] {
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
  return changed === 0 ? `${count}, all values kept` : `${count}, ${changed} changed`;
}

/** The proofs for programs. */
export function verifyData({ on, version, proofs, own }: Verified): unknown {
  return { on, version, revisions: proofs.map((proof) => proofData(proof, own)) };
}

function proofData({ revision, proved, upgrade, downgrade, fates, notProved }: Proof, own: string): unknown {
  return {
    revision,
    proved,
    ...(upgrade !== undefined && { upgrade }),
    ...(downgrade !== undefined && { downgrade }),
    columns: fates === undefined ? [] : listColumns(fates).map((fate) => columnData(fate, own)),
    notProved: notProved.map(({ table: name, reason }) => ({
      ...(name !== undefined && { table: shortName(name, own) }),
      reason,
    })),
  };
}

function columnData({ table: name, column, fate, to, rows, changed }: ColumnFate, own: string): unknown {
  const place = to === undefined ? {} : { to: shortName(to, own) };
  return { table: shortName(name, own), column, fate, ...place, rows, changed };
}
