import type { FleetPage, PageTenant } from "../../src/fleet/page.ts";

/** A run over `count` malls on three servers, of which some are bad. */
export function exampleFleetPage(count: number): FleetPage {
  const tenants = Array.from({ length: count }, (_, at) => makeTenant(at));
  const states = [...new Set(tenants.map(({ state }) => state))];
  return {
    command: "remodel fleet upgrade",
    startedAt: new Date("2026-03-01T22:00:00Z"),
    target: ["7c1f0a9d52b4"],
    outcome: "not all tenants are at the target",
    next: "remodel fleet upgrade --select mall-0005",
    tenants,
    classes: states.map((state) => ({
      state,
      ...REASONS[state],
      tenants: tenants.filter((tenant) => tenant.state === state).map(({ name }) => name),
    })),
  };
}

const REASONS: Readonly<Record<string, { readonly reason: string; readonly query?: string; readonly diff?: string }>> =
  {
    quarantined: {
      reason: '7c1f0a9d52b4, shops.ts:31: 23505 UQ_shop_code, Key (code)=(<b>A&"1"</b>) is duplicated',
      query: 'SELECT "code", count(*) FROM "shop" GROUP BY 1 HAVING count(*) > 1',
    },
    skipped: {
      reason: "drifted",
      diff: '--- the last run\n+++ the database\n@@ -3,2 +3,3 @@\n table "shop"\n+  "note" text\n-  "fax" text',
    },
    unreachable: { reason: "no server answers (ECONNREFUSED)" },
  };

const BAD: Readonly<Record<number, string>> = { 5: "quarantined", 7: "skipped", 11: "unreachable" };

function makeTenant(at: number): PageTenant {
  const state = BAD[at % 100] ?? "upgraded";
  return {
    name: `mall-${String(at).padStart(4, "0")}`,
    state,
    wave: at < 3 ? "canary" : "rest",
    server: `db${at % 3}:5432`,
    startedMs: Math.floor(at / 8) * 90 + (at < 3 ? 0 : 40),
    durationMs: 40 + ((at * 37) % 50),
    ...(state === "quarantined" && {
      message: "23505: could not create unique index",
    }),
  };
}
