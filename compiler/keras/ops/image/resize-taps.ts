// Which input elements make an output element when an axis is resized, and with what weights.

export const INTERPOLATIONS = ['bilinear', 'nearest', 'lanczos3', 'lanczos5', 'bicubic', 'area'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

interface Tap {
  readonly index: number;
  readonly weight: number;
}
/** For each output element, its inputs. */
export type Taps = readonly (readonly Tap[])[];

/** A filter: its value at a distance, and the distance beyond which it is 0. */
interface Filter {
  readonly radius: number;
  readonly value: (distance: number) => number;
}

const lanczos = (radius: number): Filter => ({
  radius,
  value: (x) =>
    x > radius ? 0 : x <= 1e-3 ? 1 : (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x),
});

/** Keys's cubic with a = -0.5. */
const cubic = (x: number): number => {
  if (x >= 2) return 0;
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
};

const FILTERS: Readonly<Record<Exclude<Interpolation, 'nearest' | 'area'>, Filter>> = {
  bilinear: { radius: 1, value: (x) => Math.max(0, 1 - x) },
  bicubic: { radius: 2, value: cubic },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** Weights that sum to 1, or none where they cancel. */
function normalized(taps: readonly Tap[]): Tap[] {
  const total = taps.reduce((sum, tap) => sum + tap.weight, 0);
  if (Math.abs(total) < 1e-4) return [];
  return taps.map(({ index, weight }) => ({ index, weight: weight / total }));
}

/** A filter laid over the inputs around the output's centre; wider by the scale where the axis shrinks. */
function filteredTaps(size: number, outputs: number, { radius, value }: Filter, antialias: boolean): Taps {
  const scale = size / outputs;
  const width = antialias ? Math.max(scale, 1) : 1;
  return Array.from({ length: outputs }, (_, output) => {
    const centre = (output + 0.5) * scale;
    if (centre < 0 || centre > size) return [];
    const from = Math.max(0, Math.ceil(centre - radius * width - 0.5));
    const to = Math.min(size - 1, Math.floor(centre + radius * width - 0.5));
    const taps = Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => ({
      index: from + k,
      weight: value(Math.abs(from + k + 0.5 - centre) / width),
    }));
    return normalized(taps);
  });
}

/** Two neighbours, the edge repeated. */
function linearTaps(size: number, outputs: number): Taps {
  const scale = Math.fround(size / outputs);
  return Array.from({ length: outputs }, (_, output) => {
    const position = Math.fround((output + 0.5) * scale) - 0.5;
    const below = Math.floor(position);
    const fraction = position - below;
    const [low, high] = [Math.max(below, 0), Math.min(below + 1, size - 1)];
    return [
      { index: low, weight: 1 - fraction },
      { index: high, weight: fraction },
    ];
  });
}

/** TensorFlow's bicubic kernel reads its weights from a table of 1024 steps; neighbours outside the image count nothing. */
const CUBIC_STEPS = 1024;
function cubicTaps(size: number, outputs: number): Taps {
  const scale = Math.fround(size / outputs);
  return Array.from({ length: outputs }, (_, output) => {
    const position = Math.fround((output + 0.5) * scale) - 0.5;
    const below = Math.floor(position);
    const fraction = Math.round((position - below) * CUBIC_STEPS) / CUBIC_STEPS;
    const taps = [-1, 0, 1, 2].map((offset) => ({ index: below + offset, weight: cubic(Math.abs(offset - fraction)) }));
    return normalized(taps.filter(({ index }) => index >= 0 && index < size));
  });
}

/** Each input weighs as much as it overlaps with the output. */
function areaTaps(size: number, outputs: number): Taps {
  const scale = size / outputs;
  return Array.from({ length: outputs }, (_, output) => {
    const [from, to] = [output * scale, (output + 1) * scale];
    const first = Math.floor(from);
    const last = Math.min(size, Math.ceil(to));
    const taps = Array.from({ length: last - first }, (_, k) => ({
      index: first + k,
      weight: Math.min(to, first + k + 1) - Math.max(from, first + k),
    }));
    return normalized(taps);
  });
}

/** The inputs and weights of each output element of an axis. */
export function resizeTaps(size: number, outputs: number, interpolation: Exclude<Interpolation, 'nearest'>, antialias: boolean): Taps {
  if (interpolation === 'area') return areaTaps(size, outputs);
  if (!antialias && interpolation === 'bilinear') return linearTaps(size, outputs);
  if (!antialias && interpolation === 'bicubic') return cubicTaps(size, outputs);
  // Lanczos always takes the general road; without antialiasing its filter keeps its width.
  return filteredTaps(size, outputs, FILTERS[interpolation], antialias);
}
