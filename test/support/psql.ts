import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type pg from "pg";
import { splitStatements } from "../../src/run/script-text.ts";
import { literal } from "../../src/sql.ts";
import { tokenize } from "../../src/tokens.ts";
import { connect } from "./servers.ts";

/** A part of a script: what is sent to the server, and the command of `psql` behind it. */
interface Part {
  readonly statements: readonly string[];
  readonly command?: string;
}

/**
 * Sends a script as `psql` does, with as many of its commands as scripts of ours have.
 * @param most after how many statements to break off
 * @returns what was sent
 */
export async function runScript(
  client: pg.Client,
  script: string,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const variables = new Map<string, string>();
  const conditions: boolean[] = [];
  const sent: string[] = [];
  for (const { statements, command = "" } of partsOf(script)) {
    if (conditions.every(Boolean))
      for (const [at, statement] of statements.entries()) {
        if (sent.length === most) return sent;
        sent.push(statement);
        const { rows } = await client.query(withVariables(statement, variables));
        if (command === "gset" && at === statements.length - 1)
          for (const [name, value] of Object.entries(rows[0])) variables.set(name, String(value));
      }
    const [word, value = ""] = command.split(/\s+:?/);
    if (word === "if") conditions.push(variables.get(value) === "true");
    if (word === "else") conditions.push(!conditions.pop());
    if (word === "endif") conditions.pop();
  }
  return sent;
}

function partsOf(script: string): readonly Part[] {
  const parts: Part[] = [];
  let [from, at] = [0, 0];
  for (const token of tokenize(script)) {
    if (token.kind === "symbol" && token.text === "\\" && at >= from) {
      const end = script.indexOf("\n", at);
      parts.push({ statements: textsOf(script.slice(from, at)), command: script.slice(at + 1, end) });
      from = end;
    }
    at += token.text.length;
  }
  return [...parts, { statements: textsOf(script.slice(from)) }];
}

function textsOf(sql: string): readonly string[] {
  return splitStatements(sql).map((statement) => statement.map(({ text }) => text).join(""));
}

function withVariables(statement: string, variables: ReadonlyMap<string, string>): string {
  const tokens = tokenize(statement);
  return tokens
    .map((token, at) => {
      const name = tokens[at + 1]?.text.slice(1, -1) ?? "";
      if (token.text === ":" && variables.has(name)) return literal(variables.get(name) as string);
      return tokens[at - 1]?.text === ":" && variables.has(token.text.slice(1, -1)) ? "" : token.text;
    })
    .join("");
}

/**
 * Runs a script with the `psql` of this machine, or as {@link runScript} does where there is none.
 * @param variables of `psql`, as `name=value`
 * @returns what it printed
 */
export async function runWithPsql(url: string, script: string, variables: readonly string[] = []): Promise<string> {
  if (spawnSync("psql", ["--version"]).status !== 0) {
    const client = await connect(url);
    await runScript(client, script).finally(() => client.end());
    return "";
  }
  const options = variables.flatMap((one) => ["-v", one]);
  const psql = spawn("psql", ["-XAtq", "-v", "ON_ERROR_STOP=on", ...options, "-f", "-", url]);
  const [out, errors]: string[][] = [[], []];
  psql.stdout.on("data", (text) => out?.push(String(text)));
  psql.stderr.on("data", (text) => errors?.push(String(text)));
  psql.stdin.end(script);
  const [code] = await once(psql, "close");
  if (code !== 0) throw new Error(errors?.join(""));
  return out?.join("") ?? "";
}
