import { ts } from "ts-morph";
import { lineAt, nodesOf, parse } from "../../scripts/measure.mjs";
import type { Source } from "./architecture.ts";

/** Tables and columns are the model of the whole, so every room may name them. */
const FREE = ["tables", "columns"];

/** The kinds themselves, where a file of `kinds/` exports them. */
const KIND_OBJECT = /^export const (\w+): Kind</gm;

/** Files and rooms that name other kinds, and why. */
const LICENSED: readonly { readonly path: string; readonly words: readonly string[]; readonly why: string }[] = [
  { path: "diff/renames.ts", words: ["enums"], why: "enum types follow the new names of their columns" },
  { path: "cli/", words: ["enums"], why: "--accept enums is about values of enum types" },
];

/**
 * Where code outside `kinds/` and `schema/` imports a kind instead of asking through the lists of all kinds.
 * @param kinds all sources, of which those in `kinds/` export the kinds
 * @returns `src/file.ts:line: what and why`
 */
export function kindObjectsInUse(sources: readonly Source[], kinds = sources): string[] {
  const objects = kinds
    .filter(({ path }) => path.startsWith("kinds/"))
    .flatMap(({ text }) => [...text.matchAll(KIND_OBJECT)].map(([, name = ""]) => name))
    .filter((name) => !FREE.includes(name));
  return sources.flatMap(({ path, text }) => {
    if (/^(?:kinds|schema)\//.test(path) || !text.includes("/kinds/")) return [];
    const { tree } = parse(path, text);
    return tree.statements.flatMap((node) => {
      if (!ts.isImportDeclaration(node) || !/\/kinds\//.test(node.moduleSpecifier.getText())) return [];
      const named = node.importClause?.namedBindings;
      const specifiers = named !== undefined && ts.isNamedImports(named) ? named.elements : [];
      return specifiers
        .filter((one) => objects.includes((one.propertyName ?? one.name).text))
        .map((one) => {
          const at = `src/${path}:${lineAt(tree, one.getStart(tree))}`;
          return `${at}: imports the kind ${(one.propertyName ?? one.name).text}; ask through the list of kinds`;
        });
    });
  });
}

/**
 * Where code outside `kinds/` and `schema/` names a kind by its list: what is special about a kind is in the kind.
 * @param lists the lists of all kinds
 * @returns `src/file.ts:line: what and why`
 */
export function kindNamesInUse(sources: readonly Source[], lists: readonly string[]): string[] {
  const words = lists.filter((list) => !FREE.includes(list));
  const hint = new RegExp(`["'\`](?:${words.join("|")})["'\`]`);
  return sources.flatMap(({ path, text }) => {
    if (/^(?:kinds|schema)\//.test(path) || !hint.test(text)) return [];
    const { tree } = parse(path, text);
    return nodesOf(tree).flatMap((node) => {
      // A type has no say in what the code does.
      if (!ts.isStringLiteralLike(node) || ts.isLiteralTypeNode(node.parent) || !words.includes(node.text)) return [];
      if (LICENSED.some((one) => path.startsWith(one.path) && one.words.includes(node.text))) return [];
      return [
        `src/${path}:${lineAt(tree, node.getStart(tree))}: names the kind ${node.text}; a field is missing in Kind`,
      ];
    });
  });
}
