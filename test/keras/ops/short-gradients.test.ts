import { describe, it } from 'vitest';
import { pullBack } from '../../../compiler/autodiff/pull-back.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { lax } from '../../../compiler/trace/lax.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { checkGradient, randomTensor } from '../../autodiff/check-gradient.ts';

/** Ops whose gradients are written out, shorter than those of what they are made of. */
const OPS: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
  ['softmax', (x) => ops.softmax(x)],
  ['softmax over two axes', (x) => ops.softmax(x, { axis: [0, 2] })],
  ['log_softmax', (x) => ops.logSoftmax(x, { axis: 1 })],
  ['variance', (x) => ops.var(x, { axis: [0, 2] })],
  ['moments', (x) => ops.concatenate(ops.moments(x, [1], { keepdims: true }), { axis: 1 })],
  ['layer normalization', (x) => ops.layerNormalization(x, { axis: [1, 2] })],
  ['softplus', (x) => ops.softplus(x)],
  ['binary crossentropy of logits', (x) => ops.binaryCrossentropy(lax.sigmoid(x), x, { fromLogits: true })],
  ['crossentropy of logits', (x) => ops.categoricalCrossentropy(ops.softmax(x), ops.sin(x), { fromLogits: true })],
  ['crossentropy of the probabilities of logits', (x) => ops.binaryCrossentropy(lax.sigmoid(x), ops.sigmoid(ops.cos(x)))],
];

describe('gradients that ops write themselves', () => {
  for (const [name, op] of OPS) {
    it(`${name} agrees with differences, once and twice`, () => {
      const x = randomTensor([2, 3, 4], 1);
      checkGradient((x) => [op(x)], [x]);
      checkGradient((x) => pullBack([op(x)], [lax.sin(op(x))], [x]) as Tensor[], [x]);
    });
  }
});
