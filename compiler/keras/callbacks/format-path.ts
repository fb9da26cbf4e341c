// Python's `str.format` for the paths of checkpoints: `model_{epoch:02d}_{val_loss:.2f}.keras`.
import { formatLocale } from 'd3-format';
import { quote, ValueError } from '../../errors/index.ts';
import { formatPython } from './format-python.ts';

// Python writes an ASCII minus where d3 would write the mathematical one.
const { format } = formatLocale({ decimal: '.', thousands: ',', grouping: [3], currency: ['', ''], minus: '-', nan: 'nan' });

/** Fills the fields of a path. Throws KeyError for a name that is not among the values. */
export function formatPath(path: string, values: Readonly<Record<string, number>>): string {
  return path.replace(/\{(\w+)(?::([^{}]*))?\}/g, (_, name: string, spec: string | undefined) => {
    const value = values[name];
    if (value === undefined) throw new MissingFieldError(path, name, Object.keys(values));
    if (spec) return format(spec)(value);
    return name === 'epoch' || name === 'batch' ? String(value) : formatPython(value);
  });
}

/** Python's KeyError. */
class MissingFieldError extends ValueError {
  override readonly name = 'KeyError';

  constructor(path: string, field: string, available: readonly string[]) {
    super(`Failed to format this callback filepath: ${quote(path)}. Reason: '${field}'`, {
      code: 'checkpoint-path',
      cure: `There is: ${available.join(', ')}.`,
    });
  }
}
