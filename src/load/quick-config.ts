import { runInNewContext } from "node:vm";
import { type Config, defineConfig } from "../config.ts";

const STRINGS_AND_COMMENTS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;
const ASSIGNED = /\bremodel\b[^\n=]*=(?!=)/g;
const DECLARED = /(?<![\w.$])export\s+const\s+remodel\s*(?::\s*\w+\s*)?=\s*/g;
/** The configuration may come from another file, or under another name. */
const ELSEWHERE = /\bexport\s*\*|\bmodule\.exports\b/;

/**
 * Reads the configuration out of the text of the file with the data source, without running the file: that loads
 * TypeORM, which takes longer than everything else that a look at the history needs.
 * @param text the file
 * @returns the configuration, or undefined where only running the file can tell
 */
export function quickConfig(text: string): Config | undefined {
  const code = text.replace(STRINGS_AND_COMMENTS, (token) => " ".repeat(token.length));
  if (count(code, ASSIGNED) !== count(text, ASSIGNED)) return undefined;
  const [declared, another] = [...code.matchAll(DECLARED)];
  if (declared === undefined) return /\bremodel\b/.test(code) || ELSEWHERE.test(code) ? undefined : {};
  if (another !== undefined || count(code, /\bremodel\b/g) > 1) return undefined;
  const start = declared.index + declared[0].length;
  return evaluated(text.slice(start, endOf(code, start)));
}

/** A literal needs nothing from around it; whatever does cannot be told here. */
function evaluated(expression: string): Config | undefined {
  try {
    const value: unknown = runInNewContext(`(${expression})`, { defineConfig: (config: unknown) => config });
    return defineConfig(structuredClone(value) as Config);
  } catch {
    return undefined;
  }
}

/** Behind the bracket that closes the first one. */
function endOf(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at += 1) {
    if ("({[".includes(code[at]!)) depth += 1;
    else if (")}]".includes(code[at]!)) depth -= 1;
    else continue;
    if (depth === 0) return at + 1;
  }
  return code.length;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
