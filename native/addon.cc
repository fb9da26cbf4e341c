// The Node addon: opens a library built by kerasc and runs its model on the caller's own array buffers.
#include <dlfcn.h>
#include <napi.h>
#include <stdlib.h>
#include <string.h>

#include <string>
#include <vector>

#include "kerasc_model.h"

namespace {

Napi::Value Fail(Napi::Env env, const std::string& message) {
  Napi::Error::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

// Closes with the last model made from it.
struct Library {
  void* handle;
  const kerasc_model_api* api;
};

bool OpenLibrary(Napi::Env env, const std::string& path, Library* library) {
  library->handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library->handle) {
    const char* reason = dlerror();
    Fail(env, std::string("cannot open the library: ") + (reason ? reason : path.c_str()));
    return false;
  }
  kerasc_model_v1_function function = reinterpret_cast<kerasc_model_v1_function>(dlsym(library->handle, "kerasc_model_v1"));
  library->api = function ? function() : nullptr;
  if (library->api && library->api->abi_version == KERASC_ABI_VERSION) return true;
  dlclose(library->handle);
  Fail(env, path + (function ? " was built by another version of kerasc: build it again" : " is no library built by kerasc"));
  return false;
}

Napi::Array DescribeTensors(Napi::Env env, const kerasc_tensor* tensors, int32_t count) {
  Napi::Array result = Napi::Array::New(env, count);
  for (int32_t i = 0; i < count; i++) {
    Napi::Array shape = Napi::Array::New(env, tensors[i].rank);
    for (int32_t d = 0; d < tensors[i].rank; d++) shape.Set(d, static_cast<double>(tensors[i].shape[d]));
    Napi::Object tensor = Napi::Object::New(env);
    tensor.Set("name", tensors[i].name);
    tensor.Set("type", tensors[i].type);
    tensor.Set("shape", shape);
    tensor.Set("bytes", static_cast<double>(tensors[i].bytes));
    result.Set(i, tensor);
  }
  return result;
}

Napi::Object DescribeEntry(Napi::Env env, const kerasc_entry& entry) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("name", entry.name);
  result.Set("inputs", DescribeTensors(env, entry.inputs, entry.input_count));
  result.Set("outputs", DescribeTensors(env, entry.outputs, entry.output_count));
  return result;
}

// inspect(path) -> { name, inputs, outputs, entries, weightsBytes, statesBytes, arenaBytes }
Napi::Value Inspect(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Library library;
  if (!OpenLibrary(env, info[0].As<Napi::String>().Utf8Value(), &library)) return env.Undefined();
  const kerasc_model_api* api = library.api;
  Napi::Object result = Napi::Object::New(env);
  result.Set("name", api->name);
  result.Set("inputs", DescribeTensors(env, api->inputs, api->input_count));
  result.Set("outputs", DescribeTensors(env, api->outputs, api->output_count));
  Napi::Array entries = Napi::Array::New(env, api->entry_count);
  for (int32_t i = 0; i < api->entry_count; i++) entries.Set(i, DescribeEntry(env, api->entries[i]));
  result.Set("entries", entries);
  result.Set("statesBytes", static_cast<double>(api->states_bytes));
  result.Set("weightsBytes", static_cast<double>(api->weights_bytes));
  result.Set("arenaBytes", static_cast<double>(api->arena_bytes));
  dlclose(library.handle);
  return result;
}

// The memory of a typed array or DataView; null with an exception pending where it is neither.
uint8_t* ViewData(Napi::Value value, size_t* bytes) {
  if (value.IsTypedArray()) {
    Napi::TypedArray array = value.As<Napi::TypedArray>();
    *bytes = array.ByteLength();
    return static_cast<uint8_t*>(array.ArrayBuffer().Data()) + array.ByteOffset();
  }
  if (value.IsDataView()) {
    Napi::DataView view = value.As<Napi::DataView>();
    *bytes = view.ByteLength();
    return static_cast<uint8_t*>(view.ArrayBuffer().Data()) + view.ByteOffset();
  }
  Napi::TypeError::New(value.Env(), "expected a typed array or a DataView").ThrowAsJavaScriptException();
  return nullptr;
}

Napi::Value NewMemory(Napi::Env env, size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 64, bytes ? bytes : 1) != 0) return Fail(env, "out of memory");
  memset(memory, 0, bytes);
  return Napi::ArrayBuffer::New(env, memory, bytes, [](Napi::Env, void* data) { free(data); });
}

// allocate(bytes) -> ArrayBuffer that starts at a multiple of 64 bytes, so that weights read into it are used in place.
Napi::Value Allocate(const Napi::CallbackInfo& info) {
  return NewMemory(info.Env(), static_cast<size_t>(info[0].As<Napi::Number>().Int64Value()));
}

