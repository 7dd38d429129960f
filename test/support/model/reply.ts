// What a stand-in for the model says, and what a protocol makes of it.

/** Tokens that a reply claims to have cost. */
export interface Cost {
  input: number;
  output: number;
  /** Of the input, read from a cache. */
  cached?: number;
}

export type Said =
  | { kind: 'text'; text: string; cost?: Cost }
  | { kind: 'tool'; name: string; input: Record<string, unknown>; cost?: Cost };

export interface Failure {
  kind: 'error';
  status: number;
  /** The words of the error, in the protocol's own form. */
  message: string;
  /** The protocol's name of it, such as `rate_limit_error`. */
  type?: string;
  /** Such as `retry-after`. */
  headers?: Record<string, string>;
}

/** What the model says to a request. */
export type Reply =
  | Said
  | Failure
  /** Says nothing until `release` resolves, then `next`. */
  | { kind: 'held'; release: Promise<void>; next: Reply };

/** One way to speak with a model. */
export interface Protocol {
  /** How the path of its requests ends. */
  ending: string;
  /** The body of a streamed answer, in the pieces in which it is sent. */
  stream(said: Said): string[];
  /** The body of a refusal. */
  refuse(failure: Failure): unknown;
}

/** What a reply costs that doesn't say. */
export const smallest: Cost = { input: 1, output: 1 };

let counter = 0;
/** A number that no other reply of this process has. */
export function nextNumber(): number {
  counter += 1;
  return counter;
}
