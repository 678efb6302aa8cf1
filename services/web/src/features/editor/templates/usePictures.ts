import { useEffect, useState } from "react";
import { Player } from "../../../player/Player";
import { TEMPLATES } from ".";

const AT_S = 2.5;
const [WIDTH, HEIGHT] = [320, 180];

/** A picture of each template by its name, drawn one after the other by one context. */
export function usePictures(): ReadonlyMap<string, string> {
  const [pictures, setPictures] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const player = new Player(document.createElement("canvas"));
    const made: string[] = [];
    let gone = false;
    const draw = async () => {
      for (const { name, source } of TEMPLATES) {
        const result = gone ? null : await player.load(source);
        if (!result?.ok) continue;
        player.seek(AT_S);
        const blob = await player.screenshot(WIDTH, HEIGHT);
        if (gone) return;
        const address = URL.createObjectURL(blob);
        made.push(address);
        setPictures((before) => new Map([...before, [name, address]]));
      }
    };
    // Without pictures the names are there still.
    draw()
      .catch(() => undefined)
      .finally(() => player.dispose());
    return () => {
      gone = true;
      for (const address of made) URL.revokeObjectURL(address);
    };
  }, []);
  return pictures;
}
