import { describe, expect, test } from "vitest";
import { ERROR_CODES, type ErrorCode, RemodelError } from "../../src/errors.ts";
import { CODE_RULES, classifyFailure, STATE_RULES } from "../../src/fleet/failure.ts";

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** An error as `pg` throws it. */
function stateError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`refused with ${code}`), { code, ...more });
}

/** The error of a step of a revision. */
function stepError(code: string, line = 31, more: object = {}): RemodelError {
  return new RemodelError("REVISION_FAILED", `/malls/shops.ts:${line}: refused`, {
    cause: stateError(code, more),
    details: { revision: "7c1f0a9d52b4", file: "/malls/shops.ts", line, code },
  });
}

/** The error of a connection that could not be made. */
function connectError(cause: unknown): RemodelError {
  return new RemodelError("DATABASE_UNREACHABLE", "postgres://deployer@mall-7:5432/mall: refused.", { cause });
}

describe("what PostgreSQL or the system says decides the class", () => {
  test.each<[what: string, codes: readonly string[], kind: string, outcome: string]>([
    ["a lock that another session holds, a deadlock", ["55P03", "40P01", "40001"], "passing", "busy"],
    ["too many connections, a server that starts or stops", ["53300", "57P03", "57P01"], "passing", "unreachable"],
    ["a broken connection", ["08000", "08001", "08003", "08006", "08P01"], "passing", "unreachable"],
    [
      "no route",
      ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"],
      "passing",
      "unreachable",
    ],
    ["a wrong password, no database", ["28P01", "28000", "3D000", "57P04"], "unreachable", "unreachable"],
    [
      "this mall's rows",
      ["23502", "23503", "23505", "23514", "23P01", "22001", "22003", "22P02", "22007", "22012"],
      "rows",
      "quarantined",
    ],
    ["a wrong revision", ["42601", "42P01", "42703", "42P07", "0A000", "42501", "42804"], "systemic", "failed"],
    ["another failure", ["57014", "53100", "2BP01", "55006", "25006", "P0001", "XX000"], "other", "failed"],
  ])("%s", (_, codes, kind, outcome) => {
    for (const code of codes) {
      const expected = [code, kind, outcome];
      const isNode = code.startsWith("E");
      const errors = isNode ? [connectError(stateError(code))] : [stateError(code), stepError(code)];
      for (const error of errors) {
        const found = classifyFailure(error);
        expect([code, found.class, found.outcome]).toEqual(expected);
        expect(found.error.sqlState).toBe(isNode ? undefined : code);
        expect(found.silent).toBe(isNode);
      }
    }
  });

  test("no code is in two rules", () => {
    const all = STATE_RULES.flatMap(({ codes }) => codes);
    expect(all.filter((code, at) => all.some((other, place) => place !== at && other.startsWith(code)))).toEqual([]);
  });
});

describe("what remodel says decides where no SQLSTATE does", () => {
  test.each(CODES.map((code) => [code] as const))("%s", (code) => {
    const { class: kind, outcome } = classifyFailure(new RemodelError(code, "Wrong."));
    expect({ class: kind, outcome }).toEqual(CODE_RULES[code] ?? { class: "other", outcome: "failed" });
  });

  test("a lock of another remodel is busy, a lock of a statement is passing", () => {
    expect(classifyFailure(new RemodelError("LOCK_TIMEOUT", "Another holds it.")).class).toBe("busy");
    const cause = stateError("55P03");
    expect(classifyFailure(new RemodelError("LOCK_TIMEOUT", "No lock in 6 attempts.", { cause })).class).toBe(
      "passing",
    );
  });

  test("a question that is open stops every tenant, and a cancelled run is no failure, whatever the cause", () => {
    for (const cause of [stateError("57014"), stateError("23505"), stateError("ECONNRESET")]) {
      expect(classifyFailure(new RemodelError("CANCELLED", "Stopped.", { cause })).outcome).toBe("waiting");
      expect(classifyFailure(new RemodelError("REVISION_UNFINISHED", "Open.", { cause })).class).toBe("project");
    }
  });

  test.each([
    ["a server that accepts and is silent", "timeout expired"],
    ["a connection that ends", "Connection terminated unexpectedly"],
  ])("%s has no code and is tried again", (_, message) => {
    expect(classifyFailure(connectError(new Error(message)))).toMatchObject({ class: "passing", silent: true });
  });

  test("a password that is no text is not tried again", () => {
    const error = connectError(new Error("SASL: client password must be a string"));
    expect(classifyFailure(error)).toMatchObject({ class: "unreachable", silent: false });
  });

  test.each([["text"], [undefined], [null], [{ message: 1 }]])("anything can be thrown: %j", (error) => {
    expect(classifyFailure(error)).toMatchObject({ class: "other", outcome: "failed", error: { code: "INTERNAL" } });
  });
});

