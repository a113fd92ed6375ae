import { TableIndex } from "typeorm";
import { expect, test } from "vitest";
import { indexes } from "../../src/kinds/indexes.ts";
import type { ModelTable } from "../../src/kinds/kind.ts";

test("how the models want an index to be built is no property of it", () => {
  const read = (isConcurrent: boolean) => {
    const index = new TableIndex({ name: "IDX_code", columnNames: ["code"], isConcurrent });
    return indexes.fromModel?.({ indices: [index] } as unknown as ModelTable);
  };
  expect(read(true)).toEqual([{ name: "IDX_code", columns: ["code"] }]);
  expect(read(true)).toEqual(read(false));
});
