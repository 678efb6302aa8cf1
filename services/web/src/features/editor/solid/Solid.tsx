import { type RefObject, useEffect, useRef, useState } from "react";
import { useEditorState } from "../editorStore";
import { SHAPES, type Shape, SolidScene } from "./scene";

/** The picture on an object that can be turned. Loaded when it is asked for. */
export default function Solid({ picture }: { readonly picture: RefObject<HTMLElement | null> }) {
  const box = useRef<HTMLDivElement>(null);
  const scene = useRef<SolidScene | null>(null);
  const player = useEditorState((state) => state.player);
  const [shape, setShape] = useState<Shape>("cube");
  useEffect(() => {
    const canvas = picture.current?.querySelector("canvas");
    if (box.current === null || !canvas || player === null) return;
    const made = new SolidScene(box.current, canvas);
    scene.current = made;
    const stop = player.onDrawn(() => made.refresh());
    return () => {
      stop();
      made.dispose();
    };
  }, [picture, player]);
  useEffect(() => scene.current?.show(shape), [shape]);
  return (
    <div className="absolute inset-0 bg-ground">
      <div ref={box} role="img" aria-label={`The picture on a ${shape}`} className="size-full touch-none" />
      <select
        aria-label="Object"
        value={shape}
        onChange={(event) => setShape(event.target.value as Shape)}
        className="absolute top-2 right-2 h-8 rounded-sm border border-line bg-raised px-1 text-sm pointer-coarse:h-11"
      >
        {SHAPES.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </div>
  );
}
