// Objects that are called like functions while their classes stay ordinary: `new Dense(3)(x)`.

/** What happens when a property of the object is set; `true` lets it happen. */
type OnDefine = (owner: Callable, key: string | symbol, value: unknown) => void;

/**
 * The base of callable objects: the constructor returns a function whose prototype is the class, so that methods,
 * accessors and fields work as usual. Calling it calls `invoke`.
 */
export class Callable {
  constructor(onDefine?: OnDefine) {
    const target = (...args: unknown[]): unknown => self.invoke(...args);
    // A function's own `name` and `length` would stand before those of the class.
    Reflect.deleteProperty(target, 'name');
    Reflect.deleteProperty(target, 'length');
    Object.setPrototypeOf(target, new.target.prototype);
    const self: Callable = onDefine ? watch(target as unknown as Callable, onDefine) : (target as unknown as Callable);
    // biome-ignore lint/correctness/noConstructorReturn: the returned function is what makes instances callable
    return self;
  }

  /** What calling the object does. */
  invoke(..._args: readonly unknown[]): unknown {
    throw new TypeError(`${this.constructor.name} has no invoke method.`);
  }
}

/** Tells `onDefine` of every own property that is set, by assignment or by a class field. */
function watch(target: Callable, onDefine: OnDefine): Callable {
  const proxy: Callable = new Proxy(target, {
    defineProperty(object, key, descriptor): boolean {
      if ('value' in descriptor) onDefine(proxy, key, descriptor.value);
      return Reflect.defineProperty(object, key, descriptor);
    },
  });
  return proxy;
}
