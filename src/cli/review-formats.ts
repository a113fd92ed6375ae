import type { Review } from "../review/review.ts";

/** How a review is printed, by the name of the format. */
export const REVIEW_FORMATS: Readonly<Record<string, (review: Review) => Promise<string>>> = {
  text: async (review) => (await import("./review-text.ts")).printReview(review),
  json: async (review) => JSON.stringify(review, printBigint, 2),
  markdown: async (review) => (await import("../review/markdown.ts")).toMarkdown(review),
  sarif: async (review) => (await import("../review/machine-formats.ts")).toSarif(review),
  github: async (review) => (await import("../review/machine-formats.ts")).toGithub(review),
  gitlab: async (review) => (await import("../review/machine-formats.ts")).toGitlab(review),
};

function printBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || typeof value === "function" ? String(value) : value;
}