class Model : public Napi::ObjectWrap<Model> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Model", {InstanceMethod<&Model::Run>("run"), InstanceMethod<&Model::RunEntry>("runEntry"), InstanceAccessor<&Model::States>("states"), InstanceMethod<&Model::Dispose>("dispose"), InstanceAccessor<&Model::Variant>("variant")});
  }

  // new Model(path, weights, threads, variant or undefined)
  explicit Model(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Model>(info), model_(nullptr) {
    Napi::Env env = info.Env();
    size_t bytes = 0;
    const uint8_t* weights = ViewData(info[1], &bytes);
    if (env.IsExceptionPending() || !OpenLibrary(env, info[0].As<Napi::String>().Utf8Value(), &library_)) return;
    const std::string variant = info[3].IsString() ? info[3].As<Napi::String>().Utf8Value() : "";
    model_ = library_.api->create(weights, bytes, info[2].As<Napi::Number>().Int32Value(), variant.empty() ? nullptr : variant.c_str());
    if (!model_) {
      Fail(env, library_.api->error());
      dlclose(library_.handle);
      return;
    }
    // Used in place: they live as long as the model.
    weights_ = Napi::Persistent(info[1].As<Napi::Object>());
    if (library_.api->states_bytes > 0) KeepStates(env);
    Napi::MemoryManagement::AdjustExternalMemory(env, static_cast<int64_t>(library_.api->arena_bytes));
  }

  ~Model() override { Release(); }

 private:
  // run(inputs, outputs)
  Napi::Value Run(const Napi::CallbackInfo& info) { return RunNumber(info.Env(), 0, info[0], info[1]); }

  // runEntry(number, inputs, outputs)
  Napi::Value RunEntry(const Napi::CallbackInfo& info) { return RunNumber(info.Env(), info[0].As<Napi::Number>().Int32Value(), info[1], info[2]); }

  Napi::Value RunNumber(Napi::Env env, int number, Napi::Value inputs, Napi::Value outputs) {
    if (!model_) return Fail(env, "the model was disposed");
    if (number < 0 || number >= library_.api->entry_count) return Fail(env, "the model has no entry " + std::to_string(number));
    const kerasc_entry& entry = library_.api->entries[number];
    inputs_.resize(entry.input_count);
    outputs_.resize(entry.output_count);
    if (!Collect(inputs, "input", entry.inputs, &inputs_) || !Collect(outputs, "output", entry.outputs, &outputs_)) return env.Undefined();
    library_.api->run_entry(model_, number, reinterpret_cast<const void* const*>(inputs_.data()), reinterpret_cast<void* const*>(outputs_.data()));
    return env.Undefined();
  }

  // An ArrayBuffer, or undefined where the model has no states.
  Napi::Value States(const Napi::CallbackInfo& info) {
    if (!model_) return Fail(info.Env(), "the model was disposed");
    return states_.IsEmpty() ? info.Env().Undefined() : states_.Value();
  }

  // The states lie in memory that whoever still looks at it keeps alive, whatever becomes of the model.
  void KeepStates(Napi::Env env) {
    Napi::Value memory = NewMemory(env, library_.api->states_bytes);
    if (env.IsExceptionPending()) return;
    states_ = Napi::Persistent(memory.As<Napi::Object>());
    library_.api->set_state_memory(model_, memory.As<Napi::ArrayBuffer>().Data());
  }

  Napi::Value Dispose(const Napi::CallbackInfo& info) {
    Release();
    return info.Env().Undefined();
  }

  Napi::Value Variant(const Napi::CallbackInfo& info) {
    if (!model_) return Fail(info.Env(), "the model was disposed");
    return Napi::String::New(info.Env(), library_.api->variant(model_));
  }

  void Release() {
    if (!model_) return;
    Napi::MemoryManagement::AdjustExternalMemory(Env(), -static_cast<int64_t>(library_.api->arena_bytes));
    library_.api->destroy(model_);
    model_ = nullptr;
    weights_.Reset();
    states_.Reset();
    dlclose(library_.handle);
  }

  // Pointers to the views of `value`, each of the size that its tensor has.
  static bool Collect(Napi::Value value, const char* what, const kerasc_tensor* tensors, std::vector<uint8_t*>* pointers) {
    Napi::Env env = value.Env();
    if (!value.IsArray() || value.As<Napi::Array>().Length() != pointers->size()) {
      Fail(env, std::string("expected an array of ") + std::to_string(pointers->size()) + " " + what + "s");
      return false;
    }
    Napi::Array views = value.As<Napi::Array>();
    for (size_t i = 0; i < pointers->size(); i++) {
      size_t bytes = 0;
      (*pointers)[i] = ViewData(views.Get(static_cast<uint32_t>(i)), &bytes);
      if (env.IsExceptionPending()) return false;
      if (bytes != tensors[i].bytes) {
        Fail(env, std::string(what) + " \"" + tensors[i].name + "\" has " + std::to_string(bytes) + " bytes, expected " + std::to_string(tensors[i].bytes));
        return false;
      }
    }
    return true;
  }

  Library library_;
  kerasc_model* model_;
  Napi::ObjectReference weights_;
  Napi::ObjectReference states_;
  std::vector<uint8_t*> inputs_;
  std::vector<uint8_t*> outputs_;
};

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("inspect", Napi::Function::New<Inspect>(env));
  exports.Set("allocate", Napi::Function::New<Allocate>(env));
  exports.Set("Model", Model::Define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(kerasc_addon, Init)
