// Where in a file a problem is, and the error that says so.
import { FormatError, quote } from '../errors/index.ts';
import { FORMAT_CODES, type FormatCode } from './codes.ts';

/** The way to a place in a file: the file's name first, then archive entries, groups, fields. */
export type Place = readonly string[];

export const inside = (place: Place, ...parts: readonly string[]): Place => [...place, ...parts];

export const describePlace = (place: Place): string => place.map(quote).join(' > ');

/** The error for a problem at a place, with the cure that belongs to its code or a better one. */
export function formatError(
  code: FormatCode,
  place: Place,
  message: string,
  details: { cure?: string; cause?: unknown } = {},
): FormatError {
  const full = { code, where: describePlace(place), cure: details.cure ?? FORMAT_CODES[code].fix, cause: details.cause };
  return new FormatError(message, full);
}
