"""Which Chromium is started, and with which flags and environment. Pure but for looking at the file system.

`find_chromium` gives None when there is none; the pool then says so in `/readyz` and looks again later.
"""

import os
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from services.renderer.isolation import OPEN, Isolation
from services.renderer.settings import Backend, GpuAngle, RendererSettings

# The binaries themselves: Debian's /usr/bin/chromium is a shell script that adds flags of its own.
_KNOWN = (Path("/usr/lib/chromium/chromium"), Path("/usr/lib/chromium-browser/chromium-browser"))
_NAMES = ("chrome", "google-chrome", "chrome-headless-shell", "chromium")
_WRAPPED = (Path("/opt/google/chrome/chrome"),)

_FLAGS = (
    "--headless=new",
    "--remote-debugging-port=0",
    # A GPU process that is killed again and again must come back in the same mode, and the page with it.
    "--disable-gpu-process-crash-limit",
    "--disable-domain-blocking-for-3d-apis",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-features=SpareRendererForSitePerProcess,Translate,MediaRouter,OptimizationHints",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
)
_PASSED_ON = ("PATH", "LANG", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
_PASSED_ON_TO_GPU = ("NVIDIA_", "CUDA_", "__EGL_", "__GLX_", "VK_", "LIBVA_", "MESA_LOADER_")


def find_chromium(settings: RendererSettings) -> Path | None:
    """The browser's binary: the setting, else the distribution's, else what PATH has; None when there is none."""
    if settings.chromium is not None:
        return settings.chromium if _is_program(settings.chromium) else None
    in_path = [Path(found) for name in _NAMES if (found := shutil.which(name))]
    for candidate in (*_KNOWN, *_WRAPPED, *in_path):
        if _is_program(candidate) and not _is_script(candidate) and not _is_snap(candidate):
            return candidate
    return None


def command(
    binary: Path,
    backend: Backend,
    settings: RendererSettings,
    profile: Path,
    url: str,
    isolation: Isolation = OPEN,
) -> list[str]:
    """The command line of a browser that shows `url` in one window without an address bar.

    `--app` instead of a plain URL: it spares the two processes (60 MB) that prepare the address bar's popups.
    """
    flags = [*_FLAGS, *_backend_flags(backend, settings.gpu_angle)]
    if not isolation.namespaces:
        flags.append("--no-sandbox")
    # Under Landlock its profile is all that it may write to; by default that is in memory as well.
    if isolation.landlock or not has_roomy_shm():
        flags.append("--disable-dev-shm-usage")
    return [str(binary.resolve()), f"--user-data-dir={profile}", *flags, f"--app={url}"]


def environment(backend: Backend, settings: RendererSettings, profile: Path, cache_folder: Path) -> dict[str, str]:
    """The browser's whole environment; nothing else of ours is inherited, so no secret can be."""
    inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if backend is Backend.GPU:
        inherited |= _with_prefix(os.environ, _PASSED_ON_TO_GPU)
    folders = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    own = {name: str(profile) for name in folders}
    if backend is Backend.LLVMPIPE:
        own |= {
            "LIBGL_ALWAYS_SOFTWARE": "1",
            # Fewer LLVM passes: a third less time for a new shader, and the same pixels.
            "GALLIVM_PERF": "nopt",
            "MESA_SHADER_CACHE_DIR": str(cache_folder),
            "MESA_SHADER_CACHE_MAX_SIZE": f"{settings.shader_cache_mb}M",
        }
    return {**inherited, **own}


@cache
def has_roomy_shm() -> bool:
    """Whether /dev/shm is writable and has at least 256 MB; a container's default of 64 MB is not enough."""
    try:
        space = os.statvfs("/dev/shm")  # noqa: S108 -- the kernel's own folder, not a guess at a temporary one
    except OSError:
        return False
    return os.access("/dev/shm", os.W_OK) and space.f_bavail * space.f_frsize >= 256 * 2**20  # noqa: S108


def renderer_matches(backend: Backend, renderer: str) -> bool:
    """Whether WebGL's renderer string is the one that `backend` must give."""
    text = renderer.lower()
    software = "llvmpipe" in text or "swiftshader" in text or "lavapipe" in text or "softpipe" in text
    if backend is Backend.GPU:
        return bool(text) and not software
    return backend.value in text


def _backend_flags(backend: Backend, gpu_angle: GpuAngle) -> list[str]:
    if backend is Backend.SWIFTSHADER:
        return ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    if backend is Backend.GPU and gpu_angle is GpuAngle.VULKAN:
        return [
            "--use-gl=angle",
            "--use-angle=vulkan",
            "--ignore-gpu-blocklist",
            "--disable-gpu-driver-bug-workarounds",
        ]
    return ["--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"]


def _with_prefix(variables: Mapping[str, str], prefixes: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith(prefixes)}


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _is_snap(path: Path) -> bool:
    """A snap's command is a link to `snap`, and the browser behind it may not read our profile folders."""
    return path.resolve().name == "snap"


def _is_script(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"#!"
