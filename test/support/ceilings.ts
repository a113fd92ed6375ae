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
/** At most a tenth of all functions has more ways than this. */
const FEW_WAYS = 5;
/** At most this many functions have more than {@link MANY_WAYS}. */
const MOST_COMPLEX = 10;
const MANY_WAYS = 10;

/** What is too long or too complex to be read at first sight, and names that mean several things. */
export function findOverCeilings(files: Files): readonly string[] {
  return [...longFiles(files), ...longFunctions(files), ...nestedTernaries(files), ...sharedNames(files)];
}

/** What there may be a little of, and is too much together: functions with many ways. */
export function findTooComplex(files: Files): readonly string[] {
  const functions = measureFunctions(files);
  const over = (ways: number) => functions.filter(({ complexity }) => complexity > ways);
  const [some, many] = [over(FEW_WAYS), over(MANY_WAYS)];
  const tenth = Math.floor(functions.length / 10);
  const names = many.map(({ path, name }) => `${name} in src/${path}`).join(", ");
  return [
    ...(some.length > tenth
      ? [`${some.length} functions have a complexity over ${FEW_WAYS}, more than a tenth of all, ${tenth}`]
      : []),
    ...(many.length > MOST_COMPLEX
      ? [`${many.length} functions have a complexity over ${MANY_WAYS}, more than ${MOST_COMPLEX}: ${names}`]
      : []),
  ];
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
