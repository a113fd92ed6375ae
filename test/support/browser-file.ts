import { createRequire } from "node:module";

const fromPackage = createRequire(new URL("../browser/package.json", import.meta.url));

/** Finds the browser of the tests, which is unpacked at the first call (`REMODEL_TEST_BROWSER` is the path of another one). */
export async function findBrowser(): Promise<{ readonly executablePath: string; readonly args: readonly string[] }> {
  const own = process.env.REMODEL_TEST_BROWSER;
  if (own !== undefined) return { executablePath: own, args: [] };
  const { default: chromium } = await import(fromPackage.resolve("@sparticuz/chromium"));
  // In a single process the browser ends with its first page.
  const args = chromium.args.filter((arg: string) => arg !== "--single-process" && arg !== "--no-zygote");
  return { executablePath: await chromium.executablePath(), args };
}
