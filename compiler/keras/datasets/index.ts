// `keras.datasets`: data that packages bring along. Each is read from a package of its own, which is installed only by those who use it.
//
// Not here: `boston_housing`, `california_housing`, `cifar10`, `cifar100`, `fashion_mnist`, `imdb` and `reuters`. They are on a server, in no
// package, and partly as Python objects; fetch them with `utils.getFile`.
export * as firstNames from './first-names.ts';
export * as iris from './iris.ts';
export * as mnist from './mnist.ts';
export * as spamAssassin from './spam-assassin.ts';
export * as vega from './vega.ts';