describe("a systemic failure is the same in two tenants", () => {
  const cause = (error: unknown) => classifyFailure(error).cause;

  test("with the same revision, step and SQLSTATE", () => {
    expect(cause(stepError("42703"))).toBe(cause(stepError("42703")));
    expect(cause(stepError("42703"))).toBeDefined();
  });

  test("and not with another step or SQLSTATE, nor where rows are in the way", () => {
    expect(cause(stepError("42703", 32))).not.toBe(cause(stepError("42703")));
    expect(cause(stepError("42P01"))).not.toBe(cause(stepError("42703")));
    expect(cause(stepError("23505"))).toBeUndefined();
  });
});

describe("what a person reads", () => {
  test.each<[what: string, error: unknown, reason: string]>([
    ["a constraint", stepError("23505", 31, { constraint: "UQ_shop_code" }), "23505 UQ_shop_code"],
    ["a column", stepError("23502", 31, { table: "shop", column: "code" }), "23502 shop.code"],
    ["a message", stepError("22001"), "22001 refused with 22001"],
    [
      "no name of a database",
      new RemodelError("DATABASE_UNREACHABLE", 'postgres://x@h:1/mall: database "mall" does not exist', {
        cause: stateError("3D000"),
      }),
      '3D000 database "…" does not exist',
    ],
    [
      "no server",
      new RemodelError("DATABASE_UNREACHABLE", "postgres://x@h:1/mall: no server answers (ECONNREFUSED).", {
        cause: stateError("ECONNREFUSED"),
      }),
      "no server answers (ECONNREFUSED)",
    ],
    [
      "no holder of a lock: it differs by tenant",
      new RemodelError("LOCK_TIMEOUT", "Timed out after 300 ms: pid 7 (user deployer) holds the migration lock."),
      "another run holds the migration lock",
    ],
    [
      "no file, where a statement did not get its locks",
      new RemodelError(
        "LOCK_TIMEOUT",
        "Revision 7c1f0a9d52b4 could not get its locks in 2 attempts: /malls/a.ts:1: no",
        {
          cause: new RemodelError("REVISION_FAILED", "/malls/a.ts:1: no", { cause: stateError("55P03") }),
        },
      ),
      "55P03 refused with 55P03",
    ],
    ["a failure of code", new RemodelError("REVISION_FAILED", "a.ts:1: no", { cause: new Error("no\nmore") }), "no"],
    ["a code", new RemodelError("SCHEMA_MISSING", "The schema is missing."), "SCHEMA_MISSING The schema is missing"],
  ])("%s", (_, error, reason) => expect(classifyFailure(error).reason).toBe(reason));

  test("a place, and never a password", () => {
    const { error } = classifyFailure(stepError("23505"));
    expect(error).toMatchObject({
      code: "REVISION_FAILED",
      revision: "7c1f0a9d52b4",
      file: "/malls/shops.ts",
      line: 31,
    });
    const secret = classifyFailure(new Error("https://vault:hunter2@host/ and password=hunter2"));
    expect(JSON.stringify(secret)).not.toContain("hunter2");
  });
});
