import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LINK = /\]\((?!https?:|#)([^)#\s]+)/g;

const PACKAGE: { readonly files: readonly string[]; readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
);

/** The scripts of a dependency that npm runs, or warns about; `prepare` only if it comes from a file or from git. */
const INSTALLING = ["preinstall", "install", "postinstall", "prepare"];

/** The files of the package that people read, by their paths. */
function listPacked(): readonly string[] {
  const { files } = PACKAGE;
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

test("the package is built in a clone and before it is packed, and runs nothing where it is installed", () => {
  const { scripts } = PACKAGE;
  expect([scripts.postprepare, scripts.prepack]).toEqual(["npm run build", "npm run build"]);
  expect(INSTALLING.filter((name) => Object.hasOwn(scripts, name))).toEqual([]);
});
