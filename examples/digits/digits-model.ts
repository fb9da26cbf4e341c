// The network of this example: two convolutions, the classes from what they found.
import { Input, layers, Sequential } from '../../compiler/index.ts';

/** (batch, 28, 28, 1) grey images from 0 to 1 -> (batch, 10) probabilities. */
export function digitsModel(): Sequential {
  return new Sequential(
    [
      Input({ shape: [28, 28, 1], name: 'image' }),
      new layers.Conv2D(32, 3, { activation: 'relu' }),
      new layers.MaxPooling2D(),
      new layers.Conv2D(64, 3, { activation: 'relu' }),
      new layers.MaxPooling2D(),
      new layers.Flatten(),
      new layers.Dropout(0.5),
      new layers.Dense(10, { activation: 'softmax', name: 'scores' }),
    ],
    { name: 'digits' },
  );
}
