// `keras.callbacks`: what happens beside training.
export { BackupAndRestore, type BackupAndRestoreOptions } from './backup-and-restore.ts';
export { Callback, type CallbackParams, type Hook, type Logs, type PredictLogs } from './callback.ts';
export { type CallbackLike, CallbackList, type CallbackListOptions } from './callback-list.ts';
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
export { History } from './history.ts';
export { LambdaCallback, type LambdaCallbackOptions } from './lambda-callback.ts';
export { LearningRateScheduler, type LearningRateSchedulerOptions } from './learning-rate-scheduler.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.ts';
export { OrbaxCheckpoint } from './orbax-checkpoint.ts';
export { ProgbarLogger } from './progbar-logger.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.ts';
export { RemoteMonitor, type RemoteMonitorOptions } from './remote-monitor.ts';
export { SwapEMAWeights, type SwapEMAWeightsOptions } from './swap-ema-weights.ts';
export { TensorBoard, type TensorBoardOptions } from './tensorboard/tensorboard.ts';
export { TerminateOnNaN } from './terminate-on-nan.ts';
