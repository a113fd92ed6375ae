import fc from "fast-check";
import * as typeorm from "typeorm";
import * as typeorm03 from "typeorm-0.3";
import { describe, expect, test } from "vitest";
import { hashMethods, withIndexedMetadata } from "../../src/read/indexed-metadata.ts";

type Methods = Record<string, (...args: readonly unknown[]) => unknown>;

/** A storage of TypeORM, with its lists and its methods. */
function newStorage({ getMetadataArgsStorage }: { getMetadataArgsStorage: () => object }): Methods {
  return Reflect.construct(getMetadataArgsStorage().constructor, []);
}

class Base {}
class Shop extends Base {}
class Mall extends Shop {}
const target = fc.constantFrom<unknown>(Base, Shop, Mall, "shop", "mall", undefined);
const targets = fc.oneof(target, fc.uniqueArray(target), fc.array(target));
const property = fc.constantFrom("id", "name", "parent");
const entry = fc.record({ target, propertyName: property, prefix: fc.constantFrom("a", undefined), type: target });
const LISTS = Object.entries(newStorage(typeorm)).flatMap(([name, list]) => (Array.isArray(list) ? [name] : []));
const lists = fc.record(Object.fromEntries(LISTS.map((name) => [name, fc.array(entry, { maxLength: 12 })])));
const NAMES = Object.getOwnPropertyNames(Object.getPrototypeOf(newStorage(typeorm))).filter((name) =>
  /^(?:filter|find)(?!ByTarget)/.test(name),
);

describe.each([
  ["1", typeorm],
  ["0.3", typeorm03],
])("TypeORM %s", (_, orm) => {
  const prototype: Methods = Object.getPrototypeOf(orm.getMetadataArgsStorage());

  test("all methods of its storage answer the same with an index", async () => {
    const questions = fc.array(fc.tuple(fc.constantFrom(...NAMES), targets, property), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(lists, questions, entry, async (entries, asked, added) => {
        const storage: Methods = Object.assign(newStorage(orm), copyLists(entries));
        const answerAll = async () => asked.map(([name, one, key]) => storage[name]?.(one, key));
        const check = async () => {
          const alone = await answerAll();
          const indexed = await withIndexedMetadata(orm, answerAll);
          expect(indexed).toEqual(alone);
          const [found, expected] = [indexed, alone].map((answers) => answers.flatMap(listEntries));
          expect(found?.length).toBe(expected?.length);
          expect(found?.every((one, at) => one === expected?.[at])).toBe(true);
        };
        await check();
        for (const name of LISTS) (Reflect.get(storage, name) as unknown as unknown[]).push(added);
        await check();
      }),
      { numRuns: Number(process.env["REMODEL_PROPERTY_RUNS"] ?? 200) },
    );
  });

  test("its code is the one that was read, and is itself again afterwards, also after an error", async () => {
    const before = hashMethods(prototype);
    let during = "";
    const work = async () => {
      during = hashMethods(prototype);
      throw new Error("stop");
    };
    await expect(withIndexedMetadata(orm, work)).rejects.toThrow("stop");
    expect(during).not.toBe(before);
    expect(hashMethods(prototype)).toBe(before);
  });

  test("each decorator is looked at a few times, not once for each class", async () => {
    const classes = Array.from({ length: 100 }, () => class {});
    let looks = 0;
    const columns = classes.map((one, at) => ({
      get target() {
        looks += 1;
        return one;
      },
      propertyName: `p${at}`,
    }));
    const storage: Methods = Object.assign(newStorage(orm), { columns });
    await withIndexedMetadata(orm, async () => {
      for (const one of classes) expect(storage["filterColumns"]?.([one])).toHaveLength(1);
    });
    expect(looks).toBeLessThan(classes.length * 10);
  });
});

test("a TypeORM whose code is another one is left alone", async () => {
  class Other {
    filterColumns() {
      return "its own";
    }
  }
  const storage = new Other();
  const found = await withIndexedMetadata({ getMetadataArgsStorage: () => storage }, async () =>
    storage.filterColumns(),
  );
  expect(found).toBe("its own");
  expect(await withIndexedMetadata({}, async () => "done")).toBe("done");
});

/** Copies the lists, with the same entries. */
function copyLists(entries: Readonly<Record<string, readonly unknown[]>>): object {
  return Object.fromEntries(Object.entries(entries).map(([name, list]) => [name, [...list]]));
}

/** The entries of an answer: TypeORM changes what it is given, so they have to be the very same. It derives some from others. */
function listEntries(answer: unknown): readonly unknown[] {
  return [answer].flat().map(findRoot);
}

function findRoot(entry: unknown): unknown {
  if (entry === undefined || Object.hasOwn(Object(entry), "propertyName")) return entry;
  return findRoot(Object.getPrototypeOf(entry));
}
