/** Whether a name matches one of the patterns, in which `*` stands for any characters. */
export function excludes(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.includes("*")
      ? new RegExp(`^${pattern.split("*").map(escapeRegExp).join(".*")}$`, "s").test(name)
      : pattern === name,
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
