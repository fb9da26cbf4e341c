// Times and values as Keras's progress bar writes them.
import type { Logs } from './callback.ts';

/** `7s`, `2:05`, `1:00:09`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (seconds > 3600) return `${Math.floor(seconds / 3600)}:${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
  return seconds > 60 ? `${Math.floor(seconds / 60)}:${pad(seconds % 60)}` : `${seconds}s`;
}

/** `12ms/step`. */
export function formatTimePerStep(milliseconds: number): string {
  if (milliseconds >= 1000 || milliseconds === 0) return `${Math.round(milliseconds / 1000)}s/step`;
  return milliseconds >= 1 ? `${Math.round(milliseconds)}ms/step` : `${Math.round(milliseconds * 1000)}us/step`;
}

/** ` - accuracy: 0.9800 - loss: 0.0512`. */
export const formatValues = (values: Logs): string =>
  Object.entries(values)
    .map(([name, value]) => ` - ${name}: ${formatValue(value)}`)
    .join('');

/** Four digits; of a vector its mean. */
function formatValue(value: unknown): string {
  const numbers = [value].flat(Number.POSITIVE_INFINITY).map(Number);
  const mean = numbers.reduce((sum, number) => sum + number, 0) / Math.max(numbers.length, 1);
  return Math.abs(mean) > 1e-3 || Number.isNaN(mean) ? mean.toFixed(4) : mean.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}
