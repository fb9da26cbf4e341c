// Names from a model, as they may stand in file names, packages and generated text.

/** A stem for file names: `my model/../x` becomes `my_model_x`. */
export function fileStem(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, 64);
  return stem || 'model';
}

/** A package name that npm accepts. */
export const packageName = (name: string): string =>
  fileStem(name)
    .toLowerCase()
    .replace(/^[_-]+/, '') || 'model';

/** A property name as a string literal, safe in TypeScript whatever it holds. */
export function propertyName(name: string): string {
  return JSON.stringify(name).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Text for a doc comment: one line that cannot end the comment nor start a tag. */
export function commentText(text: string): string {
  const line = text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/\*\//g, '* /')
    .replace(/@/g, '(at)')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
