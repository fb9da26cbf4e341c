// `keras.ops`: Fourier transforms; complex numbers are pairs of real and imaginary parts.
export { type ComplexPair, fft, fft2, ifft2, irfft, rfft } from './fft.ts';
export { type IstftOptions, istft, type StftOptions, stft } from './stft.ts';
