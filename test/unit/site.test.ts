import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runInProcess } from "../cli/in-process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (page: string) => readFileSync(join(ROOT, page), "utf8");

/** The list of pages, which has no types. */
interface Pages {
  readonly GROUPS: readonly { readonly name: string; readonly pages: Readonly<Record<string, string>> }[];
  readonly HOW_TO: readonly string[];
}

const { GROUPS, HOW_TO } = (await import(`${ROOT}/site/pages.mjs`)) as Pages;
const PAGES = GROUPS.flatMap(({ pages }) => Object.keys(pages));

/** The text of a page without its blocks of code. */
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, "");

/** The anchors of the headings of a page, as GitHub and VitePress make them. */
function listAnchors(page: string): readonly string[] {
  return [...withoutCode(read(page)).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

test("every page of docs/ is in the sidebar once, and every page of the sidebar is there", () => {
  const pages = readdirSync(join(ROOT, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : []));
  expect(PAGES.filter((page) => page.startsWith("docs/")).sort()).toEqual(pages.sort());
  expect(PAGES.filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
});

test("every link of a page leads to a file, and to a heading of it", () => {
  const links = PAGES.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, path, anchor]) => {
      const target = path === "" || path === undefined ? page : join(dirname(page), path);
      return { page, target, anchor };
    }),
  );
  expect(links.length).toBeGreaterThan(100);
  const dead = links.filter(({ target, anchor }) => {
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !listAnchors(target).includes(anchor);
  });
  expect(dead).toEqual([]);
});

describe("a page about how to do something", () => {
  test.each(HOW_TO)("%s says what you want, what to type, what you see, and what to do when it fails", (page) => {
    expect(PAGES).toContain(page);
    const titles = [...withoutCode(read(page)).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    const pattern = ["What you want", "What to type", "What you see", "When it fails"];
    expect(titles.filter((title) => pattern.includes(title ?? ""))).toEqual(pattern);
  });
});

/** Each command that a page names, with its options. */
function listCommands(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/`(?:npx )?remodel ([a-z][^`]*)`/g)].map(([, words = ""]) => words.split(/\s+/));
}

test("every command and option that a page names is one", async () => {
  const named = new Map<string, Set<string>>();
  for (const [first = "", second = "", ...rest] of PAGES.flatMap((page) => listCommands(read(page)))) {
    const name = first === "fleet" && /^[a-z]+$/.test(second) ? `fleet ${second}` : first;
    const options = [second, ...rest].flatMap((word) => /^--?[a-z][\w-]*/.exec(word) ?? []);
    named.set(name, new Set([...(named.get(name) ?? []), ...options]));
  }
  for (const [name, options] of named) {
    const { code, stdout } = await runInProcess([...name.split(" "), "--help"], ROOT, {});
    expect({ name, code }).toEqual({ name, code: 0 });
    for (const option of options) expect(stdout, name).toMatch(new RegExp(`(?:^|[ ,])${option}\\b`, "m"));
  }
});
