// The compiler flags that every file of emitted C++ is compiled with.
import type { Compiler } from './find-compiler.ts';

/**
 * Multiply-adds are written out where the graph has them: elsewhere products and sums are rounded apart on every machine.
 * gcc's predictive commoning keeps overlapping loads in registers that the tiles need, and its vectorizer (12.2) crashes on some
 * kernels, which are written in vectors to begin with.
 */
const SHARED_FLAGS = ['-std=c++17', '-O3', '-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math', '-fno-exceptions', '-fno-rtti'];
const GCC_FLAGS = ['-fno-predictive-commoning', '-fno-tree-vectorize'];

export const WARNING_FLAGS: readonly string[] = ['-Wall', '-Wextra', '-Werror'];

export const compilerFlags = (family: Compiler['family']): readonly string[] =>
  family === 'gcc' ? [...SHARED_FLAGS, ...GCC_FLAGS] : SHARED_FLAGS;

/** The same for a CMakeLists.txt that finds out the compiler itself. */
export const cmakeFlags = (): string => [...SHARED_FLAGS, ...GCC_FLAGS.map((flag) => `$<$<CXX_COMPILER_ID:GNU>:${flag}>`)].join(' ');
