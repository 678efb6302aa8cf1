"""Keys and certificates of one short-lived control plane, made in a folder. Nothing here outlives the tests."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Pki:
    """Where the files are."""

    authority: Path
    certificate: Path
    key: Path
    accounts: Path


def make(folder: Path) -> Pki:
    """An authority, the API server's certificate for 127.0.0.1 signed by it, and the key of service account tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    pki = Pki(folder / "ca.crt", folder / "server.crt", folder / "server.key", folder / "accounts.key")
    root, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = _name("fractafrag-tests")
    authority = (
        _builder(name, name, root).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    ).sign(root, hashes.SHA256())
    hosts = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
    certificate = _builder(_name("kube-apiserver"), name, server).add_extension(hosts, critical=False)
    pki.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    pki.certificate.write_bytes(certificate.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    _write(pki.key, server)
    _write(pki.accounts, ec.generate_private_key(ec.SECP256R1()))
    return pki


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )


def _write(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
