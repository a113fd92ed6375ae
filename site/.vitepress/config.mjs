import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GROUPS, PAGES } from "../pages.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The address of a page on the site. */
function addressOf(page) {
  return page === "README.md" ? "/" : `/${page.replace(/\.md$/, "")}`;
}

/** Files that are no page, such as the examples, are named but not linked: the site has only its pages. */
function unlinkOtherFiles(markdown) {
  markdown.core.ruler.push("unlink-other-files", ({ tokens, env }) => {
    const folder = dirname(env.relativePath === "index.md" ? "README.md" : env.relativePath);
    for (const { children } of tokens)
      for (const { open, close } of listLinks(children ?? []))
        if (isOther(open.attrGet("href"), folder)) unlink(open, close);
  });
}

/** The opening and closing tokens of each link. */
function listLinks(tokens) {
  const closes = tokens.filter(({ type }) => type === "link_close");
  return tokens.filter(({ type }) => type === "link_open").map((open, at) => ({ open, close: closes[at] }));
}

function isOther(href, folder) {
  if (/^(?:\w+:|#|\/)/.test(href)) return false;
  const path = join(folder, href.replace(/#.*/, ""));
  return !PAGES.includes(path) && existsSync(join(ROOT, path));
}

function unlink(...tokens) {
  for (const token of tokens) Object.assign(token, { type: "text", tag: "", content: "", nesting: 0, attrs: null });
}

export default {
  title: "remodel",
  description: "Alembic for TypeORM on PostgreSQL",
  srcDir: ".pages",
  rewrites: { "README.md": "index.md" },
  markdown: { config: unlinkOtherFiles },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: GROUPS.map(({ name, pages }) => ({
      text: name,
      items: Object.entries(pages).map(([page, text]) => ({ text, link: addressOf(page) })),
    })),
  },
};
