// Whether an error is the one that Keras raises: its class, and what its message says in whatever words.
import { errors } from '../../compiler/index.ts';

/** The share of the words of one of Keras's sentences that a message of ours must have. */
const WORDS_IN_COMMON = 0.5;

export function errorProblems(caught: unknown, expectedClass: string, expectedMessage: string): string[] {
  if (!(caught instanceof Error)) return [`${String(caught)} was thrown, expected ${expectedClass}`];
  const classes: Readonly<Record<string, unknown>> = { ...errors, TypeError };
  const expected = classes[expectedClass];
  const isExpected = caught.name === expectedClass || (typeof expected === 'function' && caught instanceof expected);
  if (!isExpected)
    return [`${caught.name} was thrown (${firstLine(caught.message)}), expected ${expectedClass}: ${firstLine(expectedMessage)}`];
  const sentences = decisivePart(expectedMessage).split(/(?<=\.)\s/);
  if (sentences.some((sentence) => isSaid(sentence, caught.message))) return [];
  return [`the message is "${firstLine(caught.message)}", expected one that says "${firstLine(decisivePart(expectedMessage))}"`];
}

function isSaid(sentence: string, message: string): boolean {
  const found = new Set(wordsOf(message));
  const wanted = wordsOf(sentence);
  return wanted.length > 0 && wanted.filter((word) => found.has(word)).length >= WORDS_IN_COMMON * wanted.length;
}

/** What was wrong, without the values that were received. */
const decisivePart = (message: string): string =>
  message
    .replace(/^Exception encountered when calling.*\n+/, '')
    .replace(/\b(Received|Full shape received|Full object config)\b[\s\S]*$/, '')
    .trim() || message;

/** Words of three letters or more, in lower case and without underscores: `data_format` and `dataFormat` are the same. */
const wordsOf = (text: string): string[] => [
  ...new Set(
    text
      .replace(/_/g, '')
      .toLowerCase()
      .match(/[a-z]{3,}/g) ?? [],
  ),
];

const firstLine = (text: string): string => (text.split('\n')[0] as string).slice(0, 160);
