// `keras.mixed_precision`: dtype policies, and the optimizer that scales losses for them, under their older names.
export {
  DTypePolicy,
  DTypePolicy as Policy,
  dtypePolicy,
  dtypePolicy as globalPolicy,
  setDtypePolicy,
  setDtypePolicy as setGlobalPolicy,
} from '../engine/index.ts';
export { LossScaleOptimizer } from '../optimizers/index.ts';
