import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeBrowserAfterAll, openHtml, takePicture } from "../support/browser.ts";

const SITE = fileURLToPath(new URL("../../site/.vitepress/dist", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

let server: Server;
let home: string;

closeBrowserAfterAll();

beforeAll(async () => {
  server = createServer(({ url = "/" }, response) => {
    const path = normalize(new URL(url, "http://site").pathname).replace(/\/$/, "/index.html");
    try {
      const body = readFileSync(join(SITE, path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

test("the search of the site finds a page for a word, and asks nothing of another machine", async () => {
  const { page } = await openHtml("", "light", 1280);
  const asked: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(home);
  expect(await page.title()).toContain("remodel");
  await takePicture(page, "site-light");
  await page.locator(".VPNavBarSearch button").first().click();
  await page.locator("#localsearch-input").fill("uuid");
  const first = page.locator("#localsearch-list a.result").first();
  await first.waitFor();
  await takePicture(page, "site-search-light");
  expect(await page.locator("#localsearch-list a.result").allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining("Integer keys to uuids")]),
  );
  await page.locator("#localsearch-list a.result", { hasText: "Integer keys to uuids" }).first().click();
  await page.waitForURL(/int-to-uuid/);
  expect(await page.locator("h1").textContent()).toContain("Integer keys to uuids");
  expect(asked.filter((url) => !url.startsWith(home) && !url.startsWith("data:"))).toEqual([]);
  expect(errors).toEqual([]);
});
