import { runInNewContext } from "node:vm";
import { type Config, defineConfig } from "../config.ts";

const STRINGS_AND_COMMENTS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;
const ASSIGNED = /\bremodel\b[^\n=]*=(?!=)/g;
const DECLARED = /(?<![\w.$])export\s+const\s+remodel\s*(?::\s*\w+\s*)?=\s*/g;
/** Matches exports that may bring a configuration from another file, or under another name. */
const ELSEWHERE = /\bexport\s*\*|\bmodule\.exports\b/;

/**
 * Reads the configuration from the text of the data source file without running the file. Running it loads TypeORM,
 * which takes longer than all the rest of a command that only reads the history.
 * @param text the file
 * @returns the configuration; undefined if the file must be run to know it
 */
export function quickConfig(text: string): Config | undefined {
  const code = blankStringsAndComments(text);
  if (count(code, ASSIGNED) !== count(text, ASSIGNED)) return undefined;
  const [declared, another] = [...code.matchAll(DECLARED)];
  if (declared === undefined && (/\bremodel\b/.test(code) || ELSEWHERE.test(code))) return undefined;
  if (declared === undefined) return {};
  if (another !== undefined || count(code, /\bremodel\b/g) > 1) return undefined;
  const start = declared.index + declared[0].length;
  return evaluate(text.slice(start, findEnd(code, start)));
}

/**
 * Whether the text of the data source file shows that the data source names no schema: its options are an object in the
 * file, all of whose keys are there. Otherwise the file must be run to know it.
 * @param text the file
 */
export function namesNoSchema(text: string): boolean {
  const code = blankStringsAndComments(text);
  const made = count(code, /\bnew\s+DataSource\s*\(\s*\{/g);
  return made === 1 && made === count(code, /\bDataSource\s*\(/g) && !/\bschema\b/.test(text) && !code.includes("...");
}

function blankStringsAndComments(text: string): string {
  return text.replace(STRINGS_AND_COMMENTS, (token) => " ".repeat(token.length));
}

/** Evaluates a literal; an expression that uses other names of the file gives undefined. */
function evaluate(expression: string): Config | undefined {
  try {
    const value: Config = runInNewContext(`(${expression})`, { defineConfig: (config: unknown) => config });
    return defineConfig(structuredClone(value));
  } catch {
    return undefined;
  }
}

/** Finds the position after the bracket that closes the first one. */
function findEnd(code: string, start: number): number {
  let depth = 0;
  for (const { 0: bracket, index } of code.slice(start).matchAll(/[({[\])}]/g)) {
    depth += "({[".includes(bracket) ? 1 : -1;
    if (depth === 0) return start + index + 1;
  }
  return code.length;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
