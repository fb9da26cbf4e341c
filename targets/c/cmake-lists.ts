// The CMakeLists.txt of a C bundle: each variant's file with its own flags, the example beside the library.
import { cmakeFlags } from '../native/compiler-flags.ts';

export interface BundleSource {
  readonly name: string;
  readonly flags: readonly string[];
  /** Preprocessor condition of the machines that the file is for. */
  readonly guard: string;
}

/** By preprocessor condition: how CMake knows the machine. */
const PROCESSORS: Readonly<Record<string, string>> = {
  'defined(__x86_64__)': 'x86_64|AMD64|amd64',
  'defined(__aarch64__)': 'aarch64|arm64|ARM64',
};

export function cmakeLists(prefix: string, sources: readonly BundleSource[], runtimeSources: readonly string[]): string {
  const machines = [...new Set(sources.filter(({ flags }) => flags.length > 0).map(({ guard }) => guard))];
  return `# Builds the model as a library, and an example that runs it. Use it from another project with add_subdirectory().
cmake_minimum_required(VERSION 3.15)
project(${prefix} CXX)

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
find_package(Threads REQUIRED)

add_library(${prefix}_model
${[...sources.map(({ name }) => name), ...runtimeSources].map((name) => `  ${name}`).join('\n')})
target_include_directories(${prefix}_model PUBLIC \${CMAKE_CURRENT_SOURCE_DIR})
target_compile_options(${prefix}_model PRIVATE ${cmakeFlags()})
target_link_libraries(${prefix}_model PUBLIC Threads::Threads m)

${machines
  .map((guard) =>
    machineFlags(
      guard,
      sources.filter((source) => source.guard === guard && source.flags.length > 0),
    ),
  )
  .join('\n')}
add_executable(${prefix}_example main.cpp)
target_link_libraries(${prefix}_example PRIVATE ${prefix}_model)
`;
}

function machineFlags(guard: string, sources: readonly BundleSource[]): string {
  const lines = sources.map(({ name, flags }) => `  set_source_files_properties(${name} PROPERTIES COMPILE_OPTIONS "${flags.join(';')}")`);
  const processor = PROCESSORS[guard];
  if (!processor) return `${lines.map((line) => line.trimStart()).join('\n')}\n`;
  return `# On other machines these files are empty.\nif(CMAKE_SYSTEM_PROCESSOR MATCHES "${processor}")\n${lines.join('\n')}\nendif()\n`;
}
