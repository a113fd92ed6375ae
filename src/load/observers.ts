/** Something that code of the project asks the world: how, and of what. It can be asked again. */
export type Inquiry = readonly [how: InquiryKind, ...of: string[]];

/** The sorts of questions, see `answer`. */
export type InquiryKind =
  | "file"
  | "installed"
  | "kind"
  | "linkKind"
  | "target"
  | "real"
  | "folder"
  | "tree"
  | "pattern"
  | "package"
  | "variable"
  | "environment";

/** What code of the project asked the world, and what the answers were. */
export interface Observations {
  /** The answers, by question as JSON. */
  readonly answers: Map<string, string>;
  /** The environment variables that the code itself has set; `undefined` for one that it has removed. */
  readonly set: Map<string, string | undefined>;
  /** Why the same result cannot be expected another time. */
  readonly reasons: Set<string>;
}

/** Those who observe now, each with how often it has begun to. */
const observers = new Map<Observations, number>();
/** Set while an answer is found out: what that reads is no question of the code. */
let isAsking = false;

/** Makes observations without any. */
export function createObservations(): Observations {
  return { answers: new Map(), set: new Map(), reasons: new Set() };
}

/** Whether somebody observes now. */
export function isObserved(): boolean {
  return observers.size > 0 && !isAsking;
}

/** Those who observe now. */
export function listObservers(): readonly Observations[] {
  return [...observers.keys()];
}

/** Adds one who observes. @returns ends that; it says whether it was the last one */
export function addObserver(observations: Observations): () => boolean {
  observers.set(observations, (observers.get(observations) ?? 0) + 1);
  return () => {
    const rest = (observers.get(observations) ?? 1) - 1;
    if (rest > 0) observers.set(observations, rest);
    else observers.delete(observations);
    return observers.size === 0;
  };
}

/**
 * Keeps the answer to a question for all who observe. Another answer than before means that the world changes while it is read.
 * @param find finds the answer; called only if somebody observes
 */
export function observe(question: Inquiry, find: () => string): void {
  if (!isObserved()) return;
  const found = unobserved(find);
  const key = JSON.stringify(question);
  for (const { answers, reasons } of observers.keys()) {
    const before = answers.get(key);
    if (before === undefined) answers.set(key, found);
    else if (before !== found)
      reasons.add(`${question.slice(1).join(" ") || "the environment"} changed while it was read`);
  }
}

/** Does something of remodel's own that is no question of the code. */
export function unobserved<Result>(work: () => Result): Result {
  const before = isAsking;
  isAsking = true;
  try {
    return work();
  } finally {
    isAsking = before;
  }
}
