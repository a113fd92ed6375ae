// Draws what a page shows of a terminal as a picture: docs/pictures/first-revision.svg, from the README.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const LINE = 20;
const LETTER = 8.43;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** The picture of the session in the README: its commands, without those of the installation. */
export function firstRevisionPicture(root) {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text]) => text.trimEnd());
  return terminalPicture(blocks.slice(1).join("\n").split("\n"));
}

/** Lines of a terminal as SVG; what was typed is brighter than what came of it. */
export function terminalPicture(lines) {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * LETTER) + 40;
  const texts = lines.map((line, at) => {
    const colour = line.startsWith("$ ") ? "#f0f6fc" : "#9da7b3";
    const text = line.replace(/[&<>]/g, (sign) => ESCAPES[sign]);
    return `  <text x="20" y="${34 + at * LINE}" fill="${colour}" xml:space="preserve">${text}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${lines.length * LINE + 40}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">
  <title>A terminal in which remodel is used</title>
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${texts.join("\n")}
</svg>
`;
}
