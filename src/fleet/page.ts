import { collect } from "../collect.ts";
import { formatDuration } from "../durations.ts";
import { type Html, html, printPage } from "../html.ts";
import { formatCount, plural } from "../words.ts";

/** A tenant as the page shows it. */
export interface PageTenant {
  readonly name: string;
  /** Its outcome or its state, such as `upgraded` or `behind`. */
  readonly state: string;
  readonly wave: string;
  readonly server: string;
  /** When it was begun, in milliseconds after the run began. */
  readonly startedMs?: number;
  readonly durationMs?: number;
  readonly message?: string;
}

/** Tenants that are alike. */
export interface PageClass {
  readonly state: string;
  readonly reason?: string;
  readonly tenants: readonly string[];
  /** The query that shows the rows in the way of one of them. */
  readonly query?: string;
  /** What is different, as a text diff. */
  readonly diff?: string;
}

/** What a report of a fleet shows. */
export interface FleetPage {
  /** The command, such as `remodel fleet upgrade`. */
  readonly command: string;
  readonly startedAt: Date;
  /** The revisions to which the tenants go. */
  readonly target: readonly string[];
  /** How the run ended, in a few words. */
  readonly outcome?: string;
  /** The command that goes on. */
  readonly next?: string;
  readonly tenants: readonly PageTenant[];
  readonly classes: readonly PageClass[];
}

/** How a state is coloured. */
type Tone = "good" | "idle" | "warn" | "bad";

const TONES: Readonly<Record<string, Tone>> = {
  upgraded: "good",
  downgraded: "good",
  stamped: "good",
  there: "good",
  ready: "good",
  quarantined: "bad",
  failed: "bad",
  unreachable: "bad",
  "rows-in-the-way": "bad",
  forbidden: "bad",
  skipped: "warn",
  ahead: "warn",
  edited: "warn",
  empty: "warn",
  drifted: "warn",
  different: "warn",
};

/** How many tenants have room for their names. */
const MOST_NAMED = 60;
const SLOWEST = 10;

/** Prints a report as one HTML file: the fleet as a grid, the classes with their differences, the waves over time, the slowest tenants. */
export function printFleetPage(page: FleetPage): string {
  const title = `${page.command}: ${plural(page.tenants.length, "mall")}`;
  const body = html`${showHead(page)}${showGrid(page)}${showClasses(page)}${showTime(page)}${showSlowest(page)}`;
  return printPage({ title, body, style: STYLE, script: SCRIPT });
}

function showHead({ command, startedAt, target, outcome, next, tenants }: FleetPage): Html {
  const facts = [
    `${plural(tenants.length, "tenant")} on ${plural(new Set(tenants.map(({ server }) => server)).size, "server")}`,
    `started ${startedAt.toISOString().slice(0, 19).replace("T", " ")} UTC`,
    ...collect(target.length > 0 && `target ${target.join(", ")}`),
    ...collect(outcome),
  ];
  const go = next === undefined ? undefined : html`<p>To go on, run:</p><pre>${next}</pre>`;
  return html`<h1>${command}</h1><p class="quiet">${facts.join(" · ")}</p>${go}`;
}

function showGrid({ tenants }: FleetPage): Html {
  const waves = [...new Set(tenants.map(({ wave }) => wave))];
  const size = tenants.length <= MOST_NAMED ? "named" : "small";
  return html`<h2>The fleet</h2>
${showLegend(tenants)}
${waves.map((wave) => {
  const members = tenants.filter((tenant) => tenant.wave === wave);
  return html`<section><h3>${wave} <span class="quiet">${formatCount(members.length)}</span></h3>
<ul class="grid ${size}">${members.map((tenant) => showTenant(tenant, size === "named"))}</ul></section>`;
})}`;
}

function showLegend(tenants: readonly PageTenant[]): Html {
  const counts = new Map<string, number>();
  for (const { state } of tenants) counts.set(state, (counts.get(state) ?? 0) + 1);
  const keys = [...counts].map(
    ([state, count]) => html`<button type="button" data-state="${state}" aria-pressed="false">
<span class="square ${toneOf(state)}"></span>${state} <b>${formatCount(count)}</b></button> `,
  );
  return html`<div class="legend" role="group" aria-label="Show only one state">${keys}</div>`;
}

function showTenant(tenant: PageTenant, named: boolean): Html {
  const { name, state, server, message } = tenant;
  const title = [`${name}: ${state}`, server, ...collect(message)].join("\n");
  const label = named ? html`<span>${name}</span>` : undefined;
  return html`<li class="${toneOf(state)}" data-state="${state}" title="${title}">${label}<span class="hidden">${named ? state : `${name}: ${state}`}</span></li>`;
}

function showClasses({ classes }: FleetPage): Html {
  const shown = classes.map(({ state, reason, tenants, query, diff }) => {
    const open = toneOf(state) === "good" ? "" : " open";
    return html`<details${open}>
<summary><span class="square ${toneOf(state)}"></span><b>${plural(tenants.length, "tenant")}</b> ${state}${reason !== undefined && `: ${reason}`}</summary>
<p class="names quiet">${tenants.join(" · ")}</p>
${query !== undefined && html`<p>This query shows the rows:</p><pre>${query}</pre>`}
${diff !== undefined && showDiff(diff)}</details>`;
  });
  return html`<h2>Classes</h2>${shown}`;
}

