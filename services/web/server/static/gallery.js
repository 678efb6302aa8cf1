// Plays a work's loop while the pointer or the focus is on it. Without this script the still stays, and all works.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const saves = navigator.connection?.saveData === true;

function play(work) {
  const picture = work.querySelector("img[data-loop]");
  if (!picture || still.matches || saves || work.querySelector(".loop")) return;
  const loop = new Image();
  loop.className = "loop";
  loop.alt = "";
  loop.src = picture.dataset.loop;
  // It is put over the still only once it can be shown, so that nothing flickers.
  loop.decode().then(
    () => {
      if (work.matches(":hover, :focus-within")) picture.after(loop);
    },
    () => {},
  );
}

function pause(work) {
  if (!work.matches(":hover, :focus-within")) work.querySelector(".loop")?.remove();
}

for (const work of document.querySelectorAll(".work")) {
  work.addEventListener("pointerenter", () => play(work));
  work.addEventListener("pointerleave", () => pause(work));
  work.addEventListener("focusin", () => play(work));
  work.addEventListener("focusout", () => setTimeout(() => pause(work)));
}
