// The rewriting rules, by the primitive they start from. Each file holds one family and says why it is sound.
import { ADD_RULES, DIVIDE_RULES, MULTIPLY_RULES, SUBTRACT_RULES } from './affine-rules.ts';
import { CONVOLUTION_RULES, REDUCE_WINDOW_RULES } from './padding-rules.ts';
import type { RuleTable } from './rule.ts';
import {
  BROADCAST_RULES,
  CAST_RULES,
  PAD_RULES,
  RESHAPE_RULES,
  REVERSE_RULES,
  SLICE_RULES,
  STOP_GRADIENT_RULES,
  TRANSPOSE_RULES,
} from './structure-rules.ts';

export const RULES: RuleTable = {
  add: ADD_RULES,
  subtract: SUBTRACT_RULES,
  multiply: MULTIPLY_RULES,
  divide: DIVIDE_RULES,
  convolution: CONVOLUTION_RULES,
  reduce_window: REDUCE_WINDOW_RULES,
  reshape: RESHAPE_RULES,
  transpose: TRANSPOSE_RULES,
  broadcast: BROADCAST_RULES,
  slice: SLICE_RULES,
  pad: PAD_RULES,
  reverse: REVERSE_RULES,
  cast: CAST_RULES,
  stop_gradient: STOP_GRADIENT_RULES,
};
