import {
  findNodes,
  findSharedNames,
  isNestedTernary,
  measureFunctions,
  type readFiles,
} from "../../scripts/measure.mjs";

type Files = ReturnType<typeof readFiles>;

/** Lines of a function, from its first to its last. */
const FUNCTION_LINES = 40;
/** Lines of a file. */
const FILE_LINES = 300;
/** Ways through a function, together with its callbacks. */
const COMPLEXITY = 15;

/** What is too long or too complex to be read at first sight, and names that mean several things. */
export function findOverCeilings(files: Files): readonly string[] {
  return [...longFiles(files), ...longFunctions(files), ...nestedTernaries(files), ...sharedNames(files)];
}

function longFiles(files: Files): readonly string[] {
  return files.flatMap(({ path, tree }) => {
    const lines = tree.text.trimEnd().split("\n").length;
    return lines > FILE_LINES ? [`src/${path}: ${lines} lines, more than ${FILE_LINES}`] : [];
  });
}

function longFunctions(files: Files): readonly string[] {
  return measureFunctions(files).flatMap(({ path, line, name, lines, complexity }) => {
    const at = `src/${path}:${line}: ${name}`;
    return [
      ...(lines > FUNCTION_LINES ? [`${at} has ${lines} lines, more than ${FUNCTION_LINES}`] : []),
      ...(complexity > COMPLEXITY ? [`${at} has a complexity of ${complexity}, more than ${COMPLEXITY}`] : []),
    ];
  });
}

function nestedTernaries(files: Files): readonly string[] {
  return findNodes(files, isNestedTernary).map((at) => `src/${at}: a ternary inside a ternary`);
}

function sharedNames(files: Files): readonly string[] {
  return [...findSharedNames(files)].map(([name, paths]) => `${name} is exported by ${paths.join(" and ")}`);
}
