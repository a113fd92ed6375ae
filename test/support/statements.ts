/** The statements of a script, as psql tells them apart. */
export function statementsOf(script: string): string[] {
  const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;
  const statements: string[] = [];
  let from = 0;
  for (const token of script.matchAll(tokens)) {
    if (token[0] !== ";") continue;
    statements.push(script.slice(from, token.index).trim());
    from = token.index + 1;
  }
  return statements;
}
