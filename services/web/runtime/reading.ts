/** One way to read an author's text: what stands before and after it, in which version of GLSL ES. */
export interface Reading {
  readonly version: 100 | 300;
  /** Declarations before the author's text. */
  readonly prelude: string;
  readonly body: string;
  readonly epilogue: string;
}
