import fc from "fast-check";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { applyRenames, invert } from "../../src/diff/renames.ts";
import { phraseQuestion } from "../../src/kinds/question-text.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import { renderRevision } from "../../src/revision/render.ts";
import type { Change, Operation } from "../../src/schema/operation.ts";
import type { Named, Schema, Table } from "../../src/schema/schema.ts";
import { pair, renamed, schema } from "./arbitraries.ts";
import { runs, settings } from "./runs.ts";

const LISTS = ["uniques", "checks", "exclusions", "indexes", "foreignKeys"] as const;

test("a schema does not differ from itself", () => {
  fc.assert(
    fc.property(schema, (one) => {
      expect(diff(one, structuredClone(one))).toEqual([]);
    }),
    settings("diff(s, s)", runs()),
  );
});

test("what a diff says does not depend on the order in which the catalog lists things", () => {
  fc.assert(
    fc.property(pair(), fc.infiniteStream(fc.nat()), ({ before, after }, numbers) => {
      const [one, other] = [diff(before, after), diff(shuffled(before, numbers), shuffled(after, numbers))];
      expect(said(other)).toEqual(said(one));
    }),
    settings("shuffled lists", runs()),
  );
});

test("recording a rendered revision gives its operations", () => {
  fc.assert(
    fc.property(pair(), ({ before, after }) => {
      const [upgrade, downgrade] = [diff(before, after), diff(after, before)];
      const text = renderRevision({ id: "a1b2", down: [], message: "Random", upgrade, downgrade }, morph);
      const functions = evaluated(text);
      expect(recorded(functions.upgrade)).toEqual(expected(upgrade));
      expect(recorded(functions.downgrade)).toEqual(expected(downgrade));
    }),
    settings("rendered revisions", runs(1 / 3)),
  );
});

test("renames lead back when they are inverted", () => {
  fc.assert(
    fc.property(renamed(), ({ before, renames }) => {
      const there = applyRenames(before, renames);
      expect(applyRenames(there, invert(renames))).toEqual(applyRenames(before, []));
    }),
    settings("inverted renames", runs()),
  );
});

/** The schema with the same things in another order; only columns have one of their own. */
function shuffled(one: Schema, numbers: fc.Stream<number>): Schema {
  const mixed = <Item>(items: readonly Item[]): readonly Item[] =>
    items
      .map((item) => ({ item, at: numbers.next().value as number }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  const tables = (one.tables ?? []).map((table): Table => {
    const lists = LISTS.filter((list) => table[list]).map((list) => [list, mixed<Named>(table[list]!)]);
    return { ...table, ...Object.fromEntries(lists) };
  });
  return { ...one, ...(one.enums && { enums: mixed(one.enums) }), tables: mixed(tables) };
}

function said(changes: readonly Change[]): unknown {
  return changes.map(({ operations, question }) => [operations.map(({ name, args }) => [name, args]), question]);
}

interface Functions {
  readonly upgrade: (op: Operations) => void;
  readonly downgrade: (op: Operations) => void;
}

/** The file as JavaScript, as the loader makes it. */
function evaluated(text: string): Functions {
  const options = { module: morph.ts.ModuleKind.CommonJS, target: morph.ts.ScriptTarget.ES2022 };
  const { outputText } = morph.ts.transpileModule(text, { compilerOptions: options });
  const exports = {};
  new Function("exports", outputText)(exports);
  return exports as Functions;
}

function recorded(write: (op: Operations) => void): unknown {
  return record(write).map(({ operation: { name, args, sql } }) => ({ name, args, sql }));
}

function expected(changes: readonly Change[]): unknown {
  return changes.flatMap(({ question, operations }) => {
    const todo = question && { name: "todo", args: [phraseQuestion(question), question.query ?? []].flat(), sql: [] };
    return [...(todo ? [todo] : []), ...operations.map(({ name, args, sql }: Operation) => ({ name, args, sql }))];
  });
}
