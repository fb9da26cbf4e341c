// Which input element each tap of a window reads, per axis: a table instead of border checks in the inner loops.

export interface WindowAxis {
  readonly inputSize: number;
  readonly window: number;
  readonly stride: number;
  readonly padding: readonly [number, number];
  readonly inputDilation: number;
  readonly windowDilation: number;
}

/** Number of window positions; 0 if the window does not fit. */
export function windowCount({ inputSize, window, stride, padding, inputDilation, windowDilation }: WindowAxis): number {
  const dilatedInput = inputSize === 0 ? 0 : (inputSize - 1) * inputDilation + 1;
  const dilatedWindow = window === 0 ? 0 : (window - 1) * windowDilation + 1;
  const room = dilatedInput + padding[0] + padding[1] - dilatedWindow;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** Entry `position * window + tap` is the input index, or -1 where the tap reads padding. */
export function tapTable(axis: WindowAxis): Int32Array {
  const count = windowCount(axis);
  const table = new Int32Array(count * axis.window);
  for (let position = 0; position < count; position++) {
    for (let tap = 0; tap < axis.window; tap++) {
      const dilated = position * axis.stride - axis.padding[0] + tap * axis.windowDilation;
      const index = dilated / axis.inputDilation;
      const isElement = dilated >= 0 && Number.isInteger(index) && index < axis.inputSize;
      table[position * axis.window + tap] = isElement ? index : -1;
    }
  }
  return table;
}

/**
 * Calls `visit` once per window position, in row-major order, with the elements its taps read: `offsets` in units of
 * the input's spatial elements, `taps` the row-major tap numbers; the first `count` entries are valid.
 */
export function forEachWindow(
  axes: readonly WindowAxis[],
  visit: (position: number, count: number, offsets: Int32Array, taps: Int32Array) => void,
): void {
  const tables = axes.map(tapTable);
  const positions = axes.map(windowCount);
  const total = positions.reduce((product, count) => product * count, 1);
  const tapCount = axes.reduce((product, { window }) => product * window, 1);
  const offsets = new Int32Array(tapCount);
  const taps = new Int32Array(tapCount);
  let count = 0;
  const collect = (axis: number, position: number, offset: number, tap: number, rest: number): void => {
    if (axis === axes.length) {
      offsets[count] = offset;
      taps[count++] = tap;
      return;
    }
    const { inputSize, window } = axes[axis] as WindowAxis;
    const below = rest / (positions[axis] as number);
    const first = Math.floor(position / below) * window;
    for (let index = 0; index < window; index++) {
      const element = tables[axis]?.[first + index] as number;
      if (element >= 0) collect(axis + 1, position % below, offset * inputSize + element, tap * window + index, below);
    }
  };
  for (let position = 0; position < total; position++) {
    count = 0;
    collect(0, position, 0, 0, total);
    visit(position, count, offsets, taps);
  }
}
