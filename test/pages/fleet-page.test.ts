import { describe, expect, test } from "vitest";
import { printFleetPage } from "../../src/fleet/page.ts";
import { closeBrowserAfterAll, findLowContrast, openHtml, takePicture } from "../support/browser.ts";
import { exampleFleetPage } from "../support/fleet-page.ts";

closeBrowserAfterAll();

describe.each([12, 1000])("the report of %i malls", (count) => {
  const text = printFleetPage(exampleFleetPage(count));

  test.each(["light", "dark"] as const)("is readable with %s colours, and asks for nothing", async (scheme) => {
    const { page, complaints } = await openHtml(text, scheme);
    expect(await page.locator(".grid li").count()).toBe(count);
    expect(await findLowContrast(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await takePicture(page, `fleet-${count}-${scheme}`);
    await page.close();
  });

  test.each([400, 1000])("fits a window of %i pixels", async (width) => {
    const { page } = await openHtml(text, "light", width);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.close();
  });
});

test("a text that looks like HTML is shown as it is", async () => {
  const { page } = await openHtml(printFleetPage(exampleFleetPage(12)), "light");
  expect(await page.locator("details", { hasText: "quarantined" }).textContent()).toContain('(<b>A&"1"</b>)');
  await page.close();
});

test("a click on a state leaves only its tenants strong, a second one all", async () => {
  const { page, complaints } = await openHtml(printFleetPage(exampleFleetPage(1000)), "light");
  const key = page.locator(".legend button", { hasText: "quarantined" });
  await key.click();
  expect(await page.locator(".grid li:not(.faint)").count()).toBe(10);
  await key.click();
  expect(await page.locator(".grid li.faint").count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.close();
});

test("counts have thousands, and words say when each wave began, since marks of short waves would overlap", () => {
  const text = printFleetPage(exampleFleetPage(1000));
  expect(text).toContain("1,000 tenants on 3 servers");
  expect(text).toContain("The waves began: canary after 0 ms, rest after 40 ms.");
});

test("a page without times and diffs has no empty parts", () => {
  const { tenants, classes, ...rest } = exampleFleetPage(2);
  const plain = tenants.map(({ name, state, wave, server }) => ({ name, state, wave, server }));
  const text = printFleetPage({ ...rest, tenants: plain, classes });
  expect(text).not.toContain("Over time");
  expect(text).not.toContain("The slowest");
});
