import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import type { Browser, Page } from "../browser/node_modules/playwright-core/index.js";

const fromPackage = createRequire(new URL("../browser/package.json", import.meta.url));

/** What a page did when it was opened. */
export interface Opened {
  readonly page: Page;
  /** Errors of its scripts, what it logged as errors, and what it asked the network for. */
  readonly complaints: readonly string[];
}

let browser: Promise<Browser> | undefined;

/**
 * Opens HTML in a real browser (Chromium from npm).
 * @param scheme the colours that the reader prefers
 */
export async function openHtml(text: string, scheme: "light" | "dark", width = 1000): Promise<Opened> {
  browser ??= launch();
  const page = await (await browser).newPage({ colorScheme: scheme, viewport: { width, height: 800 } });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => request.url().startsWith("http") && complaints.push(`asked for ${request.url()}`));
  await page.setContent(text);
  return { page, complaints };
}

/** Closes the browser when the tests of the file are over. */
export function closeBrowserAfterAll(): void {
  afterAll(async () => (await browser)?.close());
}

async function launch(): Promise<Browser> {
  const { chromium } = fromPackage(
    "playwright-core",
  ) as typeof import("../browser/node_modules/playwright-core/index.js");
  const { executablePath, args } = inject("browser");
  return chromium.launch({ executablePath, args: [...args] });
}

/** Saves a picture of the page where REMODEL_PICTURES says (`npm run pictures`), else nothing. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.REMODEL_PICTURES;
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The texts of a page whose contrast to what is behind them is below 4.5 (WCAG 2.2, 1.4.3), with the contrast. */
export function findLowContrast(page: Page): Promise<string[]> {
  return page.evaluate(`(${lowContrast})()`) as Promise<string[]>;
}

/** Runs in the browser, so it is text: a compiled function could refer to helpers that are not there. */
const lowContrast = `() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgb(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgb(colour)[3] > 250) return colour;
    }
    return "white";
  };
  const found = [];
  for (const element of document.querySelectorAll("body *:not(.hidden):not(script):not(style)")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    if (text === "" || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [light(colour), light(ground(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) found.push(text.slice(0, 30) + ": " + contrast.toFixed(2));
  }
  return found;
}`;
