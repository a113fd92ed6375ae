import { printCall } from "../revision/literal.ts";
import type { ReviewFinding } from "./finding.ts";

/** What to write instead, as the calls of a revision file: the lines that `--fix` writes. */
export function recipeText({ recipe = [] }: Pick<ReviewFinding, "recipe">): string {
  return recipe
    .flat()
    .map(({ name, args }) => printCall(`op.${name}`, args, 0))
    .join("\n");
}
