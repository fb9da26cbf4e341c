// A table with box-drawing lines as the Python package `rich` prints it, which Keras uses for summaries.

export interface Column {
  readonly header: string;
  readonly width: number;
  readonly align: 'left' | 'right' | 'center';
}

/** The table as text of exactly `width` characters a line. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const widths = fitWidths(columns, width);
  const line = (left: string, fill: string, middle: string, right: string): string =>
    left + widths.map((size) => fill.repeat(size)).join(middle) + right;
  const cells = (row: readonly string[], border: string): string[] => {
    const wrapped = row.map((text, index) => wrap(text, (widths[index] as number) - 2));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, at) => {
      const parts = wrapped.map((lines, index) => ` ${pad(lines[at] ?? '', (widths[index] as number) - 2, columns[index] as Column)} `);
      return border + parts.join(border) + border;
    });
  };
  const header = cells(
    columns.map((column) => column.header),
    '┃',
  );
  const body = rows.flatMap((row, index) => [...(index === 0 ? [] : [line('├', '─', '┼', '┤')]), ...cells(row, '│')]);
  return [line('┏', '━', '┳', '┓'), ...header, line('┡', '━', '╇', '┩'), ...body, line('└', '─', '┴', '┘')].join('\n');
}

/** Shares what is too much among the columns, in the order and with the rounding of rich's `ratio_reduce`. */
function fitWidths(columns: readonly Column[], width: number): number[] {
  const available = width - columns.length - 1;
  let excess = columns.reduce((sum, column) => sum + column.width + 2, 0) - available;
  let remaining = columns.length;
  return columns.map((column) => {
    const reduction = Math.min(column.width + 2, roundHalfEven(excess / remaining));
    excess -= reduction;
    remaining -= 1;
    return column.width + 2 - reduction;
  });
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Breaks text at spaces; a word that is longer than a line is cut and ends in an ellipsis. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

function pad(text: string, width: number, { align }: Column): string {
  if (align === 'left') return text.padEnd(width);
  if (align === 'right') return text.padStart(width);
  return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
}
