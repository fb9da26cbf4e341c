// Vocabularies as text files with one token a line.
import { existsSync, readFileSync } from 'node:fs';
import { quote, ValueError } from '../../../errors/index.ts';

/** The lines of the file at this path, which the user names; a path inside a model file is refused where that is read. */
export function readVocabularyFile(path: string, outputMode: string): string[] {
  if (!existsSync(path)) throw new ValueError(`Vocabulary file ${quote(path)} does not exist.`, { code: 'vocabulary-file' });
  if (outputMode === 'tf_idf') {
    throw new ValueError("output_mode `'tf_idf'` does not support loading a vocabulary from file.", { code: 'vocabulary-file' });
  }
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
