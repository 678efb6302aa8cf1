/** The placeholder of a shader that loads. */
export function Skeleton({ color = null }: { readonly color?: string | null }) {
  return (
    <div
      role="status"
      aria-label="Loading the shader"
      className="mx-auto w-full max-w-[min(1440px,max(20rem,calc((100dvh-6.5rem)*16/9)))]"
    >
      <div className="aspect-video bg-raised" style={color ? { backgroundColor: color } : undefined} />
      <div className="h-24" />
    </div>
  );
}
