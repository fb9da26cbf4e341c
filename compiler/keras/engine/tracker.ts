// Finds a layer's state in its properties: variables, sublayers and seed generators, in the order they were set.
import { ValueError } from '../../errors/index.ts';
import { Variable } from '../../trace/variable.ts';
import { SeedGenerator } from './seed-generator.ts';
import { isPlainObject } from './structure.ts';

/**
 * The state of one layer. Arrays and plain objects that are set as properties are searched again whenever the state is
 * asked for, so that layers pushed to them later are found.
 */
export class Tracker<L extends object> {
  readonly variables: Variable[] = [];
  readonly seedGenerators: SeedGenerator[] = [];
  readonly #layers: L[] = [];
  readonly #containers = new Set<object>();
  readonly #isLayer: (value: unknown) => value is L;
  #locked = false;

  constructor(isLayer: (value: unknown) => value is L) {
    this.#isLayer = isLayer;
  }

  get layers(): readonly L[] {
    this.#searchContainers();
    return this.#layers;
  }

  /** Adds what a property was set to, if it is state. */
  track(value: unknown): void {
    this.#searchContainers();
    if (isContainer(value)) this.#containers.add(value);
    this.#add(value);
  }

  /** Forgets everything but variables: a model that lists its layers itself starts over. */
  clearLayers(): void {
    this.#layers.length = 0;
  }

  /** Drops variables that the layer has no more. */
  forget(variables: readonly Variable[]): void {
    const kept = this.variables.filter((variable) => !variables.includes(variable));
    this.variables.splice(0, this.variables.length, ...kept);
  }

  lock(): void {
    this.#searchContainers();
    this.#locked = true;
  }

  unlock(): void {
    this.#locked = false;
  }

  #add(value: unknown): void {
    if (isContainer(value)) {
      for (const item of Object.values(value)) this.#add(item);
    } else if (value instanceof Variable) this.#insert(this.variables, value);
    else if (value instanceof SeedGenerator) this.#insert(this.seedGenerators, value);
    else if (this.#isLayer(value)) this.#insert(this.#layers, value);
  }

  #insert<T>(list: T[], value: T): void {
    if (list.includes(value)) return;
    if (this.#locked) {
      throw new ValueError(
        'You cannot add new elements of state (variables or sub-layers) to a layer that is already built. ' +
          'All state must be created in the `constructor` or in the `build()` method.',
        { code: 'locked-layer' },
      );
    }
    list.push(value);
  }

  #searchContainers(): void {
    for (const container of this.#containers) this.#add(container);
  }
}

const isContainer = (value: unknown): value is object => (Array.isArray(value) && typeof value[0] !== 'number') || isPlainObject(value);
