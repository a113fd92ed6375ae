// Starts PostgreSQL servers for a bench or a person: `node test/support/start-server.mjs [MAJOR…]` prints a URL for each.
import { FEWER_PLANS, removeFresh, startServers } from "./postgres.mjs";

const supervised = process.argv.includes("--until-stdin-ends");
const majors = process.argv.slice(2).flatMap((word) => (/^\d+$/.test(word) ? [Number(word)] : []));

const asked = new Promise((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, resolve);
  if (supervised) process.stdin.resume().once("close", resolve);
});
process.stdout.on("error", () => {}); // whoever wanted to read the URLs may be gone

try {
  const servers = await startServers(majors.length > 0 ? majors : [18], supervised ? FEWER_PLANS : {});
  for (const url of servers.urls) console.log(url);
  if (!supervised) console.error("Running. Ctrl+C stops it and removes its data.");
  await asked;
  await servers.stop();
  removeFresh();
  process.exit(0);
} catch (error) {
  removeFresh();
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
