// The strings that stand for objects of Keras, so that a typing mistake does not compile.

/** `package>name`: what `registerKerasSerializable` made known. */
export type RegisteredName = `${string}>${string}`;

export type ActivationName =
  | 'celu' | 'elu' | 'exponential' | 'gelu' | 'glu' | 'hard_shrink' | 'hard_sigmoid' | 'hard_silu' | 'hard_swish' | 'hard_tanh'
  | 'leaky_relu' | 'linear' | 'log_sigmoid' | 'log_softmax' | 'mish' | 'relu' | 'relu6' | 'selu' | 'sigmoid' | 'silu' | 'soft_shrink'
  | 'softmax' | 'softplus' | 'softsign' | 'sparse_plus' | 'sparse_sigmoid' | 'sparsemax' | 'squareplus' | 'swish' | 'tanh'
  | 'tanh_shrink' | 'threshold'; // biome-ignore format: one list

export type InitializerName =
  | 'Constant' | 'GlorotNormal' | 'GlorotUniform' | 'HeNormal' | 'HeUniform' | 'Identity' | 'IdentityInitializer' | 'LecunNormal'
  | 'LecunUniform' | 'Ones' | 'Orthogonal' | 'OrthogonalInitializer' | 'RandomNormal' | 'RandomUniform' | 'STFT' | 'STFTInitializer'
  | 'TruncatedNormal' | 'VarianceScaling' | 'Zeros' | 'constant' | 'glorot_normal' | 'glorot_uniform' | 'he_normal' | 'he_uniform'
  | 'identity' | 'lecun_normal' | 'lecun_uniform' | 'normal' | 'one' | 'ones' | 'orthogonal' | 'random_normal' | 'random_uniform'
  | 'stft' | 'truncated_normal' | 'uniform' | 'variance_scaling' | 'zero' | 'zeros'; // biome-ignore format: one list

export type RegularizerName = 'L1' | 'L1L2' | 'L2' | 'OrthogonalRegularizer' | 'l1' | 'l1_l2' | 'l1l2' | 'l2' | 'orthogonal_regularizer';

export type ConstraintName = 'MaxNorm' | 'MinMaxNorm' | 'NonNeg' | 'UnitNorm' | 'max_norm' | 'min_max_norm' | 'non_neg' | 'unit_norm';

export type LossName =
  | 'BCE' | 'BinaryCrossentropy' | 'BinaryFocalCrossentropy' | 'CTC' | 'CategoricalCrossentropy' | 'CategoricalFocalCrossentropy'
  | 'CategoricalGeneralizedCrossEntropy' | 'CategoricalHinge' | 'Circle' | 'CosineSimilarity' | 'Dice' | 'Hinge' | 'Huber'
  | 'KLDivergence' | 'KLD' | 'LogCosh' | 'MAE' | 'MAPE' | 'MSE' | 'MSLE' | 'MeanAbsoluteError' | 'MeanAbsolutePercentageError'
  | 'MeanSquaredError' | 'MeanSquaredLogarithmicError' | 'Poisson' | 'SparseCategoricalCrossentropy' | 'SquaredHinge' | 'Tversky'
  | 'bce' | 'binary_crossentropy' | 'binary_focal_crossentropy' | 'categorical_crossentropy' | 'categorical_focal_crossentropy'
  | 'categorical_generalized_cross_entropy' | 'categorical_hinge' | 'circle' | 'cosine_similarity' | 'ctc' | 'dice' | 'hinge' | 'huber'
  | 'kl_divergence' | 'kld' | 'log_cosh' | 'mae' | 'mape' | 'mean_absolute_error' | 'mean_absolute_percentage_error'
  | 'mean_squared_error' | 'mean_squared_logarithmic_error' | 'mse' | 'msle' | 'poisson' | 'sparse_categorical_crossentropy'
  | 'squared_hinge' | 'tversky'; // biome-ignore format: one list

/** What `compile` takes besides: it finds the crossentropy that fits targets and outputs. */
export type GeneralLossName = 'ce' | 'crossentropy';

export type MetricName =
  | 'AUC' | 'Accuracy' | 'BCE' | 'BinaryAccuracy' | 'BinaryCrossentropy' | 'CategoricalAccuracy' | 'CategoricalCrossentropy'
  | 'CategoricalHinge' | 'ConcordanceCorrelation' | 'CosineSimilarity' | 'F1Score' | 'FBetaScore' | 'FalseNegatives' | 'FalsePositives'
  | 'Hinge' | 'KLDivergence' | 'LogCoshError' | 'MAE' | 'MAPE' | 'MSE' | 'MSLE' | 'Mean' | 'MeanAbsoluteError'
  | 'MeanAbsolutePercentageError' | 'MeanSquaredError' | 'MeanSquaredLogarithmicError' | 'PearsonCorrelation' | 'Poisson' | 'Precision'
  | 'R2Score' | 'Recall' | 'RootMeanSquaredError' | 'SparseCategoricalAccuracy' | 'SparseCategoricalCrossentropy'
  | 'SparseTopKCategoricalAccuracy' | 'SquaredHinge' | 'Sum' | 'TopKCategoricalAccuracy' | 'TrueNegatives' | 'TruePositives'
  | 'auc' | 'accuracy' | 'bce' | 'binary_accuracy' | 'binary_crossentropy' | 'categorical_accuracy' | 'categorical_crossentropy'
  | 'categorical_hinge' | 'concordance_correlation' | 'cosine_similarity' | 'f1_score' | 'f_beta_score' | 'false_negatives'
  | 'false_positives' | 'hinge' | 'kl_divergence' | 'log_cosh_error' | 'mae' | 'mape' | 'mean' | 'mean_absolute_error'
  | 'mean_absolute_percentage_error' | 'mean_squared_error' | 'mean_squared_logarithmic_error' | 'mse' | 'msle' | 'pearson_correlation'
  | 'poisson' | 'precision' | 'r2_score' | 'recall' | 'root_mean_squared_error' | 'sparse_categorical_accuracy'
  | 'sparse_categorical_crossentropy' | 'sparse_top_k_categorical_accuracy' | 'squared_hinge' | 'sum' | 'top_k_categorical_accuracy'
  | 'true_negatives' | 'true_positives'; // biome-ignore format: one list

/** What `compile` takes besides: it finds the accuracy that fits the outputs. */
export type CompileMetricName = MetricName | 'acc' | 'ce' | 'crossentropy';

export type OptimizerName =
  | 'Adadelta' | 'Adafactor' | 'Adagrad' | 'Adam' | 'AdamW' | 'Adamax' | 'Ftrl' | 'Lamb' | 'Lion' | 'Muon' | 'Nadam' | 'RMSprop' | 'SGD'
  | 'ScheduleFreeAdamW' | 'adadelta' | 'adafactor' | 'adagrad' | 'adam' | 'adamax' | 'adamw' | 'ftrl' | 'lamb' | 'lion' | 'muon' | 'nadam'
  | 'rmsprop' | 'schedulefreeadamw' | 'sgd'; // biome-ignore format: one list
