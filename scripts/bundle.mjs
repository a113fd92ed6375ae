// Makes the command line of few files: Node spends more time on finding and linking modules than on running a command.
//   node scripts/bundle.mjs SOURCES OUT
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** Where Node enters: the command itself, and what the demo calls in its own process. */
const ENTRIES = ["cli/main", "cli/program", "connection/connect", "connection/keep-embedded", "load/load"];

/** What is of no use outside the command line is in the bundle; all else is installed with the package. */
const BUNDLED = "yargs";

/**
 * Writes the command line as CommonJS, which Node loads with less work than ES modules. What a command imports when it
 * runs is in files of its own.
 * @param {string} sources the folder `src`
 * @param {string} out the folder to write; what it has is removed
 */
export async function bundleCommand(sources, out) {
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({
    input: Object.fromEntries(ENTRIES.map((entry) => [basename(entry), join(sources, `${entry}.ts`)])),
    platform: "node",
    external: (id, importer) => /^[^./]/.test(id) && id !== BUNDLED && !isInstalled(importer),
    onLog: refuseUnexpected,
  });
  const { output } = await bundle.write({
    dir: out,
    format: "cjs",
    chunkFileNames: "[name]-[hash].js",
    plugins: [{ name: "own-names", renderChunk: listOwnNames }],
  });
  await bundle.close();
  const { version, dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(sources, "../package.json"), "utf8"),
  );
  refuseMissing(output, Object.keys({ ...dependencies, ...peerDependencies }));
  writeFileSync(join(out, "package.json"), `${JSON.stringify({ type: "commonjs", version })}\n`);
  writeFileSync(join(out, "LICENSES.txt"), listLicenses(output.flatMap((one) => one.moduleIds ?? [])));
}

const ANY_NAMES = "for (var name in all)";

/** The bundler's own helper takes what a project has added to `Object.prototype` for an export of a file. */
function listOwnNames(code, { moduleIds }) {
  if (!moduleIds.some((id) => id.includes("rolldown/runtime"))) return null;
  if (!code.includes(ANY_NAMES)) throw new Error(`The helper of the bundler no longer has: ${ANY_NAMES}`);
  return code.replace(ANY_NAMES, "for (var name of Object.keys(all))");
}

function isInstalled(file = "") {
  return file.includes("node_modules");
}

/** Two warnings are known: yargs reads configurations with `import.meta`, and some modules are imported in both ways. */
function refuseUnexpected(level, { code, message }) {
  if (level === "info" || level === "debug" || ["EMPTY_IMPORT_META", "INEFFECTIVE_DYNAMIC_IMPORT"].includes(code))
    return;
  throw new Error(message);
}

/** A helper of the bundler, such as one for a tagged template with `</script>`, may be in a package that nothing installs. */
function refuseMissing(output, packages) {
  const files = output.map(({ fileName }) => fileName);
  const imported = output.flatMap(({ imports = [], dynamicImports = [] }) => [...imports, ...dynamicImports]);
  const isThere = (id) => isBuiltin(id) || files.includes(id) || packages.some((one) => `${id}/`.startsWith(`${one}/`));
  const missing = imported.filter((id) => !isThere(id));
  if (missing.length > 0) throw new Error(`The command imports what is not installed with it: ${missing.join(", ")}`);
}

/** The licenses of the packages that the bundle contains. */
function listLicenses(files) {
  const folders = [...new Set(files.filter(isInstalled).map(findPackage))].sort();
  const texts = folders.map((folder) => {
    const name = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (name === undefined) throw new Error(`${folder} has no license.`);
    return `${folder.replace(/^.*node_modules[\\/]/, "")}\n\n${readFileSync(join(folder, name), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

function findPackage(file) {
  const folder = dirname(file);
  return existsSync(join(folder, "package.json")) && /[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+$/.test(folder)
    ? folder
    : findPackage(folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [sources, out] = process.argv.slice(2).map((path) => resolve(path));
  await bundleCommand(sources, out);
}
