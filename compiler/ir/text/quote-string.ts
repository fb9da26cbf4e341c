// Strings in graph text: JSON, with everything escaped that could disturb a terminal or the reading order.

const DISTURBING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** `text` between double quotes, on one line, readable back by `JSON.parse`. */
export function quoteString(text: string): string {
  return JSON.stringify(text).replace(DISTURBING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
