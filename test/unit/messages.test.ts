import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { renderRevision } from "../../src/revision/render.ts";

const BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\0", "\x1b[2K", "\u202e"];

function parsed(text: string): readonly string[] {
  const project = new morph.Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const file = project.createSourceFile("revision.ts", text);
  return file.getStatements().map((statement) => statement.getText());
}

test.each(BREAKS)("a message with %j, or the end of a comment, stays in its comment", (char) => {
  const draft = { id: "a1", down: [], upgrade: [], downgrade: [] };
  const plain = parsed(renderRevision({ ...draft, message: "Plain" }, morph));
  const message = `First${char}*/ evil(); /*${char}//${char}evil()*/${char}/`;
  const text = renderRevision({ ...draft, message }, morph);
  expect(parsed(text)).toEqual(plain);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
});
