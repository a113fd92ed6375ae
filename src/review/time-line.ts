import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import { type Html, html } from "../html.ts";
import { phraseOperation } from "../kinds/operation-text.ts";
import { printable } from "../printable.ts";
import { LOCK_MODES, type Lock } from "../schema/operation.ts";
import type { ReviewedRevision, ReviewedStep } from "./finding.ts";
import { listWaitedFor, phraseLock } from "./plan.ts";

/** More columns than these do not fit next to the statements. */
const MOST_LANES = 24;

/** How a lock is coloured: whether it blocks reads and writes, writes, or neither. */
const TONES: Readonly<Record<Lock["mode"], "bad" | "warn" | "idle">> = {
  "ROW EXCLUSIVE": "idle",
  "SHARE UPDATE EXCLUSIVE": "idle",
  SHARE: "warn",
  "SHARE ROW EXCLUSIVE": "warn",
  EXCLUSIVE: "warn",
  "ACCESS EXCLUSIVE": "bad",
};

/** Steps that share a transaction, or one step outside of any. */
interface Together {
  readonly isOutside: boolean;
  readonly steps: readonly ReviewedStep[];
}

/** A step with its locks, and with what the transaction has locked by then. */
interface TimedStep {
  readonly step: ReviewedStep;
  readonly locks?: readonly Lock[];
  readonly held: ReadonlyMap<string, Lock["mode"]>;
}

/**
 * Shows the statements of a revision in their order, and next to them which locks are held how long: to the end of their
 * transaction.
 * @param showFindings what to show below a step
 */
export function showTimeLine(
  { steps }: ReviewedRevision,
  showFindings: (step: ReviewedStep) => Html | undefined,
): Html {
  return html`<p class="keys quiet"><span><i class="bad"></i>blocks reads and writes</span><span><i class="warn"></i>blocks writes</span>
<span><i class="idle"></i>blocks neither</span><span>A lock is held to the end of its transaction.</span></p>
${groupSteps(steps).map((together) => showTogether(together, showFindings))}`;
}

function groupSteps(steps: readonly ReviewedStep[]): readonly Together[] {
  const groups: { isOutside: boolean; steps: ReviewedStep[] }[] = [];
  for (const step of steps) {
    if (step.operation.note !== undefined) continue;
    const isOutside = step.transaction === undefined;
    const last = groups.at(-1);
    const isSame = last?.steps.at(-1)?.transaction === step.transaction && !isOutside;
    if (last !== undefined && isSame) last.steps.push(step);
    else groups.push({ isOutside, steps: [step] });
  }
  return groups;
}

/** Which locks are held during each step: the strongest one on each object. */
function timeSteps(steps: readonly ReviewedStep[]): readonly TimedStep[] {
  const held = new Map<string, Lock["mode"]>();
  const waited = listWaitedFor(steps.map(({ operation }) => operation));
  return steps.map((step, at) => {
    const locks = waited[at]?.locks;
    for (const lock of locks ?? []) {
      const on = nameLane(lock);
      held.set(on, findStronger(held.get(on), lock.mode));
    }
    return { step, held: new Map(held), ...dropUndefined({ locks }) };
  });
}

function nameLane({ on, onDependents }: Lock): string {
  if (onDependents) return `linked with ${on}`;
  return on;
}

function findStronger(held: Lock["mode"] | undefined, taken: Lock["mode"]): Lock["mode"] {
  if (held === undefined) return taken;
  return LOCK_MODES.indexOf(held) > LOCK_MODES.indexOf(taken) ? held : taken;
}

function showTogether({ isOutside, steps }: Together, showFindings: (step: ReviewedStep) => Html | undefined): Html {
  const timed = timeSteps(steps);
  const all = [...(timed.at(-1)?.held.keys() ?? [])];
  const lanes = all.slice(0, MOST_LANES);
  const heads = lanes.map((on) => html`<th class="lane" title="${printable(on)}"><span>${printable(on)}</span></th>`);
  const rows = timed
    .filter(({ step }) => !step.operation.endsTransaction)
    .map(
      (
        one,
      ) => html`<tr><td>${showStep(one)}${showFindings(one.step)}</td>${lanes.map((on) => showHeld(on, one.held))}</tr>
`,
    );
  const name = isOutside ? "Outside a transaction" : "In one transaction";
  const end = isOutside
    ? undefined
    : html`<tr class="end"><td colspan="${lanes.length + 1}">Committed: its locks are gone.</td></tr>`;
  const left = all.length - lanes.length;
  return html`<div class="wide"><table class="time"><thead><tr><th>${name}</th>${heads}</tr></thead><tbody>${rows}${end}</tbody></table></div>
${left > 0 && html`<p class="quiet">Locks on ${left} more are only in the text.</p>`}`;
}

function showHeld(on: string, held: ReadonlyMap<string, Lock["mode"]>): Html {
  const mode = held.get(on);
  if (mode === undefined) return html`<td class="lane"></td>`;
  return html`<td class="lane ${TONES[mode]}" title="${mode} on ${printable(on)}"></td>`;
}

function showStep({ step: { operation }, locks }: TimedStep): Html {
  const { sql, run } = operation;
  const code = [
    ...collect(run !== undefined && sql.length === 0 && "-- code (op.run)"),
    ...sql.map((text) => `${text};`),
  ];
  const taken = (locks ?? []).map((lock) => html`<li class="${TONES[lock.mode]}">${printable(phraseLock(lock))}</li>`);
  const unknown = locks === undefined && html`<li class="warn">locks unknown: custom SQL or code</li>`;
  return html`<b>${phraseOperation(operation)}</b>
${code.length > 0 && html`<pre>${printable(code.join("\n"))}</pre>`}<ul class="locks">${taken}${unknown}</ul>`;
}

/** How {@link showTimeLine} looks. */
export const TIME_LINE_STYLE = `
.keys span { margin-right: 16px; white-space: nowrap; } .keys i { display: inline-block; width: 11px; height: 11px; margin-right: 5px; background: currentColor; }
table.time { margin: 10px 0 18px; } table.time pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 4px 0; }
table.time .lane { width: 22px; min-width: 22px; padding: 0; border-left: 4px solid var(--ground); border-bottom: 0; print-color-adjust: exact; }
table.time td.lane.bad, table.time td.lane.warn, table.time td.lane.idle { background: currentColor; }
table.time th { vertical-align: bottom; } table.time th.lane span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 4px 0; font-weight: 400; }
table.time .end td { color: var(--quiet); border-bottom: 0; border-top: 2px solid var(--line); }
.locks { list-style: none; padding: 0; margin: 2px 0; font-size: 13px; } table.time tr { break-inside: avoid; }
`;
