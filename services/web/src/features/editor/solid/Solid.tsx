import { type RefObject, useEffect, useRef, useState } from "react";
import { Select } from "../../../components/ui/Select";
import { useEditorState } from "../editorStore";
import { SHAPES, type Shape, SolidScene } from "./scene";

/** The preview as the texture of a 3D object. Loaded on demand. */
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
      <Select
        label="Object"
        value={shape}
        options={SHAPES.map((one) => [one, one] as const)}
        onChange={setShape}
        className="absolute top-2 right-2"
      />
    </div>
  );
}
