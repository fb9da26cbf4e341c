import { beforeEach, expect, it } from 'vitest';
import { clearSession, Input } from '../../../compiler/keras/engine/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import type { SummaryOptions } from '../../../compiler/keras/models/index.ts';
import { Model, Sequential } from '../../../compiler/keras/models/index.ts';
import '../../../compiler/keras/saving/index.ts';

beforeEach(clearSession);

function whole(): Model {
  const input = Input({ shape: [4], name: 'x' });
  const stack = [Input({ shape: [4] }), new layers.Dense(3, { name: 'a' }), new layers.Dense(4, { name: 'b', trainable: false })];
  const inner = new Sequential(stack, { name: 'inner' });
  const ii = Input({ shape: [4], name: 'ii' });
  const residual = new Model({ inputs: ii, outputs: new layers.Add({ name: 'sum' })([inner(ii), ii]), name: 'res' });
  return new Model({ inputs: input, outputs: new layers.Dense(2, { name: 'out' })(residual(input)), name: 'whole' });
}

function summaryOf(model: Model, options: SummaryOptions): string {
  let text = '';
  model.summary({
    ...options,
    printFn: (part) => {
      text += part;
    },
  });
  return text.trimEnd();
}

// Texts of Keras 3.15.1.
it('shows nested models and what is trainable', () => {
  expect(summaryOf(whole(), { lineLength: 80, expandNested: true, showTrainable: true })).toBe(`Model: "whole"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━┓
┃ Layer (type)                  ┃ Output Shape           ┃     Param # ┃ Trai… ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━┩
│ x (InputLayer)                │ (None, 4)              │           0 │   -   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│ res (Functional)              │ (None, 4)              │          31 │   Y   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│    └ ii (InputLayer)          │ (None, 4)              │           0 │   -   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│    └ inner (Sequential)       │ (None, 4)              │          31 │   Y   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│       └ a (Dense)             │ (None, 3)              │          15 │   Y   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│       └ b (Dense)             │ (None, 4)              │          16 │   N   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│    └ sum (Add)                │ (None, 4)              │           0 │   -   │
├───────────────────────────────┼────────────────────────┼─────────────┼───────┤
│ out (Dense)                   │ (None, 2)              │          10 │   Y   │
└───────────────────────────────┴────────────────────────┴─────────────┴───────┘
 Total params: 41 (164.00 B)
 Trainable params: 25 (100.00 B)
 Non-trainable params: 16 (64.00 B)`);
});

it('shows a range of layers, in columns as asked', () => {
  expect(summaryOf(whole(), { lineLength: 70, positions: [0.4, 0.7, 1], layerRange: ['res', 'out'] })).toBe(`Model: "whole"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)              ┃ Output Shape      ┃            Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━┩
│ res (Functional)          │ (None, 4)         │                 31 │
├───────────────────────────┼───────────────────┼────────────────────┤
│ out (Dense)               │ (None, 2)         │                 10 │
└───────────────────────────┴───────────────────┴────────────────────┘
 Total params: 41 (164.00 B)
 Trainable params: 25 (100.00 B)
 Non-trainable params: 16 (64.00 B)`);
});

it('counts the parameters of the optimizer once it has some', () => {
  const model = whole();
  model.compile({ optimizer: 'adam', loss: 'mse' });
  model.optimizer?.build(model.trainableWeights);
  expect(summaryOf(model, { lineLength: 60 }).split('\n').slice(-4)).toEqual([
    ' Total params: 93 (376.00 B)',
    ' Trainable params: 25 (100.00 B)',
    ' Non-trainable params: 16 (64.00 B)',
    ' Optimizer params: 52 (212.00 B)',
  ]);
});

it('refuses names that no layer has, and columns without room', () => {
  expect(() => summaryOf(whole(), { layerRange: ['nope', 'out'] })).toThrow('do not match the layer names in the model');
  expect(() => summaryOf(whole(), { positions: [0.01, 0.5, 1] })).toThrow('Insufficient console width');
});
