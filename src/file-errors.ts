import type { RemodelError } from "./errors.ts";

const FULL = "no space is left on the disk";
const REASONS = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", FULL],
  ["EDQUOT", "the disk quota is used up"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["EEXIST", "there is a file with the name of the folder"],
  ["EISDIR", "it is a folder"],
  ["ENOENT", "it does not exist"],
  ["ENOTEMPTY", "the folder is not empty"],
  ["EBUSY", "another program is using it"],
  ["EIO", "the disk cannot be read or written"],
  ["EXDEV", "it is on another disk"],
  ["ELOOP", "its links lead in a circle"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open"],
  ["ENAMETOOLONG", "the name is too long"],
]);

/** Explains an error of the file system in words. */
export function explainFile(cause: unknown): string {
  const { code = "", message = String(cause) }: NodeJS.ErrnoException = Object(cause);
  const reason = REASONS.get(code);
  if (reason === undefined) return message;
  return `${reason} (${code})`;
}

/** Whether the file system had no space left. */
export function isDiskFull(cause: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(Object(cause).code);
}

/** What to do where the file system had no space left. */
export const FREE_SPACE = "Free some space on the disk. Then run the command again.";

/**
 * What to say about an error of the file system that nothing has explained before: a wrong path is no bug.
 * @returns undefined for any other error
 */
export function describeFileError(error: unknown): Pick<RemodelError, "code" | "message" | "hint"> | undefined {
  const { code = "", syscall, path }: NodeJS.ErrnoException = Object(error);
  if (syscall === undefined || syscall === "connect" || !REASONS.has(code)) return undefined;
  return {
    code: "FILE_FAILED",
    message: `${path ?? "A file"} cannot be used: ${explainFile(error)}.`,
    hint: isDiskFull(error) ? FREE_SPACE : "Correct the path, or its permissions. Then run the command again.",
  };
}
