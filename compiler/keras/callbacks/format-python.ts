// Floats as Python prints them.

/** `1.0`, `0.25`, `1e-05`, `nan`, `inf`. */
export function formatPython(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  // The digits are those of JavaScript, the shortest that give the number back; only the bounds of the notation differ.
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) ? `${BigInt(value)}.0` : String(value);
}
