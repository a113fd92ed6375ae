import type { ReviewedRevision } from "../review/finding.ts";
import type { Review } from "../review/review.ts";

/** Prints a review; some formats show the revisions themselves too. */
type PrintReview = (review: Review, revisions: readonly ReviewedRevision[]) => Promise<string>;

/** How a review is printed, by the name of the format. */
export const REVIEW_FORMATS: Readonly<Record<string, PrintReview>> = {
  text: async (review, revisions) => (await import("./review-text.ts")).printReview(review, revisions),
  json: async (review) => JSON.stringify(review, printBigint, 2),
  markdown: async (review, revisions) => (await import("../review/markdown.ts")).toMarkdown(review, revisions),
  html: async (review, revisions) => (await import("../review/review-page.ts")).printReviewPage(review, revisions),
  sarif: async (review) => (await import("../review/machine-formats.ts")).toSarif(review),
  github: async (review) => (await import("../review/machine-formats.ts")).toGithub(review),
  gitlab: async (review) => (await import("../review/machine-formats.ts")).toGitlab(review),
};

function printBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || typeof value === "function" ? String(value) : value;
}
