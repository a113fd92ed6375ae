// The least that a command can take: a program that parses its command line with yargs, and connects where it has a URL.
import yargs from "yargs";

const { url } = await yargs(process.argv.slice(2)).option("url", { type: "string" }).parseAsync();
if (url !== undefined) {
  const { default: pg } = await import("pg");
  const client = new pg.Client(url);
  await client.connect();
  await client.query("SELECT 1");
  await client.end();
}
