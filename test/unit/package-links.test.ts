import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LINK = /\]\((?!https?:|#)([^)#\s]+)/g;

/** The files of the package that people read, by their paths. */
function listPacked(): readonly string[] {
  const { files }: { readonly files: readonly string[] } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return files.filter((path) => path !== "dist").flatMap(expandPattern);
}

function expandPattern(pattern: string): readonly string[] {
  const [, folder, ending] = /^(.*)\/\*(\.\w+)$/.exec(pattern) ?? [];
  if (folder !== undefined && ending !== undefined)
    return readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(ending) ? [`${folder}/${name}`] : []));
  if (!statSync(join(ROOT, pattern)).isDirectory()) return [pattern];
  return readdirSync(join(ROOT, pattern)).map((name) => `${pattern}/${name}`);
}

/** The links of a page that do not begin with `http`, as paths in the package. */
function listLinks(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8").replace(/^```[\s\S]*?^```/gm, "");
  return [...text.matchAll(LINK)].map(([, link = ""]) => new URL(link, `file:///${page}`).pathname.slice(1));
}

test("every link and picture of a page of the package leads to a file of the package", () => {
  const packed = listPacked();
  const isThere = (path: string) => packed.some((one) => one === path || one.startsWith(`${path}/`));
  const pages = packed.filter((path) => path.endsWith(".md"));
  expect(pages).toContain("docs/fleet-release.md");
  const links = pages.flatMap((page) => listLinks(page).map((link) => ({ page, link })));
  expect(links).toContainEqual({ page: "docs/fleet.md", link: "docs/pictures/fleet-1000-light.png" });
  expect(links.filter(({ link }) => !isThere(link))).toEqual([]);
});
