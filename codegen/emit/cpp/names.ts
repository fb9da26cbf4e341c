// Text from a model made safe for C++: identifiers, comments and string literals.

const KEYWORDS = `alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const
consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit
export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected
public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this
thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq`;

/** Names that compilers or the included headers define as macros, or that mean something of their own in C and C++. */
const TAKEN =
  'linux unix i386 NULL EOF main abs assert errno major minor makedev near far interface vector pixel bool_ std frame index run prepare';

const RESERVED = new Set(`${KEYWORDS} ${TAKEN}`.split(/\s+/));

/** Type and helper names of emitted code: `f32`, `u8x16`, `f32x8_memory`, `max_f32x8`. */
const EMITTED = /(^|_)(bool|b?f16|f32|f64|[iu](8|16|32|64)|index)(x\d+)?(_memory)?$|^(_|kerasc|KERASC|INT\d|UINT\d|step_\d)/;

/** Headers of the system: a model's header of such a name would be found in their place. */
const SYSTEM_HEADERS = new Set(
  `aio alloca arm_neon assert complex ctype dirent dlfcn endian errno fcntl features fenv float glob iconv immintrin inttypes
iso646 limits locale malloc math memory monetary netdb poll pthread pwd regex sched search semaphore setjmp signal spawn stdarg stdbool stddef
stdint stdio stdlib string strings tar termios tgmath threads time uchar unistd utime wchar wctype`.split(/\s+/),
);

const MAX_LENGTH = 200;

/** An identifier of C and C++ that resembles `text`. Different texts may give the same one: see `Names`. */
export function identifier(text: string, fallback = 'unnamed'): string {
  const plain = text.replace(/[^A-Za-z0-9_]+/g, '_').slice(0, MAX_LENGTH);
  if (!/[A-Za-z0-9]/.test(plain)) return fallback;
  const started = /^[A-Za-z]/.test(plain) ? plain : `k${plain.startsWith('_') ? '' : '_'}${plain}`;
  return RESERVED.has(started) || EMITTED.test(started) ? `${started}_` : started;
}

/** The prefix of a model's functions and the name of its header. */
export function modelPrefix(name: string): string {
  const prefix = identifier(name, 'model');
  return SYSTEM_HEADERS.has(prefix.toLowerCase()) ? `${prefix}_model` : prefix;
}

/** Gives each text of a scope an identifier of its own. */
export class Names {
  readonly #taken: Set<string>;
  readonly #known = new Map<string, string>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** The identifier for `text`; the same text gives the same one again. */
  of(text: string): string {
    const known = this.#known.get(text);
    if (known) return known;
    const wish = identifier(text);
    let name = wish;
    for (let count = 2; this.#taken.has(name); count++) name = `${wish}_${count}`;
    this.#taken.add(name);
    this.#known.set(text, name);
    return name;
  }

  all(): Iterable<string> {
    return this.#taken;
  }
}

/** A line comment. Nothing in `text` can end it, continue it on the next line or change the direction of reading. */
export function lineComment(text: string): string {
  const safe = Array.from(text, (char) =>
    /[ -[\]-~]/.test(char) ? char : `\\u${(char.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  ).join('');
  const cut = safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}...` : safe;
  // Trigraphs and comment marks mean nothing after //, but compilers warn of them.
  return `// ${cut
    .replace(/\?(?=\?)/g, '? ')
    .replace(/\/(?=\*)/g, '/ ')
    .replace(/\*(?=\/)/g, '* ')}`.trimEnd();
}

/** A C string literal of the text's UTF-8 bytes. */
export function stringLiteral(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const escaped = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[ -~]/.test(char) && !/["\\?]/.test(char) ? char : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
