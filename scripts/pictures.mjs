// Takes the pictures of the documentation: `npm run pictures`. Each is a page as the code prints it, in a real browser.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
spawnSync("npm", ["run", "site"], { cwd: root, stdio: "inherit" });
const { status } = spawnSync(process.execPath, [vitest, "run", "--project", "pages"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, REMODEL_PICTURES: "docs/pictures", REMODEL_SITE: "1" },
});
process.exitCode = status ?? 1;
