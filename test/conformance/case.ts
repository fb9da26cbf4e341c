// What a case is, and what may become of it.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One line of a `cases.jsonl`; the README of the data says which other keys a group has. */
export interface Case extends JsonObject {
  /** `GROUP/SUBJECT/HASH`, or `GROUP/SUBJECT`. */
  readonly id: string;
}

export type Status = 'passed' | 'failed' | 'skipped';

export interface Outcome {
  readonly id: string;
  readonly status: Status;
  /** Why it failed or was skipped. */
  readonly reason?: string;
}

/** Thrown by a group where a case needs what kerasc does not have; its message is the reason that the report groups by. */
export class Skip extends Error {}

/** Thrown where results differ. */
export class Mismatch extends Error {
  constructor(differences: readonly string[]) {
    super(differences.join('; '));
  }
}

export const groupOf = (id: string): string => id.split('/')[0] as string;
export const subjectOf = (id: string): string => id.split('/')[1] as string;
