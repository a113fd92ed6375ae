import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { findNearestFile } from "./tsconfig.ts";

/** The version of this package. */
export function readOwnVersion(): string {
  return readPackageVersion(findNearestFile(dirname(fileURLToPath(import.meta.url)), "package.json") ?? "");
}

/** The version that a package.json has. */
export function readPackageVersion(file: string): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}
