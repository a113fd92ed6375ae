/** HTML that is safe to put into a page as it is. */
export interface Html {
  readonly html: string;
}

type Content = Html | string | number | undefined | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Builds HTML from a template. Each value is escaped unless it is {@link Html}; lists are joined; `undefined` and `false`
 * are left out.
 * @example html`<td title="${name}">${name}</td>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: parts.map((part, at) => part + print(values[at])).join("") };
}

function print(content: Content): string {
  if (content === undefined || content === false) return "";
  if (Array.isArray(content)) return content.map(print).join("");
  if (typeof content === "object" && "html" in content) return content.html;
  return String(content).replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

/** What an HTML page consists of. Everything is in the one file: it asks no network for anything. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** CSS of this page, after the common one. */
  readonly style?: string;
  /** JavaScript that runs when the page is loaded. The page can be read without it. */
  readonly script?: string;
}

/** Prints a whole page, as a file that can be sent to somebody. */
export function printPage({ title, body, style = "", script }: Page): string {
  const code = script !== undefined && { html: `<script>${script}</script>` };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${{ html: COMMON + style }}</style>
</head>
<body>
<main>
${body}
</main>
${code}
</body>
</html>
`.html;
}

/** Colours have a contrast of at least 4.5 to the ground they are on, in light and in dark. */
const COMMON = `
:root { color-scheme: light dark;
  --ground: light-dark(#ffffff, #14171c); --panel: light-dark(#f5f6f8, #1d2229); --line: light-dark(#d5d9e0, #353c46);
  --text: light-dark(#1b1f24, #e6e9ee); --quiet: light-dark(#57606a, #a4adb9);
  --good: light-dark(#1a7f4b, #4cc38a); --idle: light-dark(#6b7480, #8b95a1); --warn: light-dark(#9a6200, #e3b341); --bad: light-dark(#c0322b, #ff7b72);
  --accent: light-dark(#0b62c4, #79b8ff); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 10px; }
p { margin: 6px 0; } .quiet { color: var(--quiet); }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 600; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; } .good { color: var(--good); } .idle { color: var(--idle); } .warn { color: var(--warn); } .bad { color: var(--bad); }
@media print { main { max-width: none; padding: 0; } details { break-inside: avoid; } }
`;
