import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The words that none of some texts has in double quotes. */
export function findUnmentioned(words: readonly string[], texts: readonly string[]): readonly string[] {
  return words.filter((word) => !texts.some((text) => text.includes(`"${word}"`)));
}

/** The texts of the TypeScript files below a folder of the repository, without those of packages. */
export function readSources(folder: string): readonly string[] {
  const entries = readdirSync(ROOT + folder, { withFileTypes: true }).filter(({ name }) => name !== "node_modules");
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return readSources(path);
    return path.endsWith(".ts") ? [readFileSync(ROOT + path, "utf8")] : [];
  });
}