const DIFF_TONES: Readonly<Record<string, string>> = { "+": "added", "-": "removed", "@": "quiet" };

function showDiff(diff: string): Html {
  const lines = diff.split("\n").map(
    (line) => html`<span class="${DIFF_TONES[line.charAt(0)] ?? ""}">${line}
</span>`,
  );
  return html`<pre class="diff">${lines}</pre>`;
}

interface Bar extends PageTenant {
  readonly startedMs: number;
  readonly durationMs: number;
  readonly lane: number;
}

const WIDTH = 1000;

/** Draws each tenant as a bar from its beginning to its end; bars in one line never ran at the same time. */
function showTime({ tenants }: FleetPage): Html | undefined {
  const bars = layBars(tenants);
  if (bars.length === 0) return undefined;
  const end = Math.max(1, ...bars.map((bar) => bar.startedMs + bar.durationMs));
  const lanes = Math.max(...bars.map(({ lane }) => lane)) + 1;
  const height = lanes <= 16 ? 14 : 8;
  const waves = [...new Set(bars.map(({ wave }) => wave))].map((wave) => {
    const from = Math.min(...bars.filter((bar) => bar.wave === wave).map(({ startedMs }) => startedMs));
    return { wave, from };
  });
  const lines = waves.map(
    ({ from }) => html`<line x1="${scale(from, end)}" x2="${scale(from, end)}" y1="0" y2="${lanes * height}"/>`,
  );
  const begun = waves.map(({ wave, from }) => `${wave} after ${formatDuration(from)}`).join(", ");
  const shapes = bars.map(
    (bar) => html`<rect class="${toneOf(bar.state)}" x="${scale(bar.startedMs, end)}" y="${bar.lane * height + 1}"
 width="${Math.max(1, scale(bar.durationMs, end))}" height="${height - 2}"><title>${bar.name}: ${bar.state}, ${formatDuration(bar.durationMs)}</title></rect>`,
  );
  return html`<h2>Over time</h2><p class="quiet">${formatDuration(end)} in all. Each bar is a tenant; bars below one another ran at the same time.
The waves began: ${begun}.</p>
<svg class="time" viewBox="0 0 ${WIDTH} ${lanes * height}" role="img" aria-label="The waves over time">${shapes}${lines}</svg>`;
}

function layBars(tenants: readonly PageTenant[]): Bar[] {
  const ends: number[] = [];
  return tenants
    .flatMap((tenant) => {
      const { startedMs, durationMs } = tenant;
      if (startedMs === undefined || durationMs === undefined) return [];
      return [{ ...tenant, startedMs, durationMs }];
    })
    .sort((a, b) => a.startedMs - b.startedMs)
    .map((tenant) => {
      const free = ends.findIndex((end) => end <= tenant.startedMs);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = tenant.startedMs + tenant.durationMs;
      return { ...tenant, lane };
    });
}

function scale(ms: number, end: number): number {
  return Math.round((ms / end) * WIDTH * 10) / 10;
}

function showSlowest({ tenants }: FleetPage): Html | undefined {
  const timed = tenants.filter(({ durationMs }) => durationMs !== undefined);
  if (timed.length < 2) return undefined;
  const slowest = timed.sort((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0)).slice(0, SLOWEST);
  const rows = slowest.map(
    ({ name, server, state, durationMs = 0 }) =>
      html`<tr><td>${name}</td><td>${server}</td><td class="${toneOf(state)}">${state}</td><td class="number">${formatDuration(durationMs)}</td></tr>`,
  );
  return html`<h2>The slowest</h2><table><thead><tr><th>Tenant</th><th>Server</th><th>Outcome</th><th class="number">Time</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function toneOf(state: string): Tone {
  return TONES[state] ?? "idle";
}

const STYLE = `
h3 { font-size: 14px; margin: 14px 0 6px; }
.square { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; background: currentColor; }
.legend { display: flex; flex-wrap: wrap; gap: 6px; }
.legend button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; cursor: pointer; }
.legend button[aria-pressed=true] { border-color: var(--accent); outline: 1px solid var(--accent); }
.grid { list-style: none; padding: 0; margin: 0; display: grid; gap: 4px; }
.grid.small { grid-template-columns: repeat(auto-fill, 15px); }
.grid.small li { width: 15px; height: 15px; border-radius: 3px; background: currentColor; }
.grid.named { grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 6px; }
.grid.named li { border: 1px solid var(--line); border-left: 6px solid currentColor; border-radius: 4px; padding: 5px 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.grid.named li span { color: var(--text); }
.grid li.bad, .square.bad { border-radius: 50%; } .grid.named li.bad { border-radius: 4px; }
.grid li.faint { opacity: .15; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; margin: 6px 0; }
.names { overflow-wrap: anywhere; }
.diff .added { color: var(--good); } .diff .removed { color: var(--bad); }
svg.time { width: 100%; height: auto; } svg.time rect { fill: currentColor; } svg.time line { stroke: var(--text); }
`;

const SCRIPT = `
const keys = [...document.querySelectorAll(".legend button")];
for (const key of keys) key.addEventListener("click", () => {
  const pressed = key.getAttribute("aria-pressed") !== "true";
  for (const other of keys) other.setAttribute("aria-pressed", String(pressed && other === key));
  for (const item of document.querySelectorAll(".grid li")) item.classList.toggle("faint", pressed && item.dataset.state !== key.dataset.state);
});
`;
