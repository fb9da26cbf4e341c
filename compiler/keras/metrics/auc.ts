// The area under a curve of true against false positives, or of precision against recall, from counts at thresholds.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { Shape } from '../../ir/shape.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { type AucCurve, type AucSummation, areaTerms } from './auc-area.ts';
import { addConfusionCounts } from './confusion-counts.ts';
import { type FourCounts, FourCountsMetric, readCounts } from './four-counts.ts';
import type { MetricOptions, UpdateOptions } from './metric.ts';
import { areEven, evenThresholds, type ThresholdList } from './thresholds.ts';

export interface AUCOptions extends MetricOptions {
  /** Default 200. */
  readonly numThresholds?: number;
  /** Default ROC. */
  readonly curve?: AucCurve | Lowercase<AucCurve>;
  /** Default interpolation. */
  readonly summationMethod?: AucSummation | Capitalize<AucSummation>;
  /** Thresholds between 0 and 1 in place of even ones; 0 and 1 are added. */
  readonly thresholds?: readonly number[] | null;
  /** Whether each column of the predictions is a label with an area of its own; the result is their mean. Default false. */
  readonly multiLabel?: boolean;
  /** The number of labels; known from the first batch otherwise. */
  readonly numLabels?: number | null;
  /** How much each label counts. */
  readonly labelWeights?: readonly number[] | null;
  /** Whether predictions are logits, not probabilities. Default false. */
  readonly fromLogits?: boolean;
}

const CURVES: readonly AucCurve[] = ['PR', 'ROC', 'PRGAIN'];
const SUMMATIONS: readonly AucSummation[] = ['interpolation', 'majoring', 'minoring'];

type Settings = Required<Omit<AUCOptions, keyof MetricOptions | 'thresholds'>>;

/** The area under the ROC or the precision-recall curve. Labels are 0 and 1. */
export class AUC extends FourCountsMetric {
  readonly thresholds: ThresholdList;
  readonly #settings: Settings;
  readonly #given: readonly number[] | undefined;
  counts: FourCounts<Variable> | undefined = undefined;

  constructor({ thresholds = null, ...options }: AUCOptions = {}) {
    const curve = choose(options.curve ?? 'ROC', CURVES, 'AUC curve');
    const summationMethod = choose(options.summationMethod ?? 'interpolation', SUMMATIONS, 'AUC summation method');
    super(options);
    const { numThresholds = 200, multiLabel = false, numLabels = null, labelWeights = null, fromLogits = false } = options;
    this.#given = thresholds === null ? undefined : [...thresholds].sort((a, b) => a - b);
    const count = this.#given ? this.#given.length + 2 : numThresholds;
    this.#settings = { numThresholds: count, curve, summationMethod, multiLabel, numLabels, labelWeights, fromLogits };
    if (!(count > 1)) {
      refuse(`Argument \`num_thresholds\` must be an integer > 1. Received: num_thresholds=${quote(numThresholds)}`);
    }
    if (numLabels && !multiLabel) refuse('`num_labels` is needed only when `multi_label` is True.');
    this.thresholds = widen(this.#given ?? evenThresholds(count).values.slice(1, -1));
    if (!multiLabel) this.counts = this.addCounts([count]);
    else if (numLabels) this.counts = this.addCounts([count, numLabels]);
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const { multiLabel, fromLogits, labelWeights } = this.#settings;
    const given = ops.convertToTensor(yPred);
    this.counts ??= this.#countsFor(given.shape);
    addConfusionCounts(this.counts, yTrue, fromLogits ? ops.sigmoid(given) : given, {
      thresholds: this.thresholds,
      sampleWeight,
      multiLabel,
      labelWeights: labelWeights && !multiLabel ? ops.cast(labelWeights, this.dtype) : undefined,
    });
  }

  #countsFor(shape: Shape): FourCounts<Variable> {
    if (shape.length !== 2) {
      refuse(
        `\`y_pred\` must have rank 2 when \`multi_label=True\`. Found rank ${shape.length}. Full shape received for \`y_pred\`: ${formatShape(shape)}`,
      );
    }
    return this.addCounts([this.#settings.numThresholds, shape[1] as number]);
  }

  override result(): Tensor {
    const { curve, summationMethod, multiLabel, labelWeights } = this.#settings;
    if (!this.counts) return refuse('An AUC of several labels has no result before its first update, unless `numLabels` is given.');
    const terms = areaTerms(readCounts(this.counts), curve as AucCurve, summationMethod as AucSummation);
    if (!multiLabel) return ops.sum(terms);
    const areas = ops.sum(terms, { axis: 0 });
    if (!labelWeights) return ops.mean(areas);
    const weights = ops.cast(labelWeights, this.dtype);
    return ops.divideNoNan(ops.sum(ops.multiply(areas, weights)), ops.sum(weights));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.#settings, ...(this.#given ? { thresholds: this.#given } : {}) };
  }
}

/** Between a first threshold that every prediction exceeds and a last one that none does. */
const widen = (inner: readonly number[]): ThresholdList => ({
  values: [-epsilon(), ...inner, 1 + epsilon()],
  areEven: areEven([0, ...inner, 1]),
});

/** One of several words, in either case. */
function choose<W extends string>(word: string, allowed: readonly W[], what: string): W {
  const found = allowed.find((item) => item.toLowerCase() === String(word).toLowerCase());
  return found ?? refuse(`Invalid ${what} value: "${word}". Expected values are [${allowed.map(quote).join(', ')}]`);
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'metric-option' });
}
