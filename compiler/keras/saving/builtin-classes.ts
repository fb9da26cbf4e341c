// Fills the table of Keras's own classes: what a model file may name.

import { CustomScaleLayer } from '../applications/custom-scale-layer.ts';
import { LayerScale } from '../applications/layer-scale.ts';
import * as constraints from '../constraints/index.ts';
import * as initializers from '../initializers/index.ts';
import * as layers from '../layers/index.ts';
import * as losses from '../losses/index.ts';
import * as metrics from '../metrics/index.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import * as optimizers from '../optimizers/index.ts';
import * as quantizers from '../quantizers/index.ts';
import * as regularizers from '../regularizers/index.ts';
import { Cross, Feature } from '../utils/feature-space/feature.ts';
import { TFDConcat, TFDIdentity } from '../utils/feature-space/feature-layers.ts';
import { FeatureSpace } from '../utils/feature-space/feature-space.ts';
import { registerBuiltins } from './registry.ts';

registerBuiltins('keras.layers', layers);
registerBuiltins('keras', { Sequential });
registerBuiltins('keras.utils', { FeatureSpace });
registerBuiltins('keras.src.layers.preprocessing.feature_space', { Feature, Cross, TFDIdentity, TFDConcat });
registerBuiltins('keras.src.models.functional', { Functional: Model });
registerBuiltins('keras.src.applications.convnext', { LayerScale });
registerBuiltins('keras.src.applications.inception_resnet_v2', { CustomScaleLayer });
registerBuiltins('keras.initializers', initializers);
registerBuiltins('keras.regularizers', regularizers);
registerBuiltins('keras.quantizers', quantizers);
registerBuiltins('keras.constraints', constraints);
registerBuiltins('keras.losses', losses);
registerBuiltins('keras.metrics', metrics);
registerBuiltins('keras.optimizers', optimizers);
registerBuiltins('keras.optimizers.schedules', optimizers.schedules);
