/** A lit 3D object with a canvas as its texture. It is rotated by dragging, and by itself unless reduced motion is preferred. */

import {
  BoxGeometry,
  type BufferGeometry,
  CanvasTexture,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
  SRGBColorSpace,
  TorusGeometry,
  WebGLRenderer,
} from "three";
import { reducesMotion } from "../../../lib/motion";

export const SHAPES = ["cube", "sphere", "torus"] as const;
export type Shape = (typeof SHAPES)[number];

const GEOMETRIES: Record<Shape, () => BufferGeometry> = {
  cube: () => new BoxGeometry(1.5, 1.5, 1.5),
  sphere: () => new SphereGeometry(1.1, 64, 48),
  torus: () => new TorusGeometry(0.85, 0.4, 48, 96),
};
const TURN_PER_MS = 0.0003;
const PER_PIXEL = 0.008;

export class SolidScene {
  private readonly renderer = new WebGLRenderer({ antialias: true, alpha: true });
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(40, 16 / 9, 0.1, 20);
  private readonly texture: CanvasTexture;
  private readonly mesh: Mesh<BufferGeometry, MeshStandardMaterial>;
  private readonly listening = new AbortController();
  private readonly still = reducesMotion();
  private dragged = false;
  private before = performance.now();

  constructor(box: HTMLElement, skin: HTMLCanvasElement) {
    this.texture = new CanvasTexture(skin);
    this.texture.colorSpace = SRGBColorSpace;
    const material = new MeshStandardMaterial({ map: this.texture, roughness: 0.6 });
    this.mesh = new Mesh(GEOMETRIES.cube(), material);
    this.mesh.rotation.set(0.45, 0.6, 0);
    const sun = new DirectionalLight(0xffffff, 1.8);
    sun.position.set(2, 3, 4);
    this.scene.add(this.mesh, sun, new HemisphereLight(0xffffff, 0x666666, 1.6));
    this.camera.position.z = 4.2;
    const { domElement } = this.renderer;
    domElement.className = "block size-full";
    box.append(domElement);
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.fit(box);
    const sized = new ResizeObserver(() => this.fit(box));
    sized.observe(box);
    this.listening.signal.addEventListener("abort", () => sized.disconnect());
    this.listenTo(domElement);
    this.renderer.setAnimationLoop((now) => this.turn(now));
  }

  show(shape: Shape): void {
    this.mesh.geometry.dispose();
    this.mesh.geometry = GEOMETRIES[shape]();
  }

  /** In the task in which the skin was drawn: later the browser may have emptied its canvas. */
  refresh(): void {
    this.texture.needsUpdate = true;
    this.renderer.initTexture(this.texture);
  }

  dispose(): void {
    this.listening.abort();
    this.renderer.setAnimationLoop(null);
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.texture.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.renderer.domElement.remove();
  }

  private fit({ clientWidth: width, clientHeight: height }: HTMLElement): void {
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  private turn(now: number): void {
    if (!this.dragged && !this.still) this.mesh.rotation.y += (now - this.before) * TURN_PER_MS;
    this.before = now;
    this.renderer.render(this.scene, this.camera);
  }

  private listenTo(target: HTMLElement): void {
    const { signal } = this.listening;
    target.addEventListener("pointerdown", (event) => target.setPointerCapture(event.pointerId), { signal });
    target.addEventListener(
      "pointermove",
      (event) => {
        if (!target.hasPointerCapture(event.pointerId)) return;
        this.dragged = true;
        this.mesh.rotation.y += event.movementX * PER_PIXEL;
        this.mesh.rotation.x += event.movementY * PER_PIXEL;
      },
      { signal },
    );
  }
}
