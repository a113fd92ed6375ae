import { describe, expect, test } from "vitest";
import { printReviewPage } from "../../src/review/review-page.ts";
import { closeBrowserAfterAll, findLowContrast, openHtml, takePicture } from "../support/browser.ts";
import { exampleReview, HOSTILE, hostileReview, reviewWrites } from "../support/example-review.ts";

closeBrowserAfterAll();

const { review, revisions } = exampleReview();
const text = printReviewPage(review, revisions);

test.each(["light", "dark"] as const)("is readable with %s colours, and asks for nothing", async (scheme) => {
  const { page, complaints } = await openHtml(text, scheme);
  expect(await findLowContrast(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.setViewportSize({ width: 1000, height: 920 });
  await takePicture(page, `review-${scheme}`);
  await page.close();
});

test.each([400, 1000])("fits a window of %i pixels", async (width) => {
  const { page } = await openHtml(text, "light", width);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  await page.close();
});

test("prints on paper with nothing cut off, in colours that can be read", async () => {
  const { page } = await openHtml(text, "light", 700);
  await page.emulateMedia({ media: "print" });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(700);
  expect(await findLowContrast(page)).toEqual([]);
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  await page.close();
});

describe("the page says", () => {
  const open = async (selector: string, hasText: string) => {
    const { page } = await openHtml(text, "light");
    const found = await page.locator(selector, { hasText }).allTextContents();
    await page.close();
    return found;
  };

  test("what is accepted, and shows a reason that looks like HTML as it is", async () => {
    expect(await open(".finding.good", "drop-column")).toEqual([
      expect.stringContaining("Accepted: no faxes any more, <b>says A & B</b>"),
    ]);
  });

  test("what the way back loses", async () => {
    expect(await open("p.warn", "A downgrade loses")).toEqual(["A downgrade loses what tenant has by then."]);
  });

  test("which question is open", async () => {
    expect(await open(".questions li", "offer.place_id")).toHaveLength(1);
  });

  test("what each finding recommends", async () => {
    expect(await open(".finding pre", "concurrently: true")).toHaveLength(1);
  });
});

test("the diagram has what changes and its neighbours, and nothing else", async () => {
  const { page } = await openHtml(text, "light");
  const heads = await page.locator("svg.tables .head").allTextContents();
  expect(heads.map((head) => head.trim()).sort()).toEqual(["+ tenant", "mall", "~ bill", "~ shop", "− fax_log"]);
  expect(await page.locator("svg.tables path.new").count()).toBe(1);
  expect(await page.locator("svg.tables path.gone").count()).toBe(1);
  expect(await page.locator("svg.tables text.changed", { hasText: "opened_at" }).textContent()).toContain("was opened");
  await page.close();
});

test("a lock is held from its statement to the end of its transaction", async () => {
  const { page } = await openHtml(text, "light");
  const tables = page.locator("table.time");
  expect(await tables.count()).toBe(2);
  const lanes = await tables.first().locator("th.lane").allTextContents();
  const column = lanes.indexOf("shop");
  const held = await tables
    .first()
    .locator("tbody tr")
    .evaluateAll((rows, at) => rows.map((row) => row.querySelectorAll("td.lane")[at]?.className), column);
  expect(held.slice(0, 4)).toEqual(["lane", "lane warn", "lane warn", "lane bad"]);
  expect(new Set(held.slice(3, -1))).toEqual(new Set(["lane bad"]));
  await page.close();
});

test("names and texts that look like markup are shown as they are", async () => {
  const hostile = hostileReview();
  const { page, complaints } = await openHtml(printReviewPage(hostile.review, hostile.revisions), "light", 1000);
  expect(await page.locator(".questions li").count()).toBe(HOSTILE.length);
  expect(await page.locator(".finding").count()).toBe(hostile.review.findings.length);
  expect(await page.locator(".finding.good", { hasText: "Accepted: </script><b>x</b>" }).count()).toBe(1);
  expect(await page.locator("section b", { hasText: /^x$/ }).count()).toBe(0);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1000);
  expect(complaints).toEqual([]);
  await page.close();
});

test("a page without changes has no empty parts", () => {
  const empty = reviewWrites([{ id: "aaaa", message: "", up: () => undefined }], {});
  const page = printReviewPage(empty.review, empty.revisions);
  expect(page).toContain("It changes nothing.");
  for (const head of ["The tables", "Before and after", "Statements and locks", "Open questions"])
    expect(page).not.toContain(head);
  expect(printReviewPage({ revisions: [], sizes: "none", findings: [] }, [])).toContain(
    "There is no revision to review.",
  );
});
