import { expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import * as preprocessing from '../../../compiler/keras/preprocessing/index.ts';

it('cuts the middle of the right proportions out, then resizes', () => {
  const image = ops.reshape(ops.arange(8, { dtype: 'float32' }), [2, 4, 1]);
  const small = preprocessing.image.smartResize(image, [1, 1], { interpolation: 'nearest' });
  // Of rows 0 to 3 and 4 to 7 the columns 1 and 2 are left; the nearest pixel is that of row 1, column 2.
  expect([small.shape, Array.from(small.data, Number)]).toEqual([[1, 1, 1], [6]]);
  expect(() => preprocessing.image.smartResize([1, 2], [1, 1])).toThrow('incorrect rank, of shape (2,)');
});
