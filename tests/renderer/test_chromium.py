from pathlib import Path

import pytest

from services.renderer.chromium import command, environment, find_chromium, renderer_matches
from services.renderer.settings import Backend, BackendChoice, GpuAngle, RendererSettings, available_cores


def program(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def test_setting_wins_and_must_exist(tmp_path: Path) -> None:
    binary = program(tmp_path / "mine", b"\x7fELF")
    assert find_chromium(RendererSettings(chromium=binary)) == binary
    assert find_chromium(RendererSettings(chromium=tmp_path / "absent")) is None


def test_wrapper_scripts_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.renderer.chromium._KNOWN", ())
    monkeypatch.setattr("services.renderer.chromium._WRAPPED", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "google-chrome", b"#!/bin/sh\n")
    assert find_chromium(RendererSettings()) is None
    binary = program(tmp_path / "chromium", b"\x7fELF")
    assert find_chromium(RendererSettings()) == binary


def test_snaps_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.renderer.chromium._KNOWN", ())
    monkeypatch.setattr("services.renderer.chromium._WRAPPED", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "snap", b"\x7fELF")
    (tmp_path / "chromium").symlink_to("snap")
    assert find_chromium(RendererSettings()) is None


@pytest.mark.parametrize(
    ("backend", "settings", "flag"),
    [
        (Backend.LLVMPIPE, RendererSettings(), "--use-angle=gl-egl"),
        (Backend.SWIFTSHADER, RendererSettings(), "--use-angle=swiftshader"),
        (Backend.GPU, RendererSettings(), "--use-angle=gl-egl"),
        (Backend.GPU, RendererSettings(gpu_angle=GpuAngle.VULKAN), "--use-angle=vulkan"),
    ],
)
def test_backend_chooses_the_flags(backend: Backend, settings: RendererSettings, flag: str) -> None:
    line = command(Path("chrome"), backend, settings, Path("profile"), "http://127.0.0.1/x")
    assert flag in line
    assert "--disable-gpu-process-crash-limit" in line
    assert "--disable-domain-blocking-for-3d-apis" in line
    assert line[-1] == "--app=http://127.0.0.1/x"


def test_no_secret_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_AUTH_TOKEN_PEPPER", "secret")
    monkeypatch.setenv("NVIDIA_DRIVER_CAPABILITIES", "graphics")
    software = environment(Backend.LLVMPIPE, RendererSettings(), Path("profile"), Path("cache"))
    assert software["GALLIVM_PERF"] == "nopt"
    assert software["MESA_SHADER_CACHE_DIR"] == "cache"
    hardware = environment(Backend.GPU, RendererSettings(), Path("profile"), Path("cache"))
    assert hardware["NVIDIA_DRIVER_CAPABILITIES"] == "graphics"
    for variables in (software, hardware):
        assert not any("FRACTAFRAG" in name for name in variables)


@pytest.mark.parametrize(
    ("renderer", "backend"),
    [
        ("ANGLE (Mesa/X.org, llvmpipe (LLVM 15.0.6 256 bits), OpenGL ES 3.2)", Backend.LLVMPIPE),
        ("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)", "swiftshader"),
        ("ANGLE (NVIDIA Corporation, NVIDIA L4/PCIe/SSE2, OpenGL ES 3.2)", Backend.GPU),
    ],
)
def test_renderer_string_fits_one_backend(renderer: str, backend: str) -> None:
    assert [one for one in Backend if renderer_matches(one, renderer)] == [backend]


def test_auto_never_takes_a_gpu() -> None:
    assert BackendChoice.AUTO.candidates == (Backend.LLVMPIPE, Backend.SWIFTSHADER)
    assert BackendChoice.GPU.candidates == (Backend.GPU,)


def test_port_is_not_a_kubernetes_service_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_RENDERER_PORT", "tcp://10.0.0.1:3100")
    assert RendererSettings().port == 3100
    monkeypatch.setenv("FRACTAFRAG_RENDERER_PORT", "3222")
    assert RendererSettings().port == 3222


def test_slots_default_to_the_cores() -> None:
    assert RendererSettings().slots == available_cores() >= 1
