import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** `import { a, b } from "../dist/x.js"`, also as `const { a, b } = await import(`${dist}/x.js`)`. */
const IMPORTS = [
  /import \{([^}]+)\} from "\.\.\/dist\/([^"]+)\.js"/g,
  /const \{([^}]+)\} = await import\(`\$\{dist\}\/([^`]+)\.js`\)/g,
];

const used = readdirSync(join(ROOT, "bench"))
  .filter((file) => file.endsWith(".mjs"))
  .flatMap((file) => {
    const text = readFileSync(join(ROOT, "bench", file), "utf8");
    return IMPORTS.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, names = "", path = ""]) => ({
        file,
        path,
        names: names.split(",").flatMap((name) => name.trim().split(" as ")[0]?.trim() || []),
      })),
    );
  });

test("the benches use functions of the package, so that renaming one is noticed", () => {
  expect(used.length).toBeGreaterThan(4);
});

test.each(used)("bench/$file finds what it imports from $path", ({ path, names }) => {
  const file = join(ROOT, "src", `${path}.ts`);
  expect(existsSync(file)).toBe(true);
  const text = readFileSync(file, "utf8");
  const missing = names.filter((name) => !new RegExp(`^export (async )?(function|const) ${name}\\b`, "m").test(text));
  expect(missing).toEqual([]);
});
