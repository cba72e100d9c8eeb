// What scripts and tests put into a page, to be asked for it later. Whoever runs a function in a page reads here what it finds.

interface Window {
  /** Headlines that lay over each other, by where (judge.mjs). */
  headlines?: Map<string, { kind: string; at: string; text: string }>;
  /** Where the controls of a desk were when it was last looked at (judge.mjs). */
  controlBoxes?: Map<Element, DOMRect>;
  /** Frames and long tasks since the page is watched (motion.mjs). */
  seenMotion?: { frames: number; late: number; longest: number; longTasks: number; from: number };
  /** Where the board lies (motion.mjs). */
  wasmMemory?: WebAssembly.Memory;
  /** What was seen of the tape (tape.mjs). */
  tapeFilm?: TapeFilm;
  /** When, on the machine's clock: the finger left the button, a deal went out, one came in, and its frame was painted (painted.mjs). */
  tappedAt?: number;
  sentAt?: number;
  receivedAt?: number;
  painted?: Promise<number>;
  /** Sounds that were struck: their frequency, and when they are heard on the machine's clock (bell, walls). */
  struck?: { hz: number; heard?: number }[];
  /** The sound card that is a buffer (bell). */
  offline?: OfflineAudioContext;
  /** What a test holds of the page in its hand: whether it is seen, its sound, and the screen's lock (walls). */
  isHidden?: boolean;
  hide?: (isHidden: boolean) => void;
  contexts?: AudioContext[];
  mayResume?: boolean;
  locks?: EventTarget[];
  refuses?: boolean;
  /** What jumped: how far, and the classes of what did (names). */
  shifts?: [number, ...string[]][];
  /** How often it was touched and typed on (tablet). */
  taps?: number;
  keys?: number;
  /** What has just been told is news no longer (tablet). */
  growOld?: () => void;
}

/** One film of the tape; `stop` ends it. */
interface TapeFilm {
  samples: number;
  fullSamples: number;
  overlaps: number;
  holes: number;
  jumps: number;
  widest: number;
  deepest: number;
  pieces: number;
  notes: string[];
  wasFull?: boolean;
  pxPerMs?: number;
  last: { now: number; width: number; height: number; right: number; lefts: Map<Element, number> } | null;
  from?: number;
  stop?: () => void;
}

/** Of the standard, and not yet among TypeScript's. */
interface PerformanceEntry {
  /** Of a layout shift. */
  readonly value?: number;
  readonly sources?: { readonly node?: Element | null }[];
}
