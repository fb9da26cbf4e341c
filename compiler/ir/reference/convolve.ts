// Convolution by plain loops: per output pixel and tap, a row of output channels gains input channels times kernel rows.
import { type DType, is64BitInteger } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import type { PrimitiveParams } from '../primitives/params.ts';
import { elementCount } from '../shape.ts';
import { type NumberArray, readElements, resultArray, toNDArray } from './elements.ts';
import { clearSums, rowProduct, sumsArray } from './row-products.ts';
import { forEachWindow, type WindowAxis } from './window-taps.ts';

/** The windows of a convolution, one per spatial axis. */
export function convolutionWindows(input: TensorType, kernel: TensorType, params: PrimitiveParams['convolution']): WindowAxis[] {
  return params.strides.map((stride, axis) => ({
    inputSize: input.shape[axis + 1] as number,
    window: kernel.shape[axis] as number,
    stride,
    padding: params.padding[axis] as readonly [number, number],
    inputDilation: params.inputDilation[axis] as number,
    windowDilation: params.kernelDilation[axis] as number,
  }));
}

/** Sizes that the loops run over. */
interface Extents {
  readonly inputPixels: number;
  readonly outputPixels: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Input channels of one feature group. */
  readonly groupInputs: number;
  /** Output channels of one group, of features or of batch. */
  readonly groupOutputs: number;
  readonly outputBatch: number;
}

export function convolve(input: NDArray, kernel: NDArray, params: PrimitiveParams['convolution'], type: TensorType): NDArray {
  const rank = input.shape.length;
  const outputChannels = type.shape[rank - 1] as number;
  const extents: Extents = {
    inputPixels: elementCount(input.shape.slice(1, -1)),
    outputPixels: elementCount(type.shape.slice(1, -1)),
    inputChannels: input.shape[rank - 1] as number,
    outputChannels,
    groupInputs: kernel.shape[rank - 2] as number,
    groupOutputs: outputChannels / Math.max(params.featureGroups, params.batchGroups),
    outputBatch: type.shape[0] as number,
  };
  const x = readElements(input) as NumberArray;
  const weights = readElements(kernel) as NumberArray;
  const result = resultArray(type) as NumberArray;
  const isDepthwise = extents.groupInputs === 1 && extents.groupOutputs === 1 && params.batchGroups === 1;
  const addTap = isDepthwise ? depthwiseTap(input.dtype, extents) : groupedTap(input.dtype, extents, params.batchGroups);
  // Without groups, taps that lie side by side in input and kernel are one longer row of channels.
  const mergesRuns = !isDepthwise && Math.max(params.featureGroups, params.batchGroups) === 1;
  const sums = sumsArray(input.dtype, outputChannels) as NumberArray;
  // Windows outside, batch inside: a window's taps are found once for all samples.
  forEachWindow(convolutionWindows(input, kernel, params), (pixel, count, offsets, taps) => {
    for (let sample = 0; sample < extents.outputBatch; sample++) {
      clearSums(sums);
      for (let tap = 0; tap < count; ) {
        const run = mergesRuns ? neighbours(offsets, taps, tap, count) : 1;
        addTap(sums, x, weights, sample, offsets[tap] as number, taps[tap] as number, run);
        tap += run;
      }
      result.set(sums, (sample * extents.outputPixels + pixel) * outputChannels);
    }
  });
  return toNDArray(type, result);
}

/** How many taps from `first` on read neighbouring elements. */
function neighbours(offsets: Int32Array, taps: Int32Array, first: number, count: number): number {
  let run = 1;
  const offset = offsets[first] as number;
  const tap = taps[first] as number;
  while (first + run < count && offsets[first + run] === offset + run && taps[first + run] === tap + run) run++;
  return run;
}

/** Adds the products of `run` neighbouring taps, of which `pixel` and `tap` are the first. */
type AddTap = (sums: NumberArray, x: NumberArray, weights: NumberArray, sample: number, pixel: number, tap: number, run: number) => void;

function groupedTap(dtype: DType, extents: Extents, batchGroups: number): AddTap {
  const { inputPixels, inputChannels, outputChannels, groupInputs, groupOutputs, outputBatch } = extents;
  const addProducts = rowProduct(dtype);
  const groups = outputChannels / groupOutputs;
  return (sums, x, weights, sample, pixel, tap, run) => {
    for (let group = 0; group < groups; group++) {
      // A feature group reads its own channels of the sample, a batch group all channels of its own sample.
      const source = batchGroups > 1 ? group * outputBatch + sample : sample;
      const read = (source * inputPixels + pixel) * inputChannels + (batchGroups > 1 ? 0 : group * groupInputs);
      const row = tap * groupInputs * outputChannels + group * groupOutputs;
      const own = groups === 1 ? sums : sums.subarray(group * groupOutputs, (group + 1) * groupOutputs);
      addProducts(own as NumberArray, groupOutputs, x, read, 1, groupInputs * run, weights, row, outputChannels);
    }
  };
}

function depthwiseTap(dtype: DType, { inputPixels, inputChannels }: Extents): AddTap {
  const addRows = is64BitInteger(dtype) ? multiplyRows64 : dtype.includes('float') ? multiplyRows : multiplyRows32;
  return (sums, x, weights, sample, pixel, tap) => {
    addRows(sums as never, x as never, (sample * inputPixels + pixel) * inputChannels, weights as never, tap * inputChannels);
  };
}

function multiplyRows(sums: Float64Array, x: Float32Array, read: number, weights: Float32Array, row: number): void {
  for (let channel = 0; channel < sums.length; channel++) {
    sums[channel] = (sums[channel] as number) + (x[read + channel] as number) * (weights[row + channel] as number);
  }
}

function multiplyRows32(sums: Int32Array, x: Int32Array, read: number, weights: Int32Array, row: number): void {
  for (let channel = 0; channel < sums.length; channel++) {
    sums[channel] = (sums[channel] as number) + Math.imul(x[read + channel] as number, weights[row + channel] as number);
  }
}

function multiplyRows64(sums: BigInt64Array, x: BigInt64Array, read: number, weights: BigInt64Array, row: number): void {
  for (let channel = 0; channel < sums.length; channel++) {
    sums[channel] = (sums[channel] as bigint) + (x[read + channel] as bigint) * (weights[row + channel] as bigint);
  }
}
