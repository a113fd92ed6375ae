import { expect, it } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, MODULE, revisionText } from "./support.ts";

const RUNNERS = 8;
const IDS = ["aaaa11110000", "bbbb22220000", "cccc33330000"] as const;

it("eight upgrades at once apply every revision exactly once, and all end well", () =>
  withDatabase(newest(), async (url) => {
    const revisions = IDS.map((id, at) => {
      const steps = `op.sql("CREATE TABLE step_${at} (id int)");\nop.sql("SELECT pg_sleep(0.1)");`;
      return [`migrations/${at}.ts`, revisionText(id, IDS[at - 1] ?? null, steps)];
    });
    const project = cliProject({ ...MODULE, ...Object.fromEntries(revisions) });
    const ran = await Promise.all(
      Array.from({ length: RUNNERS }, () => project.start("upgrade", "--json", "--url", url).ended),
    );
    expect(ran.map(({ code }) => code)).toEqual(Array(RUNNERS).fill(0));
    const applied = ran.flatMap(({ stdout }) => JSON.parse(stdout).revisions).map(({ revision }) => revision);
    expect(applied.sort()).toEqual(IDS);
    const client = await connect(url);
    try {
      const { rows: state } = await client.query("SELECT revision FROM remodel_revision ORDER BY 1");
      expect(state.map(({ revision }) => revision)).toEqual(IDS);
      const { rows: log } = await client.query("SELECT action, revision FROM remodel_log ORDER BY id");
      expect(log).toEqual(IDS.map((revision) => ({ action: "upgrade", revision })));
    } finally {
      await client.end();
    }
  }));
