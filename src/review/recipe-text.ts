import { printCall } from "../revision/literal.ts";
import type { ReviewFinding } from "./finding.ts";

/** What to write instead, as the calls of a revision file. Each transaction but the first begins with a comment. */
export function recipeText({ recipe = [] }: Pick<ReviewFinding, "recipe">): string {
  const blocks = recipe.map((list) => list.map(({ name, args }) => printCall(`op.${name}`, args, 0)).join("\n"));
  return blocks.join("\n// In a later transaction:\n");
}
