import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { locate } from "../../src/load/errors.ts";
import { absolutePattern, fileInShell, fileOfFrame, splitPattern } from "../../src/load/platform-paths.ts";

describe("patterns of entities", () => {
  test.each([
    ["src/**/*.entity{.ts,.js}", "C:\\malls", "C:/malls/src/**/*.entity{.ts,.js}"],
    ["src\\entities\\*.ts", "C:\\malls", "C:/malls/src/entities/*.ts"],
    ["D:\\malls\\src\\*.ts", "C:\\other", "D:/malls/src/*.ts"],
    ["D:/malls/dist/../src/*.ts", "C:\\other", "D:/malls/src/*.ts"],
    ["\\\\server\\share\\src\\*.ts", "C:\\other", "//server/share/src/*.ts"],
    ["/src/*.ts", "C:\\malls", "C:/src/*.ts"],
  ])("%s in %s on Windows", (pattern, folder, expected) => {
    expect(absolutePattern(pattern, folder, win32)).toBe(expected);
  });

  test("elsewhere a backslash is a character of a name", () => {
    expect(absolutePattern("src/\\[a\\]/*.ts", "/malls", posix)).toBe("/malls/src/\\[a\\]/*.ts");
  });

  test.each([
    ["C:/malls/src/*.ts", ["C:/malls", "C:/malls/src"], win32, { folder: "C:/malls/src", rest: "*.ts" }],
    ["C:/*.ts", [], win32, { folder: "C:/", rest: "*.ts" }],
    ["//server/share/(a)/*.ts", ["//server/share/(a)"], win32, { folder: "//server/share/(a)", rest: "*.ts" }],
    ["/malls/[x]/*.ts", ["/malls", "/malls/[x]"], posix, { folder: "/malls/[x]", rest: "*.ts" }],
    ["/*.ts", [], posix, { folder: "/", rest: "*.ts" }],
    ["/malls", ["/malls"], posix, { folder: "/malls", rest: "" }],
  ] as const)("%s is split at the folders that exist", (pattern, folders: readonly string[], path, expected) => {
    expect(splitPattern(pattern, (one) => folders.includes(one), path)).toEqual(expected);
  });
});

describe("lines of stacks", () => {
  test.each([
    ["file:///C:/my%20malls/a.ts", true, "C:\\my malls\\a.ts"],
    ["C:\\malls\\a.ts", true, "C:\\malls\\a.ts"],
    ["file:///home/my%20malls/a.ts", false, "/home/my malls/a.ts"],
    ["/malls/a.ts", false, "/malls/a.ts"],
    ["file://%/", false, "file://%/"],
  ])("%s (on Windows: %s)", (text, isWindows, expected) => expect(fileOfFrame(text, isWindows)).toBe(expected));

  test("a file whose folder has a space is found, in a module and with a drive", () => {
    const error = new Error("no");
    error.stack = "Error: no\n    at f (file:///my%20malls/a.js:3:5)\n    at C:\\malls\\b.js:7:1";
    const seen: string[] = [];
    locate(error, ({ file, line }) => {
      seen.push(`${file} ${line}`);
      return undefined;
    });
    expect(seen).toEqual(["/my malls/a.js 3", "C:\\malls\\b.js 7"]);
  });
});

test.each([
  ["win32", '"%FILE%"'],
  ["linux", '"$FILE"'],
  ["darwin", '"$FILE"'],
])(
  "a shell of %s reads the path of a file from a variable, so that no character of it means anything",
  (name, text) => {
    expect(fileInShell(name)).toBe(text);
  },
);
