// Preloaded into every measured process: tells when it ends what it loaded and how much processor time it took.
const { writeFileSync } = require("node:fs");
const { Module } = require("node:module");

const PACKAGE = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/;

process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  const packages = Object.keys(Module._cache).flatMap((file) => PACKAGE.exec(file)?.[1] ?? []);
  writeFileSync(
    process.env.BENCH_REPORT,
    JSON.stringify({
      cpu: (user + system) / 1000,
      rss: process.resourceUsage().maxRSS / 1024,
      packages: [...new Set(packages)],
    }),
  );
});
