// Intersection over union of classes, from a confusion matrix.
import { ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { Metric, type MetricOptions, type PairArguments, type UpdateOptions } from './metric.ts';

export interface IoUOptions extends MetricOptions {
  /** Targets of this class do not count. */
  readonly ignoreClass?: number | null;
  /** Whether targets are class numbers, not one-hot. Default true. */
  readonly sparseYTrue?: boolean;
  /** Whether predictions are class numbers, not scores. Default true. */
  readonly sparseYPred?: boolean;
  /** The class axis of what is not sparse. Default -1. */
  readonly axis?: number;
}

/** `tp / (tp + fp + fn)`, the mean over the target classes that occur. The state is an integer matrix, unless `dtype` says otherwise. */
export class IoU extends Metric<PairArguments, Tensor> {
  static readonly positional: readonly string[] = ['numClasses', 'targetClassIds'];

  override readonly direction = 'up';
  readonly numClasses: number;
  readonly targetClassIds: readonly number[];
  readonly totalConfusionMatrix: Variable;
  readonly #settings: Required<Omit<IoUOptions, keyof MetricOptions>>;

  constructor(numClasses: number, targetClassIds: readonly number[], options: IoUOptions = {}) {
    requireArguments(new.target.name, { num_classes: numClasses, target_class_ids: targetClassIds });
    const { name = null, dtype, ignoreClass = null, sparseYTrue = true, sparseYPred = true, axis = -1 } = options;
    super({ name, dtype: dtype ?? 'int64' });
    const highest = Math.max(...targetClassIds);
    if (highest >= numClasses) {
      throw new ValueError(`Target class id ${highest} is out of range, which is [0, ${numClasses}).`, { code: 'metric-option' });
    }
    this.numClasses = numClasses;
    this.targetClassIds = [...targetClassIds];
    this.#settings = { ignoreClass, sparseYTrue, sparseYPred, axis };
    this.totalConfusionMatrix = this.addVariable([numClasses, numClasses], { name: 'total_confusion_matrix', dtype: this.dtype });
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const { sparseYTrue, sparseYPred, axis, ignoreClass } = this.#settings;
    const targets = this.#flatten(sparseYTrue ? yTrue : ops.argmax(yTrue, { axis }));
    const predictions = this.#flatten(sparseYPred ? yPred : ops.argmax(yPred, { axis }));
    const weights = ops.broadcastTo(this.#flatten(sampleWeight ?? 1), targets.shape);
    const isKnown = ops.logicalAnd(this.#isClass(targets), this.#isClass(predictions));
    const counts = ignoreClass === null ? isKnown : ops.logicalAnd(isKnown, ops.notEqual(targets, ignoreClass));
    const [rows, columns, values] = [targets, predictions, weights].map((x) => ops.where(counts, x, ops.zerosLike(x)) as Tensor);
    const indices = ops.cast(ops.stack([rows as Tensor, columns as Tensor], { axis: 1 }), 'int32');
    const matrix = ops.scatter(indices, values as Tensor, [this.numClasses, this.numClasses]);
    this.totalConfusionMatrix.assign(ops.add(this.totalConfusionMatrix.read(), matrix));
  }

  /** In the metric's dtype, of rank 1 or 0. */
  #flatten(x: ops.TensorLike): Tensor {
    const tensor = ops.cast(x, this.dtype);
    return tensor.rank > 1 ? ops.reshape(tensor, [-1]) : tensor;
  }

  #isClass(x: Tensor): Tensor {
    return ops.logicalAnd(ops.greaterEqual(x, 0), ops.less(x, this.numClasses));
  }

  override result(): Tensor {
    const matrix = this.totalConfusionMatrix.read();
    const hits = ops.diag(matrix);
    const union = ops.subtract(ops.add(ops.sum(matrix, { axis: 0 }), ops.sum(matrix, { axis: 1 })), hits);
    const [intersections, unions] = [hits, union].map((x) => ops.cast(ops.take(x, this.targetClassIds, { axis: 0 }), 'float32')) as [
      Tensor,
      Tensor,
    ];
    const occurs = ops.greater(unions, 1e-9);
    const scores = ops.where(occurs, ops.divide(intersections, ops.add(unions, epsilon())), 0) as Tensor;
    return ops.divide(ops.sum(scores), ops.add(ops.sum(ops.cast(occurs, 'float32')), epsilon()));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), numClasses: this.numClasses, targetClassIds: this.targetClassIds, ...this.#settings };
  }
}

/** Throws TypeError for arguments that JavaScript left out. */
function requireArguments(className: string, given: Readonly<Record<string, unknown>>): void {
  const missing = Object.keys(given).filter((name) => given[name] === undefined);
  if (missing.length === 0) return;
  const names = missing.map((name) => `'${name}'`).join(' and ');
  throw new TypeError(
    `${className}.__init__() missing ${missing.length} required positional argument${missing.length > 1 ? 's' : ''}: ${names}`,
  );
}
