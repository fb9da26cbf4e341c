// The example program of a C bundle: reads the weights, runs the model on files or random numbers, prints outputs and times.

/** `prefix` is the model's, an identifier. */
export const exampleProgram = (
  prefix: string,
): string => `// Runs the model on raw input files, or on random numbers without any, and prints the outputs and how long a run takes.
//   ${prefix}_example [--weights FILE] [--threads N] [--runs N] [INPUT FILE...]
#include "${prefix}.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_in_milliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// The whole file, or null with a message. The data of a safetensors file is placed so that the model uses it without a copy.
static unsigned char* read_file(const char* path, bool is_weights, size_t* bytes) {
  FILE* file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) {
    fprintf(stderr, "cannot read %s\\n", path);
    return nullptr;
  }
  *bytes = static_cast<size_t>(ftell(file));
  rewind(file);
  unsigned char header_size[8] = {};
  size_t lead = 0;
  if (is_weights && fread(header_size, 1, 8, file) == 8) lead = (64 - (8 + header_size[0]) % 64) % 64;
  rewind(file);
  void* memory = nullptr;
  if (posix_memalign(&memory, 64, lead + *bytes + 1) != 0) return nullptr;
  unsigned char* data = static_cast<unsigned char*>(memory) + lead;
  const size_t got = fread(data, 1, *bytes, file);
  fclose(file);
  if (got == *bytes) return data;
  fprintf(stderr, "cannot read all of %s\\n", path);
  return nullptr;
}

// Numbers from -1 to 1 for floats, 0 and 1 for integers.
static void fill_randomly(unsigned char* data, const kerasc_tensor* tensor) {
  unsigned state = 1;
  const bool is_float = strcmp(tensor->type, "f32") == 0;
  if (!is_float) memset(data, 0, tensor->bytes);
  for (size_t i = 0; is_float && i + sizeof(float) <= tensor->bytes; i += sizeof(float)) {
    state = state * 1664525u + 1013904223u;
    const float value = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
    memcpy(data + i, &value, sizeof value);
  }
}

static bool load_input(const char* path, const kerasc_tensor* tensor, unsigned char** data) {
  size_t bytes = 0;
  *data = read_file(path, false, &bytes);
  if (!*data) return false;
  if (bytes == tensor->bytes) return true;
  fprintf(stderr, "%s has %zu bytes, input \\"%s\\" takes %zu\\n", path, bytes, tensor->name, tensor->bytes);
  return false;
}

static void print_output(const kerasc_tensor* tensor, const unsigned char* data) {
  const size_t shown = 10;
  printf("%s (%s):", tensor->name, tensor->type);
  for (size_t i = 0; i < shown; i++) {
    if (strcmp(tensor->type, "f32") == 0 && (i + 1) * sizeof(float) <= tensor->bytes) {
      float value;
      memcpy(&value, data + i * sizeof value, sizeof value);
      printf(" %g", static_cast<double>(value));
    } else if (strcmp(tensor->type, "i32") == 0 && (i + 1) * sizeof(int32_t) <= tensor->bytes) {
      int32_t value;
      memcpy(&value, data + i * sizeof value, sizeof value);
      printf(" %d", value);
    } else if (strcmp(tensor->type, "f32") != 0 && strcmp(tensor->type, "i32") != 0 && i < tensor->bytes) {
      printf(" %02x", data[i]);
    }
  }
  printf("\\n");
}

static int compare_times(const void* a, const void* b) {
  const double left = *static_cast<const double*>(a);
  const double right = *static_cast<const double*>(b);
  return left < right ? -1 : left > right;
}

int main(int count, char** arguments) {
  const kerasc_model_api* api = ${prefix}_api();
  const char* weights_path = "weights.safetensors";
  int threads = 1;
  int runs = 10;
  const char** input_paths = static_cast<const char**>(calloc(static_cast<size_t>(count), sizeof(char*)));
  int input_files = 0;
  for (int i = 1; i < count; i++) {
    if (strcmp(arguments[i], "--weights") == 0 && i + 1 < count) {
      weights_path = arguments[++i];
    } else if (strcmp(arguments[i], "--threads") == 0 && i + 1 < count) {
      threads = atoi(arguments[++i]);
    } else if (strcmp(arguments[i], "--runs") == 0 && i + 1 < count) {
      runs = atoi(arguments[++i]);
    } else {
      input_paths[input_files++] = arguments[i];
    }
  }
  if (runs < 1 || (input_files != 0 && input_files != api->input_count)) {
    fprintf(stderr, "%s takes %d input files, or none for random numbers\\n", api->name, api->input_count);
    return 1;
  }

  size_t weights_bytes = 0;
  const unsigned char* weights = read_file(weights_path, true, &weights_bytes);
  if (!weights) return 1;
  kerasc_model* model = ${prefix}_create(weights, weights_bytes, threads);
  if (!model) {
    fprintf(stderr, "%s: %s\\n", weights_path, ${prefix}_error());
    return 1;
  }

  unsigned char** inputs = static_cast<unsigned char**>(calloc(static_cast<size_t>(api->input_count) + 1, sizeof(void*)));
  unsigned char** outputs = static_cast<unsigned char**>(calloc(static_cast<size_t>(api->output_count) + 1, sizeof(void*)));
  for (int i = 0; i < api->input_count; i++) {
    if (input_files > 0) {
      if (!load_input(input_paths[i], &api->inputs[i], &inputs[i])) return 1;
    } else {
      inputs[i] = static_cast<unsigned char*>(malloc(api->inputs[i].bytes + 1));
      fill_randomly(inputs[i], &api->inputs[i]);
    }
  }
  for (int i = 0; i < api->output_count; i++) outputs[i] = static_cast<unsigned char*>(malloc(api->outputs[i].bytes + 1));

  double* times = static_cast<double*>(calloc(static_cast<size_t>(runs), sizeof(double)));
  for (int run = 0; run < runs; run++) {
    const double start = now_in_milliseconds();
    ${prefix}_run(model, reinterpret_cast<const void* const*>(inputs), reinterpret_cast<void* const*>(outputs));
    times[run] = now_in_milliseconds() - start;
  }
  for (int i = 0; i < api->output_count; i++) print_output(&api->outputs[i], outputs[i]);
  qsort(times, static_cast<size_t>(runs), sizeof(double), compare_times);
  printf("%s, %d threads: median %.3f ms of %d runs\\n", api->variant(model), threads, times[runs / 2], runs);
  ${prefix}_destroy(model);
  return 0;
}
`;
