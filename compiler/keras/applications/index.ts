// `keras.applications`: known architectures with Keras's names for their layers.
export {
  EfficientNetB0,
  EfficientNetB1,
  EfficientNetB2,
  EfficientNetB3,
  EfficientNetB4,
  EfficientNetB5,
  EfficientNetB6,
  EfficientNetB7,
} from './efficientnet.ts';
export type { ApplicationOptions } from './image-input.ts';
export { MobileNetV2, type MobileNetV2Options } from './mobilenet-v2.ts';
export { ResNet50, ResNet101, ResNet152 } from './resnet.ts';
export { VGG16 } from './vgg16.ts';
export { Xception } from './xception.ts';
