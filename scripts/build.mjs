// Compiles src/ to dist/ as ES modules and to dist/cjs/ as CommonJS, and bundles the command in dist/cli/.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { globSync } from "tinyglobby";
import { bundleCommand } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const cjs = join(dist, "cjs");
const HERE = '"use strict";\nconst __moduleUrl = require("node:url").pathToFileURL(__filename).href;';
/** Each file alone: types and imports are those of the ES modules. */
const EACH_ALONE =
  "--ignoreConfig --allowJs --noCheck --noResolve --module commonjs --target es2022 --esModuleInterop --moduleResolution bundler";

rmSync(dist, { recursive: true, force: true });
compile("-p", "tsconfig.build.json");
await bundleCommand(join(root, "src"), join(dist, "cli"));
chmodSync(join(dist, "cli/main.js"), 0o755);
for (const file of globSync("**/*.d.ts", { cwd: dist, absolute: true })) renameImportedTypes(file);
buildCommonJs();

/** Jest, and Node before 22, cannot require an ES module. The command line is not in it. */
function buildCommonJs() {
  const source = join(dist, "source");
  const files = globSync("**/*.js", { cwd: dist, ignore: "cli/**" });
  for (const folder of new Set(files.map((file) => dirname(file))))
    mkdirSync(join(source, folder), { recursive: true });
  for (const file of files)
    writeFileSync(
      join(source, file),
      readFileSync(join(dist, file), "utf8").replaceAll("import.meta.url", "__moduleUrl"),
    );
  compile(...EACH_ALONE.split(" "), "--rootDir", source, "--outDir", cjs, ...files.map((file) => join(source, file)));
  rmSync(source, { recursive: true });
  for (const file of files) {
    const text = readFileSync(join(cjs, file), "utf8");
    if (text.includes("__moduleUrl")) writeFileSync(join(cjs, file), text.replace(/^"use strict";/, HERE));
    const types = file.replace(/js$/, "d.ts");
    cpSync(join(dist, types), join(cjs, types));
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(cjs, "package.json"), `${JSON.stringify({ type: "commonjs", version })}\n`);
}

/** The compiler leaves the extension of a type that it has inferred: `import("../schema/schema.ts")`. */
function renameImportedTypes(file) {
  const text = readFileSync(file, "utf8");
  const renamed = text.replaceAll(/\bimport\("(\.[^"]*)\.ts"\)/g, 'import("$1.js")');
  if (renamed !== text) writeFileSync(file, renamed);
}

function compile(...args) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
