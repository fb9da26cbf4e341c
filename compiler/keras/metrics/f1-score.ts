// The harmonic mean of precision and recall.
import { type F1ScoreOptions, FBetaScore } from './fbeta-score.ts';

/** `2 precision recall / (precision + recall)`. Labels are one-hot, (batch, classes). */
export class F1Score extends FBetaScore {
  constructor(options: F1ScoreOptions = {}) {
    super({ name: 'f1_score', ...options, beta: 1 });
  }

  override getConfig(): Record<string, unknown> {
    const { beta: _, ...config } = super.getConfig();
    return config;
  }
}
