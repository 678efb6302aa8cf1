/** Whether this browser has a sign-in. Where storage is closed to the site, that is known only until the page closes. */

const NAME = "fractafrag.signed-in";
let here = false;

export function hasSignInFlag(): boolean {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return here;
  }
}

export function setSignInFlag(on: boolean): void {
  here = on;
  try {
    if (on) localStorage.setItem(NAME, "yes");
    else localStorage.removeItem(NAME);
  } catch {
    // `here` holds it.
  }
}
