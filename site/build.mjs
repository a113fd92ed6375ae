// Builds the documentation as a site, without a network: npm run site. The result is in site/.vitepress/dist.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import { PAGES } from "./pages.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
// Pages are compiled where their packages are found: below this folder.
const COPY = join(ROOT, "site/.pages");

rmSync(COPY, { recursive: true, force: true });
for (const path of [...PAGES, "docs/pictures"]) {
  mkdirSync(dirname(join(COPY, path)), { recursive: true });
  cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
}
await build(join(ROOT, "site"));
