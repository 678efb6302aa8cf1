/** The messages of a player that does not play. */

export const NO_WEBGL = "This browser offers no WebGL 2 at the moment, so the picture cannot move.";
export const HEAVY = "This shader is too heavy for this machine, so it is paused.";
export const INTERRUPTED = "The graphics driver was interrupted. The picture comes back by itself.";
export const GAVE_UP = "The graphics driver gave up on this shader. Nothing is lost.";
export const GONE = "The browser has not given the graphics driver back yet. Loading the page again helps.";
