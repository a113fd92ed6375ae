import { readInstalledVersion, readOwnManifest } from "../load/own-version.ts";
import { type DoctorLine, missingLine, noteLine, okLine } from "./doctor-line.ts";

/**
 * Looks at the versions of Node and of the packages that a project installs.
 * @param folder where the search for packages starts
 * @param isBuilt the revisions are a build, which needs neither TypeORM nor TypeScript
 */
export function examineVersions(folder: string, isBuilt: boolean): readonly DoctorLine[] {
  const { version, engines, peerDependencies } = readOwnManifest();
  const peer = (name: string) => examinePackage(name, peerDependencies[name] ?? "", folder);
  return [
    okLine("remodel", version),
    examineNode(process.versions.node, engines.node),
    ...(isBuilt ? [] : [peer("typeorm")]),
    peer("pg"),
    ...(isBuilt ? [] : [examineTypescript(folder), examineEmbedded(folder)]),
  ];
}

function examineNode(version: string, range: string): DoctorLine {
  if (isInRange(version, range)) return okLine("node", version);
  return missingLine("node", `${version}; remodel needs ${range}.`, "Install a newer Node: https://nodejs.org");
}

function examinePackage(name: string, range: string, folder: string): DoctorLine {
  const version = readInstalledVersion(name, folder);
  const hint = `Run: npm install ${name}`;
  if (version === undefined) return missingLine(name, "It is not installed in the project.", hint);
  if (isInRange(version, range)) return okLine(name, version);
  return missingLine(name, `${version}; remodel needs ${range}.`, `${hint}@latest`);
}

/** The project's files are compiled with the TypeScript of ts-morph, so the project's own is not needed. */
function examineTypescript(folder: string): DoctorLine {
  const version = readInstalledVersion("typescript", folder);
  if (readInstalledVersion("ts-morph") === undefined)
    return noteLine("typescript", "ts-morph is not installed, so only JavaScript can be loaded.");
  if (version === undefined) return okLine("typescript", "not installed in the project; remodel compiles with its own");
  return okLine("typescript", `${version} in the project; remodel compiles with its own`);
}

/** The embedded PostgreSQL is no peer dependency, since a project that names a server needs none. */
function examineEmbedded(folder: string): DoctorLine {
  const name = "@electric-sql/pglite";
  const version = readInstalledVersion(name, folder);
  if (version !== undefined) return okLine(name, version);
  return noteLine(
    name,
    "not installed in the project; without --on, adopt, squash, verify, dev and watch need it",
    `To install it, run: npm install --save-dev ${name}`,
  );
}

/**
 * Whether a version is in a range of npm, of those that this package uses: `>=20.19`, `>=0.3.20 <2`, `^8.12.0`.
 * @param version such as `8.16.0`
 */
export function isInRange(version: string, range: string): boolean {
  return range.split(" ").every((part) => {
    const [, sign = "", bound = ""] = /^(>=|<|\^)(.+)$/.exec(part) ?? [];
    const order = compareVersions(version, bound);
    if (sign === "<") return order < 0;
    return order >= 0 && (sign !== "^" || Number.parseInt(version, 10) === Number.parseInt(bound, 10));
  });
}

/** @returns below 0 if the first is older */
function compareVersions(first: string, second: string): number {
  const [a, b] = [first, second].map((text) => text.split("-")[0]?.split(".").map(Number) ?? []);
  const differences = [0, 1, 2].map((at) => (a?.[at] ?? 0) - (b?.[at] ?? 0));
  return differences.find((one) => one !== 0) ?? 0;
}
