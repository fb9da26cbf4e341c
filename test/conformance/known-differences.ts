// Golden cases that kerasc is known not to reproduce, each with the reason. A case that agrees again must leave this list:
// the test says so.

/** Keras's TensorFlow back end does something that Keras does not document, or the case cannot be what it says. */
const ODDITIES: Readonly<Record<string, string>> = {
  'activations/softmax/21a5bc16': 'a row with NaN and infinity: NaN throughout here, 0 beside the NaN in the golden result',
  'initializers/Identity/38ef7a3b': 'the golden configuration lost the gain that the golden values have',
  'layers/Conv3D/c369cb4e': 'channels first with as many filters as columns: TensorFlow adds the bias along the width',
  'layers/MultiHeadAttention/571c4ac5': 'Keras reports scores of queries x queries for symbolic inputs, and computes queries x keys',
  'layers/MultiHeadAttention/679ec4ea': 'Keras reports scores of queries x queries for symbolic inputs, and computes queries x keys',
  'ops/nextafter/d3ff71ce': 'the number after -infinity: the lowest finite one here and in NumPy, -infinity in the golden result',
  'ops/rot90/27d2a60f': 'two turns about the first axis: NumPy and Keras on JAX turn both axes, Keras on TensorFlow only one',
  'ops/image.map_coordinates/3f2862d3': 'fill mode reflect: the golden result contradicts Keras’s own description',
};

/** What is missing here. */
const MISSING: Readonly<Record<string, string>> = {
  'layers/CenterCrop/3bde2e3e': 'bounding boxes beside the images are not cropped',
  'layers/CenterCrop/b370ede3': 'bounding boxes beside the images are not cropped',
  'ops/corrcoef/0fca20fa': 'symbolic shape: a dimension that Keras knows is unknown here',
  'ops/diagonal/c1b3ab31': 'symbolic shape: a dimension that depends on the unknown one is given as known',
  'ops/einsum/f012c19d': 'symbolic shape: a dimension that depends on the unknown one is given as known',
  'ops/get_item/4f619921': 'symbolic shape: a slice of an unknown dimension is given as known',
  'ops/image.scale_and_translate/1e0bb9b3': 'symbolic shape: a dimension that Keras takes from the output shape is unknown here',
  'ops/image.scale_and_translate/efd727f2': 'symbolic shape: a dimension that Keras takes from the output shape is unknown here',
  'ops/nonzero/ba0478f4': 'the result of a symbolic tensor has a size that only values tell',
  'ops/segment_sum/ea325a2d': 'without the number of segments the size of a symbolic result depends on values',
  'ops/separable_conv/e5d32b59': 'symbolic shape: a small dimension is taken for a result of size 1',
  'ops/view/24003f24': 'view between dtypes of different sizes',
};

export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = { ...ODDITIES, ...MISSING };
