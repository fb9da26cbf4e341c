// Configs have camel case keys in code and snake case keys in files; this is the one place that translates.

/** `kernel_size` -> `kernelSize`. Digits keep their underscore, so that the way back is the same. */
export const toCamelCase = (key: string): string => key.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `kernelSize` -> `kernel_size`, `sparseYTrue` -> `sparse_y_true`. */
export const toFileCase = (key: string): string =>
  key.replace(/(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])/g, (letter) => `_${letter.toLowerCase()}`);

/** The config with its own keys translated; values (nested configs among them) stay as they are. */
export function mapKeys(config: Readonly<Record<string, unknown>>, translate: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [translate(key), value]));
}
