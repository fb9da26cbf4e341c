// Tables and quantities as text.

/** Columns padded to the widest cell; two spaces between them. */
export function textTable(rows: readonly (readonly string[])[], indent = ''): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => indent + row.map((cell, column) => cell.padEnd(widths[column] as number)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** `1.2 MB`: powers of 1000, as file sizes are told. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1e3).toFixed(1)} s`;
  if (milliseconds >= 100) return `${milliseconds.toFixed(0)} ms`;
  return `${milliseconds.toFixed(milliseconds < 1 ? 3 : 1)} ms`;
}

export const formatDifference = (difference: number): string => (difference === 0 ? '0' : difference.toExponential(1));
