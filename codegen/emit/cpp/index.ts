export * from './emit-cpp.ts';
